"""Read, replace and change the state of vendors: the state itself, and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.clock import format_time
from mockserver.compiled import CompiledVendor
from mockserver.control.calls import ControlCall, conflict, not_found, sandbox_of, unprocessable, vendor_of
from mockserver.plugin import EventCall
from mockserver.requests.violation import Violation
from mockserver.rules import errors
from mockserver.sandbox.document import Sandbox, StateTooLarge, with_state
from mockserver.sandbox.events import apply_event, events_of
from mockserver.sandbox.issued_keys import Forbidden


def play_event(call: ControlCall) -> Any:
    compiled = vendor_of(call)
    name = compiled.rules.event_called(call.parameters["event"])
    events = events_of(compiled)
    if name not in events:
        raise not_found("event", name, events)
    schema = events[name].schema
    check(call.body, schema, schema["properties"])
    result: dict[str, Any] = {}
    id = call.app.engine.next_id()

    def step(document: Sandbox) -> Sandbox:
        after, more = apply_event(document, compiled, name, call.body, document.now(call.wall_ms), id)
        result.update(more)
        return after.noted(call.wall_ms, "event", f"{compiled.name} {name}")

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.wall_ms, step)
    except Forbidden as error:
        raise conflict(str(error)) from None
    return {"result": result, "state": state_of(after, compiled, call.wall_ms)}


def check(value: Any, schema: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise what is invalid in the fields of an event, or in a state."""
    violations = [
        Violation("invalid_body", "body", "", message, "", pointer) for pointer, message in errors(schema, value)
    ]
    if violations:
        raise unprocessable(violations, known)


def state_of(document: Sandbox, compiled: CompiledVendor, wall_ms: int) -> Any:
    """What a vendor remembers, as of the sandbox's now."""
    state, state_at = document.state.get(compiled.name, compiled.rules.initial), compiled.plugin.state_at
    return state if state_at is None else state_at(state, _time_passed(document, compiled, wall_ms))


def summary_of(document: Sandbox, compiled: CompiledVendor, wall_ms: int) -> Any:
    """What a vendor remembers in words, and what is due next, the earliest first."""
    if compiled.plugin.summary is None:
        keeps = "keeps state, which it has no words for" if compiled.rules.state else "keeps no state"
        return {"lines": [f"{compiled.name} {keeps}"], "due": []}
    event = _time_passed(document, compiled, wall_ms)
    summary = compiled.plugin.summary(state_of(document, compiled, wall_ms), event)
    due = sorted(summary.due, key=lambda one: one.at)
    return {"lines": list(summary.lines), "due": [{"at": format_time(one.at), "what": one.what} for one in due]}


def _time_passed(document: Sandbox, compiled: CompiledVendor, wall_ms: int) -> EventCall:
    """The event that time has passed, up to now."""
    return EventCall({}, document.now(wall_ms), document.start, document.seed, "", compiled.rules.policies)


def get_state(call: ControlCall) -> Any:
    compiled, shown = vendor_of(call), summary_of if call.parameters.get("form") == "summary" else state_of
    return shown(sandbox_of(call).document, compiled, call.wall_ms)


def put_state(call: ControlCall) -> Any:
    compiled = vendor_of(call)
    if not compiled.rules.state:
        raise conflict(f"{compiled.name} keeps no state")
    state = compiled.rules.with_present_names(call.body)
    check(state, compiled.rules.state, compiled.rules.state.get("properties", ()))

    def step(document: Sandbox) -> Sandbox:
        after = with_state(document, compiled.name, state, document.now(call.wall_ms), compiled.state_limit)
        return after.noted(call.wall_ms, "state", f"{compiled.name}'s state replaced")

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.wall_ms, step)
    except StateTooLarge as error:
        raise conflict(str(error)) from None
    return state_of(after, compiled, call.wall_ms)
