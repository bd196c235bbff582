"""A vendor's behaviours and events played one after the other, each held to what every one of them must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from typing import Any

import jsonschema_rs
import orjson
from hypothesis import settings

from mockserver.clock import parse_duration, parse_time
from mockserver.compiled import CompiledVendor
from mockserver.plugin import Call, EventCall, Refusal, Reply, Summary, installed

START = parse_time("2026-01-31T09:00:00Z")
SEED = 7
STORIES = settings(deadline=None, derandomize=True, max_examples=150, stateful_step_count=40)
"""How the state machines are played: the same stories each time, in a second or two."""


@cache
def contract_of(vendor: str) -> CompiledVendor:
    """A vendor compiled, once for all tests."""
    return CompiledVendor(installed()[vendor](), 1 << 20)


@cache
def validator_of(vendor: str, event: str = "") -> Any:
    """What a vendor's state, or the fields of an event, are held to."""
    rules = contract_of(vendor).rules
    return jsonschema_rs.Draft202012Validator(dict(rules.events[event].schema if event else rules.state))


class Played:
    """A vendor's state and its time, which begin at the vendor's initial state, unless told, and at ``START``."""

    def __init__(self, vendor: str, now: str | int = START, **changes: Any) -> None:
        self.vendor, self.contract = vendor, contract_of(vendor)
        self.policies = self.contract.rules.policies
        self.state: Any = {**self.contract.rules.initial, **changes}
        self.now = self.start = parse_time(now) if isinstance(now, str) else now
        self._numbers = count(1)
        validator_of(vendor).validate(self.state)

    def at(self, time: str) -> None:
        """Go to a time: ``2026-02-01T00:00:00Z``."""
        self.now = parse_time(time)

    def later(self, duration: str | float) -> None:
        """Go on by an ISO 8601 duration or by seconds."""
        self.now = parse_duration(duration).after(self.now)

    def asked(
        self,
        operation_id: str,
        parameters: Mapping[str, Any] | None = None,
        body: Any = None,
        permissions: frozenset[str] | None = None,
    ) -> Call:
        """A call with an id of its own, made now."""
        operation = self.contract.spec.operation(operation_id)
        assert operation is not None, operation_id
        id = f"req_{next(self._numbers)}"
        return Call(operation, parameters or {}, body, self.now, self.start, SEED, id, self.policies, permissions)

    def call(
        self,
        operation_id: str,
        parameters: Mapping[str, Any] | None = None,
        body: Any = None,
        permissions: frozenset[str] | None = None,
    ) -> Reply | Refusal:
        """What an operation answers; its body is held to the spec."""
        call = self.asked(operation_id, parameters, body, permissions)
        answer: Reply | Refusal = self._step(self.contract.plugin.behaviours[operation_id], call)
        if isinstance(answer, Refusal):
            assert answer.case in call.operation.cases
        elif answer.body is not None and answer.listing is None:
            assert call.operation.default is not None
            schema = call.operation.default.response.content["application/json"].schema
            assert self.contract.schemas.errors(schema, answer.body) == []
        return answer

    def event(self, name: str, **fields: Any) -> Mapping[str, Any] | Refusal:
        """The result of an event, or the rule that forbids it."""
        validator_of(self.vendor, name).validate(fields)
        event = EventCall(fields, self.now, self.start, SEED, f"evt_{next(self._numbers)}", self.policies)
        result: Mapping[str, Any] | Refusal = self._step(self.contract.plugin.events[name], event)
        return result

    def shown(self) -> Any:
        """The state as of now, which has words. Showing it twice, or storing what was shown, makes no difference."""
        state_at = self.contract.plugin.state_at
        time_passed = EventCall({}, self.now, self.start, SEED, "", self.policies)
        assert state_at is not None
        kept = orjson.dumps(self.state)
        found = state_at(self.state, time_passed)
        assert orjson.dumps(self.state) == kept
        validator_of(self.vendor).validate(found)
        assert state_at(found, time_passed) == found
        self._in_words(found)
        return found

    def summary(self) -> Summary:
        """The state in words, as of now."""
        return self._in_words(self.shown())

    def _in_words(self, shown: Any) -> Summary:
        """The summary of the state as of now: of plain lines, and what is due lies ahead."""
        summary = self.contract.plugin.summary
        assert summary is not None
        made = summary(shown, EventCall({}, self.now, self.start, SEED, "", self.policies))
        assert all(one.at > self.now and one.what for one in made.due)
        assert all(made.lines)
        return made

    def _step(self, function: Callable[[Any, Any], tuple[Any, Any]], what: Call | EventCall) -> Any:
        """Take the new state: valid, made without mutating the old one, and the same object where nothing changed.

        The step is taken twice, as after a lost exchange: the second time all comes out the same.
        """
        before, kept = self.state, orjson.dumps(self.state)
        after, said = function(before, what)
        assert function(before, what) == (after, said)
        assert orjson.dumps(before) == kept
        assert (after is before) == (after == before)
        assert after is before or not isinstance(said, Refusal)
        assert not isinstance(said, Refusal) or said.kind == "world"
        if after is not before:
            validator_of(self.vendor).validate(after)
        self.state = after
        return said


def rule_of(outcome: object) -> str:
    """The rule by which something was refused."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason
