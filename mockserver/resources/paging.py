"""Answer a list as a call asks for it: the page, the properties that items must have, and what a body tells of pages.

Only parameters and properties with usual names count; any other one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.openapi.merged import Pointers
from mockserver.openapi.model import Operation
from mockserver.resources import vocabulary
from mockserver.resources.completing import MISSING
from mockserver.resources.identity import plain
from mockserver.resources.model import Place
from mockserver.resources.paths import key_text
from mockserver.resources.shapes import Shapes
from mockserver.values import dataclass

_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
LIKELY_LIMIT = 100
"""How many items a page has where a spec pages and names no default."""


Keyed = tuple[str, Mapping[str, Any]]
Whole = Callable[[Keyed], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a list, and what a body tells of where they stand among the ``total``."""

    items: Sequence[Keyed]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From where on, and how many; ``limit`` is None where a call doesn't page."""

    first: int
    limit: int | None
    total: int

    @property
    def after(self) -> int:
        return self.total if self.limit is None else min(self.first + self.limit, self.total)


class Facts:
    """What an object of a body tells of pages: the names of its properties by their usual ones, and their types."""

    def __init__(self, shapes: Shapes, pointers: Pointers) -> None:
        properties: dict[str, Pointers] = {}
        for pointer in pointers:
            for name, places in shapes.properties(pointer).items():
                properties[name] = (*properties.get(name, ()), *places)
        self.properties = properties
        self._told = {plain(name): name for name in properties}
        self._types = {name: shapes.types(places) for name, places in properties.items()}
        parts = (part for pointer in pointers for part, _ in shapes.schemas.parts(pointer, choices=False))
        self._needed = frozenset(name for part in parts for name in part.get("required", ()))
        self.next = next((self._told[name] for name in vocabulary.NEXT if name in self._told), "")

    def told(self, span: Span, counts_from: int, *, has_cursor: bool) -> dict[str, Any]:
        """What is told of a page: by usual names, of the right types."""
        size = span.limit or max(span.total, 1)
        has_more = span.after < span.total
        told: dict[str, Any] = {}
        self._tell(told, vocabulary.LIMITS, span.limit if span.limit is not None else span.total, "integer")
        self._tell(told, vocabulary.OFFSETS, span.first, "integer")
        self._tell(told, vocabulary.PAGES, span.first // size + counts_from, "integer")
        self._tell(told, vocabulary.TOTAL_PAGES, -(-span.total // size), "integer")
        self._tell(told, vocabulary.LENGTHS, span.after - span.first, "integer")
        self._tell(told, vocabulary.TOTALS, span.total, "integer")
        self._tell(told, vocabulary.MORE, has_more, "boolean")
        self._tell(told, vocabulary.DONE, not has_more, "boolean")
        for link in vocabulary.LINKS:
            self._tell_nothing(told, link)
        if self.next:
            is_text = has_cursor and has_more and "string" in self._types[self.next]
            told[self.next] = str(span.after) if is_text else self._nothing(self.next)
        return told

    def _tell(self, told: dict[str, Any], names: Sequence[str], value: Any, kind: str) -> None:
        for plain_name in names:
            name = self._told.get(plain_name)
            if name and self._types[name] & {kind, "number"} and name not in told:
                told[name] = value

    def _tell_nothing(self, told: dict[str, Any], link: str) -> None:
        """Say that a link leads nowhere: links of pages are hardly ever followed by what a test calls."""
        name = self._told.get(link)
        if name and self._types[name] <= {"string", "null"}:
            told[name] = self._nothing(name)

    def _nothing(self, name: str) -> Any:
        if "null" in self._types[name]:
            return None
        return "" if name in self._needed else MISSING


class Pager:
    """Pages and filters one list. ``counts_from`` is the number of the first page."""

    def __init__(self, shapes: Shapes, operation: Operation, place: Place) -> None:
        self._shapes = shapes
        self._in_query = {plain(one.name): one.name for one in operation.parameters if one.where == "query"}
        self._defaults = {one.name: self._fact(one.schema, "default") for one in operation.parameters}
        self._limit, self._offset = self._called(vocabulary.LIMITS), self._called(vocabulary.OFFSETS)
        self._page = self._called(vocabulary.PAGES)
        self._after, self._before = self._called(vocabulary.AFTER), self._called(vocabulary.BEFORE)
        self._facts = Facts(shapes, (place.body,) if place.wrapper else ())
        inner = ((name, Facts(shapes, at)) for name, at in self._facts.properties.items() if name != place.wrapper)
        self._inner = {name: facts for name, facts in inner if plain(name) in vocabulary.ABOUT_PAGES}
        has_next = any(facts.next for facts in (self._facts, *self._inner.values()))
        self._cursor = self._called(vocabulary.CURSORS) if has_next else ""
        in_page = next((one.schema for one in operation.parameters if one.name == self._page), None)
        self._counts_from = 0 if 0 in (self._fact(in_page, "minimum"), self._defaults.get(self._page)) else 1
        paging = {self._limit, self._offset, self._page, self._after, self._before, self._cursor}
        items = shapes.properties(place.item)
        self._filters = tuple(
            name
            for name in self._in_query.values()
            if name in items and name not in paging and shapes.types(items[name]) <= _SCALARS
        )

    def _called(self, names: Sequence[str]) -> str:
        return next((self._in_query[name] for name in names if name in self._in_query), "")

    def _fact(self, pointer: str | None, keyword: str) -> Any:
        parts = self._shapes.schemas.parts(pointer) if pointer else ()
        return next((part[keyword] for part, _ in parts if keyword in part), None)

    def page(self, items: Sequence[Keyed], asked: Mapping[str, Any], whole: Whole) -> Page:
        """The items that a call asks for, by its parameters, of all that are kept; ``whole`` completes one."""
        wanted = {name: asked[name] for name in self._filters if name in asked}
        found = [one for one in items if all(_is(_of(one, name, whole), value) for name, value in wanted.items())]
        span = self._span(found, asked)
        return Page(found[span.first : span.after], self._told(span))

    def _told(self, span: Span) -> dict[str, Any]:
        """What a body tells of a page, and an object of it that is about pages (``meta``)."""
        has_cursor = bool(self._cursor)
        told = self._facts.told(span, self._counts_from, has_cursor=has_cursor)
        inner = {
            name: facts.told(span, self._counts_from, has_cursor=has_cursor) for name, facts in self._inner.items()
        }
        return {**told, **{name: one for name, one in inner.items() if one}}

    def _span(self, found: Sequence[tuple[str, Any]], asked: Mapping[str, Any]) -> Span:
        keys = [key for key, _ in found]
        limit = self._number(self._limit, asked)
        if limit is None and (self._limit or self._page or self._cursor):
            limit = LIKELY_LIMIT
        first, last = 0, len(found)
        if self._after and asked.get(self._after) in keys:
            first = keys.index(asked[self._after]) + 1
        if self._before and asked.get(self._before) in keys:
            last = keys.index(asked[self._before])
            first = max(0, last - limit) if limit is not None else 0
        if self._cursor and str(asked.get(self._cursor, "")).isdecimal():
            first = int(asked[self._cursor])
        offset, page = self._number(self._offset, asked), self._number(self._page, asked)
        if offset is not None:
            first = offset
        elif page is not None and limit is not None:
            first = max(page - self._counts_from, 0) * limit
        return Span(min(first, last), limit, last)

    def _number(self, name: str, asked: Mapping[str, Any]) -> int | None:
        value = asked.get(name, self._defaults.get(name)) if name else None
        return int(value) if isinstance(value, int | float) and value >= 0 else None


def _of(keyed: Keyed, name: str, whole: Whole) -> Any:
    """A property of an item; what was kept of it tells more quickly than the whole one."""
    item = keyed[1]
    return item[name] if name in item else whole(keyed).get(name)


def _is(value: Any, wanted: Any) -> bool:
    """Whether a property is as a filter wants it; a filter of several values wants one of these."""
    if isinstance(wanted, list):
        return any(_is(value, one) for one in wanted)
    return value == wanted or (not isinstance(value, bool | dict | list) and key_text(value) == key_text(wanted))
