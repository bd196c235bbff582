"""FreshData's meter: what a call costs, what is left of the plan, and what the headers say of it.

Amounts are whole tenths of a credit, so that 0.3 credits is exactly 3. Prices are in the spec (``Call.price``), the
plan is in the state, and months are counted by the calendar from the sandbox's start.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mockserver.clock import SECOND, add_months, to_datetime
from mockserver.plugin import Call, EventCall, Refusal, Reply

State = Mapping[str, Any]

_begins = lru_cache(maxsize=1024)(add_months)


@lru_cache(maxsize=256)
def tenths(credits: float | Decimal) -> int:
    """Credits as they are written (``0.3``) in whole tenths (``3``). Raises ValueError for anything finer."""
    amount = Decimal(str(credits)) * 10
    if amount != int(amount):
        raise ValueError(f"{credits} credits are no whole tenths")
    return int(amount)


def written(amount: int) -> str:
    """Tenths as a plain decimal of credits: ``9875`` is ``987.5``, ``9900`` is ``990``."""
    whole, tenth = divmod(amount, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


@lru_cache(maxsize=256)
def month_of(start: int, now: int) -> tuple[int, int]:
    """(which month since the start it is, when it ends): from 31 January, the first one ends on 28 February."""
    began, shown = to_datetime(start), to_datetime(now)
    month = 12 * (shown.year - began.year) + shown.month - began.month
    if _begins(start, month) > now:
        month -= 1
    month = max(0, month)
    return month, _begins(start, month + 1)


def remaining(state: State, at: Call | EventCall) -> int:
    """What is left of the plan; of an unlimited one, what is left of the figure that stands for it."""
    return _left(state, limit(state, at), month_of(at.start, at.now)[0])


def _left(state: State, credits: int, month: int) -> int:
    """What is left in a month of a plan of so many credits."""
    left: int = 10 * credits
    if state["month"] == month:
        left += state["added_tenths"] - state["spent_tenths"]
    return left if left > 0 else 0


def limit(state: State, at: Call | EventCall) -> int:
    """The plan's credits, as the header tells them."""
    plan: int | None = state["plan"]
    figure: int = at.policies["plans"]["unlimited_figure"] if plan is None else plan
    return figure


def charge(state: State, call: Call, reply: Reply, results: int = 0) -> tuple[State, Reply | Refusal]:
    """The state after a call that is answered so, with so many results; 429 where the plan has less left."""
    cost = tenths(call.price(results))
    if not cost:
        return state, reply
    if state["plan"] is not None and cost > (left := remaining(state, call)):
        plural = "" if written(cost) == "1" else "s"
        reason = f"the call costs {written(cost)} credit{plural} and {written(left)} of the plan are left"
        return state, Refusal("world", reason, case="credits_exhausted")
    now = this_month(state, call)
    return {**now, "spent_tenths": now["spent_tenths"] + cost}, reply


def charged(state: State, after: State, call: Call, reply: Reply) -> tuple[State, Reply | Refusal]:
    """As ``charge``, where the call leads to a state of its own: a refused one changes nothing."""
    paid, outcome = charge(after, call, reply)
    return (paid if outcome is reply else state), outcome


def headers(state: State, call: Call) -> dict[str, str]:
    """The three headers of every answer to a known key. The reset is in whole seconds, none too early."""
    now = call.now
    month, ends = month_of(call.start, now)
    credits = limit(state, call)
    whole, tenth = divmod(_left(state, credits, month), 10)
    return {
        "x-ratelimit-credits-remaining": f"{whole}.{tenth}" if tenth else f"{whole}",
        "x-ratelimit-credits-limit": f"{credits}",
        "x-ratelimit-credits-reset": f"{(ends - now + SECOND - 1) // SECOND}",
    }


def credits_added(state: State, event: EventCall) -> tuple[State, dict[str, Any]]:
    """Credits bought on top of the plan, until the month ends."""
    now = this_month(state, event)
    after = {**now, "added_tenths": now["added_tenths"] + tenths(event.fields["credits"])}
    return after, {"remaining": written(remaining(after, event))}


def plan_changed(state: State, event: EventCall) -> tuple[State, dict[str, Any]]:
    """Another plan, at once and in full; the months go on as they were."""
    now = this_month(state, event)
    after: State = {**now, "plan": event.fields["credits"], "spent_tenths": 0, "added_tenths": 0}
    return state if after == state else after, {"remaining": written(remaining(after, event))}


def this_month(state: State, at: Call | EventCall) -> State:
    """The state with the figures of the present month: in another one than they are of, nothing is spent or added."""
    month, _ = month_of(at.start, at.now)
    return state if state["month"] == month else {**state, "month": month, "spent_tenths": 0, "added_tenths": 0}
