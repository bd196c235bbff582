"""Rules: what had another name once is understood by it, wherever it is said."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.plugin import installed
from mockserver.rules import Rules, load_rules
from tests.support.serving import BALANCE, KEYS, Served

T = 1_767_258_000_000
SUBSCRIPTION = {"id": "s", "plan": "premium_career", "anchor": T, "settled": T}
PRESENT = {"id": "s", "plan": "premium_career", "started_at": T, "settled_at": T}
ACCOUNT: dict[str, Any] = {"kind": "linkedin", "connected": True, "restricted": False, "sample": None}


def rules_of(vendor: str) -> Rules:
    path = installed()[vendor]().rules
    assert path is not None
    return load_rules(path)


def account(subscription: dict[str, Any], credits: dict[str, Any], mail: dict[str, Any]) -> dict[str, Any]:
    subscriptions = [{**subscription, "credits": [{**credits, "left": 1}]}]
    return {"accounts": {"sent": {**ACCOUNT, "subscriptions": subscriptions, "inmails": {"anchor": mail}}}}


@pytest.mark.parametrize(
    ("vendor", "former", "present"),
    [
        pytest.param("linkedapi", {"webhook_delay": 5}, {"webhook_delay_seconds": 5}, id="a duration"),
        pytest.param("linkedapi", {"period": {"began": 5}}, {"period": {"started_at": 5}}, id="in a choice"),
        pytest.param("linkedapi", {"period": None}, {"period": None}, id="a choice without properties"),
        pytest.param(
            "sonarly",
            {"groups": {"began": {"LINKEDIN_CLASSIC": {"used": 1, "began": 5}}}},
            {"groups": {"began": {"LINKEDIN_CLASSIC": {"used": 1, "started_at": 5}}}},
            id="behind references, and names of the client's own stay",
        ),
        pytest.param(
            "postpress",
            account(SUBSCRIPTION, {"granted": T, "expires": None}, {"to": "settled", "sent": T}),
            account(PRESENT, {"granted_at": T, "expires_at": None}, {"to": "settled", "sent_at": T}),
            id="in lists",
        ),
        pytest.param("linkedapi", {"webhook_delay_seconds": 5}, {"webhook_delay_seconds": 5}, id="the present name"),
        pytest.param(
            "linkedapi",
            {"webhook_delay": 1, "webhook_delay_seconds": 5},
            {"webhook_delay": 1, "webhook_delay_seconds": 5},
            id="both are left to the schema",
        ),
        pytest.param("linkedapi", {"period": 5, "seats": [1]}, {"period": 5, "seats": [1]}, id="another shape"),
        pytest.param("freshdata", 5, 5, id="no object"),
    ],
)
def test_a_former_name_of_a_property_is_understood(vendor: str, former: Any, present: Any):
    assert rules_of(vendor).with_present_names(former) == present


def test_a_state_is_replaced_by_former_names_and_shown_by_the_present_ones():
    served = Served()
    state = served.control("GET", "/sandboxes/default/state/linkedapi")
    assert state.status == 404
    served.ask("POST", "/linkedapi/admin/subscription.getStatus", KEYS["linkedapi"] | {"X-Mock-Sandbox": "s"})
    shown = served.control("GET", "/sandboxes/s/state/linkedapi").json
    former = {name: value for name, value in shown.items() if name != "webhook_delay_seconds"} | {"webhook_delay": 9}
    assert served.control("PUT", "/sandboxes/s/state/linkedapi", former).json["webhook_delay_seconds"] == 9
    both = served.control("PUT", "/sandboxes/s/state/linkedapi", {**shown, "webhook_delay": 9})
    assert (both.status, "webhook_delay" in both.json["detail"]) == (422, True)


def test_a_world_and_an_event_may_say_former_names():
    subscribed = {"vendor": "postpress", "event": "subscribed", "fields": {"account_id": "a", "plan": "premium_career"}}
    ended = {**subscribed, "event": "subscription_cancelled"}
    served = Served()
    world = {"state": {"linkedapi": {"webhook_delay": 5}}, "events": [subscribed, ended, subscribed]}
    made = served.control("POST", "/sandboxes", {"name": "w", "world": world})
    assert made.status == 201, made.body
    assert served.control("GET", "/sandboxes/w/state/linkedapi").json["webhook_delay_seconds"] == 5
    fields = {"account_id": "a", "plan": "premium_career"}
    assert served.event("w", "postpress", "subscription_cancelled", **fields).status == 200
    again = served.event("w", "postpress", "subscription_canceled", **fields)
    assert (again.status, "no subscription" in again.json["detail"]) == (409, True)
    assert served.get(f"{BALANCE}?account_id=a", KEYS["postpress"] | {"X-Mock-Sandbox": "w"}).json["premium"] is None


def test_former_names_are_not_listed():
    events = Served().control("GET", "/vendors/postpress").json["events"]
    assert "subscription_canceled" in events
    assert "subscription_cancelled" not in events
