"""All operations x all cases x every channel: the status, the body and the schema that the spec says."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.spec.model import Case, Operation
from tests.serving import Served

SERVED = Served()
CASES = [
    pytest.param(vendor, operation, case, channel, id=f"{operation.id}-{case.name}-{channel}")
    for vendor, operation in SERVED.operations()
    for case in operation.cases.values()
    for channel in ("header", "credential", "input")
    if channel != "input" or operation.parameters or operation.body or operation.method == "POST"
]


@pytest.mark.parametrize(("vendor", "operation", "case", "channel"), CASES)
def test_a_demanded_case_is_the_specs_example(vendor: str, operation: Operation, case: Case, channel: str):
    answer = SERVED.call(vendor, operation, case, channel)
    contract = SERVED.app.engine.pipeline.contracts[vendor]
    media, expected = next(iter(case.bodies.items()))
    assert answer.status == case.status
    if isinstance(expected, dict) and answer.json.get("instance") == answer.id:
        assert answer.json == {**expected, "instance": answer.id}
    else:
        assert answer.json == expected
    assert contract.schemas.errors(case.response.content[media].schema, answer.json) == []
    for header in case.response.headers:
        if header.value is not None and case.is_error:
            assert answer.headers[header.name.lower()] == header.value


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
