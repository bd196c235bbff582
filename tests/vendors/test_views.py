"""The state as ``GET state`` and events show it: as of the sandbox's now, and stored as it was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.freshdata_world import NADIA
from tests.support.serving import KEYS, Served

START = "2026-01-31T09:00:00Z"
BEGAN = 1769850000000
DAY = 86_400_000
PATHS = "/sandboxes/s"


@pytest.fixture
def served() -> Served:
    found = Served()
    world = {"clock": {"now": START, "frozen": True}}
    assert found.control("POST", "/sandboxes", {"name": "s", "world": world}).status == 201
    return found


def moved(served: Served, now: str) -> None:
    assert served.control("PUT", f"{PATHS}/clock", {"now": now}).status == 200


def shown(served: Served, vendor: str) -> Any:
    """The state, which can be shown again, and be put back as it was shown, without a difference."""
    stored = served.app.engine.store.get("s")
    assert stored is not None
    kept = stored.document.state
    found = served.control("GET", f"{PATHS}/state/{vendor}").json
    assert served.control("GET", f"{PATHS}/state/{vendor}").json == found
    again = served.app.engine.store.get("s")
    assert again is not None
    assert again.document.state == kept, "a view changes nothing that is stored"
    return found


def test_postpress_shows_the_grants_that_have_come_and_the_credits_that_have_expired(served: Served):
    served.event("s", "postpress", "subscribed", account_id="a", plan="premium_career")

    def credits() -> list[tuple[int, int]]:
        (subscription,) = shown(served, "postpress")["accounts"]["a"]["subscriptions"]
        return [((one["granted_at"] - BEGAN) // DAY, one["left"]) for one in subscription["credits"]]

    assert credits() == [(0, 5)]
    moved(served, "2026-02-28T09:00:00Z")
    assert credits() == [(0, 5), (28, 5)]
    moved(served, "2026-05-01T09:00:00Z")
    assert credits() == [(28, 5), (59, 5), (89, 5)]
    moved(served, "2026-05-31T08:59:59.999Z")
    assert credits() == [(59, 5), (89, 5)], "those of 28 February are over, the next come in a millisecond"


def test_an_event_answers_with_the_same_view(served: Served):
    served.event("s", "postpress", "subscribed", account_id="a", plan="premium_career")
    moved(served, "2026-02-28T09:00:00Z")
    answer = served.event("s", "postpress", "account_connected", account_id="b").json
    assert answer["result"] == {}
    (subscription,) = answer["state"]["accounts"]["a"]["subscriptions"]
    assert [one["left"] for one in subscription["credits"]] == [5, 5]
    assert answer["state"] == shown(served, "postpress")


def test_sonarly_shows_windows_that_are_over_as_unused(served: Served):
    served.event("s", "sonarly", "job_ran", account_group_id="g", searches=20)

    def window() -> Any:
        return shown(served, "sonarly")["groups"]["g"]["LINKEDIN_CLASSIC"]

    assert window() == {"used": 20, "started_at": BEGAN}
    moved(served, "2026-02-01T08:59:59.999Z")
    assert window() == {"used": 20, "started_at": BEGAN}
    moved(served, "2026-02-01T09:00:00Z")
    assert window() == {"used": 0, "started_at": None}


def test_sonarly_shows_a_group_with_a_window_of_its_own_as_what_it_is(served: Served):
    """Its own window is over; that of all other groups isn't, and isn't its."""
    state = {
        "groups": {"g": {"LINKEDIN_CLASSIC": {"used": 3, "started_at": BEGAN - DAY}}},
        "any_group": {"LINKEDIN_CLASSIC": {"used": 25, "started_at": None}},
        "limits": {},
    }
    assert served.control("PUT", f"{PATHS}/state/sonarly", state).status == 200
    assert served.control("PUT", f"{PATHS}/state/sonarly", shown(served, "sonarly")).status == 200
    used = {}
    for group in ("g", "h"):
        headers = {**KEYS["sonarly"], "X-Mock-Sandbox": "s"}
        used[group] = served.get(f"/sonarly/v1/accounts/{group}/prospecting/quota", headers).json["data"]["used"]
    assert used == {"g": 0, "h": 25}


def test_linked_api_shows_the_trial_and_the_subscription_that_have_ended(served: Served):
    nothing = {**shown(served, "linkedapi"), "status": None, "eligible_for_trial": True, "seats": {}, "period": None}
    assert served.control("PUT", f"{PATHS}/state/linkedapi", nothing).status == 200
    headers = {**KEYS["linkedapi"], "X-Mock-Sandbox": "s"}
    body = {"quantity": 2, "billingPeriod": "month", "seatType": "core"}
    assert served.ask("POST", "/linkedapi/admin/subscription.setSeats", headers, body).status == 200
    assert served.event("s", "linkedapi", "checkout_completed").json["state"]["status"] == "trialing"
    served.event("s", "linkedapi", "accounts_connected", count=2)
    served.event("s", "linkedapi", "subscription_canceled", at_period_end=True)
    moved(served, "2026-02-07T09:00:00Z")
    assert (shown(served, "linkedapi")["status"], shown(served, "linkedapi")["trial_ends_at"]) == ("active", None)
    moved(served, "2026-02-28T09:00:00Z")
    state = shown(served, "linkedapi")
    assert (state["status"], state["seats"], state["period"]) == ("canceled", {}, None)
    assert [account["frozen"] for account in state["accounts"]] == [True, True]


def test_freshdata_shows_the_months_credits_and_the_searches_that_are_done(served: Served):
    headers = {**KEYS["freshdata"], "X-Mock-Sandbox": "s"}
    id = served.ask("POST", "/freshdata/search-employees", headers, {"keywords": "retail"}).json["request_id"]
    served.event("s", "freshdata", "credits_added", credits=1.5)

    def figures() -> tuple[Any, ...]:
        state = shown(served, "freshdata")
        return state["month"], state["spent_tenths"], state["added_tenths"], state["searches"][id].get("ended")

    assert figures() == (0, 500, 15, None)
    moved(served, "2026-01-31T09:00:09.999Z")
    assert figures() == (0, 500, 15, None)
    moved(served, "2026-01-31T09:00:10Z")
    assert figures() == (0, 500, 15, "done")
    moved(served, "2026-02-28T09:00:00Z")
    assert figures() == (1, 0, 0, "done")
    target = f"/freshdata/get-profile-posts?linkedin_url={NADIA['linkedin_url']}"
    assert served.get(target, headers).status == 200
    assert figures() == (1, 20, 0, "done")


@pytest.mark.parametrize("vendor", sorted(KEYS))
def test_a_state_that_is_shown_can_be_put_back(served: Served, vendor: str):
    moved(served, "2027-01-01T00:00:00Z")
    state = shown(served, vendor)
    assert served.control("PUT", f"{PATHS}/state/{vendor}", state).json == state


FAR = 10**17
ACCOUNT = {
    "kind": "linkedin",
    "connected": True,
    "restricted": False,
    "sample": None,
    "subscriptions": [],
    "inmails": {},
}
CAREER = {"id": "s", "plan": "premium_career", "started_at": BEGAN, "settled_at": BEGAN, "credits": []}
SAMPLE = {"premium": 5, "recruiter": 150, "sales_navigator": None}
SEARCH = {"kind": "employees", "found": 1, "started_at": FAR, "scope": "", "query": "", "filters": []}


@pytest.mark.parametrize(
    ("vendor", "changes"),
    [
        pytest.param("sonarly", {"any_group": {"LINKEDIN_CLASSIC": {"used": 1, "started_at": FAR}}}, id="a window"),
        pytest.param("sonarly", {"any_group": {"LINKEDIN_CLASSIC": {"used": 1, "started_at": -1}}}, id="before 1970"),
        pytest.param("linkedapi", {"period": {"started_at": FAR, "billing_period": "year"}}, id="a period"),
        pytest.param("linkedapi", {"cancels_at": FAR}, id="a cancellation"),
        pytest.param("freshdata", {"searches": {"x": SEARCH}}, id="a search"),
        pytest.param(
            "postpress",
            {"accounts": {"a": {**ACCOUNT, "subscriptions": [{**CAREER, "started_at": FAR}]}}},
            id="a subscription",
        ),
        pytest.param(
            "postpress",
            {"accounts": {"a": {**ACCOUNT, "sample": SAMPLE, "subscriptions": [CAREER]}}},
            id="the sample beside a subscription",
        ),
        pytest.param(
            "postpress",
            {"accounts": {"a": {**ACCOUNT, "subscriptions": [CAREER, {**CAREER, "plan": "premium_business"}]}}},
            id="two subscriptions that feed one field",
        ),
    ],
)
def test_a_state_out_of_time_or_at_odds_with_itself_is_refused(served: Served, vendor: str, changes: dict[str, Any]):
    answer = served.control("PUT", f"{PATHS}/state/{vendor}", {**shown(served, vendor), **changes})
    assert answer.status == 422, answer.body
