"""What a request line says: sandbox, vendor, operation, and the parameters in path and query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.compiled import CompiledVendor, read_all
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.path import PathReading, bad_name, read_path
from mockserver.generate.entities import EntityRef, Kinds, about
from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.credentials import Credential, read_credential
from mockserver.requests.magic import MARK, stray_token
from mockserver.requests.query import Texts, parse_query
from mockserver.requests.routing import key_of
from mockserver.requests.secrets import Secrets
from mockserver.requests.violation import Violation, bounded
from mockserver.sandbox.document import is_name

_NO_CREDENTIALS: Mapping[str, Credential] = {}


class RequestTarget:
    """Where a request line leads: vendor, operation, parameters of path and query, with all that is wrong in them.

    ``shown`` is it as the journal shows it; ``secrets`` what was masked in it.
    """

    __slots__ = (
        "_about",
        "credentials",
        "misnamed",
        "operation",
        "parameters",
        "refusal",
        "sandbox",
        "secrets",
        "shown",
        "token",
        "vendor",
        "violations",
    )

    def __init__(self, path: PathReading) -> None:
        self.vendor = path.vendor
        self.operation = path.operation
        self.refusal = path.refusal
        self.misnamed = path.misnamed
        self.sandbox = path.sandbox
        self.parameters = path.values
        self.violations: tuple[Violation, ...] = path.wrong
        self.token = path.token
        self.credentials: Mapping[str, Credential] = _NO_CREDENTIALS
        self.shown = path.shown
        self.secrets = path.secrets
        self._about: EntityRef | None = None

    @property
    def _kinds(self) -> Kinds:
        return self.vendor.plugin.entities if self.vendor else {}

    def about(self, operation: Operation, parameters: Mapping[str, Any], body: Any) -> EntityRef:
        """What a call is about; remembered where the request line alone tells it."""
        if body is not None or parameters is not self.parameters:
            return about(self._kinds, operation, parameters, body)
        if self._about is None:
            self._about = about(self._kinds, operation, parameters, None)
        return self._about


def parse_target(
    method: str,
    path: bytes,
    query: bytes,
    vendors: Mapping[str, CompiledVendor],
    host_vendor: str | None,
    secrets: Secrets,
) -> RequestTarget:
    """Steps 1 and 2 of the journey, and the path and query of step 3."""
    return target_of(read_path(method, path, vendors, host_vendor, secrets), query, secrets)


def target_of(path: PathReading, query: bytes, secrets: Secrets) -> RequestTarget:
    """The target of a path that was read, with its query."""
    path = _by_query(path, parse_query(query)) if path.keyed else path
    target = RequestTarget(path)
    operation = path.operation
    values = operation.plain_query.read(query) if operation is not None and query else None
    if values is None:
        _read_query(target, path, query, secrets)
        return target
    target.shown = f"{path.shown}?{query.decode()}"
    target.parameters = {**path.values, **values} if path.values else values
    return target


def _read_query(target: RequestTarget, path: PathReading, query: bytes, secrets: Secrets) -> None:
    """Take over what a query of any form says."""
    operation = path.operation
    if query:
        shown, hidden = secrets.query(query.decode("latin-1"), operation.secret_query if operation else None)
        target.shown = f"{path.shown}?{shown}"
        if hidden:
            target.secrets = secrets.forms((*path.hidden, *hidden))
    texts = parse_query(query)
    if path.vendor is not None and path.vendor.query_schemes:
        target.credentials = _credentials(path.vendor, texts)
    if operation is None:
        return
    values, wrong, token = read_all(operation.query, texts)
    target.parameters = {**path.values, **values} if path.values else values
    target.violations = bounded((*path.wrong, *wrong)) if wrong else path.wrong
    target.token = path.token or token
    if target.token is None and (MARK.encode() in query or b"%" in query):
        target.token = stray_token(texts, "query")


def _by_query(path: PathReading, texts: Mapping[str, Texts]) -> PathReading:
    """Of a path that several operations have, the reading of the one that a query means.

    That is the one with most of the query in its own path; else the first, the plain one before all, whose parameters
    are right.
    """
    keys = {reading: key_of(reading.operation.model.path) for reading in path.keyed if reading.operation}
    asked = [one for one, key in keys.items() if key and all(text in texts.get(name, ()) for name, text in key)]
    if asked:
        return max(asked, key=lambda one: len(keys[one]))
    plain = [path] if path.operation is not None else []
    others = [*plain, *(one for one, key in keys.items() if not key)]
    right = (one for one in others if not one.wrong and one.operation and not read_all(one.operation.query, texts)[1])
    return next(right, others[0] if others else path)


def _credentials(vendor: CompiledVendor, texts: Mapping[str, Texts]) -> Mapping[str, Credential]:
    """The credentials in a query, by security scheme."""
    found = {}
    for scheme in vendor.query_schemes:
        value = next(iter(texts.get(scheme.parameter, ())), None)
        if value:
            found[scheme.name] = read_credential(value)
    return found


def wrong_name(target: RequestTarget, head: RequestHeaders) -> Refusal | None:
    """What is wrong with the name of a sandbox, in the path or in a header."""
    if target.misnamed is not None:
        return target.misnamed
    named = head.first("x-mock-sandbox")
    if not is_name(named):
        return bad_name(named)
    if target.sandbox in (None, named):
        return None
    return Refusal("invalid_parameter", f"the path names sandbox {target.sandbox}, and X-Mock-Sandbox {named}")
