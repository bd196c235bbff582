"""Pairs the parts of two states, so that what is the same is compared with the same.

A vendor puts what it is asked to make under ids that it makes, or at the end of a list, in the order in which the calls
come. A client that calls side by side, or comes back to a call later, leaves the same things in another order, and has
lost nothing. So *records*, the objects of a list and those under a key that wasn't there at the beginning, are paired
by what they hold, and by their key or place only where that tells nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.openapi.pointers import escape

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "absent"})()
Leaf = tuple[str, Any, Any]
"""A place, as the first of two states names it, and what stands there in each."""
Records = Mapping[str, Any]
Keys = dict[str, frozenset[str]]
IsVolatile = Callable[[str, str], bool]
_OWN_KEY = "its own key"


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The innermost values with their places; an empty object or list is one."""
    below: list[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if not below:
        yield pointer, value
    for key, part in below:
        yield from leaves(part, f"{pointer}/{escape(str(key))}")


class Pairing:
    """Pairs the leaves of a state with those of ``another``.

    ``stable`` are the keys that two clean runs have, of each object whose other keys are made anew in each run; where
    it isn't given, the two are the clean runs, and it is found. ``is_volatile`` tells of a leaf of a record, by the
    place of the object that holds the record and its place in that, that it says nothing of what the record is.
    ``names`` and ``first_names`` are how places of the other and of the first are named, where that isn't as they are.
    """

    def __init__(self, stable: Keys | None = None, is_volatile: IsVolatile | None = None) -> None:
        self.stable: Keys = {} if stable is None else stable
        self.names: dict[str, str] = {}
        self.first_names: dict[str, str] = {}
        self._is_finding = stable is None
        self._is_volatile = is_volatile

    def pairs(self, one: Any, another: Any, begun: Any) -> Iterator[Leaf]:
        """Each leaf of the two; ``begun`` is the state before the first call."""
        return self._walk(one, another, begun, "", "", "")

    def _walk(self, one: Any, another: Any, begun: Any, at: str, raw: str, raw_first: str) -> Iterator[Leaf]:
        if isinstance(one, dict) and isinstance(another, dict) and (one or another):
            yield from self._objects(one, another, begun, at, raw, raw_first)
        elif _holds_records(one) and _holds_records(another):
            numbered = [{str(number): part for number, part in enumerate(parts)} for parts in (one, another)]
            yield from self._records(numbered[0], numbered[1], at, raw, raw_first, is_keyed=False)
        else:
            here, there = ({} if part is ABSENT else dict(leaves(part, at)) for part in (one, another))
            for pointer in dict.fromkeys((*here, *there)):
                yield pointer, here.get(pointer, ABSENT), there.get(pointer, ABSENT)

    def _objects(self, one: Any, another: Any, begun: Any, at: str, raw: str, raw_first: str) -> Iterator[Leaf]:
        """Members that were there at the beginning, or aren't objects, by their keys; the others as records."""
        known = begun if isinstance(begun, dict) else {}
        names = dict.fromkeys((*one, *another))
        made = {
            name
            for name in names
            if name not in known and all(isinstance(side[name], dict) for side in (one, another) if name in side)
        }
        for name in names:
            if name not in made:
                under = f"/{escape(name)}"
                yield from self._walk(
                    one.get(name, ABSENT),
                    another.get(name, ABSENT),
                    known.get(name, ABSENT),
                    at + under,
                    raw + under,
                    raw_first + under,
                )
        here, there = ({name: side[name] for name in side if name in made} for side in (one, another))
        yield from self._records(here, there, at, raw, raw_first, is_keyed=True)

    def _records(
        self, one: Records, another: Records, at: str, raw: str, raw_first: str, *, is_keyed: bool
    ) -> Iterator[Leaf]:
        if self._is_finding and is_keyed and one.keys() != another.keys():
            self.stable[at] = frozenset(one.keys() & another.keys())
        labels = self._labels(one, at)
        beyond = len(one) + is_keyed
        for key, other in self._match(one, another, at, is_keyed=is_keyed):
            if key is not None:
                label = labels[key]
            elif is_keyed and at not in self.stable and other not in one:
                label = other or ""
            else:
                label, beyond = f"#{beyond}" if is_keyed else str(beyond), beyond + 1
            under = f"{at}/{escape(label)}"
            places = [f"{side}/{escape(name or '')}" for side, name in ((raw, other), (raw_first, key))]
            self.names |= {places[0]: under} if other is not None and places[0] != under else {}
            self.first_names |= {places[1]: under} if key is not None and places[1] != under else {}
            parts = (ABSENT if key is None else one[key], ABSENT if other is None else another[other])
            for pointer, here, there in self._walk(*parts, ABSENT, under, *places):
                if not (is_keyed and key != other and str(here) == key and str(there) == other):
                    yield pointer, here, there

    def _labels(self, one: Records, at: str) -> dict[str, str]:
        """What the records of the first are called: by their keys; those whose keys are made anew, by number."""
        stable = self.stable.get(at)
        if stable is None:
            return {key: key for key in one}
        made = [key for key in one if key not in stable]
        return {key: key for key in one} | {key: f"#{number}" for number, key in enumerate(made, 1)}

    def _match(self, one: Records, another: Records, at: str, *, is_keyed: bool) -> list[tuple[str | None, str | None]]:
        """Pairs of keys: those that hold the same, best under the same key; then those of one key; then in order."""
        here, there = self._signatures(one, another, at, is_keyed=is_keyed)
        found: dict[str, str] = {key: key for key in one if key in there and here[key] == there[key]}
        left = [key for key in another if key not in found]
        for same in (lambda key, other: here[key] == there[other], lambda key, other: key == other):
            for key in (key for key in one if key not in found):
                other = next((other for other in left if same(key, other)), None)
                if other is not None:
                    found[key] = other
                    left.remove(other)
        for key in one:
            if key not in found and left:
                found[key] = left.pop(0)
        return [*((key, found.get(key)) for key in one), *((None, other) for other in left)]

    def _signatures(self, one: Records, another: Records, at: str, *, is_keyed: bool) -> tuple[dict[str, str], ...]:
        """What each record holds, as a text; without what says nothing of what it is."""
        sides = [
            {key: dict(_told(record, key if is_keyed else None)) for key, record in side.items()}
            for side in (one, another)
        ]
        common = {leaf for parts in sides[0].values() for leaf in parts.items()} & {
            leaf for parts in sides[1].values() for leaf in parts.items()
        }

        def is_telling(leaf: tuple[str, str]) -> bool:
            return leaf in common if self._is_volatile is None else not self._is_volatile(at, leaf[0])

        def signature(parts: Mapping[str, str]) -> str:
            return json.dumps(sorted(filter(is_telling, parts.items())))

        return tuple({key: signature(parts) for key, parts in side.items()} for side in sides)


def _told(record: Any, key: str | None) -> Iterator[tuple[str, str]]:
    """The leaves of a record as texts; its own key, wherever it stands, is the same in each."""
    for place, value in leaves(record):
        yield place, _OWN_KEY if key is not None and str(value) == key else json.dumps(value, default=str)


def _holds_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict) for part in value)
