"""Describe a client's contract violations, as the text that its test fails with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.testing.assertion_messages import line_of
from mockserver.testing.calls import Entry

MOST = 10
_HINT = "@pytest.mark.mock(contract=False) is for a test that does so on purpose"


def violation_text(entries: Sequence[Entry], dropped: int = 0) -> str:
    """The requests that broke the contract, each rule with the place where the spec has it."""
    vendors = ", ".join(dict.fromkeys(str(entry["vendor"]) for entry in entries))
    count = "1 request" if len(entries) == 1 else f"{len(entries)} requests"
    lines = [f"{count} broke the contract of {vendors}"]
    for entry in entries[:MOST]:
        lines += [f"  {line_of(entry)}", *(f"      {line}" for line in _rules(entry["violations"]))]
    if len(entries) > MOST:
        lines.append(f"  and {len(entries) - MOST} more")
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
