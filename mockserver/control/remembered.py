"""What vendors remember: events that change it, and the state itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.control.calls import ControlCall, conflict, contract_of, held, not_found, unprocessable
from mockserver.plugin import EventCall
from mockserver.requests.violation import Violation
from mockserver.rules import errors
from mockserver.sandbox.document import Sandbox, StateTooLarge, with_state
from mockserver.sandbox.events import apply_event, events_of
from mockserver.sandbox.issued_keys import Forbidden


def play_event(call: ControlCall) -> Any:
    contract = contract_of(call)
    name = contract.rules.event_called(call.parameters["event"])
    events = events_of(contract)
    if name not in events:
        raise not_found("event", name, events)
    schema = events[name].schema
    check(call.body, schema, schema["properties"])
    result: dict[str, Any] = {}
    id = call.app.engine.next_id()

    def step(document: Sandbox) -> Sandbox:
        after, said = apply_event(document, contract, name, call.body, document.now(call.wall_ms), id)
        result.update(said)
        return after

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.wall_ms, step)
    except Forbidden as error:
        raise conflict(str(error)) from None
    return {"result": result, "state": state_of(after, contract, call.wall_ms)}


def check(value: Any, schema: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise what is wrong with the fields of an event, or with a state."""
    found = [Violation("invalid_body", "body", "", message, "", pointer) for pointer, message in errors(schema, value)]
    if found:
        raise unprocessable(found, known)


def state_of(document: Sandbox, contract: CompiledVendor, wall_ms: int) -> Any:
    """What a vendor remembers, as of the sandbox's now."""
    state, state_at = document.state.get(contract.name, contract.rules.initial), contract.vendor.state_at
    if state_at is None:
        return state
    time_passed = EventCall({}, document.now(wall_ms), document.start, document.seed, "", contract.rules.policies)
    return state_at(state, time_passed)


def get_state(call: ControlCall) -> Any:
    contract = contract_of(call)
    return state_of(held(call).document, contract, call.wall_ms)


def put_state(call: ControlCall) -> Any:
    contract = contract_of(call)
    if not contract.rules.state:
        raise conflict(f"{contract.name} remembers nothing")
    state = contract.rules.with_present_names(call.body)
    check(state, contract.rules.state, contract.rules.state.get("properties", ()))

    def step(document: Sandbox) -> Sandbox:
        return with_state(document, contract.name, state, document.now(call.wall_ms), contract.state_limit)

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.wall_ms, step)
    except StateTooLarge as error:
        raise conflict(str(error)) from None
    return state_of(after, contract, call.wall_ms)
