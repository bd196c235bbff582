"""PostPress: accounts and their states, subscriptions, who pays, threads of InMails, and what an answer gives back."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import add_months
from mockserver.openapi.file import Source
from mockserver.packaged import specs_folder, worlds_folder
from mockserver.plugin import Refusal
from mockserver.rules import errors
from tests.support.inmail_story import PLANS, RULES, Refused, Story, subscriber
from tests.support.played import rule_of

SAMPLE = (5, 150, None)


def problem(story: Story, account: str = "a") -> str:
    """The case that a read gets."""
    outcome = story.asks(account)
    assert isinstance(outcome, Refusal)
    assert outcome.kind == "world"
    return outcome.case


def test_the_sample_is_the_specs_own_example():
    spec = Source(specs_folder() / "postpress" / "openapi.yaml").document()
    (operation,) = (path["get"] for path in spec["paths"].values())
    example = operation["responses"]["200"]["content"]["application/json"]["examples"]["ok"]["value"]
    assert example == {"object": "LinkedinInmailBalance", **RULES.policies["untouched"]}


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


def test_an_account_that_is_not_listed_is_told_so():
    assert rule_of(Story(listed=True).asks()) == "no such account is connected"


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
