"""Hooks that schemathesis's configuration file can't express; ``st`` loads this file too, by its name there."""

from __future__ import annotations

from math import nan
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import UseAfterFree

from mockserver import invariants

LIST_JOURNAL = "GET /_mock/sandboxes/{sandbox}/journal"
STREAM = "GET /_mock/journal/stream"
SHORT = 0.05  # seconds that a suite has time for
WAITS = {LIST_JOURNAL: ("wait", 60, False), STREAM: ("seconds", 86_400, True)}
"""The parameters that make a call wait: name, the longest that is valid, and whether it waits without it too."""
KEPT = {
    "DELETE /_mock/sandboxes/{sandbox}": {"contracts", "checkout-tests"},
    "DELETE /_mock/sandboxes/{sandbox}/faults": {"contracts", "*", "%2A"},  # as it is, and as it is sent
    "DELETE /_mock/sandboxes/{sandbox}/snapshots/{snapshot}": {"before-campaign"},
}
EXPORTS = ("har", "jsonl")  # which can't be waited for: two parameters that are valid each, but not together

invariants.register()


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Waiting for journal entries is cut short where it would be granted; a time that isn't valid stays."""
    name, longest, waits_anyway = WAITS.get(case.operation.label, ("", 0, False))
    if not name:
        return
    if name not in case.query:
        case.query |= {name: SHORT} if waits_anyway else {}
    elif 0 <= _seconds(case.query[name]) <= longest and case.query.get("format") in EXPORTS:
        del case.query[name]
    elif SHORT < _seconds(case.query[name]) <= longest:
        case.query[name] = SHORT


def _seconds(value: Any) -> float:
    """A number of seconds, as it is or as it is written in a query; not a number where it is none."""
    try:
        return nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return nan


@schemathesis.hook
def filter_case(_context: HookContext, case: Case[Any]) -> bool:
    """What was prepared stays: a sandbox that is deleted by chance has nothing more to show."""
    is_deleted = case.method.upper() == "DELETE"  # not where another method is tried on its path
    return not (is_deleted and KEPT.get(case.operation.label, set()) & {*(case.path_parameters or {}).values()})


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], _response: Response) -> bool:
    """DELETE empties a journal, which is there still; a journal that outlives its *sandbox* stays a failure."""
    is_emptied = isinstance(failure, UseAfterFree) and failure.free.endswith("/journal")
    return not (is_emptied and case.operation.label == LIST_JOURNAL)
