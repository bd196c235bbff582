"""Say FreshData's state in words: the credits that are left, and how far the searches are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mockserver.plugin import Due, EventCall, Summary
from mockserver.vendors.freshdata.credits import State, limit, month_of, remaining, written
from mockserver.vendors.freshdata.searches import changes_at, status


def summary(state: State, event: EventCall) -> Summary:
    """The month's credits, and the searches by their status."""
    statuses = Counter(status(one, state, event) for one in state["searches"].values())
    searches = ", ".join(f"{count} {name}" for name, count in sorted(statuses.items()))
    lines = (_credits(state, event), f"searches: {searches}" if searches else "no searches")
    return Summary(lines, tuple(_due(state, event)))


def _credits(state: State, event: EventCall) -> str:
    if state["plan"] is None:
        return f"unlimited plan, {written(int(state['spent_tenths']))} credits spent this month"
    added = f", {written(int(state['added_tenths']))} bought on top" if state["added_tenths"] else ""
    left = written(remaining(state, event))
    return f"{left} of {limit(state, event)} credits left this month{added}"


def _due(state: State, event: EventCall) -> Iterator[Due]:
    _, ends = month_of(event.start, event.now)
    plan = "nothing spent" if state["plan"] is None else f"{limit(state, event)} credits left"
    yield Due(ends, f"the next month begins, with {plan}")
    for request_id, search in state["searches"].items():
        for at, then in changes_at(search, state, event):
            yield Due(at, f"search {request_id} is {then}")
