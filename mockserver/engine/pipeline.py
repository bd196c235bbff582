"""THE JOURNEY of a request: read this first.

``Pipeline.handle(arrival, document, now)`` is a pure, synchronous function: from what came, a sandbox's document and
a time to the document after it, the answer and the journal entry. Reading clocks, keeping documents, sleeping and
sending are done around it (``engine.py``, ``server/``).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.byte_cache import ByteCache
from mockserver.clock import http_date
from mockserver.compiled import CompiledOperation, CompiledVendor, read_all
from mockserver.engine import decisions as answers
from mockserver.engine.decisions import Answer
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.target import RequestTarget, parse_target, wrong_name
from mockserver.http import UNSENT, Headers, Request, Response
from mockserver.openapi.model import Operation
from mockserver.plugin import Call, Refusal, Reply
from mockserver.requests.auth import Identity, authenticate
from mockserver.requests.body import stray_token
from mockserver.requests.credentials import Credential
from mockserver.requests.demand import Demand, Unknown, from_magic, from_prefer
from mockserver.requests.magic import Token
from mockserver.requests.query import Texts, parse_cookies
from mockserver.requests.violation import Violation
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.problem import problem, unknown_case
from mockserver.sandbox.document import DEFAULT, Sandbox, StateTooLarge, is_name, with_state
from mockserver.sandbox.faults import ActiveFault, match_faults
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.rate_limit import count_call
from mockserver.sandbox.state_diff import differences

log = logging.getLogger("mockserver")

AIMS_BYTES = 8 * 1024 * 1024
HEADS_BYTES = 24 * 1024 * 1024  # a client is a head: enough for ten thousand that take turns
ANY_ORIGIN: Headers = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*")]


class IncomingRequest:
    """A request on its way: what came, what its line and headers mean, its id, its sandbox and when it was received."""

    __slots__ = ("aim", "call", "fired", "head", "id", "received", "request", "sandbox")

    def __init__(
        self, request: Request, aim: RequestTarget, head: RequestHeaders, id: str, sandbox: str, received: int
    ) -> None:
        self.request = request
        self.aim = aim
        self.head = head
        self.id = id
        self.sandbox = sandbox
        self.received = received
        self.call: Call | None = None
        self.fired: ActiveFault | None = None


class BrokenContract(Exception):
    """An answer of ours that breaks the spec: our bug."""


class Pipeline:
    """The compiled vendors, and the journey through them.

    ``strict`` refuses a request that breaks the spec; else it is only recorded. ``raise_broken`` raises where we are
    wrong (an answer that breaks the spec, a crash); else that is logged, and counted in ``broken``.
    """

    def __init__(
        self, contracts: Mapping[str, CompiledVendor], *, strict: bool = True, raise_broken: bool = False
    ) -> None:
        self.contracts = contracts
        self.broken = 0
        self._strict = strict
        self._raise_broken = raise_broken
        self._hosts = {host: name for name, contract in contracts.items() for host in contract.spec.hosts}
        self._aims: ByteCache[RequestTarget] = ByteCache(AIMS_BYTES)
        self._heads: ByteCache[RequestHeaders] = ByteCache(HEADS_BYTES)
        self._second = -1
        self._date = (b"date", b"")

    def arrive(self, request: Request, id: str, received: int) -> IncomingRequest:
        """What a request says by itself, its sandbox included (``default`` where it names none, or a wrong one)."""
        sent = tuple(request.headers)
        head = self._heads.get(sent)
        if head is None:
            size = 1500 + 4 * sum(len(name) + len(value) for name, value in sent)
            head = self._heads.keep(sent, RequestHeaders(request.headers), size)
        vendor = self._hosts.get(head.host)
        target = (request.method, request.path, request.query, vendor)
        aim = self._aims.get(target)
        if aim is None:
            made = parse_target(request.method, request.path, request.query, self.contracts, vendor)
            aim = self._aims.keep(target, made, 1500 + 8 * (len(request.path) + len(request.query)))
        return IncomingRequest(request, aim, head, id, _sandbox(aim, head), received)

    def handle(self, arrival: IncomingRequest, document: Sandbox, now: int) -> tuple[Sandbox, Response, Entry]:
        """Take a request through a sandbox. Journals on every way out; a crash of ours is a 500 with an entry too."""
        entry = _entry(arrival, document, now)
        try:
            document, answer = self._journey(arrival, document, now, entry)
            if arrival.call is not None and (entry.rule != "demanded" or answer.status < 400):
                answer = _with_vendor_headers(answer, arrival, document)
            if isinstance(answer, EncodedResponse) and not answer.is_valid:
                self._complain(entry)
            if arrival.fired is not None and arrival.aim.plan is not None:
                answer = answers.faulted(arrival.aim.plan, arrival.head, answer, arrival.fired, entry)
        except StateTooLarge as error:
            _take_back(arrival, entry)
            entry.rule, entry.reason = "full", str(error)
            answer = problem(503, "full", "The sandbox is full", str(error))
        except Exception as error:
            if self._raise_broken:
                raise
            log.exception("request %s crashed", arrival.id)
            _take_back(arrival, entry)
            entry.rule, entry.reason = "crash", f"{type(error).__name__}: {error}"
            answer = problem(500, "crash", "The mock server crashed", f"see journal entry {arrival.id}")
        return document, self._sent(answer, arrival, document, now, entry), entry

    def _journey(  # noqa: C901 - one function on purpose: it reads from top to bottom
        self, arrival: IncomingRequest, document: Sandbox, now: int, entry: Entry
    ) -> tuple[Sandbox, Answer]:
        aim, head = arrival.aim, arrival.head
        contract, plan = aim.contract, aim.plan
        arrival.fired = None

        # 1, 2: sandbox, vendor, operation
        if head.is_preflight and arrival.request.method == "OPTIONS":
            return document, answers.preflight(head, entry)
        misnamed = aim.misnamed or (wrong_name(aim, head) if head.names_sandbox else None)
        if misnamed is not None:
            return document, answers.refuse(None, None, misnamed, (), entry)
        if contract is None or plan is None:
            assert aim.refusal is not None
            entry.violations = aim.violations
            return document, answers.refuse(contract, None, aim.refusal, (), entry)
        operation = plan.operation
        if operation.disabled:
            return document, answers.disabled(operation, entry)

        # 3: parameters and body
        parameters, body, violations, token = aim.parameters, None, aim.violations, aim.token
        if plan.reads_more or arrival.request.body:
            parameters, body, violations, token = _read_more(plan, arrival)
        entry.violations = violations

        # 4: who calls
        credentials = (
            head.credentials(contract) if not aim.credentials else {**head.credentials(contract), **aim.credentials}
        )
        identity = _identify(plan, head, aim, credentials, document)

        state = document.state.get(contract.name, contract.rules.initial)
        call: Call | None = None
        if contract.remembers and isinstance(identity, Identity):
            call = arrival.call = _call(plan, arrival, document, now, parameters, body, identity)

        # 5: is an answer demanded?
        demand = _demand(operation, head, credentials, token)
        if isinstance(demand, Unknown):
            entry.rule, entry.reason = "unknown-case", demand.reason
            return document, unknown_case(operation, demand.reason)
        if demand is None and document.faults:
            document, fired = _consulted(arrival, document, now, plan, parameters, body)
            if fired is not None and not fired.is_after:
                if fired.delivery is not None and fired.delivery.connection in UNSENT:
                    return document, answers.unanswered(fired, entry)
                demand = answers.demand_of(operation, fired)

        # 6: the demanded error; else the refusal found on the way; else go on
        if demand is not None and demand.status >= 400:
            return document, answers.demanded(plan, head, document.seed, demand, entry)
        if isinstance(identity, Refusal):
            return document, answers.refuse(contract, plan, identity, violations, entry)
        if violations and (self._strict or arrival.request.oversized):
            return document, answers.refuse(contract, plan, answers.refusal_of(violations), violations, entry)

        # 7: the rate limit, where the sandbox has limits on; then the behaviour, which an invalid call never reaches
        limit = contract.rules.rate_limit
        if document.limited and limit is not None and identity.credential is not None:
            counted = count_call(document, contract.name, identity.credential.digest, limit, now)
            if isinstance(counted, Refusal):
                return document, answers.refuse(contract, plan, counted, violations, entry)
            document = counted
        result: Reply | None = None
        if plan.behaviour is not None and call is not None and not violations and token is None:
            after, outcome = plan.behaviour(state, call)
            if isinstance(outcome, Refusal):
                return document, answers.refuse(contract, plan, outcome, violations, entry)
            if after is not state:
                entry.changes = differences(state, after)
                document = with_state(document, contract.name, after, now, contract.state_limit)
            result = outcome

        # 8: the body: what was demanded, what the behaviour said, the example, or generated data
        if demand is not None:
            return document, answers.demanded(plan, head, document.seed, demand, entry)
        if result is not None and (result.case or result.body is not None):
            return document, answers.reply(plan, head, document.seed, result, entry)
        answer = answers.example(plan, aim, head, document.seed, parameters, body, entry)
        return document, answer if result is None else answers.with_headers(answer, result.headers)

    def _complain(self, entry: Entry) -> None:
        """9: an answer of ours that breaks the spec."""
        self.broken += 1
        operation = entry.operation.id if entry.operation else entry.target
        message = f"the answer to {operation} ({entry.rule} {entry.case}) breaks its schema"
        if self._raise_broken:
            raise BrokenContract(message)
        log.error("%s; request %s", message, entry.id)

    def _sent(self, answer: Answer, arrival: IncomingRequest, document: Sandbox, now: int, entry: Entry) -> Response:
        """10: the answer with what every answer bears; the journal entry closed."""
        if answer.status == 0:
            entry.answered(0, [], b"")
            return Response(0, [], b"", arrival.fired.delivery if arrival.fired else None)
        request_id = arrival.id.encode()
        own, body = (
            answer.rendered(request_id) if isinstance(answer, EncodedResponse) else (answer.headers, answer.body)
        )
        if now // 1000 != self._second:
            self._second, self._date = now // 1000, (b"date", http_date(now))
        marks = ((b"x-mock-sandbox", document.name.encode()), (b"x-mock-request-id", request_id), self._date)
        headers = [*own, *marks]
        if entry.applied:
            headers.append((b"preference-applied", entry.applied.encode("latin-1", "replace")))
        if arrival.head.has_origin and entry.rule != "preflight":
            said = {name for name, _ in own}
            headers += [pair for pair in ANY_ORIGIN if pair[0] not in said]
        entry.answered(answer.status, headers, body)
        return Response(answer.status, headers, body, arrival.fired.delivery if arrival.fired is not None else None)


def _take_back(arrival: IncomingRequest, entry: Entry) -> None:
    """Note that nothing has changed and no fault has fired: the document is as it was."""
    arrival.fired, entry.changes, entry.outcome = None, (), None


def _sandbox(aim: RequestTarget, head: RequestHeaders) -> str:
    """The sandbox that a request names: in its path, in a header, by its credential."""
    if head.names_sandbox:
        named = aim.sandbox or head.first("x-mock-sandbox")
        return named if is_name(named) else DEFAULT
    if aim.sandbox is not None:
        return aim.sandbox if is_name(aim.sandbox) else DEFAULT
    if aim.contract is None:
        return DEFAULT
    name = head.sandbox(aim.contract)
    if not name and aim.credentials:
        name = next(iter(aim.credentials.values())).sandbox
    return name or DEFAULT


def _entry(arrival: IncomingRequest, document: Sandbox, now: int) -> Entry:
    aim, request = arrival.aim, arrival.request
    return Entry(
        arrival.id,
        document.name,
        arrival.received,
        now,
        aim.contract.name if aim.contract else "",
        aim.plan.operation if aim.plan else None,
        request.method,
        aim.shown,
        arrival.head.shown,
        request.body,
    )


def _read_more(
    plan: CompiledOperation, arrival: IncomingRequest
) -> tuple[Mapping[str, Any], Any, tuple[Violation, ...], Token | None]:
    """Parameters in headers and cookies, and the body, beside what the target said."""
    aim, head, request = arrival.aim, arrival.head, arrival.request
    parameters, violations, token = aim.parameters, aim.violations, aim.token
    if plan.headers or plan.cookies:
        names = [reader.parameter.name for reader in plan.headers]
        texts: dict[str, Texts] = {name: list(head.values.get(name.lower(), ())) for name in names}
        in_headers, wrong, _ = read_all(plan.headers, texts)
        in_cookies, also_wrong, _ = read_all(plan.cookies, parse_cookies(head.first("cookie")))
        parameters = {**parameters, **in_headers, **in_cookies}
        violations = (*violations, *wrong, *also_wrong)
    body = None
    if plan.body is not None:
        body, wrong, in_body = plan.body.read(head.content_type, request.body, oversized=request.oversized)
        violations = (*violations, *wrong)
        token = token or in_body
    elif request.body:
        token = token or stray_token(request.body)
    return parameters, body, violations, token


def _consulted(
    arrival: IncomingRequest,
    document: Sandbox,
    now: int,
    plan: CompiledOperation,
    parameters: Mapping[str, Any],
    body: Any,
) -> tuple[Sandbox, ActiveFault | None]:
    """The sandbox with the call counted by its armed faults, and the one that fires."""
    operation, faults = plan.operation, document.faults
    after, fired = match_faults(faults, plan.contract.name, operation, parameters, body, document.seed, now)
    arrival.fired = fired
    return document if after is faults else replace(document, faults=after), fired


def _call(
    plan: CompiledOperation,
    arrival: IncomingRequest,
    document: Sandbox,
    now: int,
    parameters: Mapping[str, Any],
    body: Any,
    identity: Identity,
) -> Call:
    """The call as the vendor's functions get it."""
    policies = plan.contract.rules.policies
    return Call(
        plan.operation, parameters, body, now, document.start, document.seed, arrival.id, policies, identity.permissions
    )


