"""Linked API's subscription: how it begins, changes and ends, and which accounts its seats freeze and thaw."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.plugin import Reply
from mockserver.rules import errors
from mockserver.vendors.linkedapi.behaviours import payment_link
from mockserver.vendors.linkedapi.seats import state_at
from tests.support.played import SEED, START, Played, contract_of, rule_of

DAY = 86_400_000
NOTHING: dict[str, Any] = {"status": None, "eligible_for_trial": True, "seats": {}, "period": None}
ENDED: dict[str, Any] = {**NOTHING, "status": "canceled", "eligible_for_trial": False}
TRIALING: dict[str, Any] = {"status": "trialing", "trial_ends_at": START + 7 * DAY}


def result(story: Played, operation: str, body: Any = None) -> Any:
    answer = story.call(operation, body=body)
    assert isinstance(answer, Reply)
    assert answer.body["success"] is True
    return answer.body["result"]


def status(story: Played) -> Any:
    return result(story, "getStatus")


def seats(story: Played) -> dict[str, tuple[int, str]]:
    """The seats that getSeats answers, by type."""
    entries = result(story, "getSeats")["seats"]
    found = {entry["seatType"]: (entry["quantity"], entry["billingPeriod"]) for entry in entries}
    assert len(found) == len(entries)
    return found


def set_seats(story: Played, quantity: float, seat_type: str = "plus", billing_period: str = "year") -> Any:
    body = {"quantity": quantity, "billingPeriod": billing_period, "seatType": seat_type}
    return result(story, "setSeats", body)


def frozen(story: Played) -> str:
    """The accounts as stored, the first connected first: ``..##`` has two that are frozen."""
    return "".join("#" if account["frozen"] else "." for account in story.state["accounts"])


def ids(story: Played) -> list[str]:
    return [account["id"] for account in story.state["accounts"]]


@pytest.mark.parametrize("changes", [{}, NOTHING, ENDED, TRIALING], ids=["active", "none", "canceled", "trialing"])
def test_reading_changes_nothing(changes: dict[str, Any]):
    story = Played("linkedapi", **changes)
    before = story.state
    story.later("P1Y")
    status(story)
    seats(story)
    assert story.state is before


def test_the_seats_that_there_are_change_nothing():
    story = Played("linkedapi")
    before = story.state
    set_seats(story, 10)
    assert story.state is before


def test_a_payment_link_depends_on_the_seed_and_the_call():
    link = set_seats(Played("linkedapi", **NOTHING), 1)["paymentLink"]
    assert link == payment_link(SEED, "req_1")
    links = {payment_link(seed, id) for seed in (1, 2) for id in ("req_1", "req_2")}
    assert len(links) == 4
    assert payment_link(1, "req_1") in links


@pytest.mark.parametrize("changes", [{}, NOTHING, ENDED], ids=["active", "never subscribed", "canceled"])
@pytest.mark.parametrize("event", ["checkout_completed", "checkout_abandoned"])
def test_a_checkout_that_is_not_open_is_refused(event: str, changes: dict[str, Any]):
    assert "none is open" in rule_of(Played("linkedapi", **changes).event(event))


@pytest.mark.parametrize("changes", [NOTHING, ENDED], ids=["never subscribed", "canceled"])
@pytest.mark.parametrize("at_period_end", [True, False])
def test_only_a_subscription_in_force_can_be_canceled(changes: dict[str, Any], at_period_end: bool):
    story = Played("linkedapi", **changes)
    assert "only a subscription in force" in rule_of(story.event("subscription_canceled", at_period_end=at_period_end))


def test_to_cancel_twice_as_of_the_period_end_changes_nothing():
    story = Played("linkedapi")
    first = story.event("subscription_canceled", at_period_end=True)
    before = story.state
    story.later("P1M")
    assert story.event("subscription_canceled", at_period_end=True) == first
    assert story.state is before


@pytest.mark.parametrize(
    ("event", "changes", "rule"),
    [
        pytest.param("payment_failed", NOTHING, "only to an active subscription, and there is none", id="failed, none"),
        pytest.param("payment_failed", ENDED, "and this one is canceled", id="failed, canceled"),
        pytest.param("payment_failed", TRIALING, "and this one is trialing", id="failed, trialing"),
        pytest.param("payment_failed", {"status": "past_due"}, "and this one is past due", id="failed, past due"),
        pytest.param("payment_recovered", NOTHING, "that is past due, and there is none", id="recovered, none"),
        pytest.param("payment_recovered", {}, "that is past due, and this one is active", id="recovered, active"),
        pytest.param("payment_recovered", ENDED, "and this one is canceled", id="recovered, canceled"),
    ],
)
def test_a_payment_needs_its_status(event: str, changes: dict[str, Any], rule: str):
    assert rule in rule_of(Played("linkedapi", **changes).event(event))


