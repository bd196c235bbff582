"""The ledger of one subscription: grants, expiry and cap in their order, spending, refunds and plan changes."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.clock import DAY, add_months, parse_time
from mockserver.vendors.postpress import inmail
from mockserver.vendors.postpress.inmail import Plan, Subscription, subscription_at
from tests.support.inmail_story import HELP_PLANS, PLANS
from tests.support.played import START

NAMES = tuple(PLANS)


def plan_of(name: str, policy: str = "linkedin") -> Plan:
    return cast(Plan, (PLANS if policy == "linkedin" else HELP_PLANS)[name])


def opened(name: str, at: str | int = START, policy: str = "linkedin") -> Subscription:
    return inmail.opened("s", name, plan_of(name, policy), parse_time(at) if isinstance(at, str) else at)


def left_at(subscription: Subscription, at: str | int, policy: str = "linkedin") -> int:
    until = parse_time(at) if isinstance(at, str) else at
    return inmail.left(subscription_at(subscription, plan_of(subscription["plan"], policy), until))


def spent(subscription: Subscription, count: int) -> Subscription:
    for _ in range(count):
        subscription = inmail.spent(subscription)
    return subscription


def test_the_help_pages_differ_in_two_plans_only():
    differing = {name: {key for key in PLANS[name] if PLANS[name][key] != HELP_PLANS[name][key]} for name in PLANS}
    assert differing == {
        "premium_career": set(),
        "premium_business": set(),
        "sales_navigator": {"grants", "automatic_replies"},
        "recruiter_lite": {"cap", "expiry_days"},
    }


@pytest.mark.parametrize(
    ("began", "until", "expected"),
    [
        pytest.param("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z", 5, id="the first grant comes at once"),
        pytest.param("2026-01-31T09:00:00Z", "2026-02-28T08:59:59.999Z", 5, id="not before the time of day"),
        pytest.param("2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z", 10, id="31 January, then 28 February"),
        pytest.param("2026-01-31T09:00:00Z", "2026-03-31T08:59:59.999Z", 10, id="not on 28 March"),
        pytest.param("2026-01-31T09:00:00Z", "2026-03-31T09:00:00Z", 15, id="but on 31 March again"),
        pytest.param("2028-01-31T09:00:00Z", "2028-02-29T09:00:00Z", 10, id="29 February in a leap year"),
        pytest.param("2026-11-30T00:00:00Z", "2027-01-30T00:00:00Z", 15, id="over the end of a year"),
    ],
)
def test_grants_come_on_the_billing_day(began: str, until: str, expected: int):
    assert left_at(opened("premium_career", began), until) == expected


@pytest.mark.parametrize(
    ("began", "until", "expected"),
    [
        pytest.param(
            "2026-01-20T15:00:00Z", "2026-01-20T15:00:00Z", 50, id="the first grant comes at once all the same"
        ),
        pytest.param("2026-01-20T15:00:00Z", "2026-01-31T23:59:59.999Z", 50, id="none before the 1st"),
        pytest.param("2026-01-20T15:00:00Z", "2026-02-01T00:00:00Z", 100, id="the next on the 1st at midnight"),
        pytest.param("2026-01-20T15:00:00Z", "2026-02-20T15:00:00Z", 100, id="none on the day of the month"),
        pytest.param("2026-01-20T15:00:00Z", "2026-03-01T00:00:00Z", 150, id="and on the 1st again"),
        pytest.param("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 50, id="one only when it begins on the 1st"),
        pytest.param("2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z", 100, id="an hour later at the year's end"),
    ],
)
def test_the_help_policy_grants_on_the_first_of_the_month(began: str, until: str, expected: int):
    assert left_at(opened("sales_navigator", began, "help"), until, "help") == expected


def test_playing_back_in_time_changes_nothing():
    subscription = subscription_at(opened("premium_career"), plan_of("premium_career"), add_months(START, 2))
    assert subscription_at(subscription, plan_of("premium_career"), START) is subscription
    assert subscription_at(subscription, plan_of("premium_career"), subscription["settled_at"]) is subscription


MIDNIGHT = parse_time("2026-01-01T00:00:00Z")


@settings(deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(("linkedin", "help")),
    st.integers(0, 1000 * DAY),
    st.lists(st.integers(0, 60 * DAY), max_size=10),
)
def test_many_steps_in_time_are_as_good_as_one(name: str, policy: str, offset: int, gaps: list[int]):
    plan, begun = plan_of(name, policy), MIDNIGHT + offset
    at_once = stepwise = opened(name, begun, policy)
    now = begun
    for gap in gaps:
        now += gap
        stepwise = subscription_at(stepwise, plan, now)
    assert stepwise == subscription_at(at_once, plan, now)
