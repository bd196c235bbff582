"""What a request line says: sandbox, vendor, operation, and the parameters in path and query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from mockserver.compiled import CompiledOperation, CompiledVendor, read_all
from mockserver.engine.headers import RequestHeaders
from mockserver.generate.entities import EntityRef, Kinds, about
from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.credentials import Credential, mask, read_credential
from mockserver.requests.magic import Token, find
from mockserver.requests.masking import mask_segments
from mockserver.requests.query import Texts, parse_query
from mockserver.requests.routing import Route
from mockserver.requests.secrets import Secrets
from mockserver.requests.violation import Violation, bounded
from mockserver.sandbox.document import is_name

_PathReading = tuple[CompiledOperation, Mapping[str, Texts], tuple[dict[str, object], list[Violation], Token | None]]


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
    target = _parsed(method, path, query, vendors, host_vendor, secrets)
    target.shown, target.secrets = _shown(target, (path + b"?" + query if query else path).decode("latin-1"), secrets)
    return target


def _parsed(
    method: str,
    path: bytes,
    query: bytes,
    vendors: Mapping[str, CompiledVendor],
    host_vendor: str | None,
    secrets: Secrets,
) -> RequestTarget:
    target = RequestTarget()
    if not path.startswith(b"/"):
        shown, _ = secrets.target(path.decode("latin-1"))
        target.refusal = Refusal("no_route", f"{shown!r} is no path", near=tuple(f"/{name}" for name in vendors))
        return target
    whole = rest = _leave_sandbox(target, path)
    if rest is None or whole is None:
        return target
    if host_vendor is None:
        _, vendor, *remainder = rest.split(b"/", 2)
        host_vendor = vendor.decode("latin-1")
        rest = b"/" + remainder[0] if remainder else b""
    target.vendor = vendors.get(host_vendor)
    if target.vendor is None:
        target.vendor, rest = _at_root(method, whole, vendors), whole
    if target.vendor is None:
        known = _without_prefix(method, whole, vendors) or tuple(f"/{name}" for name in vendors)
        _refuse(target, Refusal("no_route", f"there is no vendor {secrets.target(host_vendor)[0]!r}", near=known))
        return target
    texts = parse_query(query)
    _read_credentials(target, target.vendor, texts)
    routes = _routes(method, rest or b"/", target.vendor)
    if isinstance(routes, Refusal):
        _refuse(target, routes)
        return target
    plan, in_path, (path_values, path_wrong, path_token) = _read_path(target.vendor, routes)
    target.operation = plan
    query_values, query_wrong, query_token = read_all(plan.query, texts)
    target.parameters = {**path_values, **query_values}
    target.violations = bounded([*path_wrong, *query_wrong])
    target.token = path_token or query_token or _stray_token(texts, in_path)
    return target


def _at_root(method: str, path: bytes, vendors: Mapping[str, CompiledVendor]) -> CompiledVendor | None:
    """The vendor, of those that are served at the root too, that a path under its servers' paths belongs to."""
    candidates = [one for one in vendors.values() if one.plugin.at_root and _is_under(path, one.spec.mounts)]
    for vendor in candidates:
        if not _is_lost(vendor.router.find_all(method, path)):
            return vendor
    return candidates[0] if candidates else None


def _is_under(path: bytes, mounts: tuple[str, ...]) -> bool:
    return any(mount and f"{path.decode('latin-1')}/".startswith(f"{mount}/") for mount in mounts)


def _routes(method: str, path: bytes, vendor: CompiledVendor) -> tuple[Route, ...] | Refusal:
    """The operations that a vendor's path may mean; of one that is at the root also without its servers' paths."""
    routes = vendor.router.find_all(method, path)
    if not (vendor.plugin.at_root and _is_lost(routes)) or _is_under(path, vendor.spec.mounts):
        return routes
    under = (vendor.router.find_all(method, mount.encode() + path) for mount in vendor.spec.mounts)
    return next((found for found in under if not _is_lost(found)), routes)


def _is_lost(routes: tuple[Route, ...] | Refusal) -> bool:
    return isinstance(routes, Refusal) and routes.kind == "no_route"


