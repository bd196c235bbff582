"""Linked API's subscription: how it begins, changes and ends, and which accounts its seats freeze and thaw."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import add_months, parse_time
from mockserver.plugin import Refusal, Reply
from mockserver.rules import RateLimit, errors
from mockserver.vendors.linkedapi.behaviours import payment_link
from mockserver.vendors.linkedapi.seats import state_at
from tests.support.played import START, Played, contract_of, rule_of
from tests.support.serving import KEYS, Served

DAY = 86_400_000
NOTHING: dict[str, Any] = {"status": None, "eligible_for_trial": True, "seats": {}, "period": None}
ENDED: dict[str, Any] = {**NOTHING, "status": "canceled", "eligible_for_trial": False}
TRIALING: dict[str, Any] = {"status": "trialing", "trial_ends_at": START + 7 * DAY}
ADMIN = "/linkedapi/admin/subscription"


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


def subscribe(story: Played, quantity: int = 3, seat_type: str = "plus", billing_period: str = "month") -> Any:
    """A checkout from beginning to end."""
    assert set_seats(story, quantity, seat_type, billing_period)["status"] == "processing"
    return story.event("checkout_completed")


def frozen(story: Played) -> str:
    """The accounts as stored, the first connected first: ``..##`` has two that are frozen."""
    return "".join("#" if account["frozen"] else "." for account in story.state["accounts"])


def ids(story: Played) -> list[str]:
    return [account["id"] for account in story.state["accounts"]]


# getStatus and getSeats


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"status": "active", "eligibleForTrial": False}, id="active at the start"),
        pytest.param({"status": "past_due"}, {"status": "past_due", "eligibleForTrial": False}, id="past due"),
        pytest.param(TRIALING, {"status": "trialing", "eligibleForTrial": False}, id="in the trial"),
        pytest.param(ENDED, {"status": "canceled", "eligibleForTrial": False}, id="canceled"),
        pytest.param(NOTHING, {"eligibleForTrial": True}, id="no subscription: no status"),
        pytest.param({**NOTHING, "eligible_for_trial": False}, {"eligibleForTrial": False}, id="and no trial"),
    ],
)
def test_get_status(changes: dict[str, Any], expected: dict[str, Any]):
    assert status(Played("linkedapi", **changes)) == {**expected, "cancelAtPeriodEnd": False}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"plus": (10, "year")}, id="ten plus seats at the start"),
        pytest.param(NOTHING, {}, id="no subscription: no seats"),
        pytest.param(ENDED, {}, id="canceled: no seats"),
        pytest.param({"status": "past_due"}, {"plus": (10, "year")}, id="past due: the seats stay"),
    ],
)
def test_get_seats(changes: dict[str, Any], expected: dict[str, tuple[int, str]]):
    assert seats(Played("linkedapi", **changes)) == expected


@pytest.mark.parametrize("changes", [{}, NOTHING, ENDED, TRIALING], ids=["active", "none", "canceled", "trialing"])
def test_reading_changes_nothing(changes: dict[str, Any]):
    story = Played("linkedapi", **changes)
    before = story.state
    story.later("P1Y")
    status(story)
    seats(story)
    assert story.state is before


# setSeats with a subscription


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        pytest.param({}, "active", id="active"),
        pytest.param(TRIALING, "trialing", id="trialing"),
        pytest.param({"status": "past_due"}, "past_due", id="past due"),
    ],
)
def test_with_a_subscription_the_quantity_changes_at_once(changes: dict[str, Any], kept: str):
    story = Played("linkedapi", **changes)
    assert set_seats(story, 5) == {"status": "complete"}
    assert seats(story) == {"plus": (5, "year")}
    assert status(story)["status"] == kept


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param((5, "plus", "year"), {"plus": (5, "year")}, id="the quantity of the same type"),
        pytest.param((10, "plus", "month"), {"plus": (10, "month")}, id="its billing period"),
        pytest.param(
            (2, "core", "month"), {"core": (2, "month"), "plus": (10, "year")}, id="the other type is left alone"
        ),
        pytest.param((5.0, "plus", "year"), {"plus": (5, "year")}, id="5.0 is 5"),
        pytest.param((1, "plus", "year"), {"plus": (1, "year")}, id="one seat"),
        pytest.param((1000, "plus", "year"), {"plus": (1000, "year")}, id="a thousand seats"),
    ],
)
def test_each_seat_type_has_one_entry(change: tuple[float, str, str], expected: dict[str, tuple[int, str]]):
    story = Played("linkedapi")
    set_seats(story, *change)
    assert seats(story) == expected
    assert all(type(quantity) is int for quantity, _ in seats(story).values())


