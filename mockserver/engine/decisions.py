"""What a request can come to, refusals apart: a demanded case, a reply of a behaviour, an example, generated data.

Each is one frozen value: the sandbox after it, the answer, and for the journal what was decided, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.clock import month_of
from mockserver.compiled import CompiledOperation, LatestAnswer
from mockserver.engine.cors import preflight_headers
from mockserver.engine.documented import challenges
from mockserver.engine.inputs import Inputs
from mockserver.http import Delivery, Response
from mockserver.plugin import Reply
from mockserver.requests.demand import Demand, Unknown, of_status
from mockserver.responses import problem
from mockserver.responses.encoded import BODYLESS, EncodedResponse
from mockserver.responses.formats import written_type
from mockserver.responses.negotiation import is_acceptable
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import ActiveFault
from mockserver.sandbox.journal import Outcome
from mockserver.sandbox.reasons import PLAIN, Rule

Answer = EncodedResponse | Response
NO_CHANGES: Sequence[Mapping[str, Any]] = ()
_NO_HEADERS: Mapping[str, str] = {}
_NOTHING: Mapping[str, Any] = {}
_MAKING = frozenset(("POST", "PUT", "PATCH"))


class BrokenContract(Exception):
    """An answer of ours that breaks the spec: our bug."""


class Decision(NamedTuple):
    """What a request came to. ``answer`` is None where nothing is sent.

    ``rule`` is the step that decided, or the kind of a refusal; ``applied`` the preference that was met. ``changes``
    are those of the vendor's state. ``outcome`` and ``delivery`` are there where an armed fault fired. ``error`` is
    our own bug: a crash, or an answer that breaks the spec.
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

    def with_answer(self, answer: Answer) -> Decision:
        """The same decision with another answer; ``_replace`` takes four times as long."""
        return Decision._make((*self[:2], answer, *self[3:]))


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
    answer: Answer | None
    if demand.case is not None:
        answer = bodies.of_case(demand.case, accept)
    elif demand.response is None:
        answer = problem.unlisted_status(operation.model, demand.status)
    else:
        scope = f"{operation.model.id} {demand.status}"
        answer = bodies.of_schema(
            demand.status,
            demand.response,
            accept,
            seed=sandbox.seed,
            scope=scope,
            subject=None,
            echo={},
            with_examples=not operation.vendor.plugin.strict,
        )
    answer = answer or _no_example(operation, demand.status)
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


def replied(
    inputs: Inputs, sandbox: Sandbox, operation: CompiledOperation, reply: Reply, changes: Sequence[Mapping[str, Any]]
) -> Decision:
    """What a behaviour answered: a case, or a body of its own under a case's status.

    One that came from a spec alone may make a body that this answer's schema doesn't allow: then it is as without it.
    """
    bodies, accept = operation.vendor.bodies, inputs.incoming.headers.accept
    case = operation.model.cases[reply.case] if reply.case else operation.case
    response = case.response if case else operation.success
    answer: Answer
    if reply.body is None and case is not None:
        answer = bodies.of_case(case, accept)
    else:
        status, media = case.status if case else response.status, bodies.media(response, accept)
        body = reply.body
        if reply.listing is not None and media is not None:
            body = {**body, reply.listing.at: bodies.items(media, reply.listing, sandbox.seed, _now(inputs))}
        encoded = answer = bodies.of_value(status, response, media, body)
        if not encoded.is_valid and not operation.vendor.plugin.strict:
            note = f"{reply.note}, but answered without it: the schema doesn't allow that"
            return noted(example(inputs, sandbox, operation, Reply(headers=reply.headers), changes), note)
    answer = with_headers(answer, reply.headers)
    return Decision(inputs, sandbox, answer, Rule.BEHAVIOUR, reply.case, reply.note, changes=changes)


def example(
    inputs: Inputs,
    sandbox: Sandbox,
    operation: CompiledOperation,
    reply: Reply | None,
    changes: Sequence[Mapping[str, Any]],
) -> Decision:
    """The example of a call that goes well; generated data where there is none, or where it is somebody else's."""
    case, headers = operation.case, inputs.incoming.headers
    more, entity = (reply.headers, reply.entity) if reply is not None else (_NO_HEADERS, "")
    if headers.preference is not None or inputs.body is not None:
        return _example(inputs, sandbox, operation, more, entity, changes)
    if operation.ready is not None and case is not None:
        answer: Answer = with_headers(operation.ready, more)
        return Decision(inputs, sandbox, answer, Rule.EXAMPLE, case.name, "", (), "", changes)
    month, target, latest = month_of(_now(inputs)), inputs.incoming.target, operation.latest
    sent = headers if operation.headers or operation.cookies else headers.accept
    key = (target, sent, sandbox.seed, month, entity)
    if latest is not None and latest[:5] == key:
        rule = Rule.EXAMPLE if latest.case else Rule.GENERATED
        answer = with_headers(latest.answer, more)
        return Decision(inputs, sandbox, answer, rule, latest.case, "", (), "", changes)
    decision = _example(inputs, sandbox, operation, _NO_HEADERS, entity, changes)
    made = decision.answer
    if decision.rule not in PLAIN or made is None:
        return decision
    if isinstance(made, EncodedResponse) and not decision.reason:
        operation.latest = LatestAnswer(*key, decision.case, made)
    return decision.with_answer(with_headers(made, more))