@pytest.mark.parametrize(
    ("changes", "there", "more", "room"),
    [
        pytest.param({}, 0, 11, 10, id="more than the seats"),
        pytest.param({}, 10, 1, 10, id="every seat is taken"),
        pytest.param({"status": "past_due"}, 9, 2, 10, id="past due"),
        pytest.param(NOTHING, 0, 1, 0, id="no subscription"),
        pytest.param(ENDED, 0, 1, 0, id="canceled"),
    ],
)
def test_accounts_beyond_the_seats_in_all_are_refused(changes: dict[str, Any], there: int, more: int, room: int):
    story = Played("linkedapi", **changes)
    if there:
        story.event("accounts_connected", count=there)
    rule = rule_of(story.event("accounts_connected", count=more))
    assert rule == f"noAvailableSeats: {there} accounts are connected and {more} more need seats, of {room} in all"
    assert len(story.state["accounts"]) == there


def test_no_account_no_removal():
    assert "none is" in rule_of(Played("linkedapi").event("account_removed"))


def test_an_id_is_never_used_again():
    story = Played("linkedapi")
    story.event("accounts_connected", count=1)
    (first,) = ids(story)
    story.event("account_removed")
    story.event("accounts_connected", count=1)
    assert ids(story) != [first]


def test_accounts_of_a_world_are_ordered_by_when_they_were_connected():
    late, early = (
        {"id": id, "connected_at": at, "frozen": False} for id, at in (("late", START), ("early", START - 1))
    )
    story = Played("linkedapi", accounts=[late, early])
    set_seats(story, 1)
    assert story.state["accounts"] == [early, {**late, "frozen": True}]


@pytest.mark.parametrize(
    ("delay", "after", "shows"),
    [
        pytest.param(0, 0, True, id="no delay: at once"),
        pytest.param(5, 0, False, id="not yet"),
        pytest.param(5, 4.999, False, id="a millisecond before"),
        pytest.param(5, 5, True, id="at exactly the delay"),
        pytest.param(0.5, 0.499, False, id="half a second, before"),
        pytest.param(0.5, 0.5, True, id="half a second, after"),
    ],
)
def test_a_change_shows_when_the_webhook_has_come(delay: float, after: float, shows: bool):
    story = Played("linkedapi", webhook_delay_seconds=delay)
    story.event("accounts_connected", count=2)
    assert set_seats(story, 1) == {"status": "complete"}
    story.later(after)
    assert seats(story) == {"plus": (1 if shows else 10, "year")}
    settled = state_at(story.state, story.now)["accounts"]
    assert [account["frozen"] for account in settled] == [False, shows]


# what a state may be, and what is refused on the way


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": None}, id="seats without a subscription"),
        pytest.param({"status": "trialing"}, id="a trial without an end"),
        pytest.param({"trial_ends_at": START}, id="an end without a trial"),
        pytest.param({"eligible_for_trial": True}, id="a trial to come, with a subscription"),
        pytest.param({"period": None}, id="a subscription without a period"),
        pytest.param({"webhook_delay_seconds": -1}, id="a webhook from the future"),
        pytest.param({"seats": {"gold": {"quantity": 1, "billing_period": "year"}}}, id="an unknown seat type"),
        pytest.param({"seats": {"plus": {"quantity": 0, "billing_period": "year"}}}, id="an entry of no seats"),
        pytest.param({"extra": 1}, id="an unknown key"),
    ],
)
def test_a_state_that_contradicts_itself_is_none(changes: dict[str, Any]):
    rules = contract_of("linkedapi").rules
    assert rules.state_errors({**rules.initial, **changes}) != []


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("checkout_completed", {"at": 1}, id="an unknown field"),
        pytest.param("subscription_canceled", {}, id="when it ends is missing"),
        pytest.param("subscription_canceled", {"at_period_end": "yes"}, id="truth as text"),
        pytest.param("accounts_connected", {"count": 0}, id="no account"),
        pytest.param("accounts_connected", {"count": 1.5}, id="half an account"),
    ],
)
def test_an_event_with_wrong_fields_is_none(event: str, fields: dict[str, Any]):
    assert errors(contract_of("linkedapi").rules.events[event].schema, fields) != []
