"""npm ``@linkedapi/node``, unmodified, against the fake: every case of its methods, in one Node process."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.clients.cases import Case, cases, unknown_path
from contracts.clients.sandbox import Runner, Sandbox
from contracts.clients.seats import INVALID, SAMPLE, VALID
from contracts.conftest import Server

CASES = cases("linkedapi")
OPERATIONS = list(dict.fromkeys(case.operation for case in CASES))
SET_SEATS = [case for case in CASES if case.operation == "setSeats"]
SAMPLES = {case.operation: case for case in CASES if case.name == "ok"}
BODIES = {case.name: case.body for case in CASES if case.is_error}
UNLISTED = ["getPricing", "getBillingLink", "cancel"]
FATES = ["never_issued", "key_revoked", "key_expired"]

Outcomes = dict[str, Any]


def box(server: Server, id: str) -> Sandbox:
    return Sandbox.of(server, f"npm-{id}")


def job(server: Server, id: str, method: str, params: Any = SAMPLE, case: str = "") -> dict[str, Any]:
    """A call of a method with a token of the job's own."""
    sent = {"params": params} if method == "setSeats" else {}
    return {"token": box(server, id).key("linked", case), "method": method, **sent}


def bad_token(server: Server, fate: str, method: str) -> dict[str, Any]:
    """A call with a token that its sandbox doesn't accept, or not any more."""
    made, where = job(server, f"{fate}-{method}", method), box(server, f"{fate}-{method}")
    where.event("linkedapi", "key_issued", key=where.key("linked_other"))
    if fate != "never_issued":
        where.event("linkedapi", "key_issued", key=made["token"])
        where.event("linkedapi", fate, key=made["token"])
    return made


@pytest.fixture(scope="module")
def outcomes(node: Runner, server: Server) -> Outcomes:
    """What the client makes of all the jobs."""
    jobs = {f"{case}": job(server, f"{case}", case.operation, case=case.name) for case in CASES}
    jobs |= {f"plain-{name}": job(server, f"plain-{name}", name) for name in [*OPERATIONS, *UNLISTED]}
    for case in SET_SEATS:
        note = {**SAMPLE, "note": f"mock_error_{case.name}"}
        jobs[f"body-{case}"] = job(server, f"body-{case}", "setSeats", note)
    for name, body in {**VALID, **INVALID, "null": None}.items():
        jobs[f"seats-{name}"] = job(server, f"seats-{name}", "setSeats", body)
    jobs |= {f"empty-{name}": {"token": "", "method": name, "params": SAMPLE} for name in OPERATIONS}
    jobs |= {f"{fate}-{name}": bad_token(server, fate, name) for fate in FATES for name in OPERATIONS}
    jobs["undefined"] = {"method": "getStatus"}
    jobs["typo"] = job(server, "typo", "getStatus", case="tooManyRequest")
    return node.run("linkedapi.cjs", server.vendor_url("linkedapi"), jobs)


def typed_error(body: Any) -> dict[str, Any]:
    """What the client throws for a failure's body."""
    return {"error": {"class": "LinkedApiError", "typed": True, **body["error"], "details": body}}


def expected(case: Case) -> dict[str, Any]:
    return typed_error(case.body) if case.is_error else {"value": case.body["result"]}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_demanded_by_the_token(case: Case, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[f"{case}"] == expected(case)
    entry = box(server, f"{case}").the_call()
    assert (entry["operation"], entry["status"], entry["violations"]) == (case.operation, case.status, [])
    assert ["client", "node"] in entry["request"]["headers"]


@pytest.mark.parametrize("case", SET_SEATS, ids=str)
def test_a_case_demanded_by_a_field_of_the_body(case: Case, outcomes: Outcomes) -> None:
    assert outcomes[f"body-{case}"] == expected(case)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_demand_the_documented_sample(operation: str, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[f"plain-{operation}"] == expected(SAMPLES[operation])
    assert box(server, f"plain-{operation}").the_call()["violations"] == []


@pytest.mark.parametrize("operation", ["getStatus", "getSeats"])
def test_a_call_without_a_body_claims_to_be_json(operation: str, outcomes: Outcomes, server: Server) -> None:
    headers = dict(box(server, f"plain-{operation}").the_call()["request"]["headers"])
    assert (headers["content-type"], headers["content-length"]) == ("application/json", "0")


@pytest.mark.parametrize("method", UNLISTED)
def test_a_method_that_the_document_does_not_list_finds_nothing(
    method: str, outcomes: Outcomes, server: Server
) -> None:
    assert outcomes[f"plain-{method}"] == typed_error(unknown_path("linkedapi"))
    entry = box(server, f"plain-{method}").the_call()
    assert (entry["operation"], entry["status"]) == (None, 404)


@pytest.mark.parametrize("name", VALID)
def test_a_valid_body_sets_the_seats(name: str, outcomes: Outcomes) -> None:
    assert outcomes[f"seats-{name}"] == expected(SAMPLES["setSeats"])


@pytest.mark.parametrize("name", [*INVALID, "null"])
def test_an_invalid_body_that_the_client_lets_through(name: str, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[f"seats-{name}"] == typed_error(BODIES["invalidRequestPayload"])
    entry = box(server, f"seats-{name}").the_call()
    assert (entry["operation"], entry["status"]) == ("setSeats", 400)
    assert entry["violations"] != []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_token_is_a_missing_one(operation: str, outcomes: Outcomes) -> None:
    assert outcomes[f"empty-{operation}"] == typed_error(BODIES["linkedApiTokenRequired"])


def test_no_token_at_all_is_sent_as_the_word_undefined(outcomes: Outcomes) -> None:
    assert outcomes["undefined"] == expected(SAMPLES["getStatus"])


@pytest.mark.parametrize("method", OPERATIONS)
@pytest.mark.parametrize("fate", FATES)
def test_a_token_that_is_not_good(fate: str, method: str, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[f"{fate}-{method}"] == typed_error(BODIES["invalidLinkedApiToken"])
    assert box(server, f"{fate}-{method}").the_call()["status"] == 401


def test_a_typo_in_a_magic_value_is_no_success(outcomes: Outcomes) -> None:
    error = outcomes["typo"]["error"]
    assert (error["class"], error["type"], error["message"]) == ("LinkedApiError", "httpError", "HTTP 400: Bad Request")
    assert error["details"]["status"] == 400
