"""What a set of headers says: host, credentials, preference, and how the journal shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from mockserver.compiled import CompiledOperation, CompiledVendor
from mockserver.openapi.model import SecurityScheme
from mockserver.plugin import Refusal
from mockserver.requests.auth import Identity, unwrap
from mockserver.requests.credentials import Credential, read_credential
from mockserver.requests.demand import Preference, parse_prefer
from mockserver.requests.query import parse_cookies
from mockserver.requests.secrets import Secrets
from mockserver.sandbox.entry_weight import headers_weight
from mockserver.values import dataclass

_NO_HOSTS: Mapping[str, str] = {}
_NO_IDENTITIES: dict[CompiledOperation, Identity | Refusal] = {}


@dataclass(frozen=True, slots=True)
class KnownCredentials:
    """What one vendor knows of a client by its headers: its credentials, each with its scheme, and their sandbox.

    ``is_plain`` says that none of them bears a magic token.
    """

    vendor: CompiledVendor | None
    credentials: tuple[tuple[str, Credential], ...]
    sandbox: str
    is_plain: bool


NOBODY = KnownCredentials(None, (), "", is_plain=True)


class RequestHeaders:
    """What a set of headers says. ``shown`` are they as the journal shows them; ``secrets`` what was masked in them.

    ``vendor`` is the name of the one whose real host they name. There may be thousands of these, one a client, so they
    hold little: ``sent`` are their names and values, and who calls is remembered of the first ``operation`` apart from
    the others, as most clients call one.
    """

    __slots__ = (
        "_known",
        "accept",
        "content_encoding",
        "content_type",
        "cookie",
        "default_sandbox",
        "harmless_target",
        "has_origin",
        "idempotency_key",
        "identities",
        "identity",
        "is_preflight",
        "names_sandbox",
        "operation",
        "preference",
        "secrets",
        "sent",
        "shown",
        "vendor",
        "weight",
    )

    def __init__(
        self, headers: Sequence[tuple[bytes, bytes]], secrets: Secrets, hosts: Mapping[str, str] = _NO_HOSTS
    ) -> None:
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(_shared(name), []).append(value.decode("latin-1"))
        self.sent = tuple([(name, text) for name, texts in values.items() for text in texts])
        self.vendor = hosts.get(host_name(self.first("host")))
        self.content_type = self.first("content-type")
        self.content_encoding = self.first("content-encoding")
        self.accept = ",".join(values.get("accept", ()))
        self.cookie = ";".join(values.get("cookie", ()))
        self.has_origin = "origin" in values
        self.is_preflight = self.has_origin and "access-control-request-method" in values
        self.names_sandbox = "x-mock-sandbox" in values
        self.default_sandbox = self.first("x-mock-default-sandbox") if "x-mock-default-sandbox" in values else ""
        self.idempotency_key = self.first("idempotency-key") if "idempotency-key" in values else ""
        self.preference: Preference | None = parse_prefer(values["prefer"]) if "prefer" in values else None
        self.operation: CompiledOperation | None = None
        self.identity: Identity | Refusal | None = None
        self.identities: dict[CompiledOperation, Identity | Refusal] = _NO_IDENTITIES
        self.harmless_target: object = None  # the last one that holds none of the secrets here
        self._known = NOBODY
        shown, self.secrets = secrets.headers(self.sent)
        self.shown = [sent if sent == pair else pair for sent, pair in zip(self.sent, shown, strict=True)]
        self.weight = headers_weight(self.shown)

    def first(self, name: str) -> str:
        """The first value of a header, or nothing."""
        for known, text in self.sent:
            if known == name:
                return text
        return ""

    def all(self, name: str) -> list[str | None]:
        """The values of a header."""
        return [text for known, text in self.sent if known == name]

    def remember(self, operation: CompiledOperation, identity: Identity | Refusal) -> None:
        """Remember who calls an operation."""
        if self.operation is None:
            self.operation, self.identity = operation, identity
        else:
            self.identities = {**self.identities, operation: identity}

    def known_to(self, vendor: CompiledVendor | None) -> KnownCredentials:
        """What a vendor knows of the client; remembered of one, as a client's headers are meant for one."""
        known = self._known
        if known.vendor is not vendor:
            known = self._known = self._read(vendor) if vendor is not None else NOBODY
        return known

    def _read(self, vendor: CompiledVendor) -> KnownCredentials:
        secrets = {scheme.name: unwrap(scheme, self._sent(scheme)) for scheme in vendor.schemes}
        found = tuple([(name, read_credential(secret)) for name, secret in secrets.items() if secret])
        is_plain = all(credential.token is None for _, credential in found)
        return KnownCredentials(vendor, found, found[0][1].sandbox if found else "", is_plain)

    def _sent(self, scheme: SecurityScheme) -> str:
        """The text that stands where a scheme says."""
        if scheme.where == "header":
            return self.first(scheme.parameter.lower())
        if scheme.where == "cookie":
            return next(iter(parse_cookies(self.cookie).get(scheme.parameter, ())), None) or ""
        return ""


@lru_cache(maxsize=512)
def _shared(name: bytes) -> str:
    """The name of a header: one text for thousands of clients. ``sys.intern`` would keep some for ever."""
    return name.decode("latin-1")


def host_name(text: str) -> str:
    """The host of a ``Host`` header as it is known by: ``API.example.com.:8443`` is ``api.example.com``."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    return text.partition(":")[0].rstrip(".").lower()
