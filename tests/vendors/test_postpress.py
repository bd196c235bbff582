"""PostPress: accounts and their states, subscriptions, who pays, threads of InMails, and what an answer gives back."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import add_months
from mockserver.openapi.file import Source
from mockserver.packaged import specs_folder, worlds_folder
from mockserver.plugin import Refusal, Reply
from mockserver.rules import errors
from mockserver.vendors.postpress.behaviours import vendor
from tests.support.inmail_story import PLANS, RULES, Refused, Story, subscriber

SAMPLE = (5, 150, None)
LISTED: dict[str, Any] = {"listed": True}


def problem(story: Story, account: str = "a") -> str:
    """The case that a read gets."""
    outcome = story.asks(account)
    assert isinstance(outcome, Refusal)
    assert outcome.kind == "world"
    return outcome.case


# The sample


def test_the_sample_is_the_specs_own_example():
    spec = Source(specs_folder() / "postpress" / "openapi.yaml").document()
    (operation,) = (path["get"] for path in spec["paths"].values())
    example = operation["responses"]["200"]["content"]["application/json"]["examples"]["ok"]["value"]
    assert example == {"object": "LinkedinInmailBalance", **RULES.policies["untouched"]}


def test_an_untouched_account_answers_as_without_a_behaviour():
    assert Story().asks("any") == Reply()


def test_sample_credits_never_expire_and_never_renew():
    story = Story()
    story.sends()
    assert story.balance() == (4, 150, None)
    assert story.when("P20Y").balance() == (4, 150, None)


def test_sample_credits_are_spent_and_refunded_as_such():
    story = Story()
    ids = [story.does("inmail_sent", to=f"lead {number}") for number in range(6)]
    assert [sent["paid_by"] for sent in ids] == ["premium"] * 5 + ["recruiter"]
    assert story.balance() == (0, 149, None)
    assert story.gets_reply(ids[0]["inmail_id"]) == 1
    assert story.gets_reply(ids[5]["inmail_id"]) == 1
    assert story.balance() == (1, 150, None)
    assert story.balance("b") == SAMPLE


def test_sample_credits_come_to_an_end():
    story = Story()
    story.sends(count=155)
    assert story.balance() == (0, 0, None)
    with pytest.raises(Refused, match="no InMail credit left"):
        story.sends()


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("plan_changed", {"plan": "premium_career"}),
        ("plan_changed", {"plan": "premium_career", "from_": "recruiter_lite"}),
        ("subscription_canceled", {"plan": "recruiter_lite"}),
        ("inmail_sent", {"to": "omar", "plan": "recruiter_lite"}),
    ],
)
def test_sample_credits_belong_to_no_plan(event: str, fields: dict[str, str]):
    with pytest.raises(Refused):
        Story().does(event, **fields)


def test_the_first_subscription_replaces_the_sample_wholly():
    story = Story()
    before = story.sends()
    story.does("subscribed", plan="sales_navigator")
    assert story.balance() == (None, None, 50)
    assert story.gets_reply(before) == 0
    assert story.balance() == (None, None, 50)


# Accounts and their states


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(["account_disconnected"], "disconnected_account", id="disconnected"),
        pytest.param(["account_restricted"], "account_restricted", id="restricted"),
        pytest.param(["account_restricted", "account_disconnected"], "disconnected_account", id="both: disconnected"),
        pytest.param(["account_disconnected", "account_restricted"], "disconnected_account", id="in either order"),
        pytest.param(
            ["account_disconnected", "account_restricted", "account_reconnected"],
            "account_restricted",
            id="reconnected, restricted still",
        ),
        pytest.param(
            ["account_disconnected", "account_restricted", "account_unrestricted"],
            "disconnected_account",
            id="unrestricted, disconnected still",
        ),
    ],
)
def test_the_order_of_states(events: list[str], expected: str):
    story, other = Story(), Story()
    other.does("account_connected", kind="whatsapp")
    for event in events:
        story.does(event)
        other.does(event)
    assert problem(story) == expected
    assert problem(other) == "invalid_account"


@pytest.mark.parametrize(
    ("there", "back"),
    [("account_disconnected", "account_reconnected"), ("account_restricted", "account_unrestricted")],
)
def test_a_state_that_ends_leaves_the_account_as_it_was(there: str, back: str):
    story = Story()
    story.does(there)
    story.does(back)
    assert story.balance() == SAMPLE


@pytest.mark.parametrize("event", ["account_reconnected", "account_unrestricted"])
def test_ending_what_is_not_changes_nothing(event: str):
    story = Story()
    before = story.state
    assert story.does(event) == {}
    assert story.state is before


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(None, "", id="linkedin unless told"),
        pytest.param("linkedin", "", id="linkedin"),
        pytest.param("LINKEDIN", "", id="in capitals"),
        pytest.param("instagram", "invalid_account", id="another network"),
    ],
)
def test_kinds_of_accounts(kind: str | None, expected: str):
    story = Story()
    story.does("account_connected", **({"kind": kind} if kind else {}))
    assert (problem(story) if expected else "") == expected
    if not expected:
        assert story.balance() == SAMPLE


def test_accounts_are_listed_once_one_was_connected():
    story = subscriber("premium_career")
    assert story.balance("x") == SAMPLE
    story.does("account_connected", account="b")
    assert story.balance("b") == SAMPLE
    assert story.balance() == (5, None, None)
    assert problem(story, "x") == "resource_not_found"
    story.does("account_connected", account="x")
    assert story.balance("x") == SAMPLE


def test_accounts_are_listed_where_the_world_lists_them():
    assert problem(Story(**LISTED)) == "resource_not_found"


@pytest.mark.parametrize("event", sorted(set(RULES.events) - {"account_connected"}))
def test_nothing_happens_to_an_account_that_is_not_listed(event: str):
    needed = {"plan": "premium_career", "to": "omar", "inmail_id": "inmail_1"}
    fields = {name: needed[name] for name in RULES.events[event].schema["required"] if name != "account_id"}
    with pytest.raises(Refused, match="no account a is connected"):
        Story(**LISTED).does(event, **fields)


def test_connecting_anew_reconnects_and_keeps_what_was_there():
    story = subscriber("premium_career")
    story.does("account_connected")
    story.does("account_disconnected")
    story.does("account_restricted")
    story.does("account_connected")
    assert problem(story) == "account_restricted"
    story.does("account_unrestricted")
    assert story.balance() == (5, None, None)
    before = story.state
    story.does("account_connected")
    assert story.state is before


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        pytest.param(["account_disconnected"], "disconnected", id="disconnected"),
        pytest.param(["account_restricted"], "restricted", id="restricted"),
        pytest.param(["account_restricted", "account_disconnected"], "disconnected", id="both"),
    ],
)
@pytest.mark.parametrize("relation", ["none", "first_degree", "open_profile"])
def test_such_an_account_sends_nothing_and_its_grants_go_on(events: list[str], rule: str, relation: str):
    story = subscriber("premium_career")
    sent = story.sends()
    for event in events:
        story.does(event)
    with pytest.raises(Refused, match=rule):
        story.sends(relation=relation)
    story.when("P1M")
    assert story.gets_reply(sent) == 1
    story.does("account_reconnected")
    story.does("account_unrestricted")
    assert story.left() == 10


def test_an_account_of_another_network_sends_no_inmail():
    story = Story()
    story.does("account_connected", kind="whatsapp")
    with pytest.raises(Refused, match="whatsapp"):
        story.sends()


# The policies and the worlds


def test_the_help_policy_in_the_balance():
    story = subscriber("sales_navigator", "2026-01-20T15:00:00Z", policy="help")
    story.does("subscribed", plan="recruiter_lite")
    assert story.balance() == (None, 30, 50)
    assert story.when("2026-01-31T23:59:59.999Z").balance() == (None, 30, 50)
    assert story.when("2026-02-01T00:00:00Z").balance() == (None, 30, 100)
    assert story.when("2027-06-30T00:00:00Z").balance() == (None, 120, 150)


def test_the_world_at_cap_is_what_subscribing_leads_to():
    world = Source(worlds_folder() / "inmail-at-cap.yaml").document()
    held = Story(world["clock"]["now"], **world["state"]["postpress"])
    assert len(held.state["accounts"]) == len(PLANS)
    for plan, row in PLANS.items():
        assert held.left(f"acc_{plan}") == row["cap"]
        (stands,) = held.state["accounts"][f"acc_{plan}"]["subscriptions"]
        made = subscriber(plan, add_months(held.now, -2)).state["accounts"]["a"]["subscriptions"]
        assert made == [{**stands, "id": made[0]["id"]}]


@pytest.mark.parametrize("name", ["inmail-at-cap", "account-restricted", "inmail-help-policy"])
def test_the_worlds_are_described_and_fit_the_rules(name: str):
    world = Source(worlds_folder() / f"{name}.yaml").document()
    assert world["description"]
    assert RULES.state_errors({**RULES.initial, **world.get("state", {}).get("postpress", {})}) == []
    for event in world.get("events", []):
        assert errors(RULES.events[event["event"]].schema, event["fields"]) == []


def test_every_event_of_the_rules_has_a_function():
    assert set(vendor.events) == set(RULES.events)


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("subscribed", {"account_id": "a"}, id="no plan"),
        pytest.param("subscribed", {"account_id": "a", "plan": "sales navigator"}, id="an unknown plan"),
        pytest.param("subscribed", {"account_id": "", "plan": "sales_navigator"}, id="an empty account"),
        pytest.param("inmail_sent", {"account_id": "a"}, id="to nobody"),
        pytest.param("inmail_sent", {"account_id": "a", "to": "b", "relation": "friend"}, id="an unknown relation"),
        pytest.param("inmail_sent", {"account_id": "a", "to": "b", "subject": "hi"}, id="an unknown field"),
        pytest.param("inmail_replied", {"account_id": "a", "inmail_id": 1}, id="an id that is a number"),
        pytest.param("inmail_replied", {"account_id": "a", "inmail_id": "x", "automatic": 1}, id="1 is not true"),
        pytest.param("account_restricted", {}, id="no account"),
    ],
)
def test_fields_that_are_wrong(event: str, fields: dict[str, Any]):
    assert errors(RULES.events[event].schema, fields) != []
