"""Subscriptions: which can stand beside each other, what changing the plan moves, and what cancelling ends."""

from __future__ import annotations

import pytest

from tests.support.inmail_story import PLANS, Refused, subscriber

NONE = (None, None, None)


@pytest.mark.parametrize("plan", PLANS)
def test_a_subscription_feeds_its_field_only(plan: str):
    fed = dict(zip(("premium", "recruiter", "sales_navigator"), subscriber(plan).balance(), strict=True))
    assert fed == {**dict.fromkeys(fed), PLANS[plan]["field"]: PLANS[plan]["monthly"]}


def test_three_subscriptions_stand_beside_each_other_with_their_own_billing_days():
    story = subscriber("premium_business")
    story.when("P1D").does("subscribed", plan="recruiter_lite")
    story.when("P1D").does("subscribed", plan="sales_navigator")
    assert story.balance() == (15, 30, 50)
    assert story.when("2026-02-28T09:00:00Z").balance() == (30, 30, 50)
    assert story.when("2026-03-01T09:00:00Z").balance() == (30, 60, 50)
    assert story.when("2026-03-02T09:00:00Z").balance() == (30, 60, 100)


@pytest.mark.parametrize("plan", ["premium_career", "premium_business"])
def test_a_second_subscription_to_one_field_is_refused(plan: str):
    with pytest.raises(Refused, match="premium_career feeds premium already"):
        subscriber("premium_career").does("subscribed", plan=plan)


@pytest.mark.parametrize(
    ("plan", "source", "rule"),
    [
        pytest.param("recruiter_lite", "premium_career", "recruiter_lite feeds recruiter already", id="a fed field"),
        pytest.param("premium_business", "recruiter_lite", "premium_career feeds premium already", id="the other way"),
        pytest.param("premium_career", "premium_career", "premium_career already", id="the same plan"),
        pytest.param("premium_business", None, "from is needed, one of premium_career, recruiter_lite", id="no from"),
        pytest.param("premium_business", "sales_navigator", "no subscription to sales_navigator", id="not subscribed"),
    ],
)
def test_plan_changes_that_two_subscriptions_forbid(plan: str, source: str | None, rule: str):
    story = subscriber("premium_career")
    story.does("subscribed", plan="recruiter_lite")
    fields = {"plan": plan, **({"from_": source} if source else {})}
    with pytest.raises(Refused, match=rule):
        story.does("plan_changed", **fields)


def test_one_of_two_subscriptions_moves_to_a_free_field():
    story = subscriber("premium_career")
    story.does("subscribed", plan="recruiter_lite")
    story.does("plan_changed", plan="sales_navigator", from_="premium_career")
    assert story.balance() == (None, 30, 5)


@pytest.mark.parametrize("fields", [{}, {"from_": "premium_career"}])
def test_the_only_subscription_need_not_be_named(fields: dict[str, str]):
    story = subscriber("premium_career")
    story.does("plan_changed", plan="premium_business", **fields)
    assert story.balance() == (5, None, None)


@pytest.mark.parametrize("fields", [{}, {"from_": "premium_career"}])
def test_a_change_to_the_same_plan_is_refused(fields: dict[str, str]):
    with pytest.raises(Refused, match="is to premium_career already"):
        subscriber("premium_career").does("plan_changed", plan="premium_career", **fields)


def test_sales_navigator_with_120_credits_to_premium_business():
    story = subscriber("sales_navigator").when("P2M")
    story.sends(count=30)
    assert story.balance() == (None, None, 120)
    story.does("plan_changed", plan="premium_business")
    assert story.balance() == (45, None, None)


def test_the_newest_are_kept_and_live_on_with_their_expiry():
    story = subscriber("sales_navigator", "2026-07-01T09:00:00Z").when("2026-09-01T09:00:00Z")
    story.does("plan_changed", plan="premium_business")
    assert story.when("2026-10-01T08:59:59Z").left() == 45
    assert story.when("2026-10-01T09:00:00Z").left() == 45  # the new grant pushes out as many
    story.sends(count=30)
    assert story.when("2026-10-31T09:00:00Z").left() == 15  # the oldest were spent: what is left is October's


def test_an_upgrade_keeps_the_billing_day_and_grants_nothing_by_itself():
    story = subscriber("premium_career").when("2026-02-10T00:00:00Z")
    story.does("plan_changed", plan="sales_navigator")
    assert story.balance() == (None, None, 5)
    assert story.when("2026-02-28T08:59:59Z").balance() == (None, None, 5)
    assert story.when("2026-02-28T09:00:00Z").balance() == (None, None, 55)
    assert story.when("2026-03-31T09:00:00Z").balance() == (None, None, 105)


def test_cancelling_makes_the_field_null():
    story = subscriber("premium_career")
    story.does("subscribed", plan="sales_navigator")
    story.does("subscription_canceled", plan="premium_career")
    assert story.balance() == (None, None, 50)
    story.does("subscription_canceled", plan="sales_navigator")
    assert story.balance() == NONE
    assert story.when("P1Y").balance() == NONE
    with pytest.raises(Refused, match="no subscription to sales_navigator"):
        story.does("subscription_canceled", plan="sales_navigator")
    with pytest.raises(Refused, match="no InMail credit left"):
        story.sends()


def test_subscribing_anew_begins_anew():
    story = subscriber("premium_career").when("P2M")
    story.does("subscription_canceled", plan="premium_career")
    story.does("subscribed", plan="premium_career")
    assert story.left() == 5