def test_the_core_entry_comes_first():
    story = Played("linkedapi")
    set_seats(story, 2, "core")
    assert [entry["seatType"] for entry in result(story, "getSeats")["seats"]] == ["core", "plus"]


def test_the_seats_that_there_are_change_nothing():
    story = Played("linkedapi")
    before = story.state
    set_seats(story, 10)
    assert story.state is before


# setSeats without a subscription


@pytest.mark.parametrize("changes", [NOTHING, ENDED], ids=["never subscribed", "canceled"])
def test_without_a_subscription_nothing_changes_until_the_checkout_is_completed(changes: dict[str, Any]):
    story = Played("linkedapi", **changes)
    before = status(story)
    answer = set_seats(story, 5)
    assert answer.keys() == {"status", "paymentLink"}
    assert answer["status"] == "processing"
    assert answer["paymentLink"].startswith("https://checkout.stripe.com/c/pay/cs_test_")
    story.later("P1M")
    assert (status(story), seats(story)) == (before, {})
    story.event("checkout_completed")
    assert seats(story) == {"plus": (5, "year")}


def test_a_payment_link_depends_on_the_seed_and_the_call():
    links = {payment_link(seed, id) for seed in (1, 2) for id in ("req_1", "req_2")}
    assert len(links) == 4
    assert payment_link(1, "req_1") in links


def test_a_later_set_seats_replaces_the_one_that_waits_for_payment():
    story = Played("linkedapi", **NOTHING)
    first = set_seats(story, 3, "core", "month")
    second = set_seats(story, 8, "plus", "year")
    assert first["paymentLink"] != second["paymentLink"] == story.state["checkout"]["payment_link"]
    story.event("checkout_completed")
    assert seats(story) == {"plus": (8, "year")}


@pytest.mark.parametrize("changes", [{}, NOTHING, ENDED], ids=["active", "never subscribed", "canceled"])
@pytest.mark.parametrize("event", ["checkout_completed", "checkout_abandoned"])
def test_a_checkout_that_is_not_open_is_refused(event: str, changes: dict[str, Any]):
    assert "none is open" in rule_of(Played("linkedapi", **changes).event(event))


def test_a_checkout_is_completed_once():
    story = Played("linkedapi", **NOTHING)
    subscribe(story)
    assert "none is open" in rule_of(story.event("checkout_completed"))


def test_an_abandoned_checkout_is_dropped():
    story = Played("linkedapi", **NOTHING)
    before = story.state
    link = set_seats(story, 5)["paymentLink"]
    assert story.event("checkout_abandoned") == {"payment_link": link}
    assert story.state == before
    assert status(story) == {"eligibleForTrial": True, "cancelAtPeriodEnd": False}
    assert "none is open" in rule_of(story.event("checkout_completed"))


# the trial


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param("PT0S", "trialing", id="at once"),
        pytest.param("P6DT23H59M59.999S", "trialing", id="a millisecond before its end"),
        pytest.param("P7D", "active", id="at exactly 7 days"),
        pytest.param("P3M", "active", id="periods later"),
    ],
)
def test_a_trial_of_7_days(after: str, expected: str):
    story = Played("linkedapi", **NOTHING)
    assert subscribe(story) == {"status": "trialing"}
    story.later(after)
    assert status(story) == {"status": expected, "eligibleForTrial": False, "cancelAtPeriodEnd": False}
    assert seats(story) == {"plus": (3, "month")}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({**NOTHING, "eligible_for_trial": False}, id="the first checkout is not eligible"),
        pytest.param(ENDED, id="there was a subscription before"),
    ],
)
def test_else_the_checkout_starts_a_paid_subscription(changes: dict[str, Any]):
    story = Played("linkedapi", **changes)
    assert subscribe(story) == {"status": "active"}
    assert status(story) == {"status": "active", "eligibleForTrial": False, "cancelAtPeriodEnd": False}


def test_there_is_no_second_trial():
    story = Played("linkedapi", **NOTHING)
    subscribe(story)
    story.event("subscription_canceled", at_period_end=False)
    assert status(story) == {"status": "canceled", "eligibleForTrial": False, "cancelAtPeriodEnd": False}
    assert subscribe(story) == {"status": "active"}


