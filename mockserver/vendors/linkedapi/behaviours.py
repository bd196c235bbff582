"""Linked API: a subscription that a checkout begins, its seats, and the accounts connected on them.

Reads answer what time has made of the state (``seats.settle``); changes begin from that, and store it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Refusal, Reply
from mockserver.vendors.linkedapi import seats
from mockserver.vendors.linkedapi.invariants import Seats
from mockserver.vendors.linkedapi.seats import State, settle

Outcome = tuple[State, Mapping[str, Any] | Refusal]

CHECKOUT_PAGE = "https://checkout.stripe.com/c/pay/cs_test_"
DAY = 86_400_000


def view(state: State, event: EventCall) -> State:
    """What is pending shows, the trial is over, the subscription has ended, if it is time."""
    return settle(state, event.now)


def get_status(state: State, call: Call) -> tuple[State, Reply]:
    """The subscription's status, absent where there has never been one."""
    now = settle(state, call.now)
    status = {} if now["status"] is None else {"status": now["status"]}
    flags = {"eligibleForTrial": now["eligible_for_trial"], "cancelAtPeriodEnd": now["cancels_at"] is not None}
    return state, _success({**status, **flags})


def get_seats(state: State, call: Call) -> tuple[State, Reply]:
    """The seats in force, one entry for each type."""
    entries = [
        {"seatType": seat_type, "quantity": entry["quantity"], "billingPeriod": entry["billing_period"]}
        for seat_type, entry in sorted(settle(state, call.now)["seats"].items())
    ]
    return state, _success({"seats": entries})


def set_seats(state: State, call: Call) -> tuple[State, Reply]:
    """Replace the entry of a seat type, at once with a subscription, else by a checkout."""
    before = settle(state, call.now)
    seat_type, entry = call.body["seatType"], _entry(call.body["quantity"], call.body["billingPeriod"])
    if before["status"] not in seats.IN_FORCE:
        link = payment_link(call.seed, call.id)
        checkout = {"seat_type": seat_type, **entry, "payment_link": link}
        return {**before, "checkout": checkout}, _success({"status": "processing", "paymentLink": link})
    target = {**seats.wanted(before), seat_type: entry}
    after = seats.billed(before, target, call.now, call.start, call.policies["billing_periods"])
    after = seats.ordered(after, target, call.now)
    return state if after == state else after, _success({"status": "complete"})


def payment_link(seed: int, call_id: str) -> str:
    """The page of the checkout that a call opens."""
    return CHECKOUT_PAGE + blake2b(f"{seed} {call_id}".encode(), digest_size=29).hexdigest()


def checkout_completed(state: State, event: EventCall) -> Outcome:
    """The checkout was paid: the period starts, and the trial where the owner is eligible."""
    now, before = event.now, settle(state, event.now)
    checkout = before["checkout"]
    if checkout is None:
        return state, Refusal("world", "a checkout is completed only where setSeats has opened one, and none is open")
    trial = before["eligible_for_trial"]
    begun = {
        **before,
        "status": "trialing" if trial else "active",
        "eligible_for_trial": False,
        "trial_ends_at": now + event.policies["trial"]["free"]["days"] * DAY if trial else None,
        "period": {"began": now, "billing_period": checkout["billing_period"]},
        "checkout": None,
    }
    entry = _entry(checkout["quantity"], checkout["billing_period"])
    return seats.ordered(begun, {checkout["seat_type"]: entry}, now), {"status": begun["status"]}


def checkout_abandoned(state: State, event: EventCall) -> Outcome:
    """The checkout was left, and what setSeats asked for is forgotten."""
    before = settle(state, event.now)
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
    now, before = event.now, settle(state, event.now)
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
    before, number = settle(state, event.now), int(event.fields["count"])
    there, room = before["accounts"], seats.in_all(before)
    if len(there) + number > room:
        reason = f"noAvailableSeats: {len(there)} accounts are connected and {number} more need seats, of {room} in all"
        return state, Refusal("world", reason)
    ids = [f"account_{_digest(f'{event.id} {index}')}" for index in range(number)]
    new = [{"id": id, "connected_at": event.now, "frozen": False} for id in ids]
    return seats.with_accounts(before, [*there, *new]), {"connected": ids}


def account_removed(state: State, event: EventCall) -> Outcome:
    """The account that was connected last is removed."""
    before = settle(state, event.now)
    if not before["accounts"]:
        return state, Refusal("world", "an account is removed only where one is connected, and none is")
    *rest, last = seats.with_accounts(before, before["accounts"])["accounts"]
    return seats.with_accounts(before, rest), {"removed": last["id"]}


def _moved(state: State, event: EventCall, old: str, new: str) -> Outcome:
    before = settle(state, event.now)
    if before["status"] != old:
        wanted = "an active subscription" if old == "active" else "a subscription that is past due"
        return state, Refusal("world", f"this happens only to {wanted}, and {_there_is(before)}")
    return {**before, "status": new}, {"status": new}


def _there_is(state: State) -> str:
    status = state["status"]
    return "there is none" if status is None else f"this one is {status.replace('_', ' ')}"


def _entry(quantity: float, billing_period: str) -> dict[str, Any]:
    """The entry of a seat type: 5.0 seats are 5."""
    return {"quantity": int(quantity), "billing_period": billing_period}


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _success(result: Mapping[str, Any]) -> Reply:
    return Reply(body={"success": True, "result": result})


vendor = packaged(
    "linkedapi",
    behaviours={"getStatus": get_status, "getSeats": get_seats, "setSeats": set_seats},
    events={
        "checkout_completed": checkout_completed,
        "checkout_abandoned": checkout_abandoned,
        "payment_failed": payment_failed,
        "payment_recovered": payment_recovered,
        "subscription_canceled": subscription_canceled,
        "accounts_connected": accounts_connected,
        "account_removed": account_removed,
    },
    view=view,
    invariants={"linkedapi_seats": Seats},
)
