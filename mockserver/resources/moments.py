"""Tell which properties of an item say when it was made or changed, and write the sandbox's time as they want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.clock import SECOND, format_time, http_date
from mockserver.resources.paths import words
from mockserver.resources.shapes import Properties, Shapes
from mockserver.values import dataclass

_MADE = frozenset(("created", "creation", "inserted", "added"))
_CHANGED = frozenset(("updated", "modified", "changed"))
_BESIDE = frozenset(("at", "on", "date", "time", "timestamp", "datetime", "last", "utc", "epoch", "unix", "ts", "ms"))
_DAY = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class Moment:
    """A property that bears a time: ``form`` is how, ``is_last`` that each change sets it anew."""

    name: str
    form: str
    is_last: bool

    def text(self, now: int) -> Any:
        match self.form:
            case "date":
                return format_time(now)[:_DAY]
            case "date-time-rfc-2822":
                return http_date(now).decode()
            case "seconds":
                return now // SECOND
            case "milliseconds":
                return now
        return format_time(now)


def moments(shapes: Shapes, properties: Properties, is_sent: Mapping[str, Any] | frozenset[str]) -> Iterator[Moment]:
    """The times among an item's properties that a client doesn't send."""
    for name, places in properties.items():
        said = frozenset(words(name))
        is_last = bool(said & _CHANGED)
        is_time = (said & (_MADE | _CHANGED)) and said <= _MADE | _CHANGED | _BESIDE
        if is_time and (name not in is_sent or shapes.is_marked(places, "readOnly")):
            form = _form(shapes, places, said)
            if form:
                yield Moment(name, form, is_last)


def _form(shapes: Shapes, places: tuple[str, ...], said: frozenset[str]) -> str:
    formats = {part.get("format") for place in places for part, _ in shapes.schemas.parts(place)}
    types = shapes.types(places)
    if "integer" in types and "string" not in types:
        return "milliseconds" if "ms" in said else "seconds"
    return next((known for known in ("date-time", "date", "date-time-rfc-2822") if known in formats), "")


def times(known: tuple[Moment, ...], now: int, *, is_new: bool) -> dict[str, Any]:
    """The times of an item that is made, or changed."""
    return {moment.name: moment.text(now) for moment in known if is_new or moment.is_last}