# cancellation and periods


@pytest.mark.parametrize(
    ("billing_period", "subscribed", "canceled", "ends"),
    [
        pytest.param("month", "2026-01-15T10:00:00Z", "2026-01-20T00:00:00Z", "2026-02-15T10:00:00Z", id="a month"),
        pytest.param(
            "month", "2026-01-31T10:00:00Z", "2026-02-01T00:00:00Z", "2026-02-28T10:00:00Z", id="a short month"
        ),
        pytest.param(
            "month",
            "2026-01-31T10:00:00Z",
            "2026-03-01T00:00:00Z",
            "2026-03-31T10:00:00Z",
            id="after it, the day is back",
        ),
        pytest.param(
            "month",
            "2026-01-31T10:00:00Z",
            "2026-02-28T10:00:00Z",
            "2026-03-31T10:00:00Z",
            id="on the boundary: the next",
        ),
        pytest.param(
            "year", "2028-02-29T10:00:00Z", "2028-03-01T00:00:00Z", "2029-02-28T10:00:00Z", id="a year from a leap day"
        ),
        pytest.param(
            "year", "2026-01-31T10:00:00Z", "2027-02-01T00:00:00Z", "2028-01-31T10:00:00Z", id="in the second year"
        ),
    ],
)
def test_a_canceled_subscription_goes_on_until_its_period_ends(
    billing_period: str, subscribed: str, canceled: str, ends: str
):
    story = Played("linkedapi", **ENDED)
    story.at(subscribed)
    subscribe(story, billing_period=billing_period)
    story.at(canceled)
    assert story.event("subscription_canceled", at_period_end=True) == {
        "status": "active",
        "cancels_at": parse_time(ends),
    }
    story.now = parse_time(ends) - 1
    assert status(story) == {"status": "active", "eligibleForTrial": False, "cancelAtPeriodEnd": True}
    assert seats(story) == {"plus": (3, billing_period)}
    story.at(ends)
    assert status(story) == {"status": "canceled", "eligibleForTrial": False, "cancelAtPeriodEnd": False}
    assert seats(story) == {}


def test_the_first_period_of_the_default_world_began_with_the_sandbox():
    story = Played("linkedapi")
    story.later("P5M")
    story.event("subscription_canceled", at_period_end=True)
    assert story.state["cancels_at"] == add_months(START, 12)


def test_without_cancellation_a_period_is_followed_by_the_next():
    story = Played("linkedapi")
    story.later("P5Y")
    assert (status(story)["status"], seats(story)) == ("active", {"plus": (10, "year")})


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        pytest.param({}, "active", id="active"),
        pytest.param(TRIALING, "trialing", id="trialing"),
        pytest.param({"status": "past_due"}, "past_due", id="past due"),
    ],
)
def test_every_subscription_in_force_can_be_canceled(changes: dict[str, Any], kept: str):
    story = Played("linkedapi", **changes)
    story.event("subscription_canceled", at_period_end=True)
    assert (status(story)["status"], status(story)["cancelAtPeriodEnd"]) == (kept, True)
    story.event("subscription_canceled", at_period_end=False)
    assert status(story) == {"status": "canceled", "eligibleForTrial": False, "cancelAtPeriodEnd": False}
    assert seats(story) == {}


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


def test_new_seats_leave_a_cancellation_as_it_is():
    story = Played("linkedapi")
    story.event("subscription_canceled", at_period_end=True)
    set_seats(story, 5, "plus", "month")
    assert status(story)["cancelAtPeriodEnd"] is True
    assert story.state["cancels_at"] == add_months(START, 12)


@pytest.mark.parametrize(
    ("changes", "canceled_after", "ends_after"),
    [
        pytest.param([("plus", "month")], 2, 12, id="the year that runs is paid for"),
        pytest.param([("plus", "month")], 12, 13, id="after it, months"),
        pytest.param([("plus", "month"), ("plus", "year")], 13, 24, id="back to years"),
        pytest.param([("core", "month")], 13, 24, id="years, where any seat is billed by the year"),
    ],
)
def test_another_billing_period_begins_when_the_current_one_ends(
    changes: list[tuple[str, str]], canceled_after: int, ends_after: int
):
    story = Played("linkedapi")
    for seat_type, billing_period in changes:
        story.later("P3D")
        set_seats(story, 4, seat_type, billing_period)
    story.now = add_months(START, canceled_after)
    story.event("subscription_canceled", at_period_end=True)
    assert story.state["cancels_at"] == add_months(START, ends_after)


