"""Linked API's events: what happens at the checkout, with payments, and to the connected accounts."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from mockserver.clock import DAY
from mockserver.plugin import EventCall, EventFunction, Refusal
from mockserver.vendors.linkedapi import seats
from mockserver.vendors.linkedapi.seats import State, state_at

Outcome = tuple[State, Mapping[str, Any] | Refusal]


def checkout_completed(state: State, event: EventCall) -> Outcome:
    """The checkout was paid: the period starts, and the trial where the owner is eligible."""
    now, before = event.now, state_at(state, event.now)
    checkout = before["checkout"]
    if checkout is None:
        return state, Refusal("world", "a checkout is completed only where setSeats has opened one, and none is open")
    trial = before["eligible_for_trial"]
    begun = {
        **before,
        "status": "trialing" if trial else "active",
        "eligible_for_trial": False,
        "trial_ends_at": now + event.policies["trial"]["free"]["days"] * DAY if trial else None,
        "period": {"started_at": now, "billing_period": checkout["billing_period"]},
        "checkout": None,
    }
    entry = seats.entry(checkout["quantity"], checkout["billing_period"])
    return seats.ordered(begun, {checkout["seat_type"]: entry}, now), {"status": begun["status"]}


def checkout_abandoned(state: State, event: EventCall) -> Outcome:
    """The checkout was left, and what setSeats asked for is forgotten."""
    before = state_at(state, event.now)
    if before["checkout"] is None:
        return state, Refusal("world", "a checkout is abandoned only where setSeats has opened one, and none is open")
    return {**before, "checkout": None}, {"payment_link": before["checkout"]["payment_link"]}


def payment_failed(state: State, event: EventCall) -> Outcome:
    """An active subscription is past due."""
    return _moved(state, event, "active", "past_due")


def payment_recovered(state: State, event: EventCall) -> Outcome:
    """A subscription that was past due is active."""
    return _moved(state, event, "past_due", "active")


def subscription_canceled(state: State, event: EventCall) -> Outcome:
    """The subscription ends, at once or with its period. One that is about to end stays so."""
    now, before = event.now, state_at(state, event.now)
    if before["status"] not in seats.IN_FORCE:
        return state, Refusal("world", f"only a subscription in force is canceled, and {_there_is(before)}")
    if not event.fields["at_period_end"]:
        return seats.canceled(before), {"status": "canceled", "cancels_at": now}
    ends = before["cancels_at"]
    if ends is None:
        ends = seats.period_end(before, now, event.start, event.policies["billing_periods"])
    after = {**before, "cancels_at": ends}
    return state if after == state else after, {"status": after["status"], "cancels_at": ends}


def accounts_connected(state: State, event: EventCall) -> Outcome:
    """Accounts were connected, each on a seat of its own."""
    before, number = state_at(state, event.now), int(event.fields["count"])
    there, room = before["accounts"], seats.in_all(before)
    if len(there) + number > room:
        reason = f"noAvailableSeats: {len(there)} accounts are connected and {number} more need seats, of {room} in all"
        return state, Refusal("world", reason)
    ids = [f"account_{_digest(f'{event.id} {index}')}" for index in range(number)]
    new = [{"id": id, "connected_at": event.now, "frozen": False} for id in ids]
    return seats.with_accounts(before, [*there, *new]), {"connected": ids}


def account_removed(state: State, event: EventCall) -> Outcome:
    """The account that was connected last is removed."""
    before = state_at(state, event.now)
    if not before["accounts"]:
        return state, Refusal("world", "an account is removed only where one is connected, and none is")
    *rest, last = seats.with_accounts(before, before["accounts"])["accounts"]
    return seats.with_accounts(before, rest), {"removed": last["id"]}


def _moved(state: State, event: EventCall, old: str, new: str) -> Outcome:
    before = state_at(state, event.now)
    if before["status"] != old:
        wanted = "an active subscription" if old == "active" else "a subscription that is past due"
        return state, Refusal("world", f"this happens only to {wanted}, and {_there_is(before)}")
    return {**before, "status": new}, {"status": new}


def _there_is(state: State) -> str:
    status = state["status"]
    return "there is none" if status is None else f"this one is {status.replace('_', ' ')}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


EVENTS: Mapping[str, EventFunction] = {
    "checkout_completed": checkout_completed,
    "checkout_abandoned": checkout_abandoned,
    "payment_failed": payment_failed,
    "payment_recovered": payment_recovered,
    "subscription_canceled": subscription_canceled,
    "accounts_connected": accounts_connected,
    "account_removed": account_removed,
}
