"""What a method and a path say: sandbox, vendor, operation, and the parameters in the path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from mockserver.compiled import CompiledOperation, CompiledVendor, read_all
from mockserver.plugin import Refusal
from mockserver.requests.credentials import mask
from mockserver.requests.magic import Token, stray_token
from mockserver.requests.masking import mask_segments
from mockserver.requests.query import Texts
from mockserver.requests.routing import Route
from mockserver.requests.secrets import Secrets
from mockserver.requests.violation import Violation, bounded
from mockserver.sandbox.document import is_name
from mockserver.served.vendors import outlines_of

_Reading = tuple[CompiledOperation, Mapping[str, Texts], tuple[dict[str, object], list[Violation], Token | None]]


class PathReading:
    """What a method and a raw path say by themselves; many targets have them in common, and differ in their query.

    ``values`` are those of its parameters. ``shown`` is the path as the journal shows it, ``hidden`` what was masked in
    it, ``secrets`` that in all its forms. ``keyed`` are the readings that a query decides on, of operations that have
    one in their path.
    """

    __slots__ = (
        "hidden",
        "keyed",
        "misnamed",
        "operation",
        "refusal",
        "sandbox",
        "secrets",
        "shown",
        "token",
        "values",
        "vendor",
        "wrong",
    )

    def __init__(self) -> None:
        self.vendor: CompiledVendor | None = None
        self.operation: CompiledOperation | None = None
        self.refusal: Refusal | None = None
        self.misnamed: Refusal | None = None
        self.sandbox: str | None = None
        self.values: Mapping[str, Any] = {}
        self.wrong: tuple[Violation, ...] = ()
        self.token: Token | None = None
        self.shown = ""
        self.hidden: Sequence[str] = ()
        self.secrets: tuple[str, ...] = ()
        self.keyed: Sequence[PathReading] = ()


def read_path(
    method: str, path: bytes, vendors: Mapping[str, CompiledVendor], host_vendor: str | None, secrets: Secrets
) -> PathReading:
    """What a method and a path say, whatever the query is."""
    reading = PathReading()
    _find_operation(reading, method, path, vendors, host_vendor, secrets)
    for one in (reading, *reading.keyed):
        one.shown, one.hidden = _shown(one, path.decode("latin-1"), secrets)
        one.secrets = secrets.forms(one.hidden)
    return reading


def _find_operation(
    reading: PathReading,
    method: str,
    path: bytes,
    vendors: Mapping[str, CompiledVendor],
    host_vendor: str | None,
    secrets: Secrets,
) -> None:
    if not path.startswith(b"/"):
        shown, _ = secrets.target(path.decode("latin-1"))
        reading.refusal = Refusal("no_route", f"{shown!r} is no path", near=tuple(f"/{name}" for name in vendors))
        return
    whole = rest = _leave_sandbox(reading, path)
    if rest is None or whole is None:
        return
    if host_vendor is None:
        _, vendor, *remainder = rest.split(b"/", 2)
        host_vendor = vendor.decode("latin-1")
        rest = b"/" + remainder[0] if remainder else b""
    else:
        host_vendor = _at_host(host_vendor, method, rest, vendors)
    reading.vendor = vendors.get(host_vendor)
    if reading.vendor is None:
        reading.vendor, rest = _at_root(method, whole, vendors), whole
    if reading.vendor is None:
        known = _without_prefix(method, whole, vendors) or tuple(f"/{name}" for name in vendors)
        _refuse(reading, Refusal("no_route", f"there is no vendor {secrets.target(host_vendor)[0]!r}", near=known))
        return
    routes = _routes(method, rest or b"/", reading.vendor)
    if reading.vendor.router.is_keyed:
        keyed = _keyed_routes(method, rest or b"/", reading.vendor)
        reading.keyed = [_keyed(reading, reading.vendor, route) for route in keyed]
    if isinstance(routes, Refusal):
        _refuse(reading, routes)
        return
    _take_over(reading, reading.vendor, routes)


def _take_over(reading: PathReading, vendor: CompiledVendor, routes: tuple[Route, ...]) -> None:
    """Take over what the likeliest of several routes says."""
    reading.operation, texts, said = _likeliest(vendor, routes)
    reading.values, wrong, token = said
    reading.wrong = bounded(wrong)
    reading.token = token or stray_token(texts, "path")


def _at_host(name: str, method: str, path: bytes, vendors: Mapping[str, CompiledVendor]) -> str:
    """Of a vendor and those that share a host with it, the one that knows a path: that of the longest mount first."""
    known = outlines_of(vendors)
    hosts = set(known[name].hosts)
    others = [other for other, one in known.items() if other != name and not hosts.isdisjoint(one.hosts)]
    if not others:
        return name
    text = f"{path.decode('latin-1')}/"
    found = [
        (len(mount), other)
        for other in (name, *others)
        for mount in known[other].mounts
        if text.startswith(f"{mount}/")
    ]
    found.sort(key=lambda one: -one[0])
    return next((other for _, other in found if _knows(vendors[other], method, path)), found[0][1] if found else name)


def _knows(vendor: CompiledVendor, method: str, path: bytes) -> bool:
    return not _is_lost(vendor.router.find_all(method, path)) or bool(vendor.router.find_keyed(method, path))


def _at_root(method: str, path: bytes, vendors: Mapping[str, CompiledVendor]) -> CompiledVendor | None:
    """The vendor, of those that are served at the root too, that a path under its servers' paths belongs to."""
    known = outlines_of(vendors).items()
    candidates = [vendors[name] for name, one in known if one.is_at_root and _is_under(path, one.mounts)]
    return next((one for one in candidates if _knows(one, method, path)), candidates[0] if candidates else None)