# payments


def test_a_payment_fails_and_recovers():
    story = Played("linkedapi")
    assert story.event("payment_failed") == {"status": "past_due"}
    assert (status(story)["status"], seats(story)) == ("past_due", {"plus": (10, "year")})
    assert story.event("payment_recovered") == {"status": "active"}
    assert (status(story)["status"], seats(story)) == ("active", {"plus": (10, "year")})


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


def test_a_payment_may_fail_when_the_trial_is_over():
    story = Played("linkedapi", **TRIALING)
    story.later("P7D")
    assert story.event("payment_failed") == {"status": "past_due"}


def test_a_subscription_that_is_past_due_ends_with_its_period_all_the_same():
    story = Played("linkedapi")
    story.event("subscription_canceled", at_period_end=True)
    story.event("payment_failed")
    story.later("P1Y")
    assert status(story)["status"] == "canceled"
    assert "this one is canceled" in rule_of(story.event("payment_recovered"))


# accounts


def test_none_are_connected_at_the_start():
    assert Played("linkedapi").state["accounts"] == []


def test_accounts_are_connected_in_order():
    story = Played("linkedapi")
    first = story.event("accounts_connected", count=2)
    story.later("PT1H")
    second = story.event("accounts_connected", count=1)
    assert not isinstance(first, Refusal)
    assert not isinstance(second, Refusal)
    assert ids(story) == [*first["connected"], *second["connected"]]
    assert len(set(ids(story))) == 3
    assert [account["connected_at"] - START for account in story.state["accounts"]] == [0, 0, 3_600_000]
    assert frozen(story) == "..."


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


def test_seats_of_both_types_count():
    story = Played("linkedapi")
    set_seats(story, 2, "core")
    story.event("accounts_connected", count=12)
    assert frozen(story) == "." * 12


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        pytest.param([4], "....", id="as many seats as accounts"),
        pytest.param([3], "...#", id="one less freezes the one connected last"),
        pytest.param([1], ".###", id="one seat keeps the first connected"),
        pytest.param([1, 3], "...#", id="more thaw the first connected first"),
        pytest.param([1, 10], "....", id="enough thaw all"),
        pytest.param([3, 2], "..##", id="fewer and fewer"),
    ],
)
def test_fewer_seats_freeze_and_more_thaw(quantities: list[int], expected: str):
    story = Played("linkedapi")
    story.event("accounts_connected", count=2)
    story.later(1)
    story.event("accounts_connected", count=2)
    there = ids(story)
    for quantity in quantities:
        set_seats(story, quantity)
    assert frozen(story) == expected
    assert ids(story) == there


@pytest.mark.parametrize("at_period_end", [True, False])
def test_the_end_of_the_subscription_freezes_all(at_period_end: bool):
    story = Played("linkedapi")
    story.event("accounts_connected", count=3)
    story.event("subscription_canceled", at_period_end=at_period_end)
    story.later("P1Y")
    assert [account["frozen"] for account in state_at(story.state, story.now)["accounts"]] == [True] * 3
    subscribe(story, 2)
    assert frozen(story) == "..#"


def test_the_account_connected_last_is_removed():
    story = Played("linkedapi")
    story.event("accounts_connected", count=3)
    *rest, last = ids(story)
    set_seats(story, 1)
    assert story.event("account_removed") == {"removed": last}
    assert (ids(story), frozen(story)) == (rest, ".#")
    story.event("account_removed")
    assert frozen(story) == "."


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


# the payment webhook


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


def test_a_new_set_seats_replaces_the_pending_one_and_starts_the_delay_anew():
    story = Played("linkedapi", webhook_delay_seconds=5)
    set_seats(story, 5)
    story.later(4)
    set_seats(story, 6)
    story.later(4.999)
    assert seats(story) == {"plus": (10, "year")}
    story.later(0.001)
    assert seats(story) == {"plus": (6, "year")}


def test_a_pending_change_of_the_other_type_is_left_alone():
    story = Played("linkedapi", webhook_delay_seconds=5)
    set_seats(story, 5)
    story.later(4)
    set_seats(story, 2, "core")
    story.later(4.999)
    assert seats(story) == {"plus": (10, "year")}
    story.later(0.001)
    assert seats(story) == {"core": (2, "year"), "plus": (5, "year")}


