"""What one run of the journey has read and found out so far: it travels from stage to stage as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.compiled import CompiledOperation, read_all
from mockserver.engine.incoming import IncomingRequest
from mockserver.plugin import Call, Refusal
from mockserver.requests.auth import Identity, authenticate
from mockserver.requests.demand import Demand, Unknown, from_magic, from_prefer
from mockserver.requests.magic import Token
from mockserver.requests.query import Texts, parse_cookies
from mockserver.requests.violation import Violation, bounded
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import ActiveFault

if TYPE_CHECKING:
    from mockserver.requests.body import BodyReader


class Inputs:
    """The valid parameters and body of a request, its violations and magic token; the call, the fault that fires.

    It is made anew for each run, so that a run that is repeated carries nothing over. ``call`` is there once a
    credential was found good for a vendor that remembers something. ``unsupported`` says why a body wasn't checked,
    which is not held against the client.
    """

    __slots__ = ("body", "call", "fault", "incoming", "parameters", "token", "unsupported", "violations")

    def __init__(self, incoming: IncomingRequest) -> None:
        self.incoming = incoming
        self.parameters: Mapping[str, Any] = {}
        self.body: Any = None
        self.violations: tuple[Violation, ...] = ()
        self.token: Token | None = None
        self.unsupported = ""
        self.call: Call | None = None
        self.fault: ActiveFault | None = None

    def read(self, operation: CompiledOperation) -> None:
        """Take over what the target said, and read headers, cookies and the body."""
        incoming, target = self.incoming, self.incoming.target
        self.parameters, self.violations, self.token = target.parameters, target.violations, target.token
        if operation.headers or operation.cookies:
            self._read_headers(operation)
        request = incoming.request
        if operation.body is not None:
            self._read_body(operation.body)
        elif request.body:
            from mockserver.requests.body import stray_token

            self.token = self.token or stray_token(request.body)

    def _read_body(self, reader: BodyReader) -> None:
        headers, request = self.incoming.headers, self.incoming.request
        encoding = headers.content_encoding
        reading = reader.read(headers.content_type, request.body, oversized=request.oversized, encoding=encoding)
        self.body, self.unsupported = reading.value, reading.unsupported
        if reading.violations:
            self.violations = bounded((*self.violations, *reading.violations))
        self.token = self.token or reading.token

    def _read_headers(self, operation: CompiledOperation) -> None:
        headers = self.incoming.headers
        names = [reader.parameter.name for reader in operation.headers]
        texts: dict[str, Texts] = {name: headers.all(name.lower()) for name in names}
        in_headers, violations, _ = read_all(operation.headers, texts)
        in_cookies, more_violations, _ = read_all(operation.cookies, parse_cookies(headers.cookie))
        self.parameters = {**self.parameters, **in_headers, **in_cookies}
        self.violations = bounded((*self.violations, *violations, *more_violations))

    def valid_call(self) -> Call | None:
        """The call as a behaviour may get it: None where something is wrong with it, or couldn't be read."""
        is_invalid = self.violations or self.token is not None or self.unsupported
        return None if is_invalid else self.call

    def identify(self, operation: CompiledOperation, sandbox: Sandbox) -> Identity | Refusal:
        """Who calls. Without issued keys that is told by the headers alone, and remembered with them."""
        incoming = self.incoming
        keys = sandbox.keys.get(operation.vendor.name) if sandbox.keys else None
        if keys is not None or incoming.target.credentials:
            return authenticate(operation.model, incoming.credentials, keys)
        headers = incoming.headers
        known = headers.identity if headers.operation is operation else headers.identities.get(operation)
        if known is None:
            known = authenticate(operation.model, incoming.credentials, None)
            headers.remember(operation, known)
        return known

    def demand(self, operation: CompiledOperation) -> Demand | Unknown | None:
        """The case that the client demands: by the header, else by a magic value, in the credential before the rest."""
        incoming, token = self.incoming, self.token
        preference = incoming.headers.preference
        if preference is None and token is None and incoming.known.is_plain and not incoming.target.credentials:
            return None
        any_error = not operation.vendor.plugin.strict
        if preference is not None:
            demand = from_prefer(operation.model, preference, any_error=any_error)
            if demand is not None:
                return demand
        for credential in incoming.credentials.values():
            if credential.token is not None:
                return from_magic(operation.model, credential.token, any_error=any_error)
        return None if token is None else from_magic(operation.model, token, any_error=any_error)
