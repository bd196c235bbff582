"""Say Linked API's state in words: the subscription, its seats and accounts, and what they turn into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.plugin import Due, EventCall, Summary
from mockserver.vendors.linkedapi import seats
from mockserver.vendors.linkedapi.seats import Seats, State


def summary(state: State, event: EventCall) -> Summary:
    """What is in force, and what is due until the subscription ends."""
    due = tuple(_due(state, event))
    ends = state["cancels_at"]
    return Summary(tuple(_lines(state)), due if ends is None else tuple(one for one in due if one.at <= ends))


def _lines(state: State) -> Iterator[str]:
    yield _subscription(state)
    if state["seats"]:
        yield f"{_seats(state['seats'])} in force"
    if state["pending"]:
        yield f"{_seats(state['pending']['seats'])} ordered, not shown yet"
    if state["checkout"]:
        checkout = state["checkout"]
        yield f"checkout open for {_seats({checkout['seat_type']: checkout})}: {checkout['payment_link']}"
    connected = state["accounts"]
    frozen = sum(account["frozen"] for account in connected)
    yield f"{_count(len(connected), 'account')} connected" + (f", {frozen} frozen" if frozen else "")


def _subscription(state: State) -> str:
    status = state["status"]
    if status is None:
        trial = ", a trial comes with the first one" if state["eligible_for_trial"] else ""
        return f"no subscription{trial}"
    return f"subscription {status.replace('_', ' ')}"


def _due(state: State, event: EventCall) -> Iterator[Due]:
    pending = state["pending"]
    if pending is not None:
        yield Due(pending["shows_at"], f"{_seats(pending['seats'])} in force")
    if state["trial_ends_at"] is not None:
        yield Due(state["trial_ends_at"], "the trial ends, the subscription is active")
    if state["cancels_at"] is not None:
        yield Due(state["cancels_at"], "the subscription ends, every account is frozen")
    elif state["period"] is not None:
        end = seats.period_end(state, event.now, event.start, event.policies["billing_periods"])
        yield Due(end, "the next billing period begins")


def _seats(entries: Seats) -> str:
    """``5 plus seats by the month, 1 core seat by the year``."""
    return ", ".join(_entry(seat_type, entry) for seat_type, entry in sorted(entries.items()))


def _entry(seat_type: str, entry: Any) -> str:
    return f"{_count(entry['quantity'], f'{seat_type} seat')} by the {entry['billing_period']}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
