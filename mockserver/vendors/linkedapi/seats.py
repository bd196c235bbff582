"""The seats of a Linked API subscription: what time and changes make of them, and which accounts they freeze.

A seat has room for one connected account. Where there are fewer seats than accounts, those connected last are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockserver.clock import SECOND, add_months

State = Mapping[str, Any]
Seats = Mapping[str, Mapping[str, Any]]  # {"plus": {"quantity": 10, "billing_period": "year"}}

IN_FORCE = ("active", "trialing", "past_due")


def state_at(state: State, now: int) -> State:
    """The state as time has left it: the same object where nothing has become due."""
    if state["cancels_at"] is not None and now >= state["cancels_at"]:
        return canceled(state)
    after, pending = state, state["pending"]
    if pending is not None and now >= pending["shows_at"]:
        after = with_accounts({**after, "seats": pending["seats"], "pending": None}, after["accounts"])
    if after["trial_ends_at"] is not None and now >= after["trial_ends_at"]:
        after = {**after, "status": "active", "trial_ends_at": None}
    return after


def entry(quantity: float, billing_period: str) -> dict[str, Any]:
    """The entry of a seat type: 5.0 seats are 5."""
    return {"quantity": int(quantity), "billing_period": billing_period}


def canceled(state: State) -> State:
    """The state after the subscription has ended: no seats, so that every account is frozen."""
    ended: State = {"status": "canceled", "seats": {}, "period": None, "trial_ends_at": None, "cancels_at": None}
    return with_accounts({**state, **ended, "pending": None}, state["accounts"])


def ordered(state: State, seats: Seats, now: int) -> State:
    """The state after seats were ordered: they show when the payment provider's webhook has come."""
    shows_at = now + round(state["webhook_delay_seconds"] * SECOND)
    return state_at({**state, "pending": {"seats": seats, "shows_at": shows_at}}, now)


def wanted(state: State) -> Seats:
    """The seats once every change that was made shows."""
    seats: Seats = state["pending"]["seats"] if state["pending"] else state["seats"]
    return seats


def in_all(state: State) -> int:
    """How many accounts the seats in force have room for."""
    return sum(entry["quantity"] for entry in state["seats"].values())


def with_accounts(state: State, accounts: list[State]) -> State:
    """The state with these accounts, of which those connected last are frozen where the seats don't suffice."""
    room = in_all(state)
    by_connection = sorted(accounts, key=lambda account: account["connected_at"])
    marked = [{**account, "frozen": rank >= room} for rank, account in enumerate(by_connection)]
    return {**state, "accounts": marked}


def billed(state: State, seats: Seats, now: int, start: int, periods: State) -> State:
    """The state billed as seats are: by the year where any of them is.

    The current period runs to its end, as it is paid for; another length begins with the next one.
    """
    longest = max((entry["billing_period"] for entry in seats.values()), key=lambda name: periods[name]["months"])
    if longest == state["period"]["billing_period"]:
        return state
    return {**state, "period": {"started_at": period_end(state, now, start, periods), "billing_period": longest}}


def period_end(state: State, now: int, start: int, periods: State) -> int:
    """When the current billing period ends, by the calendar; ``start`` is when the sandbox began."""
    period = state["period"]
    started_at: int = start if period["started_at"] is None else period["started_at"]
    if now < started_at:
        return started_at
    months = periods[period["billing_period"]]["months"]
    return next(end for number in count(1) if (end := add_months(started_at, number * months)) > now)
