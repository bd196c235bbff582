"""A recorded request run again: as it came, in the sandbox as it is now, and refused where too little was kept."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from mockserver.sandbox.journal import LONGEST_BODY
from tests.support.serving import BALANCE, KEYS, Answer, Served

GOOD = f"{BALANCE}?account_id=a"
KEY = KEYS["postpress"]
SEATS = "/linkedapi/admin/subscription.setSeats"
ORDER = {"seatType": "plus", "quantity": 7, "billingPeriod": "year"}


@pytest.fixture
def served() -> Served:
    return Served()


def again(served: Served, first: Answer) -> Any:
    answer = served.control("POST", f"/journal/{first.id}/replay")
    assert answer.status == 201, answer.body
    entry = answer.json
    assert entry["id"] != first.id
    assert entry["sandbox"] == first.sandbox
    assert served.control("GET", f"/journal/{entry['id']}").json == entry
    return entry


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        pytest.param(GOOD, KEY, id="a sandbox of the key"),
        pytest.param(GOOD, {"X-API-KEY": "pp_live_mock_sandbox_t1"}, id="named by the key"),
        pytest.param(GOOD, {**KEY, "X-Mock-Sandbox": "t2"}, id="named by a header"),
        pytest.param(f"/~t3{GOOD}", KEY, id="named by the path"),
        pytest.param(GOOD, {}, id="no key at all"),
        pytest.param(BALANCE, KEY, id="a parameter is missing"),
        pytest.param("/postpress/v1/nowhere", KEY, id="no such path"),
        pytest.param(GOOD, {**KEY, "Prefer": "example=no_channel"}, id="demanded by a header"),
        pytest.param(GOOD, {"X-API-KEY": "pp_live_mock_error_no_channel"}, id="demanded by the key"),
        pytest.param(f"{BALANCE}?account_id=mock_error_no_channel", KEY, id="demanded by a parameter"),
        pytest.param(
            "/sonarly/v1/accounts/g/prospecting/quota", {"Authorization": "Bearer sk_live_abc"}, id="a bearer's key"
        ),
    ],
)
def test_it_gets_the_same_answer_where_nothing_changed(served: Served, target: str, headers: dict[str, str]):
    first = served.get(target, headers)
    entry = again(served, first)
    assert entry["status"] == first.status
    before = served.entry(first)
    assert (entry["decision"]["rule"], entry["decision"]["case"]) == (
        before["decision"]["rule"],
        before["decision"]["case"],
    )


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_it_acts_again_in_the_state_of_now(served: Served, zipped: bool):
    body = json.dumps(ORDER).encode()
    headers = {**KEYS["linkedapi"], "content-type": "application/json"}
    if zipped:
        body, headers = gzip.compress(body), {**headers, "content-encoding": "gzip"}
    first = served.ask("POST", SEATS, headers, body)
    assert first.status == 200
    served.event(first.sandbox, "linkedapi", "subscription_canceled", at_period_end=False)
    entry = again(served, first)
    assert json.dumps(entry["response"]["body"]).count("checkout.stripe.com") == 1


def test_an_armed_fault_counts_it(served: Served):
    first = served.get(GOOD, KEY)
    fault = {"vendor": "postpress", "error": "no_channel", "times": 1}
    assert served.control("POST", f"/sandboxes/{first.sandbox}/faults", fault).status == 201
    assert again(served, first)["decision"]["case"] == "no_channel"
    assert again(served, first)["status"] == 200


def test_it_needs_a_sandbox_without_issued_keys(served: Served):
    assert served.event("t", "postpress", "key_issued", key="pp_live_one").status == 200
    first = served.get(GOOD, {"X-API-KEY": "pp_live_one", "X-Mock-Sandbox": "t"})
    refused = served.control("POST", f"/journal/{first.id}/replay")
    assert (refused.status, refused.json["detail"]) == (
        409,
        "postpress's keys are issued in sandbox t, and the journal keeps none of them",
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param({**ORDER, "note": "x" * LONGEST_BODY}, "and this one is longer", id="a long body"),
        pytest.param({**ORDER, "password": "correct horse"}, "secrets of the request are masked", id="a masked field"),
    ],
)
def test_it_needs_the_whole_request(served: Served, body: Any, reason: str):
    first = served.ask("POST", SEATS, KEYS["linkedapi"], body)
    refused = served.control("POST", f"/journal/{first.id}/replay")
    assert refused.status == 409
    assert reason in refused.json["detail"]
    entries = served.control("GET", f"/sandboxes/{first.sandbox}/journal").json["entries"]
    assert [entry["id"] for entry in entries] == [first.id], "nothing was run"


def test_an_entry_that_is_not_there(served: Served):
    assert served.control("POST", "/journal/req_0/replay").status == 404
