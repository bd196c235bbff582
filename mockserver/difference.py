"""What differs between two JSON values, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mockserver.spec.pointers import escape

MOST = 100


def differences(before: Any, after: Any) -> tuple[Mapping[str, Any], ...]:
    """The places that differ, the first hundred: ``{"pointer": "/spent", "before": 3, "after": 4}``.

    ``before`` is left out where the place is new, ``after`` where it is gone. What both values share isn't looked into.
    """
    return tuple(islice(_differences(before, after, ""), MOST))


def _differences(before: Any, after: Any, pointer: str) -> Iterator[Mapping[str, Any]]:
    if before is after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key, old in before.items():
            if key not in after:
                yield {"pointer": f"{pointer}/{escape(key)}", "before": old}
            elif old is not after[key]:
                yield from _differences(old, after[key], f"{pointer}/{escape(key)}")
        for key, new in after.items():
            if key not in before:
                yield {"pointer": f"{pointer}/{escape(key)}", "after": new}
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _differences(old, new, f"{pointer}/{index}")
        for index in range(len(after), len(before)):
            yield {"pointer": f"{pointer}/{index}", "before": before[index]}
        for index in range(len(before), len(after)):
            yield {"pointer": f"{pointer}/{index}", "after": after[index]}
    elif before != after or type(before) is not type(after):
        yield {"pointer": pointer, "before": before, "after": after}
