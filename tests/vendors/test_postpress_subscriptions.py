"""Subscriptions: which can stand beside each other, what changing the plan moves, and what cancelling ends."""

from __future__ import annotations

import pytest

from tests.support.inmail_story import Refused, subscriber


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


@pytest.mark.parametrize("fields", [{}, {"from_": "premium_career"}])
def test_a_change_to_the_same_plan_is_refused(fields: dict[str, str]):
    with pytest.raises(Refused, match="is to premium_career already"):
        subscriber("premium_career").does("plan_changed", plan="premium_career", **fields)
