"""Possible double spends: the vendor acted, the client didn't hear of it, asked again, and the vendor acted again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockserver.clock import format_time
from mockserver.report.bounds import cut
from mockserver.report.followups import Step
from mockserver.sandbox.journal import Entry

CHANGES = 10
VALUE = 120


def is_double(step: Step) -> bool:
    """Whether an entry changed the state, its answer was lost or >= 500, and the same question changed it again."""
    entry = step.entry
    return bool(entry.changes) and step.changed is not None and (entry.is_lost or entry.status >= 500)


def double_spend(step: Step) -> dict[str, Any]:
    """Both entries of a double spend, as JSON."""
    entry, again = step.entry, step.changed
    assert again is not None
    operation = entry.operation.id if entry.operation else ""
    both = {"first": _shown(entry), "second": _shown(again)}
    return {"vendor": entry.vendor, "operation": operation, "sandbox": entry.sandbox, **both}


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "received": format_time(entry.received),
        "now": format_time(entry.now),
        "method": entry.method,
        "target": cut(entry.target),
        "status": entry.status,
        "case": (entry.case or None) if not entry.is_lost else None,
        "lost": entry.outcome.connection if entry.outcome and entry.is_lost else None,
        "fault": entry.fault or None,
        "changes": [_change(change) for change in entry.changes[:CHANGES]],
        "more_changes": max(0, len(entry.changes) - CHANGES),
    }


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    values = {side: _value(change[side]) for side in ("before", "after") if side in change}
    return {"pointer": cut(change["pointer"]), **values}


def _value(value: Any) -> Any:
    """A value as it is; where it is long, the beginning of its JSON."""
    text = json.dumps(value, default=str)
    return value if len(text) <= VALUE else cut(text, VALUE)
