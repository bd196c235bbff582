"""Journal entries made by hand, and what a store would count of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from mockserver.openapi.loader import load
from mockserver.openapi.model import Operation
from mockserver.packaged import specs_folder
from mockserver.report.findings import Findings, findings
from mockserver.requests.violation import Violation
from mockserver.sandbox.journal import Entry, Outcome, kind_of

SPECS = {name: load(specs_folder() / name / "openapi.yaml", name) for name in ("postpress", "freshdata")}
BALANCE = "/postpress/v1/linkedin/inmail_balance?account_id=a"
START = 1_780_000_000_000
SPENT = ({"pointer": "/credits", "before": 100, "after": 99},)
OUTCOME = [one.name for one in fields(Outcome)]
NO_ACCOUNT = Violation(
    "invalid_parameter", "query", "account_id", "is required", "/paths/~1linkedin~1inmail_balance/get"
)


class Noted(Entry):
    """An entry that may bear notes of what the mock server doesn't support."""


def entry(
    number: int,
    status: int = 200,
    *,
    at: int = 0,
    now: int | None = None,
    vendor: str = "postpress",
    operation: str | None = "get_inmail_balance",
    target: str = BALANCE,
    method: str = "GET",
    body: bytes = b"",
    case: str = "",
    wait: str | None = None,
    **more: Any,
) -> Entry:
    """Entry ``req_NUMBER``, received ``at`` milliseconds after the start; ``wait`` is its answer's ``Retry-After``."""
    found = operation_of(vendor, operation) if operation else None
    moment = START + (at if now is None else now)
    sent = [(b"Retry-After", wait.encode())] if wait is not None else []
    answer: dict[str, Any] = {"case": case, "status": status, "sent": sent, "response_body": b"{}"}
    made = Noted(f"req_{number}", "s", START + at, moment, vendor, found, method, target, [], body, **answer)
    told = {name: more.pop(name) for name in OUTCOME if name in more}
    made.outcome = Outcome(**{"fault": "f1", **told}) if told else None
    for name, value in more.items():
        setattr(made, name, value)
    made.kind = kind_of(made)
    return made


def operation_of(vendor: str, name: str) -> Operation:
    """An operation of a real vendor; of another one, just its name."""
    known = SPECS[vendor].operation(name) if vendor in SPECS else None
    return known or Operation(vendor, name, "GET", f"/{name}", "")


def counts_of(entries: Iterable[Entry]) -> dict[str, int]:
    return dict(Counter(one.kind for one in entries))


def found_in(entries: Sequence[Entry], dropped: Sequence[Entry] = ()) -> Findings:
    """The findings of a journal (oldest entry first) of which older entries were dropped."""
    return findings(reversed(entries), counts_of([*dropped, *entries]), len(dropped), SPECS)
