"""npm ``unipile-node-sdk``, unmodified, against the fake PostPress: the balance and all errors, in one Node process."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.clients.cases import Case, cases, unknown_path
from contracts.clients.sandbox import Runner, Sandbox
from contracts.conftest import Server

CASES = cases("postpress")
SAMPLE = next(case for case in CASES if case.name == "ok")
BODIES = {case.name: case.body for case in CASES if case.is_error}
BALANCE = ["linkedin", "inmail_balance"]
ACCOUNT = "acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR"
UNUSABLE: dict[str, Any] = {"no_parameters": {}, "empty": {"account_id": ""}, "other_name": {"accountId": ACCOUNT}}
FATES = {
    "never_issued": "invalid_credentials",
    "key_revoked": "invalid_credentials",
    "key_expired": "expired_credentials",
    "no_permissions": "insufficient_privileges",
}

Outcomes = dict[str, Any]


def box(server: Server, id: str) -> Sandbox:
    return Sandbox.of(server, f"unipile-{id}")


def job(server: Server, id: str, parameters: Any, path: list[str] = BALANCE, case: str = "") -> dict[str, Any]:
    """A call with a key of the job's own."""
    return {"key": box(server, id).key("pp_live", case), "path": path, "parameters": parameters}


def bad_key(server: Server, fate: str) -> dict[str, Any]:
    """A call with a key that its sandbox doesn't accept, or not any more, or not for this."""
    made, where = job(server, fate, {"account_id": ACCOUNT}), box(server, fate)
    where.event("postpress", "key_issued", key=where.key("pp_live_other"))
    if fate == "no_permissions":
        where.event("postpress", "key_issued", key=made["key"], permissions=[])
    elif fate != "never_issued":
        where.event("postpress", "key_issued", key=made["key"])
        where.event("postpress", fate, key=made["key"])
    return made


@pytest.fixture(scope="module")
def outcomes(node: Runner, server: Server) -> Outcomes:
    """What the client makes of all the jobs."""
    good = {"account_id": ACCOUNT}
    jobs = {f"{case}": job(server, f"{case}", {"account_id": f"acc_mock_error_{case.name}"}) for case in CASES}
    jobs |= {f"key-{case}": job(server, f"key-{case}", good, case=case.name) for case in CASES}
    jobs |= {name: job(server, name, parameters) for name, parameters in UNUSABLE.items()}
    jobs |= {fate: bad_key(server, fate) for fate in FATES}
    jobs["plain"] = job(server, "plain", good)
    jobs["typo"] = job(server, "typo", {"account_id": "acc_mock_error_no_chanel"})
    jobs["unknown"] = job(server, "unknown", good, ["linkedin", "search"])
    jobs["keyless"] = {"key": "", "path": BALANCE, "parameters": good}
    jobs["undefined"] = {"path": BALANCE, "parameters": good}
    return node.run("unipile.mjs", server.vendor_url("postpress"), jobs)


def expected(body: Any, entry: Any) -> dict[str, Any]:
    """What the client makes of a case's body; ``instance`` of an error is the id of the request."""
    if entry["status"] < 400:
        return {"value": body}
    sent = {**body, "instance": entry["id"]}
    return {"error": {"class": "UnsuccessfulRequestError", "typed": True, "message": "", "body": sent}}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_demanded_by_the_account(case: Case, outcomes: Outcomes, server: Server) -> None:
    entry = box(server, f"{case}").the_call()
    assert (entry["operation"], entry["status"], entry["violations"]) == (case.operation, case.status, [])
    assert entry["request"]["target"].startswith("/postpress/api/v1/linkedin/inmail_balance?account_id=")
    assert outcomes[f"{case}"] == expected(case.body, entry)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_demanded_by_the_key(case: Case, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[f"key-{case}"] == expected(case.body, box(server, f"key-{case}").the_call())


@pytest.mark.parametrize("case", [case for case in CASES if case.is_error], ids=str)
def test_an_errors_envelope_says_what_happened(case: Case, outcomes: Outcomes) -> None:
    body = outcomes[f"{case}"]["error"]["body"]
    assert (body["type"], body["status"]) == (f"errors/{case.name}", case.status)
    assert body["title"] == case.body["title"]


def test_the_spec_lists_all_37_errors_and_the_400() -> None:
    assert len(BODIES) >= 38


def test_without_a_demand_the_documented_sample(outcomes: Outcomes, server: Server) -> None:
    entry = box(server, "plain").the_call()
    assert outcomes["plain"] == {"value": SAMPLE.body}
    assert (entry["status"], entry["violations"]) == (200, [])


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_account_that_can_not_be_used(name: str, outcomes: Outcomes, server: Server) -> None:
    entry = box(server, name).the_call()
    assert entry["status"] == 400
    assert outcomes[name] == expected(BODIES["invalid_parameters"], entry)


def test_a_path_that_the_spec_does_not_list(outcomes: Outcomes, server: Server) -> None:
    entry = box(server, "unknown").the_call()
    assert (entry["operation"], entry["status"]) == (None, 404)
    assert outcomes["unknown"] == expected(unknown_path("postpress"), entry)


def test_an_empty_key_is_never_sent(outcomes: Outcomes) -> None:
    error = outcomes["keyless"]["error"]
    assert (error["class"], error["typed"]) == ("InvalidTokenError", True)


def test_no_key_at_all_is_sent_as_the_word_undefined(outcomes: Outcomes) -> None:
    assert outcomes["undefined"] == {"value": SAMPLE.body}


@pytest.mark.parametrize(("fate", "case"), FATES.items(), ids=FATES)
def test_a_key_that_is_not_good(fate: str, case: str, outcomes: Outcomes, server: Server) -> None:
    assert outcomes[fate] == expected(BODIES[case], box(server, fate).the_call())


def test_a_typo_in_a_magic_value_is_no_success(outcomes: Outcomes) -> None:
    """Our own problem+json is no JSON to this client: it hands the body on as a Blob."""
    error = outcomes["typo"]["error"]
    assert error["class"] == "UnsuccessfulRequestError"
    assert error["body"]["blob"]["type"] == "application/problem+json"
    assert "no_channel" in error["body"]["blob"]["text"]
