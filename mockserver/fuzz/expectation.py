"""Compares what a client returned with what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.fuzz.locations import ABSENT, Path, pointer_of
from mockserver.fuzz.mutations import UNKNOWN
from mockserver.openapi.pointers import unescape

Check = Callable[[Any, Any], object]
Expect = Mapping[str, str] | Check | str | None
LONGEST_VALUE = 80


class Expectation:
    """Pairs of places: a JSON pointer into what was sent, and where the same value stands in what was returned.

    A place in what was returned is a JSON pointer as well, which goes through attributes too: ``/seats/0/quantity``.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    def wrong(self, returned: Any, sent: Any) -> tuple[str, str] | None:
        """The first thing that differs: (its place in what was sent, a sentence); None where nothing does."""
        for source, target in self.pairs:
            expected, actual = follow(sent, source), follow(returned, target)
            difference = unlike(expected, plain(actual))
            if difference is not None:
                path, before, after = difference
                pointer = f"{source}{pointer_of(path)}"
                return pointer, f"{pointer or 'the body'} was sent as {_short(before)} and came out as {_short(after)}"
        return None


class Checked:
    """A function of the user's: ``check(returned, sent)`` is False or raises AssertionError where that is wrong."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def wrong(self, returned: Any, sent: Any) -> tuple[str, str] | None:
        try:
            verdict = self._check(returned, sent)
        except AssertionError as error:
            return "", f"{error}".partition("\n")[0] or "the check fails"
        return ("", f"the check fails for {_short(plain(returned))}") if verdict is False else None


def expectation(expect: Expect) -> Expectation | Checked | None:
    """What a user gives: a mapping, a pointer to what is returned as a whole, or a function."""
    if expect is None:
        return None
    if isinstance(expect, str):
        return Expectation([(expect, "")])
    if isinstance(expect, Mapping):
        return Expectation([*expect.items()])
    return Checked(expect)


def recognised(printed: Any, sent: Any) -> Expectation | None:
    """What a command prints, found again in what was sent; None where that isn't there, or isn't only there once."""
    if not isinstance(printed, dict | list) or not printed:
        return None
    places = [path for path, value in _all(sent, ()) if unlike(value, printed) is None]
    return Expectation([(pointer_of(places[0]), "")]) if len(places) == 1 else None


def _all(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from _all(below, (*path, key))


def follow(value: Any, pointer: str) -> Any:
    """The value at a pointer, through keys, indices and attributes; ABSENT where there is none."""
    for token in pointer.split("/")[1:]:
        key = unescape(token)
        if isinstance(value, Mapping):
            value = value.get(key, ABSENT)
        elif isinstance(value, list | tuple):
            value = value[int(key)] if key.isdigit() and int(key) < len(value) else ABSENT
        else:
            value = getattr(value, key, ABSENT)
    return value


def plain(value: Any) -> Any:
    """A value as data: of a model or dataclass its fields, under the names on the wire where it knows them."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [plain(below) for below in value]
    return value


def unlike(expected: Any, actual: Any, path: Path = ()) -> tuple[Path, Any, Any] | None:
    """The first place where two values differ. A field that is absent is like null, and an unknown one may be lost."""
    if _is_nothing(expected) and _is_nothing(actual):
        return None
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in [*expected, *(name for name in actual if name not in expected)]:
            if name != UNKNOWN:
                difference = unlike(expected.get(name, ABSENT), actual.get(name, ABSENT), (*path, name))
                if difference is not None:
                    return difference
        return None
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return next(filter(None, (unlike(a, b, (*path, index)) for index, (a, b) in pairs)), None)
    is_truth = isinstance(expected, bool) == isinstance(actual, bool)
    return None if is_truth and expected == actual else (path, expected, actual)


def _is_nothing(value: Any) -> bool:
    return value is None or value is ABSENT


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
