"""States in words, with what is due next: of all four vendors, as stories tell them; and of a vendor without words."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import format_time
from tests.support.played import Played
from tests.support.serving import Served

SAMPLE = "5 InMails left on premium, 150 InMails left on recruiter, of no plan"
UNTOUCHED = f"an account that nothing has happened to: {SAMPLE}"
GROUPS = tuple(f"any group: 25 of 25 searches of {name} left" for name in ("LINKEDIN_CLASSIC", "SALES_NAVIGATOR"))
SUBSCRIBED = ("subscribed", {"account_id": "a", "plan": "premium_career"})
SENT = ("inmail_sent", {"account_id": "a", "to": "omar"})
JOB = ("job_ran", {"account_group_id": "g", "searches": 10})
CONNECTED = ("accounts_connected", {"count": 3})


@pytest.mark.parametrize(
    ("vendor", "story", "lines", "due"),
    [
        pytest.param("postpress", [], [UNTOUCHED], [], id="PostPress, untouched"),
        pytest.param(
            "postpress",
            [SUBSCRIBED, SENT, ("account_restricted", {"account_id": "a"})],
            [
                "a: the account is restricted",
                "a: 4 of 15 InMails left on premium (premium_career)",
                "a: 1 InMail sent, 0 answered, 1 open",
                UNTOUCHED,
            ],
            ["2026-02-28T09:00:00.000Z a: +5 on premium, then 9 of 15 InMails left"],
            id="PostPress, a plan begun: the cap takes its credits before they expire",
        ),
        pytest.param(
            "postpress",
            [SUBSCRIBED, "P2M", "P15D"],
            ["a: 15 of 15 InMails left on premium (premium_career)", UNTOUCHED],
            [
                "2026-04-30T09:00:00.000Z a: +5 on premium, then 15 of 15 InMails left",
                "2026-05-29T09:00:00.001Z a: 5 InMails expire on premium",
                "2026-06-29T09:00:00.001Z a: 5 InMails expire on premium",
            ],
            id="PostPress, at the cap: the oldest make room before they expire",
        ),
        pytest.param(
            "postpress",
            [("account_connected", {"account_id": "b"}), ("account_disconnected", {"account_id": "b"})],
            [
                "b: the account is disconnected",
                f"b: {SAMPLE}",
                "any other account is unknown",
            ],
            [],
            id="PostPress, accounts listed",
        ),
        pytest.param("sonarly", [], GROUPS, [], id="Sonarly, untouched"),
        pytest.param(
            "sonarly",
            [JOB, "PT1H"],
            ["g: 15 of 25 searches of LINKEDIN_CLASSIC left", *GROUPS],
            ["2026-02-01T09:00:00.000Z g: 25 searches of LINKEDIN_CLASSIC"],
            id="Sonarly, some used",
        ),
        pytest.param("sonarly", [JOB, "P1D"], GROUPS, [], id="Sonarly, whole again"),
        pytest.param(
            "linkedapi",
            [],
            ["subscription active", "10 plus seats by the year in force", "0 accounts connected"],
            ["2027-01-31T09:00:00.000Z the next billing period begins"],
            id="Linked API, untouched",
        ),
        pytest.param(
            "linkedapi",
            [CONNECTED, ("subscription_canceled", {"at_period_end": True})],
            ["subscription active", "10 plus seats by the year in force", "3 accounts connected"],
            ["2027-01-31T09:00:00.000Z the subscription ends, every account is frozen"],
            id="Linked API, ending with its period",
        ),
        pytest.param(
            "linkedapi",
            [CONNECTED, ("subscription_canceled", {"at_period_end": False})],
            ["subscription canceled", "3 accounts connected, 3 frozen"],
            [],
            id="Linked API, ended",
        ),
        pytest.param(
            "freshdata",
            [("plan_changed", {"credits": 1000}), ("credits_added", {"credits": 50.5})],
            ["1050.5 of 1000 credits left this month, 50.5 bought on top", "searches: 2 done"],
            ["2026-02-28T09:00:00.000Z the next month begins, with 1000 credits left"],
            id="FreshData, credits bought",
        ),
        pytest.param(
            "freshdata",
            [("plan_changed", {"credits": None})],
            ["unlimited plan, 0 credits spent this month", "searches: 2 done"],
            ["2026-02-28T09:00:00.000Z the next month begins, with nothing spent"],
            id="FreshData, an unlimited plan",
        ),
    ],
)
def test_a_state_in_words(vendor: str, story: list[Any], lines: list[str], due: list[str]):
    played = Played(vendor)
    for step in story:
        if isinstance(step, str):
            played.later(step)
        else:
            played.event(step[0], **step[1])
    summary = played.summary()
    assert list(summary.lines) == list(lines)
    assert [f"{format_time(one.at)} {one.what}" for one in summary.due] == due


def test_seats_that_are_ordered_and_a_trial():
    played = Played("linkedapi", webhook_delay_seconds=5)
    played.call("setSeats", body={"seatType": "core", "quantity": 1, "billingPeriod": "month"})
    summary = played.summary()
    assert "1 core seat by the month, 10 plus seats by the year ordered, not shown yet" in summary.lines
    assert summary.due[0].what == "1 core seat by the month, 10 plus seats by the year in force"
    assert summary.due[0].at == played.now + 5000


def test_a_checkout_and_the_trial_that_it_begins():
    new: dict[str, Any] = {"status": None, "eligible_for_trial": True, "seats": {}, "period": None}
    played = Played("linkedapi", **new)
    assert played.summary().lines[0] == "no subscription, a trial comes with the first one"
    played.call("setSeats", body={"seatType": "plus", "quantity": 2, "billingPeriod": "month"})
    assert played.summary().lines[1].startswith("checkout open for 2 plus seats by the month: https://")
    played.event("checkout_completed")
    trial = played.summary()
    assert trial.lines[0] == "subscription trialing"
    assert (trial.due[0].at - played.now, trial.due[0].what) == (
        7 * 86_400_000,
        "the trial ends, the subscription is active",
    )


def test_a_search_is_due_to_be_done():
    played = Played("freshdata", searches={})
    played.call("search_employees", body={"limit": 10})
    assert "searches: 1 pending" in played.summary().lines
    assert [one.at - played.now for one in played.summary().due][1:] == [2000, 10_000]
    played.later(2)
    assert [one.what.rpartition(" ")[2] for one in played.summary().due][1:] == ["done"]


def test_the_control_api_shows_it_with_what_is_due_first_at_the_front():
    served = Served()
    world = {"clock": {"now": "2026-01-31T09:00:00Z", "frozen": True}}
    assert served.control("POST", "/sandboxes", {"name": "s", "world": world}).status == 201
    served.event("s", "sonarly", "job_ran", account_group_id="g", searches=1, list_type="SALES_NAVIGATOR")
    served.control("PUT", "/sandboxes/s/clock", {"advance": "PT1H"})
    served.event("s", "sonarly", "job_ran", account_group_id="f", searches=1)
    shown = served.control("GET", "/sandboxes/s/state/sonarly?form=summary").json
    assert [one["at"] for one in shown["due"]] == ["2026-02-01T09:00:00.000Z", "2026-02-01T10:00:00.000Z"]
    assert shown["lines"][0] == "g: 24 of 25 searches of SALES_NAVIGATOR left"
    assert served.control("GET", "/sandboxes/s/state/sonarly?form=words").status == 422
    assert served.control("GET", "/sandboxes/none/state/sonarly?form=summary").status == 404
