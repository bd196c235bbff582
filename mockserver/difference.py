"""What differs between two JSON values, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

from mockserver.spec.pointers import escape

MOST = 100
GONE = object()


def differences(before: Any, after: Any) -> tuple[Mapping[str, Any], ...]:
    """The places that differ, the first hundred: ``{"pointer": "/spent", "before": 3, "after": 4}``.

    ``before`` is left out where the place is new, ``after`` where it is gone. What both values share isn't looked into.
    """
    return tuple(islice(_differences(before, after, ""), MOST))


def _differences(before: Any, after: Any, pointer: str) -> Iterator[Mapping[str, Any]]:
    if before is after:
        return
    pairs = _pairs(before, after)
    if pairs is None:
        if before != after or type(before) is not type(after):
            yield {"pointer": pointer, "before": before, "after": after}
        return
    for key, old, new in pairs:
        at = f"{pointer}/{escape(key)}"
        if new is GONE:
            yield {"pointer": at, "before": old}
        elif old is GONE:
            yield {"pointer": at, "after": new}
        else:
            yield from _differences(old, new, at)


def _pairs(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]] | None:
    """What two objects or two lists hold, by key; None where they aren't alike."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = (*before, *(key for key in after if key not in before))
        return ((key, before.get(key, GONE), after.get(key, GONE)) for key in keys)
    if isinstance(before, list) and isinstance(after, list):
        longest = zip_longest(before, after, fillvalue=GONE)
        return ((str(index), old, new) for index, (old, new) in enumerate(longest))
    return None
