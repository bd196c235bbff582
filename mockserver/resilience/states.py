"""Compares vendors' states leaf by leaf; what differs between two clean runs is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.resilience.pairing import ABSENT, Leaf, Pairing
from mockserver.resources.keeping import is_bookkeeping

States = Mapping[str, Any]
Place = tuple[str, str]
"""A vendor, and a pointer into its state."""
Names = Mapping[str, Mapping[str, str]]
"""By vendor, what places of a state are called where that isn't as they are: ``/orders/x7`` is ``/orders/#1``."""
LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of a vendor's state: ``/seats/plus/quantity`` is ``expected`` in the clean run, and ``found`` here."""

    vendor: str
    pointer: str
    expected: Any
    found: Any

    @property
    def is_counted(self) -> bool:
        numbers = [self.expected, self.found]
        return all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a state differs from that of the clean run; ``names`` are what its places are called in that."""

    differences: list[Difference]
    names: Names


@dataclass(frozen=True, slots=True)
class Steadiness:
    """What two clean runs agree on. ``masked`` are the leaves that differ, as ``vendor`` and pointer.

    ``stable_keys`` are the keys that both runs have, of objects whose other keys are made anew in each run. ``begun``
    are the states before the first call; ``names`` are for the first run.
    """

    begun: States
    masked: frozenset[Place]
    stable_keys: Mapping[Place, frozenset[str]]
    names: Names

    def is_masked(self, vendor: str, pointer: str) -> bool:
        return (vendor, pointer) in self.masked

    def compare(self, expected: States, found: States) -> Comparison:
        """The leaves that differ though the clean runs agree on them; a vendor never called is as it began."""
        differences: list[Difference] = []
        names = {}
        for vendor in expected.keys() & found.keys():
            pairing = self._pairing(vendor)
            pairs = pairing.pairs(expected[vendor], found[vendor], self.begun.get(vendor))
            differences += [one for one in _differing(vendor, pairs) if not self.is_masked(vendor, one.pointer)]
            names[vendor] = pairing.names
        return Comparison(differences, names)

    def _pairing(self, vendor: str) -> Pairing:
        stable = {pointer: keys for (of, pointer), keys in self.stable_keys.items() if of == vendor}
        volatile = {part for of, pointer in self.masked if of == vendor for part in _within_records(pointer)}
        return Pairing(stable, lambda at, place: (at, place) in volatile)


def named(names: Names, vendor: str, pointer: str) -> str:
    """A place of a state as differences have it."""
    known = names.get(vendor, {})
    end = len(pointer) if known else 0
    while end > 0:
        if (name := known.get(pointer[:end])) is not None:
            return name + pointer[end:]
        end = pointer.rfind("/", 0, end)
    return pointer


def together(places: Iterable[Place]) -> list[Place]:
    """Places in order, those that are alike but for one step as one: ``/orders/*/made``."""
    alike: dict[Place, set[Place]] = {}
    for vendor, pointer in places:
        tokens = pointer.split("/")
        for number in range(1, len(tokens) - (not tokens[-1].isdigit())):  # a property's own name is told
            key = (vendor, "/".join([*tokens[:number], "*", *tokens[number + 1 :]]))
            alike.setdefault(key, set()).add((vendor, pointer))
    left, found = set(places), []
    for key, group in sorted(alike.items(), key=lambda one: (-len(one[1]), one[0])):
        if len(group & left) > 1:
            found.append(key)
            left -= group
    return sorted([*found, *left])


def shown_value(value: Any) -> str:
    """A value of a state in a sentence, cut where it is long."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def steadiness(one: States, other: States, begun: States) -> Steadiness:
    """What two clean runs agree on, which both began in the same state."""
    keys: dict[Place, frozenset[str]] = {}
    masked: set[Place] = set()
    names = {}
    for vendor in one.keys() & other.keys():
        pairing = Pairing()
        pairs = pairing.pairs(one[vendor], other[vendor], begun.get(vendor))
        masked |= {(vendor, difference.pointer) for difference in _differing(vendor, pairs)}
        keys |= {(vendor, pointer): found for pointer, found in pairing.stable.items() if not is_bookkeeping(pointer)}
        names[vendor] = pairing.first_names
    return Steadiness(begun, frozenset(masked), keys, names)


def _differing(vendor: str, pairs: Iterator[Leaf]) -> Iterator[Difference]:
    for pointer, here, there in pairs:
        if (here != there or type(here) is not type(there)) and not is_bookkeeping(pointer):
            yield Difference(vendor, pointer, here, there)


def _within_records(pointer: str) -> Iterator[tuple[str, str]]:
    """The ways to read a place as one within a record: the object that holds that, and the place in it."""
    tokens = pointer.split("/")
    for number in range(1, len(tokens)):
        yield "/".join(tokens[:number]), "".join(f"/{token}" for token in tokens[number + 1 :])
