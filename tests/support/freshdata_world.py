"""FreshData's state and behaviours with a clock, without an engine around them: what its tests play with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.clock import parse_time
from mockserver.plugin import Refusal, Reply
from mockserver.vendors.freshdata.behaviours import vendor
from tests.support.played import Played, contract_of

SPEC = contract_of("freshdata").spec
RULES = contract_of("freshdata").rules
START = parse_time("2026-01-31T12:00:00Z")

NADIA = {"linkedin_url": "https://www.linkedin.com/in/nadia-example/"}
STEPS = {
    "employees": ("search_employees", "check_search_status", "get_search_results"),
    "companies": ("search_companies", "check_search_companies_status", "get_search_companies_results"),
}
SAMPLES = {"employees": "5e1f0c7a9b3d4826a1c0e2f4b6d8907a", "companies": "c0a8d2e4f6b801937a5c9e1b3d5f7082"}
OTHER = {"employees": "companies", "companies": "employees"}
KINDS = pytest.mark.parametrize("kind", ["employees", "companies"])


class World(Played):
    """FreshData with a clock, without an engine around it. ``changes`` take the place of the initial state's."""

    def __init__(
        self, changes: Mapping[str, Any] | None = None, now: int = START, policies: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__("freshdata", START, **(changes or {}))
        self.now = now
        self.policies = policies or self.policies

    def case(self, operation: str, parameters: Mapping[str, Any] | None = None, body: Any = None) -> str:
        """The case of a refused call; empty for one that went well."""
        outcome = self.call(operation, parameters, body)
        return outcome.case if isinstance(outcome, Refusal) else ""

    def headers(self) -> Mapping[str, str]:
        assert vendor.headers is not None
        return vendor.headers(self.state, self.asked("check_search_status"))

    @property
    def left(self) -> str:
        """What the header says is left."""
        return self.headers()["x-ratelimit-credits-remaining"]

    def started(self, kind: str, **body: Any) -> str:
        """Step 1; gives the request_id."""
        outcome = self.call(STEPS[kind][0], body=body)
        assert isinstance(outcome, Reply)
        return str(outcome.body["request_id"])

    def status(self, kind: str, request_id: str) -> str:
        """Step 2; gives the status."""
        outcome = self.call(STEPS[kind][1], {"request_id": request_id})
        assert isinstance(outcome, Reply)
        found = vendor_case(STEPS[kind][1], outcome.case or "ok")
        return str(found["status"])

    def page(self, kind: str, request_id: str, number: int | None = None) -> Reply | Refusal:
        """Step 3."""
        paged = {} if number is None else {"page": number}
        return self.call(STEPS[kind][2], {"request_id": request_id, **paged})


def vendor_case(operation: str, case: str) -> Any:
    """The spec's body of a case."""
    found = SPEC.operation(operation)
    assert found is not None
    return next(iter(found.cases[case].bodies.values()))


def done_search(kind: str = "employees", found: int = 60, **more: Any) -> dict[str, Any]:
    """A state's searches: one that was done long ago, ``x``."""
    search = {
        "kind": kind,
        "found": found,
        "started_at": None,
        "ended": "done",
        "scope": "s",
        "query": "",
        "filters": [],
    }
    return {"searches": {"x": {**search, **more}}}
