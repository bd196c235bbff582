"""What vendors remember: events that change it, and the state itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.contract import Contract
from mockserver.control.calls import ControlCall, conflict, contract_of, held, not_found, unprocessable
from mockserver.decision import Happening, Violation
from mockserver.keys import Forbidden
from mockserver.occurrence import events_of, occur
from mockserver.rules import errors
from mockserver.sandbox import Sandbox, TooMuch, remembering


def play_event(call: ControlCall) -> Any:
    contract, name = contract_of(call), call.parameters["event"]
    events = events_of(contract)
    if name not in events:
        raise not_found("event", name, events)
    schema = events[name].schema
    check(call.body, schema, schema["properties"])
    result: dict[str, Any] = {}
    id = call.app.engine.next_id()

    def step(document: Sandbox) -> Sandbox:
        after, said = occur(document, contract, name, call.body, document.now(call.real), id)
        result.update(said)
        return after

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.real, step)
    except Forbidden as error:
        raise conflict(str(error)) from None
    return {"result": result, "state": state_of(after, contract, call.real)}


def check(value: Any, schema: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise what is wrong with the fields of an event, or with a state."""
    found = [Violation("invalid_body", "body", "", message, "", pointer) for pointer, message in errors(schema, value)]
    if found:
        raise unprocessable(found, known)


def state_of(document: Sandbox, contract: Contract, real: int) -> Any:
    """What a vendor remembers, as of the sandbox's now."""
    state, view = document.state.get(contract.name, contract.rules.initial), contract.vendor.view
    if view is None:
        return state
    return view(state, Happening({}, document.now(real), document.start, document.seed, "", contract.rules.policies))


def get_state(call: ControlCall) -> Any:
    contract = contract_of(call)
    return state_of(held(call).document, contract, call.real)


def put_state(call: ControlCall) -> Any:
    contract = contract_of(call)
    if not contract.rules.state:
        raise conflict(f"{contract.name} remembers nothing")
    check(call.body, contract.rules.state, contract.rules.state.get("properties", ()))

    def step(document: Sandbox) -> Sandbox:
        return remembering(document, contract.name, call.body, document.now(call.real), contract.state_limit)

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.real, step)
    except TooMuch as error:
        raise conflict(str(error)) from None
    return state_of(after, contract, call.real)
