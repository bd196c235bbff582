"""A vendor's behaviours and events played one after the other, each held to what every one of them must keep."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from itertools import count
from typing import Any

from mockserver.clock import parse_duration, parse_time
from mockserver.contract import Contract
from mockserver.decision import Call, Happening, Refusal, Reply
from mockserver.rules import errors
from mockserver.vendor import installed

START = parse_time("2026-01-31T09:00:00Z")
SEED = 7


@cache
def contract_of(vendor: str) -> Contract:
    """A vendor compiled, once for all tests."""
    return Contract(installed()[vendor](), 1 << 20)


class Played:
    """A vendor's state and its time, which begin at the vendor's initial state and at ``START``."""

    def __init__(self, vendor: str, **changes: Any) -> None:
        self.contract = contract_of(vendor)
        self.state: Any = {**self.contract.rules.initial, **changes}
        self.now = START
        self._numbers = count(1)
        assert self.contract.rules.state_errors(self.state) == []

    def at(self, time: str) -> None:
        """Go to a time: ``2026-02-01T00:00:00Z``."""
        self.now = parse_time(time)

    def later(self, duration: str | float) -> None:
        """Go on by an ISO 8601 duration or by seconds."""
        self.now = parse_duration(duration).after(self.now)

    def call(
        self,
        operation_id: str,
        parameters: Mapping[str, Any] | None = None,
        body: Any = None,
        permissions: frozenset[str] | None = None,
    ) -> Reply | Refusal:
        """What an operation answers; its body is held to the spec."""
        operation = next(one for one in self.contract.spec.operations if one.id == operation_id)
        policies, id = self.contract.rules.policies, f"req_{next(self._numbers)}"
        call = Call(operation, parameters or {}, body, self.now, START, SEED, id, policies, permissions)
        before = deepcopy(self.state)
        after, answer = self.contract.vendor.behaviours[operation_id](self.state, call)
        self._go_on(before, after, is_refused=isinstance(answer, Refusal))
        if isinstance(answer, Refusal):
            assert answer.case in operation.cases
        else:
            assert operation.default is not None
            schema = operation.default.response.content["application/json"].schema
            assert self.contract.schemas.errors(schema, answer.body) == []
        return answer

    def event(self, name: str, **fields: Any) -> Mapping[str, Any] | Refusal:
        """The result of an event, or the rule that forbids it."""
        rules = self.contract.rules
        assert errors(rules.events[name].schema, fields) == []
        happening = Happening(fields, self.now, START, SEED, f"evt_{next(self._numbers)}", rules.policies)
        before = deepcopy(self.state)
        after, result = self.contract.vendor.events[name](self.state, happening)
        self._go_on(before, after, is_refused=isinstance(result, Refusal))
        return result

    def _go_on(self, before: Any, after: Any, *, is_refused: bool) -> None:
        """Take the new state: valid, made without mutating the old one, and the same object where nothing changed."""
        assert self.state == before
        assert (after is self.state) == (after == before)
        assert after is self.state or not is_refused
        assert self.contract.rules.state_errors(after) == []
        self.state = after


def rule_of(outcome: object) -> str:
    """The rule by which something was refused."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason
