"""Authenticate a call: read the credential where a spec's security schemes say, and check the sandbox's keys."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping

from mockserver.openapi.model import Operation, SecurityScheme
from mockserver.plugin import Refusal
from mockserver.requests.credentials import Credential
from mockserver.values import dataclass

LIVE, REVOKED, EXPIRED = "live", "revoked", "expired"


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was issued in a sandbox, known by its digest. ``permissions`` is None where it may do everything."""

    digest: str
    masked: str
    permissions: frozenset[str] | None = None
    status: str = LIVE


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls. ``credential`` is None for an operation that is open to all."""

    credential: Credential | None = None
    permissions: frozenset[str] | None = None


ANYBODY = Identity()
_BAD = {REVOKED: "revoked_credential", EXPIRED: "expired_credential"}


def unwrap(scheme: SecurityScheme, text: str) -> str:
    """The credential in the text of a header or parameter; empty where it isn't of the scheme's form."""
    if not scheme.prefix:
        return text
    word, _, rest = text.partition(" ")
    if word.lower() != scheme.prefix:
        return ""
    if scheme.prefix == "basic":
        try:
            return b64decode(rest.strip(), validate=True).decode()
        except ValueError:  # not ASCII, not base64, not UTF-8
            return ""
    return rest.strip()


def authenticate(
    operation: Operation,
    credentials: Mapping[str, Credential],
    keys: Mapping[str, Key] | None,
) -> Identity | Refusal:
    """Who calls an operation, by the credentials that came (by scheme), and the sandbox's keys, if it has any."""
    if not operation.security:
        return ANYBODY
    refusal: Refusal | None = None
    for choice in operation.security:
        if all(scheme in credentials for scheme in choice):
            outcome = _admit(operation, choice, credentials, keys)
            if isinstance(outcome, Identity):
                return outcome
            refusal = refusal or outcome
    if refusal is not None:
        return refusal
    schemes = " or ".join(" and ".join(choice) for choice in operation.security if choice)
    return Refusal("no_credential", f"no credential for security scheme {schemes}")


def _admit(
    operation: Operation,
    choice: Mapping[str, tuple[str, ...]],
    credentials: Mapping[str, Credential],
    keys: Mapping[str, Key] | None,
) -> Identity | Refusal:
    """Whether the credentials that one alternative of the security requirement needs are good."""
    permissions: frozenset[str] | None = None
    for scheme, roles in choice.items():
        if keys is None:
            break
        credential = credentials[scheme]
        key = keys.get(credential.digest)
        if key is None:
            return Refusal("bad_credential", f"{credential.masked} is not among the sandbox's issued keys")
        if key.status != LIVE:
            return Refusal(_BAD[key.status], f"{credential.masked} is {key.status}")
        lacking = () if key.permissions is None else sorted({*(roles or (operation.id,))} - key.permissions)
        if lacking:
            return Refusal("forbidden", f"{credential.masked} lacks permission {', '.join(lacking)}")
        permissions = key.permissions
    return Identity(next((credentials[scheme] for scheme in choice), None), permissions)
