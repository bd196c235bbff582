"""The ledger of InMail credits of one LinkedIn subscription: pure functions of plain data.

A subscription holds its credits as they were at the time ``settled_at``; ``subscription_at`` takes it to a later time.
Rules and numbers come as a plan, a row of the policy table in ``specs/postpress/rules.yaml``. Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile
from typing import TypedDict

from mockserver.clock import DAY, add_months, to_datetime


class Plan(TypedDict):
    """What a plan gives: ``{"field": "premium", "monthly": 5, "cap": 15, "expiry_days": 90, …}``.

    ``expiry_days`` is None where credits don't expire by age. ``grants`` is billing_date or first_of_month (00:00 UTC).
    """

    field: str
    monthly: int
    cap: int
    expiry_days: int | None
    grants: str
    automatic_replies: bool


class Credits(TypedDict):
    """Credits granted together. ``expires_at`` is the last instant at which they can be spent, None for never."""

    granted_at: int
    expires_at: int | None
    left: int


class Subscription(TypedDict):
    """One subscription; ``credits`` stand in the order in which they were granted."""

    id: str
    plan: str
    started_at: int
    settled_at: int
    credits: list[Credits]


def opened(id: str, name: str, plan: Plan, at: int) -> Subscription:
    """A new subscription to a plan, with its first grant."""
    return {
        "id": id,
        "plan": name,
        "started_at": at,
        "settled_at": at,
        "credits": _granted([], plan, at, plan["monthly"]),
    }


def subscription_at(subscription: Subscription, plan: Plan, now: int) -> Subscription:
    """The subscription at a later time; itself where that isn't later.

    Time is played in order, and at each instant expiry comes first, then the grant, then the cap.
    """
    if now <= subscription["settled_at"]:
        return subscription
    credits = subscription["credits"]
    grants = _grant_times(plan, subscription["started_at"], subscription["settled_at"])
    for at in takewhile(lambda at: at <= now, grants):
        credits = _granted(_unexpired(credits, at), plan, at, plan["monthly"])
    return {**subscription, "settled_at": now, "credits": _unexpired(credits, now)}


def left(subscription: Subscription) -> int:
    """How many credits can be spent at the time to which the subscription has been played."""
    return sum(credit["left"] for credit in subscription["credits"])


def next_grant(subscription: Subscription, plan: Plan, now: int) -> int:
    """When the plan grants next after now."""
    return next(_grant_times(plan, subscription["started_at"], now))


def spent(subscription: Subscription) -> Subscription:
    """The subscription without its oldest credit. There must be one."""
    return {**subscription, "credits": _without_oldest(subscription["credits"], 1)}


def refunded(subscription: Subscription, plan: Plan, at: int) -> Subscription:
    """The subscription with one new credit, granted at that time, to which it has been played.

    At the cap the new credit pushes out the oldest one.
    """
    return {**subscription, "credits": _granted(subscription["credits"], plan, at, 1)}


def moved(subscription: Subscription, name: str, plan: Plan) -> Subscription:
    """The subscription under another plan: billing day and newest credits stay, with the expiry that they have."""
    return {**subscription, "plan": name, "credits": _capped(subscription["credits"], plan["cap"])}


def _granted(credits: list[Credits], plan: Plan, at: int, count: int) -> list[Credits]:
    days = plan["expiry_days"]
    new: Credits = {"granted_at": at, "expires_at": None if days is None else at + days * DAY, "left": count}
    return _capped([*credits, new], plan["cap"])


def _unexpired(credits: list[Credits], at: int) -> list[Credits]:
    return [credit for credit in credits if credit["expires_at"] is None or credit["expires_at"] >= at]


def _capped(credits: list[Credits], cap: int) -> list[Credits]:
    return _without_oldest(credits, sum(credit["left"] for credit in credits) - cap)


def _without_oldest(credits: list[Credits], count: int) -> list[Credits]:
    """Credits without so many of the oldest."""
    kept = []
    for credit in credits:
        gone = min(max(count, 0), credit["left"])
        count -= gone
        if gone == 0:
            kept.append(credit)
        elif gone < credit["left"]:
            kept.append({**credit, "left": credit["left"] - gone})
    return kept


def _grant_times(plan: Plan, started_at: int, after: int) -> Iterator[int]:
    """When a plan grants after a time, without end: each month, counted from its start, which is the first."""
    first = started_at if plan["grants"] == "billing_date" else _month_of(started_at)
    for months in count(max(1, _months_between(started_at, after))):
        at = add_months(first, months)
        if at > after:
            yield at


def _month_of(instant: int) -> int:
    """The beginning of the month in which an instant lies."""
    return instant - instant % DAY - (to_datetime(instant).day - 1) * DAY


def _months_between(earlier: int, later: int) -> int:
    """How often the calendar's month has changed between two times."""
    one, other = to_datetime(earlier), to_datetime(later)
    return (other.year - one.year) * 12 + other.month - one.month
