"""InMails: what they cost and who pays, the threads that they form, and what an answer gives back."""

from __future__ import annotations

import pytest

from tests.support.inmail_story import PLANS, Refused, Story, subscriber
from tests.support.played import START

SAMPLE = (5, 150, None)


# Sending


@pytest.mark.parametrize(
    ("relation", "cost", "paid_by", "left"),
    [
        pytest.param(None, 1, "premium", 4, id="outside the network unless told"),
        pytest.param("none", 1, "premium", 4, id="outside the network"),
        pytest.param("first_degree", 0, None, 5, id="1st degree is free"),
        pytest.param("open_profile", 0, None, 5, id="an open profile is free"),
    ],
)
def test_what_a_message_costs(relation: str | None, cost: int, paid_by: str | None, left: int):
    story = subscriber("premium_career")
    sent = story.does("inmail_sent", to="omar", **({"relation": relation} if relation else {}))
    assert sent == {"inmail_id": "inmail_1", "cost": cost, "paid_by": paid_by}
    assert story.left() == left


def test_ids_are_never_given_twice():
    story = Story()
    ids = [story.sends(account=account) for account in ("a", "b", "a")]
    story.does("inmail_deleted", inmail_id=ids[0])
    assert [*ids, story.sends()] == ["inmail_1", "inmail_2", "inmail_3", "inmail_4"]
    mail = {"to": "x", "sent_at": START, "paid_by": None, "subscription": None, "status": "open"}
    account = {**story.state["accounts"]["a"], "inmails": {"inmail_2": mail}}
    assert Story(accounts={"a": account}).sends() == "inmail_3"


def test_the_first_field_that_has_a_credit_pays():
    story = subscriber("sales_navigator")
    story.does("subscribed", plan="recruiter_lite")
    story.does("subscribed", plan="premium_career")
    payers = [story.does("inmail_sent", to=f"lead {number}")["paid_by"] for number in range(85)]
    assert payers == ["premium"] * 5 + ["recruiter"] * 30 + ["sales_navigator"] * 50
    with pytest.raises(Refused, match="no InMail credit left"):
        story.sends()
    assert story.balance() == (0, 0, 0)


def test_the_plan_that_is_named_pays_and_no_other():
    story = subscriber("premium_career")
    story.does("subscribed", plan="recruiter_lite")
    assert story.does("inmail_sent", to="omar", plan="recruiter_lite")["paid_by"] == "recruiter"
    story.sends(count=5, plan="premium_career")
    for plan in ("premium_career", "premium_business", "sales_navigator"):
        with pytest.raises(Refused, match=f"{plan} has no credit left"):
            story.sends(plan=plan)
    assert story.balance() == (0, 29, None)


def test_a_free_message_needs_no_credit_not_even_of_the_plan_named():
    story = subscriber("premium_career")
    story.sends(count=5)
    assert story.does("inmail_sent", to="omar", plan="sales_navigator", relation="first_degree")["cost"] == 0


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


# Answers


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


def test_no_reply_gives_nothing():
    story = Story()
    story.sends()
    assert story.when("P1Y").balance() == (4, 150, None)


def test_a_second_reply_gives_nothing_more():
    story = Story()
    sent = story.sends()
    assert [story.gets_reply(sent) for _ in range(3)] == [1, 0, 0]
    assert story.balance() == SAMPLE


@pytest.mark.parametrize("named", [0, 1])
def test_a_follow_up_costs_one_more_and_one_comes_back(named: int):
    story = Story()
    ids = [story.sends(), story.when("P6D").sends()]
    assert story.balance() == (3, 150, None)
    assert story.gets_reply(ids[named]) == 1
    assert story.gets_reply(ids[1 - named]) == 0
    assert story.balance() == (4, 150, None)


def test_threads_are_by_person():
    story = Story()
    ids = [story.sends("omar"), story.sends("lena")]
    assert [story.gets_reply(id) for id in ids] == [1, 1]
    assert story.balance() == SAMPLE


def test_threads_are_by_account():
    story = Story()
    ids = [story.sends("omar"), story.sends("omar", account="b")]
    assert story.gets_reply(ids[0]) == 1
    assert story.gets_reply(ids[1], account="b") == 1


def test_an_inmail_after_a_reply_opens_a_new_thread():
    story = Story()
    assert [story.gets_reply(story.sends()) for _ in range(3)] == [1, 1, 1]


def test_the_age_of_the_named_inmail_decides_and_a_late_reply_closes_only_that():
    story = Story()
    first, second = story.sends(), story.when("P60D").sends()
    assert story.when("P40D").gets_reply(first) == 0
    mails = story.state["accounts"]["a"]["inmails"]
    assert (mails[first]["status"], mails[second]["status"]) == ("answered", "open")
    assert [story.gets_reply(second), story.gets_reply(second)] == [1, 0]
    assert story.balance() == (4, 150, None)


