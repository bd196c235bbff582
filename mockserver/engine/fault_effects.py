"""What a fault that fired makes of a decision: another answer, or none; fields and headers changed; its delivery."""

from __future__ import annotations

from dataclasses import replace

import orjson

from mockserver.compiled import CompiledOperation
from mockserver.engine.decisions import Decision, by_status, with_headers
from mockserver.http import UNSENT, Delivery, Response
from mockserver.openapi.references import DanglingRef
from mockserver.sandbox.faults import ActiveFault, put
from mockserver.sandbox.journal import Outcome
from mockserver.sandbox.reasons import Rule


def with_fault(decision: Decision, fault: ActiveFault) -> Decision:
    """A decision as the client gets it by a fault that fired; its outcome has both sides."""
    operation = decision.inputs.incoming.target.operation
    assert operation is not None, "a fault fires in an operation"
    delivery = fault.delivery or Delivery()
    is_unsent = delivery.connection in UNSENT
    when = ("after" if fault.is_after else "before") if fault.error or fault.status or is_unsent else ""
    made = (decision.answer.status if decision.answer else 0, decision.case) if fault.is_after else None
    decision = replace(
        decision, outcome=Outcome(fault.id, when, delivery.delay, delivery.connection, made), delivery=fault.delivery
    )
    if decision.answer is None or (fault.is_after and is_unsent):
        return replace(decision, answer=None, case="")
    if fault.is_after:
        decision = _replaced(decision, operation, fault)
    if fault.set:
        decision = _with_fields(decision, operation, fault)
    assert decision.answer is not None
    return replace(decision, answer=with_headers(decision.answer, fault.headers))


def _replaced(decision: Decision, operation: CompiledOperation, fault: ActiveFault) -> Decision:
    """The answer of a fault in place of one that was made."""
    if fault.status:
        other = by_status(decision.inputs, decision.sandbox, operation, fault)
        return replace(decision, answer=other.answer, rule=other.rule, case=other.case, reason=other.reason)
    accept = decision.inputs.incoming.headers.accept
    answer = operation.vendor.bodies.of_case(operation.model.cases[fault.error], accept)
    return replace(decision, answer=answer, rule=Rule.DEMANDED, case=fault.error, reason=f"fault {fault.id}")


def _with_fields(decision: Decision, operation: CompiledOperation, fault: ActiveFault) -> Decision:
    """The answer with fields changed; as it was, where it has not those fields or may not have such values."""
    answer = decision.answer
    assert answer is not None
    name = next((value for name, value in answer.headers if name == b"content-type"), b"").decode("latin-1")
    response = operation.model.response_for(answer.status)
    media = response.content.get(name) if response is not None else None
    if response is None or media is None or isinstance(answer, Response):
        return _noted(decision, f"fault {fault.id} sets fields that this answer hasn't")
    try:
        value = put(orjson.loads(answer.body), fault.set)
    except (DanglingRef, ValueError) as error:
        return _noted(decision, f"fault {fault.id} sets nothing here: {error}")
    changed = operation.vendor.bodies.of_value(answer.status, response, media, value)
    if not changed.is_valid:
        return _noted(decision, f"what fault {fault.id} sets would break the schema here")
    changed.headers = [pair for pair in answer.headers if pair[0] != b"content-length"] + [
        pair for pair in changed.headers if pair[0] == b"content-length"
    ]
    return replace(decision, answer=changed)


def _noted(decision: Decision, remark: str) -> Decision:
    """The decision with a remark behind its reason."""
    return replace(decision, reason=f"{decision.reason}; {remark}".lstrip("; "))
