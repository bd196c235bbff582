"""What a set of headers says: host, credentials, preference, and how the journal shows them."""

from __future__ import annotations

import re

from mockserver.compiled import CompiledOperation, CompiledVendor
from mockserver.http import Headers
from mockserver.openapi.model import SecurityScheme
from mockserver.plugin import Refusal
from mockserver.requests.auth import Identity, unwrap
from mockserver.requests.credentials import Credential, mask, read_credential
from mockserver.requests.demand import Preference, parse_prefer
from mockserver.requests.query import parse_cookies

SECRET = re.compile(r"auth|token|secret|cookie|password|session|api[-_]?key|credential", re.IGNORECASE)


class RequestHeaders:
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
        self.identities: dict[CompiledOperation, Identity | Refusal] = {}
        self._credentials: dict[str, dict[str, Credential]] = {}
        self._sandboxes: dict[str, str] = {}
        for known, texts in values.items():
            self.shown += [(known, _shown(known, text)) for text in texts]

    def first(self, name: str) -> str:
        """The first value of a header, or nothing."""
        found = self.values.get(name)
        return found[0] if found else ""

    def credentials(self, contract: CompiledVendor) -> dict[str, Credential]:
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

    def sandbox(self, contract: CompiledVendor) -> str:
        """The sandbox that the credential for a vendor belongs to; nothing where there is none."""
        name = self._sandboxes.get(contract.name)
        if name is None:
            credential = next(iter(self.credentials(contract).values()), None)
            name = self._sandboxes[contract.name] = credential.sandbox if credential else ""
        return name


def _shown(name: str, text: str) -> str:
    """A header's value as the journal shows it: secrets masked."""
    if not SECRET.search(name):
        return text
    word, space, rest = text.partition(" ")
    is_scheme = name.endswith("authorization") and space and word.isalpha()
    return f"{word} {mask(rest)}" if is_scheme else mask(text)
