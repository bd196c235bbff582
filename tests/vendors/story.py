"""A vendor's behaviours and events without a server: a state, a time that a test moves, and each step checked."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from mockserver.clock import parse_duration, parse_time
from mockserver.contract import Contract
from mockserver.decision import Call, Happening, Refusal, Reply
from mockserver.rules import errors
from tests.serving import Served

START = parse_time("2026-01-31T09:00:00Z")


@cache
def _contracts() -> dict[str, Contract]:
    return dict(Served().app.engine.pipeline.contracts)


def contract_of(vendor: str) -> Contract:
    """The compiled contract of a vendor, with its rules."""
    return _contracts()[vendor]


def rule_of(outcome: Any) -> str:
    """The rule by which something was refused."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason


class Story:
    """What happens to one vendor, from its initial state with changes."""

    def __init__(self, vendor: str, **changes: Any) -> None:
        self._contract = contract_of(vendor)
        self.state: Any = {**self._contract.rules.initial, **changes}
        self.now = START
        self._count = 0
        assert self._contract.rules.state_errors(self.state) == []

    def at(self, time: str) -> None:
        """Go to a time."""
        self.now = parse_time(time)

    def later(self, duration: str | float) -> None:
        """Let time pass."""
        self.now = parse_duration(duration).after(self.now)

    def call(
        self,
        operation: str,
        parameters: dict[str, Any] | None = None,
        body: Any = None,
        permissions: frozenset[str] | None = None,
    ) -> Reply | Refusal:
        """What a behaviour answers to a valid call."""
        (found,) = [one for one in self._contract.spec.operations if one.id == operation]
        policies = self._contract.rules.policies
        call = Call(found, parameters or {}, body, self.now, START, 0, self._id(), policies, permissions)
        outcome: Reply | Refusal = self._step(self._contract.vendor.behaviours[operation], call)
        return outcome

    def event(self, name: str, **fields: Any) -> Any:
        """What an event brings about, or the refusal."""
        assert errors(self._contract.rules.events[name].schema, fields) == []
        policies = self._contract.rules.policies
        happening = Happening(fields, self.now, START, 0, self._id(), policies)
        return self._step(self._contract.vendor.events[name], happening)

    def _step(self, function: Any, given: Any) -> Any:
        before, kept = self.state, copy.deepcopy(self.state)
        after, outcome = function(before, given)
        assert before == kept, "a state is never changed in place"
        if isinstance(outcome, Refusal):
            assert after is before, "a refusal changes nothing"
        assert self._contract.rules.state_errors(after) == []
        self.state = after
        return outcome

    def _id(self) -> str:
        self._count += 1
        return f"story_{self._count}"
