"""What differs between two JSON values, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from mockserver.openapi.pointers import escape

MOST = 100
GONE = object()


def differences(before: Any, after: Any) -> tuple[Mapping[str, Any], ...]:
    """The places that differ, the first hundred: ``{"pointer": "/spent", "before": 3, "after": 4}``.

    ``before`` is left out where the place is new, ``after`` where it is gone. What both values share isn't looked into.
    """
    changes: list[Mapping[str, Any]] = []
    if before is not after:
        _compare(before, after, "", changes)
    return tuple(changes[:MOST])


def _compare(before: Any, after: Any, pointer: str, changes: list[Mapping[str, Any]]) -> None:
    if len(changes) >= MOST:
        return
    pairs = _pairs(before, after)
    if pairs is None:
        if before != after or type(before) is not type(after):
            changes.append({"pointer": pointer, "before": before, "after": after})
        return
    for key, old, new in pairs:
        at = f"{pointer}/{escape(str(key))}"
        if new is GONE:
            changes.append({"pointer": at, "before": old})
        elif old is GONE:
            changes.append({"pointer": at, "after": new})
        else:
            _compare(old, new, at, changes)


def _pairs(before: Any, after: Any) -> list[tuple[str | int, Any, Any]] | None:
    """What two objects, or two lists, hold in the same place and don't share; None where they aren't alike."""
    if isinstance(before, dict) and isinstance(after, dict):
        get = after.get
        pairs = [(key, old, new) for key, old in before.items() if (new := get(key, GONE)) is not old]
        if len(after) > len(before) - sum(new is GONE for _, _, new in pairs):
            pairs += [(key, GONE, new) for key, new in after.items() if key not in before]
        return pairs
    if isinstance(before, list) and isinstance(after, list):
        longest = enumerate(zip_longest(before, after, fillvalue=GONE))
        return [(index, old, new) for index, (old, new) in longest if old is not new]
    return None
