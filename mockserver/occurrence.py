"""An event taking place in a sandbox: one of every vendor's (keys), or one of the vendor's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.contract import Contract
from mockserver.decision import Happening, Refusal
from mockserver.keys import KEY_EVENTS, Forbidden, play_key_event
from mockserver.rules import Event
from mockserver.sandbox import Sandbox, TooMuch, remembering


def events_of(contract: Contract) -> Mapping[str, Event]:
    """Every event that can be played on a vendor, by name."""
    return {**contract.rules.events, **KEY_EVENTS}


def occur(
    sandbox: Sandbox, contract: Contract, event: str, fields: Mapping[str, Any], now: int, id: str
) -> tuple[Sandbox, Mapping[str, Any]]:
    """The sandbox after an event with valid fields, and what it brought about. Raises Forbidden."""
    if event in KEY_EVENTS:
        return play_key_event(sandbox, contract.name, event, fields, now)
    before = sandbox.state.get(contract.name, contract.rules.initial)
    happening = Happening(fields, now, sandbox.start, sandbox.seed, id, contract.rules.policies)
    after, result = contract.vendor.events[event](before, happening)
    if isinstance(result, Refusal):
        raise Forbidden(result.reason)
    if after is before:
        return sandbox, result
    try:
        return remembering(sandbox, contract.name, after, now, contract.state_limit), result
    except TooMuch as error:
        raise Forbidden(str(error)) from None
