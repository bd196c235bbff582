"""Explain why an assertion about calls fails: the calls that came instead, and how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.testing.calls import Entry, Operation, differences

MOST = 5


def called(count: int) -> str:
    return {0: "never called", 1: "called once", 2: "called twice"}.get(count, f"called {count} times")


def line_of(entry: Entry) -> str:
    """A call in one line: ``GET /postpress/v1/linkedin/inmail_balance?account_id=b → 200``."""
    request, status = entry["request"], entry["status"]
    return f"{request['method']} {request['target']} → {status or 'no answer'}"


def explain(
    heading: str,
    vendor: str,
    operation: Operation,
    expected: Mapping[str, Any],
    entries: Sequence[Entry],
    key: str,
) -> str:
    """The text of a failed assertion: the nearest calls of the operation first, then what else there was."""
    calls = [entry for entry in entries if entry["vendor"] == vendor and entry["operation"] == operation.id]
    near = [(differences(entry, operation, expected), entry) for entry in calls]
    near.sort(key=lambda one: len(one[0]))
    lines = [heading]
    for different, entry in near[:MOST]:
        lines.append(f"  {line_of(entry)}")
        lines += [f"      {one}" for one in different]
    if len(near) > MOST:
        lines.append(f"  and {len(near) - MOST} more calls of {operation.id}")
    others = [entry for entry in entries if entry not in calls]
    lines += [f"  {line}" for line in _others(others)]
    if not entries:
        lines.append(f"  nothing at all was called in this sandbox; does the client send the key {key!r}?")
    return "\n".join(lines)


def _others(entries: Sequence[Entry]) -> list[str]:
    """What else was called: operations with their numbers, and each request that was none."""
    known = Counter(f"{one['vendor']} {one['operation']}" for one in entries if one["operation"])
    lines = [f"also called: {', '.join(f'{name} ({count}×)' for name, count in known.items())}"] if known else []
    for entry in [entry for entry in entries if not entry["operation"]][-MOST:]:
        nearest = entry["decision"]["nearest"]
        hint = f"; the nearest is {nearest[0]}" if nearest else ""
        lines.append(f"no operation: {line_of(entry)}{hint}")
    return lines
