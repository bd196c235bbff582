"""What a request line says: sandbox, vendor, operation, and the parameters in path and query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.compiled import CompiledOperation, CompiledVendor, read_all
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.path import PathReading, bad_name, read_path
from mockserver.generate.entities import EntityRef, Kinds, about
from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.credentials import Credential, read_credential
from mockserver.requests.magic import MARK, Token, find
from mockserver.requests.query import Texts, parse_query
from mockserver.requests.secrets import Secrets
from mockserver.requests.violation import Violation, bounded
from mockserver.sandbox.document import is_name


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

    def __init__(self) -> None:
        self.vendor: CompiledVendor | None = None
        self.operation: CompiledOperation | None = None
        self.refusal: Refusal | None = None
        self.misnamed: Refusal | None = None
        self.sandbox: str | None = None
        self.parameters: Mapping[str, Any] = {}
        self.violations: tuple[Violation, ...] = ()
        self.token: Token | None = None
        self.credentials: Mapping[str, Credential] = {}
        self.shown = ""
        self.secrets: tuple[str, ...] = ()
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
    target = RequestTarget()
    target.sandbox, target.misnamed, target.refusal = path.sandbox, path.misnamed, path.refusal
    target.vendor, target.operation = path.vendor, path.operation
    target.shown, hidden = path.shown, path.hidden
    if query:
        shown, more = secrets.query(query.decode("latin-1"), path.operation.secret_query if path.operation else None)
        target.shown = f"{target.shown}?{shown}"
        hidden = [*hidden, *more]
    if hidden:
        target.secrets = secrets.forms(hidden)
    if path.refusal is not None and path.vendor is None:
        target.violations = tuple(path.wrong)
        return target
    texts = parse_query(query)
    if path.vendor is not None and path.vendor.query_schemes:
        target.credentials = _credentials(path.vendor, texts)
    if path.operation is None:
        target.violations = tuple(path.wrong)
        return target
    values, wrong, token = read_all(path.operation.query, texts)
    target.parameters = {**path.values, **values} if path.values else values
    target.violations = bounded((*path.wrong, *wrong)) if path.wrong or wrong else ()
    target.token = path.token or token
    if target.token is None and _may_be_magic(query, path.texts):
        target.token = _stray_token(texts, path.texts)
    return target


def _credentials(vendor: CompiledVendor, texts: Mapping[str, Texts]) -> Mapping[str, Credential]:
    """The credentials in a query, by security scheme."""
    found = {}
    for scheme in vendor.query_schemes:
        value = next(iter(texts.get(scheme.parameter, ())), None)
        if value:
            found[scheme.name] = read_credential(value)
    return found


def _may_be_magic(query: bytes, texts: Mapping[str, Texts]) -> bool:
    """Whether there may be a magic token in a query or a path: a quick look, which errs on the safe side."""
    return b"_" in query or b"%" in query or any(text and MARK in text for values in texts.values() for text in values)


def _stray_token(*groups: Mapping[str, list[str | None]]) -> Token | None:
    """A magic token in a query parameter that the operation doesn't declare."""
    for texts in groups:
        for name, values in texts.items():
            for value in values:
                token = find(value or "", f"query {name}")
                if token:
                    return token
    return None


def wrong_name(target: RequestTarget, head: RequestHeaders) -> Refusal | None:
    """What is wrong with the sandbox that a header names."""
    named = head.first("x-mock-sandbox")
    if not is_name(named):
        return bad_name(named)
    if target.sandbox in (None, named):
        return None
    return Refusal("invalid_parameter", f"the path names sandbox {target.sandbox}, and X-Mock-Sandbox {named}")
