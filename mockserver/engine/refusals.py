"""Decide refusals: in the vendor's own case, as a foreign spec documents it, or as a problem of ours."""

from __future__ import annotations

from mockserver.compiled import CompiledOperation
from mockserver.engine.decisions import Answer, Decision, with_challenge, with_headers
from mockserver.engine.documented import documented, documented_status
from mockserver.engine.inputs import Inputs
from mockserver.http import Response
from mockserver.plugin import Refusal
from mockserver.requests.violation import Violation
from mockserver.responses import problem
from mockserver.sandbox.document import Sandbox, StateTooLarge
from mockserver.sandbox.reasons import Rule


def misnamed(inputs: Inputs, sandbox: Sandbox, refusal: Refusal) -> Decision:
    """A request whose sandbox has a wrong name: a problem of ours, whatever the vendor."""
    return Decision(inputs, sandbox, _problem_of(refusal, ()), refusal.kind, reason=refusal.reason)


def not_found(inputs: Inputs, sandbox: Sandbox) -> Decision:
    """A request for a path or method that the vendor has not, in the vendor's own words where it has some."""
    target = inputs.incoming.target
    vendor, refusal = target.vendor, target.refusal
    assert refusal is not None
    inputs.violations = target.violations
    case = vendor.stray_refusals.get(refusal.kind) if vendor else None
    if vendor is None or case is None:
        answer: Answer = _problem_of(refusal, ())
        return Decision(inputs, sandbox, answer, refusal.kind, reason=refusal.reason, near=refusal.near)
    answer = with_headers(vendor.bodies.of_case(case), refusal.headers)
    return Decision(inputs, sandbox, answer, refusal.kind, case.name, refusal.reason, refusal.near)


def refused(inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation, refusal: Refusal) -> Decision:
    """The vendor's own case for a refusal, else what a foreign spec documents, else a problem of ours."""
    case = operation.model.cases[refusal.case] if refusal.case else operation.refusals.get(refusal.kind)
    if case is None and not operation.vendor.plugin.strict:
        return _documented(inputs, sandbox, operation, refusal)
    if case is None:
        answer: Answer = _problem_of(refusal, inputs.violations)
        return Decision(inputs, sandbox, answer, refusal.kind, reason=refusal.reason, near=refusal.near)
    answer = with_headers(operation.vendor.bodies.of_case(case), refusal.headers)
    return Decision(inputs, sandbox, answer, refusal.kind, case.name, refusal.reason, refusal.near)


def _documented(inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation, refusal: Refusal) -> Decision:
    """What a foreign spec documents for a refusal, else a problem of ours under the status that it documents."""
    is_unreadable = bool(inputs.violations and inputs.violations[0].is_unreadable)
    status = documented_status(operation, refusal, is_unreadable=is_unreadable)
    accept = inputs.incoming.headers.accept
    made, case = documented(operation, refusal, inputs.violations, status, accept, sandbox.seed)
    answer: Answer = made if made is not None else _problem_of(refusal, inputs.violations, status)
    answer = with_challenge(operation, answer) if status == 401 else answer
    return Decision(inputs, sandbox, answer, refusal.kind, case, refusal.reason, refusal.near)


def _problem_of(refusal: Refusal, violations: tuple[Violation, ...], status: int | None = None) -> Response:
    answer = problem.refused(refusal.kind, refusal.reason, violations, refusal.near, status)
    if refusal.allow:
        answer.headers.append((b"allow", ", ".join(refusal.allow).encode()))
    return answer


def refusal_of(violations: tuple[Violation, ...]) -> Refusal:
    """The refusal that violations amount to: the first one's kind and text."""
    first = violations[0]
    place = f"{first.where} {first.name}".rstrip() + (f" at {first.pointer}" if first.pointer else "")
    return Refusal(first.kind, f"{place}: {first.message}")


def disabled(inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation) -> Decision:
    """An operation that uses what the engine doesn't support."""
    reason = operation.model.disabled
    answer = problem.problem(501, "unsupported", "Not supported by the mock server", reason)
    return Decision(inputs, sandbox, answer, Rule.DISABLED, reason=reason)


def full(inputs: Inputs, sandbox: Sandbox, error: StateTooLarge) -> Decision:
    """A state that would outgrow the sandbox, which stays as it was."""
    answer = problem.problem(503, "full", "The sandbox is full", str(error))
    return Decision(inputs, sandbox, answer, Rule.FULL, reason=str(error))


def crashed(inputs: Inputs, sandbox: Sandbox, error: Exception) -> Decision:
    """A crash of ours: a 500, and nothing has changed."""
    detail = f"see journal entry {inputs.incoming.id}"
    answer = problem.problem(500, "crash", "The mock server crashed", detail)
    return Decision(inputs, sandbox, answer, Rule.CRASH, reason=f"{type(error).__name__}: {error}", error=error)
