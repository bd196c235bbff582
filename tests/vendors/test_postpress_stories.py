"""PostPress in any story: however often time stops, the same comes of it."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.clock import parse_time
from tests.support.inmail_story import PLANS, Refused, Story, subscriber

ACCOUNT = st.sampled_from("ab")
PLAN = st.sampled_from(list(PLANS))
ID = st.integers(1, 12).map("inmail_{}".format)
STATES = ("account_disconnected", "account_reconnected", "account_restricted", "account_unrestricted")
HAPPENINGS = st.one_of(
    st.tuples(st.just("subscribed"), st.fixed_dictionaries({"plan": PLAN})),
    st.tuples(st.just("plan_changed"), st.fixed_dictionaries({"plan": PLAN}, optional={"from_": PLAN})),
    st.tuples(st.just("subscription_canceled"), st.fixed_dictionaries({"plan": PLAN})),
    st.tuples(
        st.just("inmail_sent"),
        st.fixed_dictionaries(
            {"to": st.sampled_from("xy")},
            optional={"plan": PLAN, "relation": st.sampled_from(("none", "first_degree", "open_profile"))},
        ),
    ),
    st.tuples(
        st.just("inmail_replied"), st.fixed_dictionaries({"inmail_id": ID}, optional={"automatic": st.booleans()})
    ),
    st.tuples(st.just("inmail_deleted"), st.fixed_dictionaries({"inmail_id": ID})),
    st.tuples(st.sampled_from(STATES), st.just(dict[str, Any]())),
)
PAUSES = st.lists(st.integers(0, 40 * 86_400_000), max_size=3)
STORIES = st.lists(st.tuples(PAUSES, ACCOUNT, HAPPENINGS), max_size=25)
POLICY = st.sampled_from(("linkedin", "help"))


@settings(deadline=None)
@given(STORIES, POLICY)
def test_reading_often_and_stopping_often_make_no_difference(steps: list[Any], policy: str):
    in_one, in_many = Story(policy=policy), Story(policy=policy)
    for pauses, account, (event, fields) in steps:
        in_one.now += sum(pauses)
        for pause in pauses:
            in_many.now += pause
            in_many.asks(account)
            settle(in_many)
        outcomes: list[Any] = []
        for story in (in_one, in_many):
            try:
                outcomes.append(story.does(event, account=account, **fields))
            except Refused as refused:
                outcomes.append(str(refused))
        assert outcomes[0] == outcomes[1]
        assert [in_one.asks(name) for name in "ab"] == [in_many.asks(name) for name in "ab"]


def settle(story: Story) -> None:
    """Make the accounts store what has happened up to now, by messages that cost nothing and leave no other trace."""
    kept = {name: account["inmails"] for name, account in story.state["accounts"].items()}
    for name in kept:
        with contextlib.suppress(Refused):
            story.does("inmail_sent", account=name, to="z", relation="first_degree")
            accounts = story.state["accounts"]
            story.state = {**story.state, "accounts": {**accounts, name: {**accounts[name], "inmails": kept[name]}}}


def test_a_story_of_two_hundred_years_is_still_answered():
    story = subscriber("recruiter_lite", parse_time("2000-01-31T09:00:00Z"), policy="help")
    assert story.when("2200-12-31T23:59:59Z").left() == 120