def test_a_change_that_shows_is_the_next_ones_beginning():
    story = Played("linkedapi", webhook_delay_seconds=5)
    set_seats(story, 5)
    story.later(5)
    set_seats(story, 6)
    assert seats(story) == {"plus": (5, "year")}


def test_the_seats_of_a_checkout_wait_for_the_webhook_too():
    story = Played("linkedapi", **NOTHING, webhook_delay_seconds=5)
    subscribe(story)
    assert (status(story)["status"], seats(story)) == ("trialing", {})
    assert "noAvailableSeats" in rule_of(story.event("accounts_connected", count=1))
    story.later(5)
    assert seats(story) == {"plus": (3, "month")}
    assert not isinstance(story.event("accounts_connected", count=1), Refusal)


def test_a_cancellation_drops_what_is_pending():
    story = Played("linkedapi", webhook_delay_seconds=5)
    set_seats(story, 5)
    story.event("subscription_canceled", at_period_end=False)
    story.later(5)
    assert seats(story) == {}


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


def test_100_requests_in_60_seconds():
    assert contract_of("linkedapi").rules.rate_limit == RateLimit(100, 60_000)
    served = Served()
    served.control("POST", "/sandboxes", {"name": "t", "world": "rate-limits"})
    answers = [served.ask("POST", f"/~t{ADMIN}.getSeats", KEYS["linkedapi"]) for _ in range(101)]
    assert [answer.status for answer in answers] == [200] * 100 + [429]
    assert answers[-1].json["error"]["type"] == "tooManyRequests"
    served.wall_ms += 60_000
    assert served.ask("POST", f"/~t{ADMIN}.getSeats", KEYS["linkedapi"]).status == 200


BODY = {"quantity": 5, "billingPeriod": "year", "seatType": "plus"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"quantity": 5.0}, 200, id="5.0 is whole"),
        pytest.param({"quantity": 1}, 200, id="one seat"),
        pytest.param({"quantity": 1000}, 200, id="a thousand"),
        pytest.param({"coupon": "x"}, 200, id="unknown fields are ignored"),
        pytest.param({"quantity": True}, 400, id="true is no quantity"),
        pytest.param({"quantity": "5"}, 400, id="text is no quantity"),
        pytest.param({"quantity": 5.5}, 400, id="half a seat"),
        pytest.param({"quantity": 0}, 400, id="no seat"),
        pytest.param({"quantity": 1001}, 400, id="more than a thousand"),
        pytest.param({"quantity": None}, 400, id="no quantity"),
        pytest.param({"billingPeriod": "week"}, 400, id="an unknown period"),
        pytest.param({"seatType": "gold"}, 400, id="an unknown seat type"),
    ],
)
def test_a_body_by_http(change: dict[str, Any], status: int):
    served = Served()
    answer = served.ask("POST", f"{ADMIN}.setSeats", KEYS["linkedapi"], {**BODY, **change})
    assert answer.status == status
    if status == 200:
        expected = [{**BODY, "quantity": int(change.get("quantity", 5))}]
        assert served.ask("POST", f"{ADMIN}.getSeats", KEYS["linkedapi"]).json["result"]["seats"] == expected
    else:
        assert (answer.json["success"], answer.json["error"]["type"]) == (False, "invalidRequestPayload")


@pytest.mark.parametrize(
    ("operation", "headers", "status", "error"),
    [
        pytest.param("getStatus", {}, 401, "linkedApiTokenRequired", id="no token"),
        pytest.param("getStatus", {"linked-api-token": "other"}, 401, "invalidLinkedApiToken", id="another token"),
        pytest.param("getPricing", {"linked-api-token": "good"}, 404, "notFound", id="getPricing"),
        pytest.param("getBillingLink", {"linked-api-token": "good"}, 404, "notFound", id="getBillingLink"),
        pytest.param("cancel", {"linked-api-token": "good"}, 404, "notFound", id="cancel"),
        pytest.param("getStatus", {"linked-api-token": "good"}, 200, None, id="the token"),
    ],
)
def test_a_token_by_http(operation: str, headers: dict[str, str], status: int, error: str | None):
    served = Served()
    served.event("t", "linkedapi", "key_issued", key="good")
    sent = {**headers, "client": "python", "content-type": "application/json", "content-length": "0"}
    answer = served.ask("POST", f"/~t{ADMIN}.{operation}", sent)
    assert answer.status == status
    assert answer.json["success"] == (error is None)
    if error:
        assert answer.json["error"]["type"] == error
