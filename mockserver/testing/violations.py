"""Describe a client's contract violations, as the text that its test fails with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.testing.assertion_messages import line_of
from mockserver.testing.calls import Entry

MOST = 10
_WHEN = {"setup": "in the set-up", "call": "in the test", "teardown": "in the teardown"}
_HINT = "@pytest.mark.mock(contract=False) is for a test that does so on purpose"


class Violating(NamedTuple):
    """A journal entry with violations, and the phase of the test in which it came, as pytest calls it."""

    entry: Entry
    phase: str


def violation_text(violating: Sequence[Violating], dropped: int = 0) -> str:
    """The requests that broke the contract and when, each rule with the place where the spec has it."""
    vendors = ", ".join(dict.fromkeys(str(one.entry["vendor"]) for one in violating))
    count = "1 request" if len(violating) == 1 else f"{len(violating)} requests"
    lines = [f"{count} broke the contract of {vendors}"]
    for one in violating[:MOST]:
        lines.append(f"  {line_of(one.entry)}  ({_WHEN[one.phase]})")
        lines += [f"      {line}" for line in _rules(one.entry["violations"])]
    if len(violating) > MOST:
        lines.append(f"  and {len(violating) - MOST} more")
    if dropped:
        lines.append(f"  the journal has dropped {dropped} older entries, which may hold more")
    lines.append(f"  ({_HINT})")
    return "\n".join(lines)


def _rules(violations: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for one in violations:
        where = " ".join(part for part in (one["in"], one.get("name"), one.get("pointer")) if part)
        yield f"{where}: {one['message']}"
        spec = one["spec"]
        if spec:
            yield f"    {spec['file']}:{spec['line']}: {spec['pointer'] or '/'}"
