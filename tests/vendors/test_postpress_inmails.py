"""InMails: what they cost and who pays, the threads that they form, and what an answer gives back."""

from __future__ import annotations

import pytest

from tests.support.inmail_story import PLANS, Refused, Story, subscriber
from tests.support.played import START


def test_ids_are_never_given_twice():
    story = Story()
    ids = [story.sends(account=account) for account in ("a", "b", "a")]
    story.does("inmail_deleted", inmail_id=ids[0])
    assert [*ids, story.sends()] == ["inmail_1", "inmail_2", "inmail_3", "inmail_4"]
    mail = {"to": "x", "sent_at": START, "paid_by": None, "subscription": None, "status": "open"}
    account = {**story.state["accounts"]["a"], "inmails": {"inmail_2": mail}}
    assert Story(accounts={"a": account}).sends() == "inmail_3"


@pytest.mark.parametrize(
    ("at", "may"),
    [
        pytest.param("2026-09-29T09:00:00Z", 15, id="at exactly 90 days"),
        pytest.param("2026-09-29T09:00:00.001Z", 10, id="an instant later"),
    ],
)
def test_how_long_a_credit_can_be_spent(at: str, may: int):
    story = subscriber("premium_career", "2026-07-01T09:00:00Z").when(at)
    story.sends(count=may)
    with pytest.raises(Refused, match="no InMail credit left"):
        story.sends()


@pytest.mark.parametrize(
    ("after", "refunded"),
    [
        pytest.param("PT0S", 1, id="at once"),
        pytest.param("P90D", 1, id="at exactly 90 days"),
        pytest.param("P90DT0.001S", 0, id="an instant later"),
        pytest.param("P1Y", 0, id="a year later"),
    ],
)
def test_a_reply_within_90_days_gives_the_credit_back(after: str, refunded: int):
    story = Story()
    sent = story.sends()
    assert story.when(after).gets_reply(sent) == refunded
    assert story.balance() == (4 + refunded, 150, None)


@pytest.mark.parametrize("event", ["inmail_replied", "inmail_deleted"])
def test_an_unknown_inmail_is_refused(event: str):
    story = Story()
    sent = story.sends(account="b")
    for id in ("inmail_9", sent):
        with pytest.raises(Refused, match="sent no InMail"):
            story.does(event, inmail_id=id)


def test_a_free_message_is_not_closed_by_a_refund():
    story = Story()
    paid, free = story.sends(), story.sends(relation="first_degree")
    story.gets_reply(paid)
    assert story.state["accounts"]["a"]["inmails"][free]["status"] == "open"


@pytest.mark.parametrize(
    ("policy", "plan", "refunded"),
    [("help", plan, int(plan == "sales_navigator")) for plan in PLANS] + [("linkedin", plan, 0) for plan in PLANS],
)
def test_automatic_replies_refund_on_sales_navigator_by_the_help_policy_only(policy: str, plan: str, refunded: int):
    story = subscriber(plan, policy=policy)
    sent = story.sends()
    assert story.gets_reply(sent, automatic=True) == refunded
    assert story.gets_reply(sent, automatic=False) == 1 - refunded
    assert story.left() == PLANS[plan]["monthly"]
