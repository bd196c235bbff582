"""What a request can come to: the value itself, a demanded case, a fault's answer, and what every answer gets at last.

Each is one value: the sandbox after it, the answer, and for the journal what was decided, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.compiled import CompiledOperation
from mockserver.engine.cors import preflight_headers
from mockserver.engine.documented import challenges
from mockserver.engine.inputs import Inputs
from mockserver.generate.errors import CannotGenerate
from mockserver.http import Delivery, Response
from mockserver.requests.demand import Demand, Unknown, of_status
from mockserver.responses import problem
from mockserver.responses.encoded import BODYLESS, EncodedResponse
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import ActiveFault
from mockserver.sandbox.journal import Outcome
from mockserver.sandbox.reasons import Rule
from mockserver.values import dataclass

Answer = EncodedResponse | Response
_DEMANDED = Rule.DEMANDED
NO_CHANGES: Sequence[Mapping[str, Any]] = ()


class BrokenContract(Exception):
    """An answer of ours that breaks the spec: our bug."""


@dataclass(slots=True)
class Decision:
    """What a request came to; it lives no longer than that. ``answer`` is None where nothing is sent.

    ``rule`` is the step that decided, or the kind of a refusal; ``applied`` the preference that was met. ``changes``
    are those of the vendor's state. ``outcome`` and ``delivery`` are there where an armed fault fired. ``error`` is
    our own bug: a crash, or an answer that breaks the spec. ``more`` are the vendor's headers on top of the answer's.
    """

    inputs: Inputs
    sandbox: Sandbox
    answer: Answer | None
    rule: str
    case: str = ""
    reason: str = ""
    near: tuple[str, ...] = ()
    applied: str = ""
    changes: Sequence[Mapping[str, Any]] = NO_CHANGES
    outcome: Outcome | None = None
    delivery: Delivery | None = None
    error: Exception | None = None
    more: Mapping[str, str] | None = None

    def settle(self) -> None:
        """Make the headers on top the answer's own."""
        if self.more and self.answer is not None:
            self.answer, self.more = self.answer.with_headers(self.more), None


# Demands


def unknown_case(inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation, unknown: Unknown) -> Decision:
    """A demand for a case that the operation has not, answered with those that it has."""
    answer = problem.unknown_case(operation.model, unknown.reason)
    return Decision(inputs, sandbox, answer, Rule.UNKNOWN_CASE, reason=unknown.reason)


def demanded(
    inputs: Inputs,
    sandbox: Sandbox,
    operation: CompiledOperation,
    demand: Demand,
    changes: Sequence[Mapping[str, Any]] = NO_CHANGES,
) -> Decision:
    """The case that was asked for; where a status was that has none, a body made from its schema."""
    bodies, accept = operation.vendor.bodies, inputs.incoming.headers.accept
    case = demand.case.name if demand.case is not None else ""
    answer: Answer
    if demand.case is not None:
        answer = bodies.of_case(demand.case, accept)
    elif demand.response is None:
        answer = problem.unlisted_status(operation.model, demand.status)
    else:
        try:
            answer = bodies.of_schema(
                demand.status,
                demand.response,
                accept,
                seed=sandbox.seed,
                scope=f"{operation.model.id} {demand.status}",
                subject=None,
                echo={},
                with_examples=not operation.vendor.plugin.strict,
            )
        except CannotGenerate as error:
            answer = no_example(operation, demand.status, error)
    if demand.status == 401 and not operation.vendor.plugin.strict:
        answer = with_challenge(operation, answer)
    return Decision(
        inputs, sandbox, answer, Rule.DEMANDED, case, demand.source, applied=demand.applied, changes=changes
    )


def demand_of(operation: CompiledOperation, fault: ActiveFault) -> Demand | None:
    """What a fault demands, if it names a case."""
    case = operation.model.cases.get(fault.error)
    return Demand(case, case.response, case.status, f"fault {fault.id}") if case is not None else None


def by_status(inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation, fault: ActiveFault) -> Decision:
    """The answer of a fault that names a status: its own body, else the operation's case or schema, else nothing."""
    source = f"fault {fault.id}"
    demand = None if fault.answer is not None else of_status(operation.model, str(fault.status), source)
    if demand is not None:
        return demanded(inputs, sandbox, operation, demand)
    length = [] if fault.status in BODYLESS else [(b"content-length", b"0")]
    answer = fault.answer or Response(fault.status, length, b"")
    return Decision(inputs, sandbox, answer, Rule.DEMANDED, reason=f"{source}: status {fault.status}")


def unanswered(inputs: Inputs, sandbox: Sandbox, fault: ActiveFault) -> Decision:
    """No answer, by a fault: the vendor never acted."""
    return Decision(inputs, sandbox, None, Rule.FAULT, reason=f"fault {fault.id}")


# Answers


def preflight(inputs: Inputs, sandbox: Sandbox) -> Decision:
    """The answer to a browser that asks whether a page may call: yes."""
    headers = preflight_headers(inputs.incoming.headers)
    return Decision(inputs, sandbox, Response(204, headers, b""), Rule.PREFLIGHT)


def no_example(operation: CompiledOperation, status: int, error: CannotGenerate) -> Response:
    """What is sent where there is neither an example nor data."""
    detail = f"{operation.model.id} has no example for {status}, and none could be made from its schema: {error}"
    return problem.problem(501, "no-example", "No example", detail)


# Steps 8 and 9, for every decision


def complete(decision: Decision) -> None:
    """Give the answer the vendor's headers, where a known key called, and check it against the spec."""
    inputs, answer = decision.inputs, decision.answer
    if answer is None:
        return
    vendor, call = inputs.incoming.target.vendor, inputs.call
    if call is not None and vendor is not None:
        headers = vendor.plugin.headers
        if headers is not None and (decision.rule is not _DEMANDED or _is_vendors(answer, inputs.fault)):
            decision.more = headers(decision.sandbox.state.get(vendor.name, vendor.rules.initial), call)
    if isinstance(answer, EncodedResponse) and not answer.is_valid:
        is_specs_own = decision.case and vendor is not None and not vendor.plugin.strict  # a foreign example, as it is
        if not is_specs_own:
            decision.error = _broken(decision)


def _is_vendors(answer: Answer, fault: ActiveFault | None) -> bool:
    """Whether a demanded answer is one that the vendor gives to a call that goes well."""
    return answer.status < 400 and (fault is None or not fault.status)


def _broken(decision: Decision) -> BrokenContract:
    target = decision.inputs.incoming.target
    name = target.operation.model.id if target.operation else target.shown
    return BrokenContract(f"the answer to {name} ({decision.rule} {decision.case}) breaks its schema")


def with_challenge(operation: CompiledOperation, answer: Answer) -> Answer:
    """A 401 of a foreign spec with the header that says how a client may tell who it is, unless the spec has one."""
    challenge = challenges(operation)
    has_one = any(name == b"www-authenticate" for name, _ in answer.headers)
    return answer if has_one or not challenge else with_headers(answer, {"WWW-Authenticate": challenge})


def with_headers(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer with some headers in place of its own."""
    return answer.with_headers(headers) if headers else answer
