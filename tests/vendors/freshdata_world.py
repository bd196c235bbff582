"""FreshData's state and behaviours with a clock, without an engine around them: what its tests play with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from mockserver.clock import parse_time
from mockserver.decision import Call, Happening, Refusal, Reply
from mockserver.rules import load_rules
from mockserver.spec.loader import load
from mockserver.vendors.freshdata import vendor

SPEC = load(vendor.spec, "freshdata")
assert vendor.rules is not None
RULES = load_rules(vendor.rules)
START = parse_time("2026-01-31T12:00:00Z")
IDS = count()

NADIA = {"linkedin_url": "https://www.linkedin.com/in/nadia-example/"}
STEPS = {
    "employees": ("search_employees", "check_search_status", "get_search_results"),
    "companies": ("search_companies", "check_search_companies_status", "get_search_companies_results"),
}
SAMPLES = {"employees": "5e1f0c7a9b3d4826a1c0e2f4b6d8907a", "companies": "c0a8d2e4f6b801937a5c9e1b3d5f7082"}
OTHER = {"employees": "companies", "companies": "employees"}
KINDS = pytest.mark.parametrize("kind", ["employees", "companies"])


@dataclass
class World:
    """FreshData with a clock, without an engine around it. ``changes`` take the place of the initial state's."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    now: int = START
    policies: Mapping[str, Any] = field(default_factory=lambda: RULES.policies)
    state: Any = None

    def __post_init__(self) -> None:
        self.state = {**RULES.initial, **self.changes}

    def call(self, operation: str, parameters: Mapping[str, Any] | None = None, body: Any = None) -> Call:
        found = SPEC.operation(operation)
        assert found is not None, operation
        return Call(found, parameters or {}, body, self.now, START, 7, f"req-{next(IDS)}", self.policies)

    def do(self, operation: str, parameters: Mapping[str, Any] | None = None, body: Any = None) -> Reply | Refusal:
        """Make a call; a refused or free one leaves the very same state."""
        before, call = self.state, self.call(operation, parameters, body)
        text = json.dumps(before)
        self.state, outcome = vendor.behaviours[operation](before, call)
        assert json.dumps(before) == text, "a state is never changed in place"
        assert self.state is before or not isinstance(outcome, Refusal)
        assert RULES.state_errors(self.state) == []
        return outcome

    def case(self, operation: str, parameters: Mapping[str, Any] | None = None, body: Any = None) -> str:
        """The case of a refused call; empty for one that went well."""
        outcome = self.do(operation, parameters, body)
        return outcome.case if isinstance(outcome, Refusal) else ""

    def event(self, name: str, **fields: Any) -> Mapping[str, Any] | Refusal:
        happening = Happening(fields, self.now, START, 7, f"event-{next(IDS)}", self.policies)
        self.state, result = vendor.events[name](self.state, happening)
        assert RULES.state_errors(self.state) == []
        return result

    def headers(self) -> Mapping[str, str]:
        assert vendor.headers is not None
        return vendor.headers(self.state, self.call("check_search_status"))

    @property
    def left(self) -> str:
        """What the header says is left."""
        return self.headers()["x-ratelimit-credits-remaining"]

    def started(self, kind: str, **body: Any) -> str:
        """Step 1; gives the request_id."""
        outcome = self.do(STEPS[kind][0], body=body)
        assert isinstance(outcome, Reply)
        return str(outcome.body["request_id"])

    def status(self, kind: str, request_id: str) -> str:
        """Step 2; gives the status."""
        outcome = self.do(STEPS[kind][1], {"request_id": request_id})
        assert isinstance(outcome, Reply)
        found = vendor_case(STEPS[kind][1], outcome.case or "ok")
        return str(found["status"])

    def page(self, kind: str, request_id: str, number: int | None = None) -> Reply | Refusal:
        """Step 3."""
        paged = {} if number is None else {"page": number}
        return self.do(STEPS[kind][2], {"request_id": request_id, **paged})


def vendor_case(operation: str, case: str) -> Any:
    """The spec's body of a case."""
    found = SPEC.operation(operation)
    assert found is not None
    return next(iter(found.cases[case].bodies.values()))


def done_search(kind: str = "employees", found: int = 60, **more: Any) -> dict[str, Any]:
    """A state's searches: one that was done long ago, ``x``."""
    search = {"kind": kind, "found": found, "started_at": None, "scope": "s", "query": "", "filters": []}
    return {"searches": {"x": {**search, **more}}}