def _is_under(path: bytes, mounts: tuple[str, ...]) -> bool:
    return any(mount and f"{path.decode('latin-1')}/".startswith(f"{mount}/") for mount in mounts)


def _routes(method: str, path: bytes, vendor: CompiledVendor) -> tuple[Route, ...] | Refusal:
    """The operations that a vendor's path may mean; of one that is at the root also without its servers' paths."""
    routes = vendor.router.find_all(method, path)
    if not (vendor.plugin.at_root and _is_lost(routes)) or _is_under(path, vendor.spec.mounts):
        return routes
    under = (vendor.router.find_all(method, mount.encode() + path) for mount in vendor.spec.mounts)
    return next((found for found in under if not _is_lost(found)), routes)


def _keyed_routes(method: str, path: bytes, vendor: CompiledVendor) -> tuple[Route, ...]:
    """The same of operations that have a query or a fragment in their path."""
    mounts = vendor.spec.mounts if vendor.plugin.at_root and not _is_under(path, vendor.spec.mounts) else ()
    found = (vendor.router.find_keyed(method, mount.encode() + path) for mount in ("", *mounts))
    return next((routes for routes in found if routes), ())


def _keyed(base: PathReading, vendor: CompiledVendor, route: Route) -> PathReading:
    reading = PathReading()
    reading.vendor, reading.sandbox, reading.misnamed = vendor, base.sandbox, base.misnamed
    _take_over(reading, vendor, (route,))
    return reading


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


def _likeliest(vendor: CompiledVendor, routes: tuple[Route, ...]) -> _Reading:
    """The first route whose parameters are valid (else the first one), their texts, and what they say.

    Of valid ones that are equally literal that one comes first whose example or default was sent: ``/auth/jwt/login``.
    """
    first: _Reading | None = None
    valid: _Reading | None = None
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


def _refuse(reading: PathReading, refusal: Refusal) -> None:
    """Refuse a path or method that the contract hasn't."""
    where = "method" if refusal.kind == "method" else "path"
    reading.refusal = refusal
    reading.wrong = (Violation(refusal.kind, where, "", refusal.reason, "/paths"),)


def _leave_sandbox(reading: PathReading, path: bytes) -> bytes | None:
    """The path behind ``/~NAME``; None where the name is none."""
    if not path.startswith(b"/~"):
        return path
    name, slash, rest = path[2:].partition(b"/")
    reading.sandbox = unquote_to_bytes(name).decode("latin-1")
    if is_name(reading.sandbox):
        return slash + rest or b"/"
    reading.misnamed = bad_name(reading.sandbox)
    return None


def bad_name(name: str) -> Refusal:
    reason = f"{mask(name)!r} names no sandbox: 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with a dot"
    return Refusal("invalid_parameter", reason)


def _shown(reading: PathReading, path: str, secrets: Secrets) -> tuple[str, Sequence[str]]:
    """A path without the secrets in it, and these."""
    operation = reading.operation
    shown, hidden = secrets.target(path, operation.secret_query if operation else None)
    if reading.misnamed is not None:
        name, slash, rest = shown[2:].partition("/")
        shown, hidden = f"/~{mask(name)}{slash}{rest}", [*hidden, name]
    names = [reader.parameter.name for reader in operation.path if reader.is_secret] if operation else ()
    if operation is not None and names:
        shown, more = mask_segments(shown, operation.model.path, names)
        hidden += more
    return shown, hidden
