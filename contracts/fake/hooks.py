"""What schemathesis's configuration file can't say. ``st`` loads this file too, as the configuration names it."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import UseAfterFree

LIST_JOURNAL = "GET /_mock/sandboxes/{sandbox}/journal"
LONGEST, SHORT = 60, 0.05  # seconds of ``wait``: the longest that is valid, and what a suite has time for


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Waiting for a journal entry is cut short where it would be granted; a ``wait`` that isn't valid stays."""
    wait = case.query.get("wait")
    is_valid = isinstance(wait, int | float) and not isinstance(wait, bool) and SHORT < wait <= LONGEST
    if case.operation.label == LIST_JOURNAL and is_valid:
        case.query["wait"] = SHORT


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], _response: Response) -> bool:
    """DELETE empties a journal, which is there still; a journal that outlives its *sandbox* stays a failure."""
    is_emptied = isinstance(failure, UseAfterFree) and failure.free.endswith("/journal")
    return not (is_emptied and case.operation.label == LIST_JOURNAL)
