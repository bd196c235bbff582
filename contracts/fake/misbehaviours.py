"""Behaviours of a vendor done wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.plugin import Behaviour, Call, Refusal, Reply

Outcome = tuple[Any, Reply | Refusal]
Twist = Callable[[Behaviour, Any, Call], Outcome]
"""A behaviour's work done wrong: ``(the real one, state, call) -> (state', reply or refusal)``."""


def answers(change: Callable[[Any], Any]) -> Twist:
    """The body is another."""

    def twist(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
        after, reply = behaviour(state, call)
        if isinstance(reply, Reply) and reply.body is not None:
            reply = replace(reply, body=change(reply.body))
        return after, reply

    return twist


def quota(**wrong: Callable[[Any], Any]) -> Mapping[str, Twist]:
    """Some fields of Sonarly's quota are computed wrongly, each from the right data."""
    changed = answers(lambda body: {**body, "data": {**body["data"], **{k: f(body["data"]) for k, f in wrong.items()}}})
    return {"get_prospecting_quota": changed}


def balance(field: str, figure: Callable[[Any], Any]) -> Mapping[str, Twist]:
    """One figure of PostPress's balance is wrong."""
    return {"get_inmail_balance": answers(lambda body: {**body, field: figure(body[field])})}


def status(**wrong: Any) -> Mapping[str, Twist]:
    """Some fields of Linked API's status are wrong."""
    return {"getStatus": answers(lambda body: {**body, "result": {**body["result"], **wrong}})}


def forgets(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """The answer is right, and nothing is remembered."""
    return state, behaviour(state, call)[1]


def completes(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """Seats are set, whatever the subscription."""
    after, _ = behaviour({**state, "status": "active", "period": {"started_at": None, "billing_period": "year"}}, call)
    return {**after, "status": state["status"], "period": state["period"]}, _complete()


def _complete() -> Reply:
    return Reply(body={"success": True, "result": {"status": "complete"}})


def opens_a_checkout(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """A checkout is opened, whatever the subscription."""
    _, reply = behaviour({**state, "status": "canceled"}, call)
    return state, reply


def keeps_one_type(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """The seats of one type take the place of those of the other."""
    after, reply = behaviour(state, call)
    return {**after, "seats": {call.body["seatType"]: after["seats"].get(call.body["seatType"])}}, reply


def charges_twice(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    return behaviour(behaviour(state, call)[0], call)


def rounds_up(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """Half a credit is charged as a whole one."""
    after, reply = behaviour(state, call)
    halves = sum(value == "true" for name, value in call.parameters.items() if name != "include_company_public_url")
    return ({**after, "spent_tenths": after["spent_tenths"] + 10} if halves % 2 else after), reply


def charges_a_page(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """A page costs what one result does."""
    after, reply = behaviour(state, call)
    return ({**after, "spent_tenths": state["spent_tenths"] + 5} if after is not state else after), reply


def never_ends(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """Credits that are used up go on."""
    after, reply = behaviour({**state, "plan": None}, call)
    return {**after, "plan": state["plan"]}, reply


def skips_a_step(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """Results are given before the search is done."""
    _, reply = behaviour({**state, "processing_after_seconds": 0, "done_after_seconds": 0}, call)
    after, _ = behaviour(state, call)
    return after, reply


def goes_back(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """A search that is done is said to be processing."""
    after, reply = behaviour(state, call)
    is_done = isinstance(reply, Reply) and reply.case in ("", "done")
    return after, Reply(case="processing") if is_done else reply


def loses_results(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """Results are refused, whether the search is done or not."""
    _, reply = behaviour(state, call)
    return state, Refusal("world", "", case="search_not_done") if isinstance(reply, Reply) else reply


def crashes(behaviour: Behaviour, state: Any, call: Call) -> Outcome:
    """What isn't ASCII is too much."""
    call.parameters["accountGroupId"].encode("ascii")
    return behaviour(state, call)


def always(value: Any) -> Callable[[Any], Any]:
    """Whatever the right data, this."""
    return lambda _data: value
