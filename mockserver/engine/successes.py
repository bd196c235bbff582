"""Answer a call that goes well: by a behaviour's reply, by the spec's example, by generated data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.clock import month_of
from mockserver.compiled import AnswerKey, CompiledOperation, KnownAnswer
from mockserver.engine.decisions import Answer, Decision, demanded, no_example, with_headers
from mockserver.engine.inputs import Inputs
from mockserver.generate.errors import CannotGenerate
from mockserver.plugin import Reply
from mockserver.requests.demand import Demand, of_status
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.formats import written_type
from mockserver.responses.negotiation import is_acceptable
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.reasons import PLAIN, Rule

_NO_HEADERS: Mapping[str, str] = {}
_NOTHING: Mapping[str, Any] = {}
_MAKING = frozenset(("POST", "PUT", "PATCH"))


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
    headers, ready = inputs.incoming.headers, operation.ready
    more, entity = (reply.headers, reply.entity) if reply is not None else (_NO_HEADERS, "")
    if headers.preference is not None or inputs.body is not None:
        return _example(inputs, sandbox, operation, more, entity, changes)
    if ready is not None and (case := operation.case) is not None:
        answer: Answer = ready.with_headers(more) if more else ready
        return Decision(inputs, sandbox, answer, Rule.EXAMPLE, case.name, "", (), "", changes)
    target, answers = inputs.incoming.target, operation.vendor.answers
    sent = headers if operation.headers or operation.cookies else headers.accept
    key: AnswerKey = (target, sent, sandbox.seed, month_of(_now(inputs)), entity)
    known = answers.get(key)
    if known is not None:
        rule, name, made = known
        return Decision(inputs, sandbox, made.with_headers(more) if more else made, rule, name, "", (), "", changes)
    decision = _example(inputs, sandbox, operation, _NO_HEADERS, entity, changes)
    answer_made = decision.answer
    if decision.rule not in PLAIN or answer_made is None:
        return decision
    if isinstance(answer_made, EncodedResponse) and not decision.reason:
        found = KnownAnswer(decision.rule, decision.case, answer_made)
        answers.keep_repeated(key, found, 2500 + len(answer_made.body))
    decision.answer = with_headers(answer_made, more)
    return decision


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
    try:
        answer = bodies.of_schema(
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
    except CannotGenerate as error:
        if case is not None:
            reason = "no data could be generated from the schema"
            answer = with_headers(bodies.of_case(case, accept), more)
            return Decision(inputs, sandbox, answer, Rule.EXAMPLE, case.name, reason, (), applied, changes)
        answer = no_example(operation, status, error)
    return Decision(inputs, sandbox, with_headers(answer, more), Rule.GENERATED, "", "", (), applied, changes)


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
    decision.reason = f"{note}; {decision.reason}" if decision.reason else note
    return decision
