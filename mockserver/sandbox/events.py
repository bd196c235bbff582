"""An event taking place in a sandbox: one of every vendor's (keys), or one of the vendor's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.plugin import EventCall, Refusal
from mockserver.rules import Event
from mockserver.sandbox.document import Sandbox, StateTooLarge, with_state
from mockserver.sandbox.issued_keys import KEY_EVENTS, Forbidden, play_key_event


def events_of(contract: CompiledVendor) -> Mapping[str, Event]:
    """Every event that can be played on a vendor, by name."""
    return {**contract.rules.events, **KEY_EVENTS}


def apply_event(
    sandbox: Sandbox, contract: CompiledVendor, event: str, fields: Mapping[str, Any], now: int, id: str
) -> tuple[Sandbox, Mapping[str, Any]]:
    """The sandbox after an event with valid fields, and what it brought about. Raises Forbidden."""
    if event in KEY_EVENTS:
        return play_key_event(sandbox, contract.name, event, fields, now)
    before = sandbox.state.get(contract.name, contract.rules.initial)
    happening = EventCall(fields, now, sandbox.start, sandbox.seed, id, contract.rules.policies)
    after, result = contract.vendor.events[event](before, happening)
    if isinstance(result, Refusal):
        raise Forbidden(result.reason)
    if after is before:
        return sandbox, result
    try:
        return with_state(sandbox, contract.name, after, now, contract.state_limit), result
    except StateTooLarge as error:
        raise Forbidden(str(error)) from None
