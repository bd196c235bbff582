"""All operations x all cases x every channel: the status, the headers, the body and the schema that the spec says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.openapi.model import Case, Operation
from tests.support.case_flaws import CASE_FLAWS, Flaw
from tests.support.serving import Answer, Served

SERVED = Served()
FAULTS = "/sandboxes/faults/faults"
ARMED = ("fault", "fault-after")


def channels(operation: Operation) -> Iterator[str]:
    """Every way to a case; a magic value in the input needs something to stand in."""
    yield from ("header", "credential")
    if operation.parameters or operation.body or operation.method == "POST":
        yield "input"
    yield from ARMED


CASES = [
    pytest.param(vendor, operation, case, channel, id=f"{operation.id}-{case.name}-{channel}")
    for vendor, operation in SERVED.operations()
    for case in operation.cases.values()
    for channel in channels(operation)
]


def demanded(served: Served, vendor: str, operation: Operation, case: Case, channel: str) -> Answer:
    """The answer to a call for which a case is demanded."""
    if channel not in ARMED:
        return served.call(vendor, operation, case, channel)
    when = "after" if channel == "fault-after" else "before"
    fault = {"vendor": vendor, "operation": operation.id, "error": case.name, "times": 1, "when": when}
    armed = served.control("POST", FAULTS, fault)
    assert armed.status == 201, armed.json
    answer = served.call(vendor, operation, sandbox="faults")
    assert served.control("DELETE", FAULTS).status == 204
    return answer


def differences(served: Served, vendor: str, operation: Operation, case: Case, channel: str) -> list[str]:
    """How the answer is not as the spec's example says."""
    answer = demanded(served, vendor, operation, case, channel)
    media, body = next(iter(case.bodies.items()))
    if isinstance(body, dict) and answer.json.get("instance") == answer.id:
        body = {**body, "instance": answer.id}
    applied = f"example={case.name}" if channel == "header" else None
    wanted: dict[str, tuple[Any, Any]] = {
        "status": (case.status, answer.status),
        "media type": (media, answer.headers["content-type"]),
        "body": (body, answer.json),
        "preference-applied": (applied, answer.headers.get("preference-applied")),
    }
    for header in case.response.headers:
        if header.value is not None and case.is_error:
            wanted[header.name] = (header.value, answer.headers.get(header.name.lower()))
        elif header.required:
            wanted[header.name] = (True, header.name.lower() in answer.headers)
    schemas = served.app.engine.pipeline.vendors[vendor].schemas
    wrong = [f"{what}: {was!r}, not {right!r}" for what, (right, was) in wanted.items() if right != was]
    return wrong + [str(error) for error in schemas.errors(case.response.content[media].schema, answer.json)]


@pytest.mark.parametrize(("vendor", "operation", "case", "channel"), CASES)
def test_a_demanded_case_is_the_specs_example(vendor: str, operation: Operation, case: Case, channel: str):
    assert differences(SERVED, vendor, operation, case, channel) == []


class Broken(Served):
    """A server whose answers are spoilt."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(app=SERVED.app)
        self.flaw = flaw

    def ask(self, *about: Any, **more: Any) -> Answer:
        return self.flaw(super().ask(*about, **more))


@pytest.mark.parametrize("flaw", CASE_FLAWS.values(), ids=CASE_FLAWS)
def test_a_case_that_is_not_the_example_is_seen(flaw: Flaw):
    _, operation = next(found for found in SERVED.operations() if found[0] == "sonarly")

    assert differences(Broken(flaw), "sonarly", operation, operation.cases["RATE_LIMIT_EXCEEDED"], "header") != []


class Forgetful(Served):
    """A server that says that a fault is armed, and forgets it."""

    def control(self, method: str, path: str, *more: Any) -> Answer:
        answer = super().control(method, path, *more)
        if method == "POST":
            super().control("DELETE", path)
        return answer


@pytest.mark.parametrize("channel", ARMED)
def test_a_fault_that_does_not_fire_is_seen(channel: str):
    _, operation = next(found for found in SERVED.operations() if found[0] == "sonarly")

    assert differences(Forgetful(app=SERVED.app), "sonarly", operation, operation.cases["FORBIDDEN"], channel) != []


@pytest.mark.parametrize(
    ("vendor", "operation"), [pytest.param(*found, id=found[1].id) for found in SERVED.operations()]
)
def test_an_operation_answers_its_example_to_its_own_input(vendor: str, operation: Operation):
    answer = SERVED.call(vendor, operation, sandbox=f"own-{operation.id}")
    assert operation.default is not None
    assert answer.status == operation.default.status
    expected = next(iter(operation.default.bodies.values()))
    assert without(COMPUTED.get(operation.id, ()), answer.json) == without(COMPUTED.get(operation.id, ()), expected)


COMPUTED = {
    "get_prospecting_quota": ("resetAt", "traceId"),
    "search_employees": ("request_id",),
    "search_companies": ("request_id",),
}
"""What follows from the time or the call, and so can't be as in an example."""


def without(names: tuple[str, ...], value: Any) -> Any:
    """A value without some properties, at any depth."""
    if isinstance(value, dict):
        return {key: without(names, child) for key, child in value.items() if key not in names}
    return value


def test_all_35_documented_operations_are_there():
    counts: dict[str, int] = {}
    for vendor, _ in SERVED.operations():
        counts[vendor] = counts.get(vendor, 0) + 1
    assert counts == {"postpress": 1, "sonarly": 1, "linkedapi": 3, "freshdata": 30}


def test_postpress_lists_37_errors_and_the_400():
    ((_, operation),) = [found for found in SERVED.operations() if found[0] == "postpress"]
    counts: dict[int, int] = {}
    for case in operation.cases.values():
        counts[case.status] = counts.get(case.status, 0) + 1
    del counts[200]
    assert counts == {400: 1, 401: 13, 403: 9, 404: 2, 422: 4, 500: 3, 503: 5, 504: 1}