def test_a_refund_closes_the_thread_the_late_inmail_too():
    story = Story()
    first, second = story.sends(), story.when("P60D").sends()
    story.when("P40D")
    assert [story.gets_reply(second), story.gets_reply(first)] == [1, 0]


def test_a_deletion_gives_nothing_and_a_reply_to_it_is_refused():
    story = Story()
    sent = story.sends()
    assert story.does("inmail_deleted", inmail_id=sent) == {}
    assert story.balance() == (4, 150, None)
    with pytest.raises(Refused, match="was deleted"):
        story.gets_reply(sent)


def test_a_deletion_settles_the_named_inmail_only():
    story = Story()
    first, second = story.sends(), story.sends()
    story.does("inmail_deleted", inmail_id=second)
    assert story.gets_reply(first) == 1
    with pytest.raises(Refused, match="was deleted"):
        story.gets_reply(second)


def test_deleting_an_answered_inmail_is_accepted_and_keeps_the_refund():
    story = Story()
    sent = story.sends()
    story.gets_reply(sent)
    story.does("inmail_deleted", inmail_id=sent)
    assert story.balance() == SAMPLE


@pytest.mark.parametrize("event", ["inmail_replied", "inmail_deleted"])
def test_an_unknown_inmail_is_refused(event: str):
    story = Story()
    sent = story.sends(account="b")
    for id in ("inmail_9", sent):
        with pytest.raises(Refused, match="sent no InMail"):
            story.does(event, inmail_id=id)


@pytest.mark.parametrize("relation", ["first_degree", "open_profile"])
def test_a_free_message_joins_no_thread_and_refunds_nothing(relation: str):
    story = subscriber("premium_career")
    paid, free = story.sends(), story.sends(relation=relation)
    assert story.gets_reply(free) == 0
    assert story.gets_reply(paid) == 1
    assert story.left() == 5


def test_a_free_message_is_not_closed_by_a_refund():
    story = Story()
    paid, free = story.sends(), story.sends(relation="first_degree")
    story.gets_reply(paid)
    assert story.state["accounts"]["a"]["inmails"][free]["status"] == "open"


# Refunds


def test_a_refund_lives_90_days_from_the_reply():
    story = subscriber("premium_career", "2026-07-01T09:00:00Z")
    sent = story.sends(count=5)
    story.when("2026-07-20T00:00:00Z").gets_reply(sent)
    assert story.when("2026-09-29T09:00:00.001Z").left() == 11  # those of July are gone, the refund isn't
    assert story.when("2026-10-18T00:00:00Z").left() == 15  # October's grant pushed it out


def test_a_refund_at_the_cap_pushes_out_the_oldest_and_counts_all_the_same():
    story = subscriber("premium_career").when("P1M")
    sent = story.sends()
    story.when("2026-03-31T09:00:00Z").when("2026-04-30T09:00:00Z")
    assert story.left() == 15
    assert story.gets_reply(sent) == 1
    assert story.left() == 15
    (subscription,) = story.state["accounts"]["a"]["subscriptions"]
    assert [credit["left"] for credit in subscription["credits"]] == [4, 5, 5, 1]


def test_a_refund_goes_to_the_subscription_that_paid_whatever_its_plan_is_now():
    story = subscriber("premium_career")
    story.does("subscribed", plan="recruiter_lite")
    sent = story.sends()
    story.does("plan_changed", plan="sales_navigator", from_="premium_career")
    assert story.gets_reply(sent) == 1
    assert story.balance() == (None, 30, 5)


@pytest.mark.parametrize("anew", [False, True], ids=["cancelled", "cancelled, and subscribed anew"])
def test_no_refund_goes_to_a_cancelled_subscription(anew: bool):
    story = subscriber("premium_career")
    sent = story.sends()
    story.does("subscription_canceled", plan="premium_career")
    if anew:
        story.does("subscribed", plan="premium_career")
    assert story.gets_reply(sent) == 0
    assert story.balance() == ((5 if anew else None), None, None)


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


def test_automatic_replies_give_no_sample_credit_back():
    story = Story(policy="help")
    sent = story.sends()
    assert story.gets_reply(sent, automatic=True) == 0


def test_an_automatic_reply_counts_within_90_days_as_any_other():
    story = subscriber("sales_navigator", policy="help")
    sent = story.sends()
    assert story.when("P91D").gets_reply(sent, automatic=True) == 0
