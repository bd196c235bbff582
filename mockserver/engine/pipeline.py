"""THE JOURNEY of a request: read this first.

``Pipeline.handle(incoming, sandbox, now)`` is a pure, synchronous function: from a request, a sandbox's document and a
time to the document after it, the response and the journal entry. Reading clocks, keeping documents, logging, sleeping
and sending are done around it (``runner.py``, ``server/``). ``_decide`` is the journey itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mockserver.byte_cache import ByteCache
from mockserver.clock import http_date
from mockserver.compiled import CompiledOperation, CompiledVendor
from mockserver.engine import decisions, refusals, successes
from mockserver.engine.cors import shared_headers
from mockserver.engine.decisions import Decision
from mockserver.engine.entries import entry_of
from mockserver.engine.fault_effects import with_fault
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.incoming import IncomingRequest, sandbox_of
from mockserver.engine.inputs import Inputs
from mockserver.engine.path import PathReading, read_path
from mockserver.engine.target import RequestTarget, target_of, wrong_name
from mockserver.http import STATUS_LINES, UNSENT, Headers, PreparedResponse, Request, Response
from mockserver.plugin import Call, Refusal, Reply
from mockserver.requests.auth import Identity
from mockserver.requests.demand import Unknown
from mockserver.requests.secrets import Secrets
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.streams import streamed
from mockserver.sandbox.document import Sandbox, StateTooLarge, with_sized_state
from mockserver.sandbox.faults import FaultsByVendor, match_faults
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.rate_limit import count_call
from mockserver.sandbox.reasons import PLAIN, Rule, why
from mockserver.sandbox.state_diff import changes_between
from mockserver.served.vendors import outlines_of

TARGETS_BYTES = 2 * 1024 * 1024  # and server/whole.py's, of requests that come whole; so of headers
HEADERS_BYTES = 8 * 1024 * 1024
PATHS_BYTES = 1024 * 1024
SANDBOX_LINE, ID_LINE = b"\r\nx-mock-sandbox: ", b"\r\nx-mock-request-id: "


class Pipeline:
    """The compiled vendors, and the journey through them.

    ``strict`` refuses a request that breaks the spec; else the violation is only recorded. ``hosts`` lead to a vendor
    besides those that its spec names.
    """

    def __init__(
        self,
        vendors: Mapping[str, CompiledVendor],
        *,
        strict: bool = True,
        hosts: Mapping[str, str] | None = None,
    ) -> None:
        self.vendors = vendors
        self._strict = strict
        known = outlines_of(vendors)
        declared = [name for outline in known.values() for name in outline.secrets]
        self.secrets = Secrets(declared, known, [name for outline in known.values() for name in outline.cases])
        self.hosts = {host: name for name, outline in known.items() for host in outline.hosts} | dict(hosts or {})
        self._targets: ByteCache[RequestTarget] = ByteCache(TARGETS_BYTES)
        self._paths: ByteCache[PathReading] = ByteCache(PATHS_BYTES)
        self._headers: ByteCache[RequestHeaders] = ByteCache(HEADERS_BYTES)
        self._faults = FaultsByVendor()
        self._second = -1
        self._date, self._date_line = (b"date", b""), b""

    def serves(self, headers: Headers) -> bool:
        """Whether a ``Host`` header is a vendor's real one."""
        return RequestHeaders(headers, self.secrets, self.hosts).vendor is not None

    def arrive(self, request: Request, id: str, received: int) -> IncomingRequest:
        """What a request says by itself, its sandbox included (``default`` where it names none, or a wrong one)."""
        head, line = request.head, request.line
        headers: RequestHeaders = (head.meaning if head is not None else None) or self._headers_of(request)
        target: RequestTarget | None = line.meaning if line is not None and line.vendor == headers.vendor else None
        if target is None:
            target = self._target_of(request, headers.vendor)
        known = headers.known_to(target.vendor)
        return IncomingRequest(request, target, headers, known, id, sandbox_of(target, headers, known), received)

    def _headers_of(self, request: Request) -> RequestHeaders:
        """What the headers say, remembered with them where somebody remembers these, else here."""
        if request.head is not None:
            headers = request.head.meaning = RequestHeaders(request.headers, self.secrets, self.hosts)
            return headers
        sent = tuple(request.headers)
        known = self._headers.get(sent)
        if known is not None:
            return known
        size = 600 + 330 * len(sent) + 4 * sum(len(name) + len(value) for name, value in sent)
        return self._headers.keep(sent, RequestHeaders(request.headers, self.secrets, self.hosts), size)

    def _target_of(self, request: Request, vendor: str | None) -> RequestTarget:
        """The same of the request line, which leads to a vendor by its path, unless the host says to which."""
        if request.line is not None:
            target = request.line.meaning = self._read_target(request, vendor)
            request.line.vendor = vendor
            return target
        key = (request.method, request.path, request.query, vendor)
        known = self._targets.get(key)
        if known is not None:
            return known
        size = 1500 + 8 * (len(request.path) + len(request.query))
        return self._targets.keep_repeated(key, self._read_target(request, vendor), size)

    def _read_target(self, request: Request, vendor: str | None) -> RequestTarget:
        return target_of(self._read_path(request.method, request.path, vendor), request.query, self.secrets)

    def _read_path(self, method: str, path: bytes, host_vendor: str | None) -> PathReading:
        key = (method, path, host_vendor)
        reading = self._paths.get(key)
        if reading is None:
            reading = read_path(method, path, self.vendors, host_vendor, self.secrets)
            self._paths.keep(key, reading, 1500 + 8 * len(path))
        return reading

    def handle(self, incoming: IncomingRequest, sandbox: Sandbox, now: int) -> tuple[Sandbox, Response, Entry]:
        """Take a request through a sandbox. There is an entry on every way out; a crash is a 500 with one, too."""
        inputs = Inputs(incoming)
        try:
            decision = self._decide(inputs, sandbox, now)
            decisions.complete(decision)
            if inputs.fault is not None:
                decision.settle()
                decision = with_fault(decision, inputs.fault)
            response = self._response(decision, now)
        except StateTooLarge as error:
            decision = refusals.full(inputs, sandbox, error)
            response = self._response(decision, now)
        except Exception as error:
            decision = refusals.crashed(inputs, sandbox, error)
            response = self._response(decision, now)
        return decision.sandbox, response, entry_of(decision, response, sandbox.name, now, self.secrets)

    def _decide(self, inputs: Inputs, sandbox: Sandbox, now: int) -> Decision:  # noqa: C901 - one function on purpose: it reads from top to bottom
        incoming = inputs.incoming
        target, headers = incoming.target, incoming.headers

        # 1, 2: sandbox, vendor, operation
        if headers.is_preflight and incoming.request.method == "OPTIONS":
            return decisions.preflight(inputs, sandbox)
        misnamed = wrong_name(target, headers) if headers.names_sandbox else target.misnamed
        if misnamed is not None:
            return refusals.misnamed(inputs, sandbox, misnamed)
        vendor, operation = target.vendor, target.operation
        if vendor is None or operation is None:
            return refusals.not_found(inputs, sandbox)
        if operation.model.disabled:
            return refusals.disabled(inputs, sandbox, operation)

        # 3: parameters and body
        inputs.read(operation)

        # 4: who calls
        identity = inputs.identify(operation, sandbox)
        if vendor.remembers and isinstance(identity, Identity):
            inputs.call = _call(operation, inputs, sandbox, identity, now)

        # 5: is an error demanded?
        demand = inputs.demand(operation)
        if isinstance(demand, Unknown):
            return decisions.unknown_case(inputs, sandbox, operation, demand)
        if demand is None and sandbox.faults:
            places = self._faults.of(sandbox.faults, vendor.name)
            sandbox = _count_faults(operation, inputs, sandbox, places, now)
            fault = inputs.fault
            if fault is not None and not fault.is_after:
                if fault.delivery is not None and fault.delivery.connection in UNSENT:
                    return decisions.unanswered(inputs, sandbox, fault)
                if fault.status:
                    return decisions.by_status(inputs, sandbox, operation, fault)
                demand = decisions.demand_of(operation, fault)

        # 6: the demanded error; else the refusal found on the way; else go on
        if demand is not None and demand.status >= 400:
            return decisions.demanded(inputs, sandbox, operation, demand)
        if isinstance(identity, Refusal):
            return refusals.refused(inputs, sandbox, operation, identity)
        if inputs.violations and (self._strict or incoming.request.oversized):
            return refusals.refused(inputs, sandbox, operation, refusals.refusal_of(inputs.violations))

        # 7: the rate limit, where the sandbox has limits on; then the behaviour, which an invalid call never reaches
        limit = vendor.rules.rate_limit
        if sandbox.limited and limit is not None and identity.credential is not None:
            counted = count_call(sandbox, vendor.name, identity.credential.digest, limit, now)
            if isinstance(counted, Refusal):
                return refusals.refused(inputs, sandbox, operation, counted)
            sandbox = counted
        reply: Reply | None = None
        changes = decisions.NO_CHANGES
        call = inputs.valid_call()
        behaviour = operation.behaviour
        if behaviour is not None and call is not None:
            state = sandbox.state.get(vendor.name, vendor.rules.initial)
            after, outcome = behaviour(state, call)
            if isinstance(outcome, Refusal):
                return refusals.refused(inputs, sandbox, operation, outcome)
            if after is not state:
                sandbox, size = with_sized_state(sandbox, vendor.name, after, now, vendor.state_limit)
                changes = changes_between(state, after, size)
            reply = outcome

        # 8: the body: what was demanded, what the behaviour said, the example, or generated data
        if demand is not None:
            return decisions.demanded(inputs, sandbox, operation, demand, changes)
        if reply is not None and (reply.case or reply.body is not None):
            return successes.replied(inputs, sandbox, operation, reply, changes)
        decision = successes.example(inputs, sandbox, operation, reply, changes)
        return successes.noted(decision, reply.note) if reply is not None and reply.note else decision

    def _response(self, decision: Decision, now: int) -> Response:
        """The answer as it goes out, with what every answer bears; one of status 0 where nothing is sent."""
        answer, incoming = decision.answer, decision.inputs.incoming
        if answer is None:
            return Response(0, [], b"", decision.delivery)
        if now // 1000 != self._second:
            self._second, self._date = now // 1000, (b"date", http_date(now))
            self._date_line = b"\r\ndate: %b\r\n\r\n" % self._date[1]
        request_id, name = incoming.id.encode(), decision.sandbox.name.encode()
        violations = decision.inputs.violations
        is_told = decision.rule not in PLAIN or decision.reason or decision.outcome is not None or violations
        is_plain = not (is_told or decision.applied or decision.delivery or incoming.headers.has_origin)
        if is_plain and type(answer) is EncodedResponse and incoming.request.method != "HEAD":
            lines = answer.lines_with(decision.more) if decision.more else answer.lines
            if lines:
                status = answer.status
                marks = (SANDBOX_LINE, name, ID_LINE, request_id, self._date_line)
                return PreparedResponse(status, b"".join((STATUS_LINES[status], lines, *marks)), answer.body)
        decision.settle()
        return self._rendered(decision, name, request_id, is_told=bool(is_told))

    def _rendered(self, decision: Decision, name: bytes, request_id: bytes, *, is_told: bool) -> Response:
        """The answer with all that isn't plain about it: a reason, marks of its own, a delivery."""
        answer, incoming, violations = decision.answer, decision.inputs.incoming, decision.inputs.violations
        assert answer is not None, "where nothing is sent there is nothing to render"
        encoded = answer if isinstance(answer, EncodedResponse) else None
        own, body = encoded.rendered(request_id) if encoded is not None else (answer.headers, answer.body)
        headers = [*own, (b"x-mock-sandbox", name), (b"x-mock-request-id", request_id), self._date]
        if decision.applied:
            headers.append((b"preference-applied", decision.applied.encode("latin-1", "replace")))
        if is_told:
            headers.append((b"x-mock-reason", why(decision, violations).encode()))
        if incoming.headers.has_origin and decision.rule is not Rule.PREFLIGHT:
            headers += shared_headers(incoming.headers, headers)
        if incoming.request.method == "HEAD":
            body = b""
        delivery = decision.delivery
        if encoded is not None and encoded.delivery is not None and body:
            is_still = decision.sandbox.clock.frozen_at is not None
            headers, delivery = streamed(headers, encoded.delivery, delivery, is_still=is_still)
        return Response(answer.status, headers, body, delivery)


def _call(operation: CompiledOperation, inputs: Inputs, sandbox: Sandbox, identity: Identity, now: int) -> Call:
    """The call as the vendor's functions get it."""
    return Call(
        operation.model,
        inputs.parameters,
        inputs.body,
        now,
        sandbox.start,
        sandbox.seed,
        inputs.incoming.id,
        operation.vendor.rules.policies,
        identity.permissions,
        inputs.incoming.headers.idempotency_key,
    )


def _count_faults(
    operation: CompiledOperation, inputs: Inputs, sandbox: Sandbox, places: tuple[int, ...], now: int
) -> Sandbox:
    """The sandbox with the call counted by the faults at some places; ``inputs`` get the one that fires."""
    faults, inputs.fault = match_faults(
        sandbox.faults,
        places,
        operation.vendor.name,
        operation.model,
        inputs.parameters,
        inputs.body,
        sandbox.seed,
        now,
    )
    return sandbox if faults is sandbox.faults else replace(sandbox, faults=faults)