def _example(
    inputs: Inputs,
    sandbox: Sandbox,
    operation: CompiledOperation,
    more: Mapping[str, str],
    entity: str,
    changes: Sequence[Mapping[str, Any]],
) -> Decision:
    """The same, made anew, with some more headers, and about an entity that a behaviour named."""
    bodies, success = operation.vendor.bodies, operation.success
    accept, preference = inputs.incoming.headers.accept, inputs.incoming.headers.preference
    case, sent = operation.case_for(accept), _sent(operation, inputs)
    answer: Answer
    unacceptable = _unacceptable(operation, accept)
    if unacceptable is not None:
        return demanded(inputs, sandbox, operation, unacceptable, changes)
    wants_generated = preference is not None and preference.dynamic
    about = inputs.incoming.target.about(operation.model, inputs.parameters, inputs.body)
    if entity:
        about = about.of_key(entity)
    if case is not None and about.is_documented_example and not wants_generated:
        if sent:
            answer = with_headers(bodies.of_echo(case, accept, sent), more)
            return Decision(inputs, sandbox, answer, Rule.EXAMPLE, case.name, "", (), "", changes)
        encoded = bodies.of_options(operation.model, case, operation.options, inputs.parameters, accept)
        is_constant = operation.model.entity is None and not operation.options and not operation.may_refuse_types
        if is_constant and len(case.bodies) < 2 and not operation.is_negotiable:
            operation.ready = encoded
        return Decision(inputs, sandbox, with_headers(encoded, more), Rule.EXAMPLE, case.name, "", (), "", changes)
    case = case or operation.model.default
    status = case.status if case else success.status
    applied = "dynamic=true" if wants_generated else ""
    is_foreign = not operation.vendor.plugin.strict
    made = bodies.of_schema(
        status,
        success,
        accept,
        seed=sandbox.seed,
        scope=about.scope,
        subject=about.subject,
        echo=_echo(inputs) if is_foreign else {**inputs.parameters, **sent},
        with_examples=is_foreign and not wants_generated,
        now=_now(inputs),
    )
    if made is None and case is not None:
        reason = "no data could be generated from the schema"
        answer = with_headers(bodies.of_case(case, accept), more)
        return Decision(inputs, sandbox, answer, Rule.EXAMPLE, case.name, reason, (), applied, changes)
    answer = with_headers(made or _no_example(operation, status), more)
    return Decision(inputs, sandbox, answer, Rule.GENERATED, "", "", (), applied, changes)


def _unacceptable(operation: CompiledOperation, accept: str) -> Demand | None:
    """The 406 of an operation that documents one, where the client takes none of its media types."""
    content = operation.success.content
    if not content or not operation.may_refuse_types:
        return None
    offered = [written_type(media) for media in content.values()]
    return None if is_acceptable(accept, offered) else of_status(operation.model, "406", f"Accept: {accept}")


def _echo(inputs: Inputs) -> Mapping[str, Any]:
    """What a client sent, to be told back: parameters, and the properties of a body."""
    return {**inputs.parameters, **inputs.body} if isinstance(inputs.body, dict) else inputs.parameters


def _now(inputs: Inputs) -> int:
    """The sandbox's time, as far as what is generated depends on it; 0 where the vendor has no state and no time."""
    return inputs.call.now if inputs.call is not None else 0


def _sent(operation: CompiledOperation, inputs: Inputs) -> Mapping[str, Any]:
    """What a call makes or changes something of, which its answer tells back."""
    called = operation.model
    tells = called.method in _MAKING and not called.read_only and isinstance(inputs.body, dict)
    return inputs.body if tells else _NOTHING


def noted(decision: Decision, note: str) -> Decision:
    """A decision with what a behaviour says of it as its reason, before what there is already."""
    reason = f"{note}; {decision.reason}" if decision.reason else note
    return decision._replace(reason=reason)


def preflight(inputs: Inputs, sandbox: Sandbox) -> Decision:
    """The answer to a browser that asks whether a page may call: yes."""
    headers = preflight_headers(inputs.incoming.headers)
    return Decision(inputs, sandbox, Response(204, headers, b""), Rule.PREFLIGHT)


def _no_example(operation: CompiledOperation, status: int) -> Response:
    detail = f"{operation.model.id} has no example for {status}, and none could be made from its schema"
    return problem.problem(501, "no-example", "No example", detail)


# Steps 8 and 9, for every decision


def completed(decision: Decision) -> Decision:
    """The decision with the vendor's headers, where a known key called, and checked against the spec."""
    inputs, answer = decision.inputs, decision.answer
    if answer is None:
        return decision
    vendor = inputs.incoming.target.vendor
    if inputs.call is not None and vendor is not None and vendor.plugin.headers is not None:
        is_vendors = inputs.fault is None or not inputs.fault.status
        if decision.rule is not Rule.DEMANDED or (answer.status < 400 and is_vendors):
            state = decision.sandbox.state.get(vendor.name, vendor.rules.initial)
            answer = with_headers(answer, vendor.plugin.headers(state, inputs.call))
            decision = decision.with_answer(answer)
    is_specs_own = decision.case and vendor is not None and not vendor.plugin.strict  # a foreign example, as it is
    if isinstance(answer, EncodedResponse) and not answer.is_valid and not is_specs_own:
        operation = inputs.incoming.target.operation
        name = operation.model.id if operation else inputs.incoming.target.shown
        message = f"the answer to {name} ({decision.rule} {decision.case}) breaks its schema"
        decision = decision._replace(error=BrokenContract(message))
    return decision


def with_challenge(operation: CompiledOperation, answer: Answer) -> Answer:
    """A 401 of a foreign spec with the header that says how a client may tell who it is, unless the spec has one."""
    challenge = challenges(operation)
    has_one = any(name == b"www-authenticate" for name, _ in answer.headers)
    return answer if has_one or not challenge else with_headers(answer, {"WWW-Authenticate": challenge})


def with_headers(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer with some headers in place of its own."""
    return answer.with_headers(headers) if headers else answer
