"""Shrinks a response to the smallest that still fails, and finds which of its fields make it fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mockserver.fuzz.locations import ABSENT, Path, pointer_of, put, take, written
from mockserver.fuzz.variant import Variant

Fails = Callable[[Variant], bool]
IsValid = Callable[[Variant], bool]
MOST = 150
_MANY = 12
_LONG = 60


class Shrinker:
    """``fails`` shows a response to the client and tells whether it makes the same mistake; asked ``most`` times."""

    def __init__(self, fails: Fails, is_valid: IsValid, most: int = MOST) -> None:
        self._fails = fails
        self._is_valid = is_valid
        self._left = most

    def smallest(self, variant: Variant) -> Variant:
        """A response that fails, from which nothing can be taken away. Only JSON of the vendor's is made smaller."""
        if variant.schema is None:
            return variant
        while (smaller := self._smaller(variant)) is not None:
            variant = smaller
        return variant

    def causes(self, variant: Variant, reference: Any) -> list[str]:
        """What differs from a good response and matters: ``/result/status is absent``."""
        causes = []
        for path in _differences(variant.body, reference):
            own, other = take(variant.body, path), take(reference, path)
            repaired = replace(variant, body=_with(variant.body, path, other))
            if self._is_valid(repaired):
                is_cause = not self._asks(repaired)
            else:
                spoiled = replace(variant, body=_with(reference, path, own))
                is_cause = self._is_valid(spoiled) and self._asks(spoiled)
            if is_cause:
                causes.append(f"{pointer_of(path) or 'the body'} is {_shown(own)}")
        return causes

    def _smaller(self, variant: Variant) -> Variant | None:
        size = _size(variant.body)
        for path, value in _cuts(variant.body, ()):
            made = replace(variant, body=_with(variant.body, path, value))
            if _size(made.body) < size and self._is_valid(made) and self._asks(made):
                return made
        return None

    def _asks(self, variant: Variant) -> bool:
        self._left -= 1
        return self._left >= 0 and self._fails(variant)


def _with(body: Any, path: Path, value: Any) -> Any:
    return None if not path and value is ABSENT else put(body, path, value)


def _size(value: Any) -> tuple[int, float]:
    """Shorter is smaller; of the same length, smaller numbers are."""
    return len(written(value)), sum(abs(number) for number in _numbers(value))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _numbers(below)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _cuts(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """What could be simpler, the largest parts first."""
    below = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if isinstance(value, list):
        yield path, []
        yield path, value[: len(value) // 2]
    elif isinstance(value, str):
        yield from ((path, text) for text in ("", "x", value[: len(value) // 2], value[len(value) // 2 :]))
        if len(value) <= _MANY:
            yield from ((path, letter) for letter in dict.fromkeys(value))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from ((path, number) for number in (0, 1, int(value), int(value) // 2, value - 1) if number != value)
    below.sort(key=lambda pair: -len(written(pair[1])))
    if not isinstance(value, list) or len(value) <= _MANY:
        yield from (((*path, key), ABSENT) for key, _ in below)
    if path and value is not None:
        yield path, None
    for key, part in below[:_MANY] if isinstance(value, list) else below:
        yield from _cuts(part, (*path, key))


def _differences(own: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """The innermost places where two values differ."""
    if isinstance(own, dict) and isinstance(other, dict):
        for name in [*own, *(name for name in other if name not in own)]:
            yield from _differences(own.get(name, ABSENT), other.get(name, ABSENT), (*path, name))
    elif isinstance(own, list) and isinstance(other, list) and len(own) == len(other):
        for index, (left, right) in enumerate(zip(own, other, strict=True)):
            yield from _differences(left, right, (*path, index))
    elif own is ABSENT or other is ABSENT or written(own) != written(other):
        if own is not other:
            yield path


def _shown(value: Any) -> str:
    text = "absent" if value is ABSENT else written(value)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