def _with_vendor_headers(answer: Answer, arrival: IncomingRequest, document: Sandbox) -> Answer:
    """An answer to a known key, with the headers that the vendor puts on all of them."""
    contract = arrival.aim.contract
    if contract is None or contract.vendor.headers is None or arrival.call is None:
        return answer
    state = document.state.get(contract.name, contract.rules.initial)
    return answers.with_headers(answer, contract.vendor.headers(state, arrival.call))


def _identify(
    plan: CompiledOperation,
    head: RequestHeaders,
    aim: RequestTarget,
    credentials: Mapping[str, Credential],
    document: Sandbox,
) -> Identity | Refusal:
    """Who calls. Without issued keys that is told by the headers alone, and remembered with them."""
    keys = document.keys.get(plan.contract.name) if document.keys else None
    if keys is not None or aim.credentials:
        return authenticate(plan.operation, credentials, keys)
    found = head.identities.get(plan)
    if found is None:
        found = head.identities[plan] = authenticate(plan.operation, credentials, None)
    return found


def _demand(
    operation: Operation, head: RequestHeaders, credentials: Mapping[str, Credential], token: Token | None
) -> Demand | Unknown | None:
    """The header before the magic values: of the credential, then of path, query and body."""
    if head.preference is not None:
        demand = from_prefer(operation, head.preference)
        if demand is not None:
            return demand
    for credential in credentials.values():
        if credential.token is not None:
            return from_magic(operation, credential.token)
    return from_magic(operation, token) if token is not None else None
