"""Linked API: a subscription that a checkout begins, its seats, and the accounts connected on them.

Reads answer what time has made of the state (``seats.state_at``); changes begin from that, and store it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Reply
from mockserver.vendors.linkedapi import seats
from mockserver.vendors.linkedapi.events import EVENTS
from mockserver.vendors.linkedapi.invariants import Seats
from mockserver.vendors.linkedapi.seats import State, state_at
from mockserver.vendors.linkedapi.summary import summary

CHECKOUT_PAGE = "https://checkout.stripe.com/c/pay/cs_test_"


def pending_at(state: State, event: EventCall) -> State:
    """What is pending shows, the trial is over, the subscription has ended, if it is time."""
    return state_at(state, event.now)


def get_status(state: State, call: Call) -> tuple[State, Reply]:
    """The subscription's status, absent where there has never been one."""
    now = state_at(state, call.now)
    status = {} if now["status"] is None else {"status": now["status"]}
    flags = {"eligibleForTrial": now["eligible_for_trial"], "cancelAtPeriodEnd": now["cancels_at"] is not None}
    return state, _success({**status, **flags})


def get_seats(state: State, call: Call) -> tuple[State, Reply]:
    """The seats in force, one entry for each type."""
    entries = [
        {"seatType": seat_type, "quantity": entry["quantity"], "billingPeriod": entry["billing_period"]}
        for seat_type, entry in sorted(state_at(state, call.now)["seats"].items())
    ]
    return state, _success({"seats": entries})


def set_seats(state: State, call: Call) -> tuple[State, Reply]:
    """Replace the entry of a seat type, at once with a subscription, else by a checkout."""
    before = state_at(state, call.now)
    seat_type, entry = call.body["seatType"], seats.entry(call.body["quantity"], call.body["billingPeriod"])
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


def _success(result: Mapping[str, Any]) -> Reply:
    return Reply(body={"success": True, "result": result})


vendor = packaged(
    "linkedapi",
    behaviours={"getStatus": get_status, "getSeats": get_seats, "setSeats": set_seats},
    events=EVENTS,
    state_at=pending_at,
    summary=summary,
    invariants={"linkedapi_seats": Seats},
)
