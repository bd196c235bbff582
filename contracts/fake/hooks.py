"""What schemathesis can't be told in its configuration file. ``st`` loads this file by the same configuration."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import UseAfterFree

PATIENCE = 0.05
JOURNAL = "/journal"


@schemathesis.hook.apply_to(operation_id="list_journal")
def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """A valid ``wait`` of up to a minute becomes a short one; one that isn't valid is sent as it is."""
    wait = case.query.get("wait")
    if isinstance(wait, int | float) and PATIENCE < wait <= 60:
        case.query["wait"] = PATIENCE


@schemathesis.hook.apply_to(operation_id="list_journal")
def filter_failure(_context: HookContext, failure: Failure, _case: Case, _response: Response) -> bool:
    """DELETE empties a journal, it doesn't end it: reading it afterwards is no use after free, as after the sandbox."""
    return not (isinstance(failure, UseAfterFree) and failure.free.endswith(JOURNAL))
