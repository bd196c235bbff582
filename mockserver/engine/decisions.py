"""The answers that a request can get: a refusal, a demanded case, a behaviour's reply, an example, generated data.

Each notes in the journal entry what was decided, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.compiled import CompiledOperation, CompiledVendor
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.target import RequestTarget
from mockserver.http import UNSENT, Delivery, Headers, Response
from mockserver.openapi.model import Operation
from mockserver.openapi.references import DanglingRef
from mockserver.plugin import Refusal, Reply
from mockserver.requests.demand import Demand
from mockserver.requests.violation import Violation
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.problem import problem, refused
from mockserver.sandbox.faults import ActiveFault, put
from mockserver.sandbox.journal import Entry, Outcome

Answer = EncodedResponse | Response


def refuse(
    contract: CompiledVendor | None,
    plan: CompiledOperation | None,
    refusal: Refusal,
    violations: tuple[Violation, ...],
    entry: Entry,
) -> Answer:
    """The vendor's own case for a refusal, else a problem of ours."""
    entry.rule, entry.reason, entry.near = refusal.kind, refusal.reason, refusal.near
    if contract is not None:
        case = (plan.refusals if plan else contract.stray_refusals).get(refusal.kind)
        if plan and refusal.case:
            case = plan.operation.cases[refusal.case]
        if case is not None:
            entry.case = case.name
            return with_headers(contract.bodies.of_case(case), refusal.headers)
    answer = refused(refusal.kind, refusal.reason, violations, refusal.near)
    if refusal.allow:
        answer.headers.append((b"allow", ", ".join(refusal.allow).encode()))
    return answer


def refusal_of(violations: tuple[Violation, ...]) -> Refusal:
    """The refusal that violations amount to: the first one's kind and text."""
    first = violations[0]
    place = f"{first.where} {first.name}".rstrip() + (f" at {first.pointer}" if first.pointer else "")
    return Refusal(first.kind, f"{place}: {first.message}")


def demanded(plan: CompiledOperation, head: RequestHeaders, seed: int, demand: Demand, entry: Entry) -> Answer:
    """The case that was asked for; where a status was that has none, a body made from its schema."""
    entry.rule, entry.reason, entry.applied = "demanded", demand.source, demand.applied
    bodies, accept = plan.contract.bodies, head.first("accept")
    if demand.case is not None:
        entry.case = demand.case.name
        return bodies.of_case(demand.case, accept)
    scope = f"{plan.operation.id} {demand.status}"
    made = bodies.of_schema(demand.status, demand.response, accept, seed=seed, scope=scope, subject=None, echo={})
    return made or _nothing(plan.operation, demand.status)


def demand_of(operation: Operation, fired: ActiveFault) -> Demand | None:
    """What a fault demands, if it names a case."""
    case = operation.cases.get(fired.error)
    return Demand(case, case.response, case.status, f"fault {fired.id}") if case is not None else None


def unanswered(fired: ActiveFault, entry: Entry) -> Response:
    """No answer: the vendor never acted."""
    entry.rule, entry.reason = "fault", f"fault {fired.id}"
    return _lost(entry)


def faulted(plan: CompiledOperation, head: RequestHeaders, answer: Answer, fired: ActiveFault, entry: Entry) -> Answer:
    """An answer as a client gets it by a fault that fired; the entry has both."""
    delivery = fired.delivery or Delivery()
    is_unsent = delivery.connection in UNSENT
    when = ("after" if fired.is_after else "before") if fired.error or is_unsent else ""
    made = (answer.status, entry.case) if fired.is_after else None
    entry.outcome = Outcome(fired.id, when, delivery.delay, delivery.connection, made)
    if fired.is_after and is_unsent:
        return _lost(entry)
    if fired.is_after:
        entry.rule, entry.case, entry.reason = "demanded", fired.error, f"fault {fired.id}"
        answer = plan.contract.bodies.of_case(plan.operation.cases[fired.error], head.first("accept"))
    if fired.set:
        answer = _with_fields(plan, answer, fired, entry)
    return with_headers(answer, fired.headers)


def _lost(entry: Entry) -> Response:
    entry.case = ""
    return Response(0, [], b"")


