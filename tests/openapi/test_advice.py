"""What a client should do about an error: what a spec says, and what follows where it says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.advice import Retry, retry_by_status
from mockserver.openapi.lint_keys import lint_keys
from mockserver.openapi.loader import load
from mockserver.packaged import specs_folder
from tests.support.specs import JSON, loaded, only

BY_STATUS = {
    400: "never",
    401: "reconnect",
    403: "never",
    408: "safe",
    423: "after",
    425: "safe",
    429: "after",
    500: "safe",
}
BY_STATUS |= {501: "never", 502: "safe", 503: "safe", 504: "safe"}


@pytest.mark.parametrize(("status", "advice"), BY_STATUS.items())
def test_advice_follows_from_the_status(status: int, advice: str):
    assert retry_by_status(status) == advice


@pytest.mark.parametrize("vendor", ["postpress", "sonarly", "linkedapi", "freshdata"])
def test_every_error_case_of_ours_says_what_to_do(vendor: str):
    operations = load(specs_folder() / vendor / "openapi.yaml", vendor, strict=True).operations
    errors = [case for operation in operations for case in operation.cases.values() if case.is_error]
    assert errors
    assert [case.name for case in errors if case.advice is None] == []


def test_the_advice_of_a_spec_beats_the_status():
    case = load(specs_folder() / "postpress" / "openapi.yaml", "postpress").operations[0].cases["provider_unreachable"]
    assert (case.status, case.retry) == (422, Retry.SAFE)


METHODS = [
    ("get", {}, True),
    ("put", {}, True),
    ("delete", {}, True),
    ("post", {}, False),
    ("patch", {}, False),
    ("post", {"x-read-only": True}, True),
    ("post", {"x-read-only": True, "x-idempotent": False}, False),
    ("post", {"x-idempotent": True}, True),
    ("put", {"x-idempotent": False}, False),
]


@pytest.mark.parametrize(("method", "said", "expected"), METHODS)
def test_whether_the_same_twice_is_the_same_once(tmp_path: Path, method: str, said: dict[str, Any], expected: bool):
    operation = {**said, "responses": {"200": {"description": "Done"}}}
    assert only(loaded(tmp_path, {"/things": {method: operation}})).idempotent is expected


def test_unknown_advice_is_a_defect(tmp_path: Path):
    example = {"x-retry": "maybe", "value": {}}
    response = {"description": "Busy", "content": {JSON: {"examples": {"busy": example}}}}
    spec = loaded(tmp_path, {"/things": {"get": {"responses": {"503": response}}}})
    found = [(rule, message) for _, rule, message in lint_keys(spec.document, "3.1")]
    assert found == [("retry", "'maybe' is not known advice; known are safe, after, reconnect, never")]
    assert only(spec).cases["busy"].advice is None


def test_which_of_our_operations_may_not_be_made_twice():
    vendors = ["postpress", "sonarly", "linkedapi", "freshdata"]
    specs = [load(specs_folder() / vendor / "openapi.yaml", vendor) for vendor in vendors]
    once = [operation.id for spec in specs for operation in spec.operations if not operation.idempotent]
    assert once == ["search_employees", "search_companies"]
