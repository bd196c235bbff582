"""What a request line and a set of headers say by themselves. Both are worked out once and remembered.

Clients send the same targets and the same headers over and over, so an ``Aim`` and a ``Head`` are memoised;
they hold nothing that depends on a sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import unquote_to_bytes

from mockserver.auth import Identity, unwrap
from mockserver.contract import Contract, Plan, read_all
from mockserver.decision import Refusal, Violation
from mockserver.demand import Preference, parse_prefer
from mockserver.forms import parse_cookies, parse_query
from mockserver.http import Headers
from mockserver.magic import Credential, Token, find, mask, read_credential
from mockserver.sandbox import is_name
from mockserver.spec.model import Operation, SecurityScheme
from mockserver.subject import About, about

_SECRET = re.compile(r"auth|token|secret|cookie|password|session|api[-_]?key|credential", re.IGNORECASE)


class Aim:
    """Where a request line leads: vendor, operation, parameters of path and query, with all that is wrong in them."""

    __slots__ = (
        "_about",
        "contract",
        "credentials",
        "misnamed",
        "parameters",
        "plan",
        "refusal",
        "sandbox",
        "shown",
        "token",
        "violations",
    )

    def __init__(self) -> None:
        self.contract: Contract | None = None
        self.plan: Plan | None = None
        self.refusal: Refusal | None = None
        self.misnamed: Refusal | None = None
        self.sandbox: str | None = None
        self.parameters: Mapping[str, Any] = {}
        self.violations: tuple[Violation, ...] = ()
        self.token: Token | None = None
        self.credentials: Mapping[str, Credential] = {}
        self.shown = ""
        self._about: About | None = None

    def about(self, operation: Operation, parameters: Mapping[str, Any], body: Any) -> About:
        """What a call is about; remembered where the request line alone tells it."""
        if body is not None or parameters is not self.parameters:
            return about(operation, parameters, body)
        if self._about is None:
            self._about = about(operation, parameters, None)
        return self._about


def take_aim(method: str, path: bytes, query: bytes, contracts: Mapping[str, Contract], host_vendor: str | None) -> Aim:
    """Steps 1 and 2 of the journey, and the path and query of step 3."""
    aim = Aim()
    aim.shown = (path + b"?" + query if query else path).decode("latin-1")
    if not path.startswith(b"/"):
        aim.refusal = Refusal("no_route", f"{aim.shown!r} is no path", near=tuple(f"/{name}" for name in contracts))
        return aim
    rest = _leave_sandbox(aim, path)
    if rest is None:
        return aim
    if host_vendor is None:
        _, vendor, *remainder = rest.split(b"/", 2)
        host_vendor = vendor.decode("latin-1")
        rest = b"/" + remainder[0] if remainder else b""
    aim.contract = contracts.get(host_vendor)
    if aim.contract is None:
        known = tuple(f"/{name}" for name in contracts)
        _refuse(aim, Refusal("no_route", f"there is no vendor {host_vendor!r}", near=known))
        return aim
    texts = parse_query(query)
    _read_credentials(aim, aim.contract, texts, query)
    route = aim.contract.router.find(method, rest or b"/")
    if isinstance(route, Refusal):
        _refuse(aim, route)
        _hide_strays(aim, texts, set())
        return aim
    plan = aim.plan = aim.contract.plans[route.operation]
    in_path = {name: [text] for name, text in route.parameters.items()}
    path_values, path_wrong, path_token = read_all(plan.path, in_path)
    query_values, query_wrong, query_token = read_all(plan.query, texts)
    aim.parameters = {**path_values, **query_values}
    _hide_strays(aim, texts, {reader.parameter.name for reader in plan.query})
    aim.violations = (*path_wrong, *query_wrong)
    aim.token = path_token or query_token or _stray_token(texts, in_path)
    return aim


def _refuse(aim: Aim, refusal: Refusal) -> None:
    """Refuse a path or method that the contract hasn't."""
    where = "method" if refusal.kind == "method" else "path"
    aim.refusal = refusal
    aim.violations = (Violation(refusal.kind, where, "", refusal.reason, "/paths"),)


def _leave_sandbox(aim: Aim, path: bytes) -> bytes | None:
    """The path behind ``/~NAME``; None where the name is none."""
    if not path.startswith(b"/~"):
        return path
    name, slash, rest = path[2:].partition(b"/")
    aim.sandbox = unquote_to_bytes(name).decode("latin-1")
    if is_name(aim.sandbox):
        return slash + rest or b"/"
    aim.misnamed = bad_name(aim.sandbox)
    return None


def bad_name(name: str) -> Refusal:
    reason = f"{name[:80]!r} names no sandbox: 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with a dot"
    return Refusal("invalid_parameter", reason)