def _with_fields(plan: CompiledOperation, answer: Answer, fired: ActiveFault, entry: Entry) -> Answer:
    """An answer with fields changed; as it was, where it hasn't those fields or may not have such values."""
    name = next((value for name, value in answer.headers if name == b"content-type"), b"").decode("latin-1")
    response = plan.operation.response_for(answer.status)
    media = response.content.get(name) if response is not None else None
    if response is None or media is None or isinstance(answer, Response):
        entry.reason = f"{entry.reason}; fault {fired.id} sets fields that this answer hasn't".lstrip("; ")
        return answer
    try:
        value = put(orjson.loads(answer.body), fired.set)
    except (DanglingRef, ValueError) as error:
        entry.reason = f"{entry.reason}; fault {fired.id} sets nothing here: {error}".lstrip("; ")
        return answer
    changed = plan.contract.bodies.of_value(answer.status, response, media, value)
    if not changed.is_valid:
        entry.reason = f"{entry.reason}; what fault {fired.id} sets would break the schema here".lstrip("; ")
        return answer
    changed.headers = [pair for pair in answer.headers if pair[0] != b"content-length"] + [
        pair for pair in changed.headers if pair[0] == b"content-length"
    ]
    return changed


def reply(plan: CompiledOperation, head: RequestHeaders, seed: int, result: Reply, entry: Entry) -> Answer:
    """What a behaviour answered: a case, or a body of its own under a case's status."""
    entry.rule, entry.case = "behaviour", result.case
    bodies, accept = plan.contract.bodies, head.first("accept")
    case = plan.operation.cases[result.case] if result.case else plan.case
    if result.body is None and case is not None:
        return with_headers(bodies.of_case(case, accept), result.headers)
    response = case.response if case else plan.success
    if response is None:
        return _nothing(plan.operation, 200)
    status, media = case.status if case else response.status, bodies.media(response, accept)
    body = result.body
    if result.listing is not None and media is not None:
        body = {**body, result.listing.at: bodies.items(media, result.listing, seed)}
    return with_headers(bodies.of_value(status, response, media, body), result.headers)


def with_headers(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer with some headers in place of its own."""
    return answer.with_headers(headers) if headers else answer


def example(
    plan: CompiledOperation,
    aim: RequestTarget,
    head: RequestHeaders,
    seed: int,
    parameters: Mapping[str, Any],
    body: Any,
    entry: Entry,
) -> Answer:
    """The example of a call that goes well; generated data where there is none, or where it is somebody else's."""
    operation, bodies, case, success = plan.operation, plan.contract.bodies, plan.case, plan.success
    if plan.ready is not None and head.preference is None and case is not None:
        entry.rule, entry.case = "example", case.name
        return plan.ready
    accept = head.first("accept")
    wants_generated = head.preference is not None and head.preference.dynamic
    asked = aim.about(operation, parameters, body)
    if case is not None and asked.is_documented_example and not wants_generated:
        entry.rule, entry.case = "example", case.name
        answer = bodies.of_case(case, accept)
        if operation.entity is None and len(case.bodies) < 2:
            plan.ready = answer
        return answer
    if success is None:
        return _nothing(operation, 200)
    entry.rule, entry.applied = "generated", "dynamic=true" if wants_generated else ""
    status = case.status if case else success.status
    scope, subject = asked.scope, asked.subject
    made = bodies.of_schema(status, success, accept, seed=seed, scope=scope, subject=subject, echo=parameters)
    if made is None and case is not None:
        entry.rule, entry.case, entry.reason = "example", case.name, "no data could be generated from the schema"
        return bodies.of_case(case, accept)
    return made or _nothing(operation, status)


def preflight(head: RequestHeaders, entry: Entry) -> Response:
    """The answer to a browser that asks whether a page may call: yes."""
    entry.rule = "preflight"
    wanted = head.first("access-control-request-headers")
    headers: Headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", head.first("access-control-request-method").encode("latin-1")),
        (b"access-control-allow-headers", wanted.encode("latin-1") or b"*"),
        (b"access-control-max-age", b"600"),
    ]
    if head.first("access-control-request-private-network") == "true":
        headers.append((b"access-control-allow-private-network", b"true"))
    return Response(204, headers, b"")


def disabled(operation: Operation, entry: Entry) -> Response:
    """The answer of an operation that uses what the engine doesn't support."""
    entry.rule, entry.reason = "disabled", operation.disabled
    return problem(501, "unsupported", "Not supported by the mock server", operation.disabled)


def _nothing(operation: Operation, status: int) -> Response:
    detail = f"{operation.id} has no example for {status}, and none could be made from its schema"
    return problem(501, "no-example", "No example", detail)
