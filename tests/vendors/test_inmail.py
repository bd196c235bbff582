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

JULY = parse_time("2026-07-01T09:00:00Z")
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


@pytest.mark.parametrize(
    ("name", "field", "monthly", "cap"),
    [
        ("premium_career", "premium", 5, 15),
        ("premium_business", "premium", 15, 45),
        ("sales_navigator", "sales_navigator", 50, 150),
        ("recruiter_lite", "recruiter", 30, 90),
    ],
)
def test_the_documented_plans(name: str, field: str, monthly: int, cap: int):
    plan = plan_of(name)
    assert (plan["field"], plan["monthly"], plan["cap"], plan["expiry_days"]) == (field, monthly, cap, 90)
    assert inmail.left(opened(name)) == monthly
    assert left_at(opened(name), add_months(START, 2)) == cap
    assert left_at(opened(name), add_months(START, 30)) == cap


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


def test_recruiter_lite_by_the_help_policy_holds_120_that_age_does_not_end():
    subscription = opened("recruiter_lite", policy="help")
    counts = [left_at(subscription, add_months(START, months), "help") for months in range(7)]
    assert counts == [30, 60, 90, 120, 120, 120, 120]
    kept = subscription_at(subscription, plan_of("recruiter_lite", "help"), add_months(START, 40))
    assert all(credit["expires_at"] is None for credit in kept["credits"])


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(90 * DAY, 15, id="at exactly 90 days they can be spent"),
        pytest.param(90 * DAY + 1, 10, id="an instant later they are gone"),
        pytest.param(92 * DAY, 15, id="until the next grant, on day 92"),
    ],
)
def test_credits_expire_after_90_days(after: int, expected: int):
    assert left_at(opened("premium_career", JULY), JULY + after) == expected


def test_expiry_comes_before_the_grant_and_the_cap_after_it():
    subscription = subscription_at(opened("premium_career", JULY), plan_of("premium_career"), add_months(JULY, 3))
    assert [credit["granted_at"] for credit in subscription["credits"]] == [
        add_months(JULY, month) for month in (1, 2, 3)
    ]


def test_a_grant_over_the_cap_pushes_out_the_oldest():
    begun = parse_time("2026-01-01T09:00:00Z")  # 90 days before 1 April: the first credits live when the fourth come
    subscription = subscription_at(opened("premium_career", begun), plan_of("premium_career"), add_months(begun, 3))
    assert [credit["granted_at"] for credit in subscription["credits"]] == [
        add_months(begun, month) for month in (1, 2, 3)
    ]
    assert inmail.left(subscription) == 15


def test_the_cap_takes_only_as_many_as_needed():
    begun = parse_time("2026-01-01T09:00:00Z")
    rich = spent(subscription_at(opened("premium_career", begun), plan_of("premium_career"), add_months(begun, 2)), 3)
    later = subscription_at(rich, plan_of("premium_career"), add_months(begun, 3))
    assert [credit["left"] for credit in later["credits"]] == [5, 5, 5]
    refunded = inmail.refunded(later, plan_of("premium_career"), add_months(begun, 3))
    assert [credit["left"] for credit in refunded["credits"]] == [4, 5, 5, 1]


def test_the_oldest_are_spent_first():
    subscription = spent(subscription_at(opened("premium_career"), plan_of("premium_career"), add_months(START, 2)), 7)
    assert [(credit["granted_at"], credit["left"]) for credit in subscription["credits"]] == [
        (add_months(START, 1), 3),
        (add_months(START, 2), 5),
    ]


def test_a_refund_is_a_new_credit_with_90_days_of_its_own():
    at = JULY + 20 * DAY
    subscription = spent(subscription_at(opened("premium_career", JULY), plan_of("premium_career"), at), 1)
    refunded = inmail.refunded(subscription, plan_of("premium_career"), at)
    assert refunded["credits"][-1] == {"granted_at": at, "expires_at": at + 90 * DAY, "left": 1}


@pytest.mark.parametrize(
    ("count", "name", "expected"),
    [
        pytest.param(30, "premium_business", 45, id="down: those over the new cap are lost"),
        pytest.param(120, "premium_business", 30, id="down within the cap: all stay"),
        pytest.param(60, "recruiter_lite", 90, id="just at the cap"),
    ],
)
def test_a_plan_change_keeps_the_newest_credits_up_to_the_cap(count: int, name: str, expected: int):
    full = spent(subscription_at(opened("sales_navigator"), plan_of("sales_navigator"), add_months(START, 2)), count)
    changed = inmail.moved(full, name, plan_of(name))
    assert inmail.left(changed) == expected
    assert changed["started_at"] == full["started_at"]
    assert changed["credits"][-1]["expires_at"] == add_months(START, 2) + 90 * DAY
    assert left_at(changed, add_months(START, 3) - 1) == expected  # nothing is granted before the billing day


def test_credits_keep_the_expiry_that_they_have_when_the_plan_changes():
    subscription = inmail.moved(opened("recruiter_lite", policy="help"), "sales_navigator", plan_of("sales_navigator"))
    assert [credit["expires_at"] for credit in subscription["credits"]] == [None]


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