def _read_credentials(aim: Aim, contract: Contract, texts: Mapping[str, list[str | None]], query: bytes) -> None:
    found = {}
    for scheme in contract.schemes:
        value = next(iter(texts.get(scheme.parameter, ())), None) if scheme.where == "query" else None
        if value:
            found[scheme.name] = read_credential(value)
            hidden = re.sub(rb"(?<![^&])(%s=)[^&]*" % re.escape(scheme.parameter.encode()), rb"\1" + b"***", query)
            aim.shown = aim.shown.partition("?")[0] + "?" + hidden.decode("latin-1")
    aim.credentials = found


def _hide_strays(aim: Aim, texts: Mapping[str, list[str | None]], declared: set[str]) -> None:
    """Mask what an undeclared query parameter holds whose name sounds like a secret: a key in the wrong place."""
    path, mark, query = aim.shown.partition("?")
    if any(_SECRET.search(name) and name not in declared for name in texts):
        pairs = [pair.partition("=") for pair in query.split("&")]
        shown = [
            name + equals + ("***" if value and name not in declared and _SECRET.search(name) else value)
            for name, equals, value in pairs
        ]
        aim.shown = path + mark + "&".join(shown)


def _stray_token(*groups: Mapping[str, list[str | None]]) -> Token | None:
    """A magic token in a query parameter that the operation doesn't declare."""
    for texts in groups:
        for name, values in texts.items():
            for value in values:
                token = find(value or "", f"query {name}")
                if token:
                    return token
    return None


def wrong_name(aim: Aim, head: Head) -> Refusal | None:
    """What is wrong with the sandbox that a header names."""
    named = head.first("x-mock-sandbox")
    if not is_name(named):
        return bad_name(named)
    if aim.sandbox in (None, named):
        return None
    return Refusal("invalid_parameter", f"the path names sandbox {aim.sandbox}, and X-Mock-Sandbox {named}")


class Head:
    """What a set of headers says."""

    __slots__ = (
        "_credentials",
        "_sandboxes",
        "content_type",
        "has_origin",
        "host",
        "identities",
        "is_preflight",
        "names_sandbox",
        "preference",
        "shown",
        "values",
    )

    def __init__(self, headers: Headers) -> None:
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        self.values = values
        self.host = self.first("host").partition(":")[0].lower()
        self.content_type = self.first("content-type")
        self.has_origin = "origin" in values
        self.is_preflight = self.has_origin and "access-control-request-method" in values
        self.names_sandbox = "x-mock-sandbox" in values
        self.preference: Preference | None = parse_prefer(values["prefer"]) if "prefer" in values else None
        self.shown: list[tuple[str, str]] = []
        self.identities: dict[Plan, Identity | Refusal] = {}
        self._credentials: dict[str, dict[str, Credential]] = {}
        self._sandboxes: dict[str, str] = {}
        for known, texts in values.items():
            self.shown += [(known, _shown(known, text)) for text in texts]

    def first(self, name: str) -> str:
        """The first value of a header, or nothing."""
        found = self.values.get(name)
        return found[0] if found else ""

    def credentials(self, contract: Contract) -> dict[str, Credential]:
        """The credentials for a vendor, by security scheme."""
        found = self._credentials.get(contract.name)
        if found is None:
            secrets = {scheme.name: unwrap(scheme, self._sent(scheme)) for scheme in contract.schemes}
            found = {name: read_credential(secret) for name, secret in secrets.items() if secret}
            self._credentials[contract.name] = found
        return found

    def _sent(self, scheme: SecurityScheme) -> str:
        """The text that stands where a scheme says."""
        if scheme.where == "header":
            return self.first(scheme.parameter.lower())
        if scheme.where == "cookie":
            return next(iter(parse_cookies(self.first("cookie")).get(scheme.parameter, ())), None) or ""
        return ""

    def sandbox(self, contract: Contract) -> str:
        """The sandbox that the credential for a vendor belongs to; nothing where there is none."""
        name = self._sandboxes.get(contract.name)
        if name is None:
            credential = next(iter(self.credentials(contract).values()), None)
            name = self._sandboxes[contract.name] = credential.sandbox if credential else ""
        return name


def _shown(name: str, text: str) -> str:
    """A header's value as the journal shows it: secrets masked."""
    if not _SECRET.search(name):
        return text
    word, space, rest = text.partition(" ")
    is_scheme = name.endswith("authorization") and space and word.isalpha()
    return f"{word} {mask(rest)}" if is_scheme else mask(text)


Value = TypeVar("Value")


class Memo(Generic[Value]):
    """Values by key, forgotten all at once when they weigh too much."""

    def __init__(self, most_bytes: int) -> None:
        self.values: dict[Any, Value] = {}
        self._most = most_bytes
        self._size = 0
        self.get: Callable[[Any], Value | None] = self.values.get

    def keep(self, key: Any, value: Value, size: int) -> Value:
        """Remember a value that weighs about so many bytes, and return it."""
        self._size += size
        if self._size > self._most:
            self.values.clear()
            self._size = size
        self.values[key] = value
        return value
