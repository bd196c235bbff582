"""Apply an event to a sandbox: one that every vendor has (keys), or one of the vendor's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.plugin import EventCall, Refusal
from mockserver.rules import Event
from mockserver.sandbox.document import Sandbox, StateTooLarge, with_state
from mockserver.sandbox.issued_keys import KEY_EVENTS, Forbidden, apply_key_event


def events_of(compiled: CompiledVendor) -> Mapping[str, Event]:
    """Every event that can be played on a vendor, by name."""
    return {**compiled.rules.events, **KEY_EVENTS}


def apply_event(
    sandbox: Sandbox, compiled: CompiledVendor, event: str, fields: Mapping[str, Any], now: int, id: str
) -> tuple[Sandbox, Mapping[str, Any]]:
    """The sandbox after an event with valid fields, and what it brought about. Raises Forbidden."""
    if event in KEY_EVENTS:
        return apply_key_event(sandbox, compiled.name, event, fields, now)
    before = sandbox.state.get(compiled.name, compiled.rules.initial)
    event_call = EventCall(fields, now, sandbox.start, sandbox.seed, id, compiled.rules.policies)
    after, result = compiled.plugin.events[event](before, event_call)
    if isinstance(result, Refusal):
        raise Forbidden(result.reason)
    if after is before:
        return sandbox, result
    try:
        return with_state(sandbox, compiled.name, after, now, compiled.state_limit), result
    except StateTooLarge as error:
        raise Forbidden(str(error)) from None