def _without_prefix(method: str, path: bytes, vendors: Mapping[str, CompiledVendor]) -> tuple[str, ...]:
    """The operations' full paths, where a path is a vendor's but for the vendor's name in front.

    Else those that resemble it most, of vendors that are served at the root too.
    """
    near: list[str] = []
    for name, compiled in vendors.items():
        routes = _routes(method, path, compiled)
        if not isinstance(routes, Refusal):
            near += [f"/{name}{compiled.spec.mounts[0]}{route.operation.path}" for route in routes]
    return tuple(near) or tuple(
        hint.replace("/", f"/{name}/", 1)
        for name, compiled in vendors.items()
        if compiled.plugin.at_root
        for hint in compiled.router.nearest(method, path)
    )


def _read_path(vendor: CompiledVendor, routes: tuple[Route, ...]) -> _PathReading:
    """The first route whose parameters are valid (else the first one), their texts, and what they say.

    Of valid ones that are equally literal that one comes first whose example or default was sent: ``/auth/jwt/login``.
    """
    first: _PathReading | None = None
    valid: _PathReading | None = None
    rank: tuple[int, ...] = ()
    for route in routes:
        operation = vendor.operations[route.operation]
        texts: dict[str, Texts] = {name: [text] for name, text in route.parameters.items()}
        reading = (operation, texts, read_all(operation.path, texts))
        first = first or reading
        if reading[2][1] or (valid is not None and route.rank != rank):
            continue
        if len(routes) == 1 or _is_example(operation, reading[2][0]):
            return reading
        if valid is None:
            valid, rank = reading, route.rank
    assert first is not None
    return valid or first


def _is_example(operation: CompiledOperation, values: Mapping[str, Any]) -> bool:
    """Whether all path parameters that have an example or a default are sent as that."""
    examples = {reader.parameter.name: reader.parameter.example for reader in operation.path}
    given = {name: example for name, example in examples.items() if example is not None}
    return bool(given) and all(values.get(name) == example for name, example in given.items())


def _refuse(target: RequestTarget, refusal: Refusal) -> None:
    """Refuse a path or method that the contract hasn't."""
    where = "method" if refusal.kind == "method" else "path"
    target.refusal = refusal
    target.violations = (Violation(refusal.kind, where, "", refusal.reason, "/paths"),)


def _leave_sandbox(target: RequestTarget, path: bytes) -> bytes | None:
    """The path behind ``/~NAME``; None where the name is none."""
    if not path.startswith(b"/~"):
        return path
    name, slash, rest = path[2:].partition(b"/")
    target.sandbox = unquote_to_bytes(name).decode("latin-1")
    if is_name(target.sandbox):
        return slash + rest or b"/"
    target.misnamed = bad_name(target.sandbox)
    return None


def bad_name(name: str) -> Refusal:
    reason = f"{mask(name)!r} names no sandbox: 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with a dot"
    return Refusal("invalid_parameter", reason)


def _read_credentials(target: RequestTarget, vendor: CompiledVendor, texts: Mapping[str, list[str | None]]) -> None:
    found = {}
    for scheme in vendor.schemes:
        value = next(iter(texts.get(scheme.parameter, ())), None) if scheme.where == "query" else None
        if value:
            found[scheme.name] = read_credential(value)
    target.credentials = found


def _shown(target: RequestTarget, line: str, secrets: Secrets) -> tuple[str, tuple[str, ...]]:
    """A target without the secrets in it, and these."""
    plan = target.operation
    declared = {name: reader.is_secret for reader in plan.query for name in reader.query_names} if plan else None
    shown, hidden = secrets.target(line, declared)
    if target.misnamed is not None:
        path, mark, query = shown.partition("?")
        name, slash, rest = path[2:].partition("/")
        shown, hidden = f"/~{mask(name)}{slash}{rest}{mark}{query}", [*hidden, name]
    names = [reader.parameter.name for reader in plan.path if reader.is_secret] if plan else ()
    if plan is not None and names:
        shown, more = mask_segments(shown, plan.model.path, names)
        hidden += more
    return shown, secrets.forms(hidden) if hidden else ()


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
