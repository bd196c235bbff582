"""THE JOURNEY of a request: read this first.

``Pipeline.handle(arrival, document, now)`` is a pure, synchronous function: from what came, a sandbox's document
and a time to the document after it, the answer and the journal entry. Reading clocks, keeping documents, sleeping and sending
are done around it (``engine.py``, ``server/``).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.arrival import Aim, Head, Memo, bad_name, take_aim
from mockserver.auth import Identity, authenticate
from mockserver.bodies import Prepared
from mockserver.clock import http_date
from mockserver.contract import Contract, Plan, read_all
from mockserver.decision import Call, Refusal, Reply, Violation
from mockserver.demand import Demand, Unknown, conjured, preferred
from mockserver.forms import parse_cookies
from mockserver.generation import Subject
from mockserver.http import Headers, Request, Response
from mockserver.journal import Entry
from mockserver.magic import Token
from mockserver.people import identify
from mockserver.problem import problem, refused, unknown_case
from mockserver.sandbox import DEFAULT, Sandbox, is_name
from mockserver.spec.model import Operation
from mockserver.spec.parts import is_json

log = logging.getLogger("mockserver")

MEMO_BYTES = 8 * 1024 * 1024
ANY_ORIGIN: Headers = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"*")]


class Arrival:
    """A request on its way: what came, what its line and headers mean, and the id that it got."""

    __slots__ = ("aim", "head", "id", "received", "request", "sandbox")

    def __init__(self, request: Request, aim: Aim, head: Head, id: str, received: int) -> None:
        self.request = request
        self.aim = aim
        self.head = head
        self.id = id
        self.received = received
        self.sandbox = DEFAULT


class BrokenContract(Exception):
    """An answer of ours that breaks the spec: our bug."""


class Pipeline:
    """The compiled vendors, and the journey through them.

    ``strict`` refuses a request that breaks the spec; else it is only recorded. ``raise_broken`` raises where an
    answer of ours breaks the spec; else that is logged and counted in ``broken``.
    """

    def __init__(
        self, contracts: Mapping[str, Contract], *, strict: bool = True, raise_broken: bool = False
    ) -> None:
        self.contracts = contracts
        self.broken = 0
        self._strict = strict
        self._raise_broken = raise_broken
        self._hosts = {host: name for name, contract in contracts.items() for host in contract.spec.hosts}
        self._aims: Memo[Aim] = Memo(MEMO_BYTES)
        self._heads: Memo[Head] = Memo(MEMO_BYTES)
        self._dates: tuple[int, tuple[bytes, bytes]] = (-1, (b"date", b""))

    # What a request says by itself

    def arrive(self, request: Request, id: str, received: int) -> Arrival:
        """Read a request's line and headers, and name its sandbox (``bad_name`` refusals end up in ``default``)."""
        key = tuple(request.headers)
        head = self._heads.get(key)
        if head is None:
            head = self._heads.keep(key, Head(request.headers), 1500 + 4 * sum(len(n) + len(v) for n, v in key))
        host_vendor = self._hosts.get(head.values["host"][0].partition(":")[0].lower()) if "host" in head.values else None
        target = (request.method, request.path, request.query, host_vendor)
        aim = self._aims.get(target)
        if aim is None:
            made = take_aim(request.method, request.path, request.query, self.contracts, host_vendor)
            aim = self._aims.keep(target, made, 1500 + 8 * (len(request.path) + len(request.query)))
        arrival = Arrival(request, aim, head, id, received)
        arrival.sandbox = self._sandbox(aim, head)
        return arrival

    def _sandbox(self, aim: Aim, head: Head) -> str:
        named = head.first("x-mock-sandbox")
        if named:
            return named if is_name(named) and aim.sandbox in (None, named) else aim.sandbox or DEFAULT
        if aim.sandbox is not None:
            return aim.sandbox if is_name(aim.sandbox) else DEFAULT
        contract = aim.contract
        if contract is None:
            return DEFAULT
        name = head.names.get(contract.name)
        if name is None:
            credential = next(iter(head.credentials(contract).values()), None)
            name = head.names[contract.name] = credential.sandbox if credential else ""
        if not name and aim.credentials:
            name = next(iter(aim.credentials.values())).sandbox
        return name or DEFAULT

    # The journey

    def handle(self, arrival: Arrival, document: Sandbox, now: int) -> tuple[Sandbox, Response, Entry]:
        """Take a request through a sandbox. Journals on every way out; a crash of ours is a 500 with an entry too."""
        request, aim = arrival.request, arrival.aim
        entry = Entry(
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
        try:
            document, answer = self._journey(arrival, document, now, entry)
        except Exception as error:
            if self._raise_broken:
                raise
            log.exception("request %s crashed", arrival.id)
            entry.rule, entry.reason = "crash", f"{type(error).__name__}: {error}"
            answer = problem(500, "crash", "The mock server crashed", f"see journal entry {arrival.id}")
        return document, self._sent(answer, arrival, document, now, entry), entry

    def _journey(
        self, arrival: Arrival, document: Sandbox, now: int, entry: Entry
    ) -> tuple[Sandbox, Prepared | Response]:
        aim, head, request = arrival.aim, arrival.head, arrival.request
        contract, plan = aim.contract, aim.plan

        # 1, 2: vendor, sandbox, operation
        if request.method == "OPTIONS" and "access-control-request-method" in head.values and "origin" in head.values:
            entry.rule = "preflight"
            return document, _preflight(head)
        wrong_name = _wrong_name(aim, head)
        if wrong_name:
            return document, self._refuse(None, wrong_name, (), entry)
        if contract is None or plan is None:
            assert aim.refusal is not None
            return document, self._refuse(contract, aim.refusal, (), entry)
        operation = plan.operation
        if operation.disabled:
            entry.rule, entry.reason = "disabled", operation.disabled
            return document, problem(501, "unsupported", "Not supported by the mock server", operation.disabled)

        # 3: parameters and body
        parameters, violations, token = aim.parameters, aim.violations, aim.token
        body: Any = None
        if plan.headers or plan.cookies or plan.body:
            parameters, body, violations, token = _read_rest(plan, arrival)
        entry.violations = violations

        # 4: who calls
        credentials: Mapping[str, Any] = head.credentials(contract)
        if aim.credentials:
            credentials = {**credentials, **aim.credentials}
        keys = document.keys.get(contract.name) if document.keys else None
        identity: Identity | Refusal | None = None
        if keys is None and not aim.credentials:
            identity = head.identities.get(plan)
        if identity is None:
            identity = authenticate(operation, credentials, keys)
            if keys is None and not aim.credentials:
                head.identities[plan] = identity

        # 5: is an error demanded?
        demand = _demand(operation, head, credentials, token)
        if isinstance(demand, Unknown):
            entry.rule, entry.reason = "unknown-case", demand.reason
            return document, unknown_case(operation, demand.reason)

        # 6: the demanded error; else the refusal found on the way; else go on
        if demand is not None and demand.status >= 400:
            return document, self._demanded(plan, arrival, document, demand, entry)
        if isinstance(identity, Refusal):
            return document, self._refuse(contract, identity, violations, entry, plan)
        if violations and (self._strict or violations[0].kind == "too_large"):
            return document, self._refuse(contract, _refusal_of(violations), violations, entry, plan)

        # 7, 8: the behaviour, or the example, or generated data
        if plan.behaviour is not None and not violations:
            call = Call(operation, parameters, body, now, document.seed, arrival.id, identity.permissions)
            state = document.state.get(contract.name, contract.vendor.initial)
            after, result = plan.behaviour(state, call)
            if isinstance(result, Refusal):
                return document, self._refuse(contract, result, violations, entry, plan)
            if after is not state:
                document = document.changed(now, state={**document.state, contract.name: after})
            if demand is None:
                entry.rule = "behaviour"
                return document, self._reply(plan, arrival, result, entry)
        if demand is not None:
            return document, self._demanded(plan, arrival, document, demand, entry)
        return document, self._example(plan, arrival, document, parameters, body, entry)

    # The answers

    def _refuse(
        self,
        contract: Contract | None,
        refusal: Refusal,
        violations: tuple[Violation, ...],
        entry: Entry,
        plan: Plan | None = None,
    ) -> Prepared | Response:
        """The vendor's own case for a refusal, else a problem of ours."""
        entry.rule, entry.reason, entry.near = refusal.kind, refusal.reason, refusal.near
        case = None
        if contract is not None:
            cases = plan.refusals if plan else contract.refusals(None)
            case = plan.operation.cases.get(refusal.case) if plan and refusal.case else cases.get(refusal.kind)
        if contract is not None and case is not None:
            entry.case = case.name
            return self._checked(contract.bodies.of_case(case), entry)
        answer = refused(refusal.kind, refusal.reason, violations, refusal.near)
        if refusal.allow:
            answer.headers.append((b"allow", ", ".join(refusal.allow).encode()))
        return answer

    def _demanded(
        self, plan: Plan, arrival: Arrival, document: Sandbox, demand: Demand, entry: Entry
    ) -> Prepared | Response:
        entry.rule, entry.reason = "demanded", demand.source
        accept = arrival.head.first("accept")
        bodies = plan.contract.bodies
        if demand.case is not None:
            entry.case = demand.case.name
            return self._checked(bodies.of_case(demand.case, accept), entry)
        scope = f"{plan.operation.id} {demand.status}"
        made = bodies.of_schema(
            demand.status, demand.response, accept, seed=document.seed, scope=scope, subject=None, echo={}
        )
        return made or _ungenerated(plan.operation, demand.status)

    def _reply(self, plan: Plan, arrival: Arrival, reply: Reply, entry: Entry) -> Prepared | Response:
        """A behaviour's answer."""
        bodies, accept = plan.contract.bodies, arrival.head.first("accept")
        case = plan.operation.cases[reply.case] if reply.case else plan.operation.default
        response = case.response if case else plan.operation.success
        if response is None:
            return problem(500, "crash", "No response", f"{plan.operation.id} lists no response")
        entry.case = reply.case
        if reply.body is None and case is not None:
            return self._checked(bodies.of_case(case, accept), entry)
        status = case.status if case else response.status
        return self._checked(bodies.of_value(status, response, bodies.media(response, accept), reply.body), entry)

    def _example(
        self, plan: Plan, arrival: Arrival, document: Sandbox, parameters: Mapping[str, Any], body: Any, entry: Entry
    ) -> Prepared | Response:
        """The example of a call that goes well; generated data where there is none, or where it is somebody else's."""
        operation, bodies = plan.operation, plan.contract.bodies
        accept = arrival.head.first("accept")
        case, success = operation.default, operation.success
        preference = arrival.head.preference
        wants_generated = preference is not None and preference.dynamic and plan.behaviour is None
        subject, is_own = _subject(operation, parameters, body)
        if case is not None and is_own and not wants_generated:
            entry.rule, entry.case = "example", case.name
            return self._checked(bodies.of_case(case, accept), entry)
        if success is None:
            return problem(501, "unsupported", "Nothing to answer", f"{operation.id} lists no response")
        entry.rule = "generated"
        made = bodies.of_schema(
            case.status if case else success.status,
            success,
            accept,
            seed=document.seed,
            scope=_scope(operation, parameters, body),
            subject=subject,
            echo=parameters,
        )
        if made is None and case is not None:
            entry.rule, entry.case = "example", case.name
            return self._checked(bodies.of_case(case, accept), entry)
        return made or _ungenerated(operation, success.status)

    def _checked(self, answer: Prepared, entry: Entry) -> Prepared:
        """An answer of ours against the spec: a mismatch is our bug."""
        if not answer.is_valid:
            self.broken += 1
            operation = entry.operation.id if entry.operation else entry.target
            message = f"the answer to {operation} ({entry.rule}) breaks its schema"
            if self._raise_broken:
                raise BrokenContract(message)
            log.error("%s; request %s", message, entry.id)
        return answer

    def _sent(
        self, answer: Prepared | Response, arrival: Arrival, document: Sandbox, now: int, entry: Entry
    ) -> Response:
        """The answer with what every answer bears."""
        request_id = arrival.id.encode()
        if isinstance(answer, Prepared):
            own, body = answer.rendered(request_id)
        else:
            own, body = answer.headers, answer.body
        second = now // 1000
        if self._dates[0] != second:
            self._dates = (second, (b"date", http_date(now)))
        headers = [
            *own,
            (b"x-mock-sandbox", document.name.encode()),
            (b"x-mock-request-id", request_id),
            self._dates[1],
        ]
        head = arrival.head
        if head.preference is not None and entry.rule in ("demanded", "generated"):
            headers.append((b"preference-applied", head.preference.applied.encode("latin-1", "replace")))
        if "origin" in head.values and entry.rule != "preflight":
            headers += ANY_ORIGIN
        entry.answered(answer.status, headers, body)
        return Response(answer.status, headers, body)


def _wrong_name(aim: Aim, head: Head) -> Refusal | None:
    """What is wrong with the sandbox that a request names."""
    if aim.sandbox is not None and not is_name(aim.sandbox):
        return aim.refusal
    if "x-mock-sandbox" not in head.values:
        return None
    named = head.first("x-mock-sandbox")
    if not is_name(named):
        return bad_name(named)
    if aim.sandbox not in (None, named):
        return Refusal("invalid_parameter", f"the path names sandbox {aim.sandbox}, and X-Mock-Sandbox {named}")
    return None


def _read_rest(
    plan: Plan, arrival: Arrival
) -> tuple[Mapping[str, Any], Any, tuple[Violation, ...], Token | None]:
    """Parameters in headers and cookies, and the body, beside what the target said."""
    aim, head, request = arrival.aim, arrival.head, arrival.request
    parameters, violations, token = aim.parameters, aim.violations, aim.token
    if plan.headers or plan.cookies:
        texts = {reader.parameter.name: [*head.values.get(reader.parameter.name.lower(), ())] for reader in plan.headers}
        in_headers, wrong, _ = read_all(plan.headers, texts)
        in_cookies, also_wrong, _ = read_all(plan.cookies, parse_cookies(head.first("cookie")))
        parameters = {**parameters, **in_headers, **in_cookies}
        violations = (*violations, *wrong, *also_wrong)
    body = None
    if plan.body is not None:
        body, wrong, in_body = plan.body.read(head.content_type, request.body, oversized=request.oversized)
        violations = (*violations, *wrong)
        token = token or in_body
    return parameters, body, violations, token


def _demand(
    operation: Operation, head: Head, credentials: Mapping[str, Any], token: Token | None
) -> Demand | Unknown | None:
    """The header before the magic values: of the credential, then of path, query and body."""
    if head.preference is not None:
        demand = preferred(operation, head.preference)
        if demand is not None:
            return demand
    for credential in credentials.values():
        if credential.token is not None:
            return conjured(operation, credential.token)
    return conjured(operation, token) if token is not None else None


def _refusal_of(violations: tuple[Violation, ...]) -> Refusal:
    first = violations[0]
    name = f"{first.where} {first.name}".rstrip() + (f" at {first.pointer}" if first.pointer else "")
    return Refusal(first.kind, f"{name}: {first.message}")


def _subject(operation: Operation, parameters: Mapping[str, Any], body: Any) -> tuple[Subject | None, bool]:
    """Whose data is asked for, and whether it is the entity that the example tells of."""
    entity = operation.entity
    if entity is None:
        return None, True
    if entity.by == "*":
        return None, _is_example_input(operation, parameters, body)
    given = parameters.get(entity.by)
    example = next((parameter.example for parameter in operation.parameters if parameter.name == entity.by), None)
    if given is None and isinstance(body, dict):
        given = body.get(entity.by)
        example = _example_body(operation).get(entity.by)
    key = identify(entity.kind, given)
    if key is None:
        return None, True
    return Subject(entity.kind, key, given), key == identify(entity.kind, example)


def _example_body(operation: Operation) -> dict[str, Any]:
    """The first example of an operation's JSON request body."""
    for media in operation.body.content.values() if operation.body else ():
        for example in media.examples.values():
            if is_json(media.name) and isinstance(example, dict):
                return example
    return {}


def _is_example_input(operation: Operation, parameters: Mapping[str, Any], body: Any) -> bool:
    if operation.body is not None:
        return bool(body == _example_body(operation) or not body)
    examples = {found.name: found.example for found in operation.parameters if found.name in parameters}
    return examples == parameters


def _scope(operation: Operation, parameters: Mapping[str, Any], body: Any) -> str:
    """Whose generated data it is: the operation's, for this input."""
    given = orjson.dumps([parameters, body], option=orjson.OPT_SORT_KEYS, default=str).decode()
    return f"{operation.id} {given}"


def _preflight(head: Head) -> Response:
    """The answer to a browser that asks whether it may call."""
    headers: Headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", head.first("access-control-request-method").encode("latin-1")),
        (b"access-control-allow-headers", head.first("access-control-request-headers").encode("latin-1") or b"*"),
        (b"access-control-max-age", b"600"),
        (b"content-length", b"0"),
    ]
    if head.first("access-control-request-private-network") == "true":
        headers.append((b"access-control-allow-private-network", b"true"))
    return Response(204, headers[:-1] if headers[-1][0] == b"content-length" else headers, b"")


def _ungenerated(operation: Operation, status: int) -> Response:
    detail = f"{operation.id} has no example for {status}, and none could be made from its schema"
    return problem(501, "no-example", "No example", detail)
