"""Compares vendors' states leaf by leaf; what differs between two clean runs is left out.

A vendor may keep things under ids that it makes. Where two clean runs have as many of them under different keys, the
keys are set aside, and the things compared in their order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.openapi.pointers import escape

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "absent"})()
States = Mapping[str, Any]
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
class Steadiness:
    """What two clean runs agree on. ``masked`` are the leaves that differ, as ``vendor`` and pointer.

    ``stable_keys`` are the keys that both runs have, of objects whose other keys are made anew in each run.
    """

    masked: frozenset[tuple[str, str]]
    stable_keys: Mapping[tuple[str, str], frozenset[str]]

    def is_masked(self, vendor: str, pointer: str) -> bool:
        return (vendor, pointer) in self.masked

    def differences(self, expected: States, found: States) -> list[Difference]:
        """The leaves that differ though the clean runs agree on them; a vendor never called is as it began."""
        return [
            one
            for vendor in expected
            if vendor in found
            for one in _differences(vendor, self._leaves(vendor, expected), self._leaves(vendor, found))
            if not self.is_masked(vendor, one.pointer)
        ]

    def named(self, vendor: str, pointer: str) -> str:
        """A raw place of a state as differences have it: where keys are made anew, any of them is ``*``."""
        made = ""
        for token in pointer.split("/")[1:]:
            known = self.stable_keys.get((vendor, made))
            made += f"/{'*' if known is not None and token not in known else token}"
        return made

    def _leaves(self, vendor: str, states: States) -> dict[str, Any]:
        return dict(leaves(_renamed(states[vendor], vendor, "", self.stable_keys)))


def shown_value(value: Any) -> str:
    """A value of a state in a sentence, cut where it is long."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def steadiness(one: States, other: States) -> Steadiness:
    """What two clean runs agree on."""
    keys: dict[tuple[str, str], frozenset[str]] = {}
    masked = set()
    for vendor in one.keys() & other.keys():
        _find_made_keys(one[vendor], other[vendor], vendor, "", keys)
        both = [dict(leaves(_renamed(states[vendor], vendor, "", keys))) for states in (one, other)]
        masked |= {(vendor, difference.pointer) for difference in _differences(vendor, *both)}
    return Steadiness(frozenset(masked), keys)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The innermost values with their places; an empty object or list is one."""
    below: list[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if not below:
        yield pointer, value
    for key, part in below:
        yield from leaves(part, f"{pointer}/{escape(str(key))}")


def _differences(vendor: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    for pointer in dict.fromkeys((*expected, *found)):
        here, there = expected.get(pointer, ABSENT), found.get(pointer, ABSENT)
        if here != there or type(here) is not type(there):
            yield Difference(vendor, pointer, here, there)


def _find_made_keys(
    one: Any, other: Any, vendor: str, pointer: str, keys: dict[tuple[str, str], frozenset[str]]
) -> None:
    if isinstance(one, dict) and isinstance(other, dict):
        common = one.keys() & other.keys()
        if len(one) == len(other) and len(common) < len(one):
            keys[vendor, pointer] = frozenset(common)
        pairs = zip(_in_order(one, common), _in_order(other, common), strict=False)
        for (name, left), (_, right) in pairs:
            _find_made_keys(left, right, vendor, f"{pointer}/{escape(name)}", keys)
    elif isinstance(one, list) and isinstance(other, list):
        for index, (left, right) in enumerate(zip(one, other, strict=False)):
            _find_made_keys(left, right, vendor, f"{pointer}/{index}", keys)


def _in_order(value: Mapping[str, Any], common: set[str]) -> list[tuple[str, Any]]:
    """The members under common keys, then the others as ``#1``, ``#2``, in the order in which they came."""
    others = [part for key, part in value.items() if key not in common]
    return [*((key, value[key]) for key in sorted(common)), *((f"#{n}", part) for n, part in enumerate(others, 1))]


def _renamed(value: Any, vendor: str, pointer: str, keys: Mapping[tuple[str, str], frozenset[str]]) -> Any:
    """The state with keys that are made anew in each run replaced by numbers."""
    if isinstance(value, dict):
        common = keys.get((vendor, pointer))
        members = value.items() if common is None else _in_order(value, {key for key in value if key in common})
        return {key: _renamed(part, vendor, f"{pointer}/{escape(key)}", keys) for key, part in members}
    if isinstance(value, list):
        return [_renamed(part, vendor, f"{pointer}/{index}", keys) for index, part in enumerate(value)]
    return value
