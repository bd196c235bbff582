"""Issued keys: the three events that every vendor has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.requests.auth import EXPIRED, LIVE, REVOKED, Key
from mockserver.requests.credentials import read_credential
from mockserver.rules import Event
from mockserver.sandbox.document import Sandbox

MOST_KEYS = 1000
_KEY = {"type": "string", "minLength": 1, "maxLength": 512, "pattern": r"^[\x21-\x7e]+$"}


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["key"], "additionalProperties": False, "properties": properties}


KEY_EVENTS: Mapping[str, Event] = {
    "key_issued": Event(
        "A key is issued. From then on the sandbox accepts only issued keys for this vendor. `permissions` absent means"
        " all, an empty list none; an operation needs the roles of its security requirement, else its operationId.",
        _schema(key=_KEY, permissions={"type": "array", "items": {"type": "string", "minLength": 1}}),
    ),
    "key_revoked": Event("An issued key is withdrawn.", _schema(key=_KEY)),
    "key_expired": Event("An issued key runs out.", _schema(key=_KEY)),
}
"""The events of every vendor, by name."""


class Forbidden(Exception):
    """An event that the rules forbid; the text is the rule."""


def kept_key(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a key event as they are kept: digest and masked form in place of the key."""
    if "key" not in fields:
        return fields
    credential = read_credential(fields["key"])
    rest = {name: value for name, value in fields.items() if name != "key"}
    return {**rest, "digest": credential.digest, "masked": credential.masked}


def shown_key(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a key event as they are checked: of one that was kept, the masked form is the key."""
    if "key" in fields or not (isinstance(fields.get("digest"), str) and isinstance(fields.get("masked"), str)):
        return fields
    rest = {name: value for name, value in fields.items() if name not in ("digest", "masked")}
    return {**rest, "key": fields["masked"]}


def apply_key_event(
    sandbox: Sandbox, vendor: str, event: str, fields: Mapping[str, Any], now: int
) -> tuple[Sandbox, dict[str, Any]]:
    """The sandbox after a key event, and the key that it was about, masked. Raises Forbidden."""
    if sandbox.is_anonymous:
        raise Forbidden(f"sandbox {sandbox.name} belongs to one credential and accepts any; issue keys in a named one")
    kept = kept_key(fields)
    digest, masked = kept["digest"], kept["masked"]
    keys = sandbox.keys.get(vendor, {})
    if len(keys) >= MOST_KEYS and digest not in keys:
        raise Forbidden(f"sandbox {sandbox.name} has {MOST_KEYS} keys for {vendor} already")
    if event == "key_issued":
        allowed = fields.get("permissions")
        key = Key(digest, masked, None if allowed is None else frozenset(allowed), LIVE)
    else:
        known = keys.get(digest)
        if known is None:
            raise Forbidden(f"{masked} was never issued for {vendor} in sandbox {sandbox.name}")
        key = replace(known, status=REVOKED if event == "key_revoked" else EXPIRED)
    changed = {**sandbox.keys, vendor: {**keys, key.digest: key}}
    permissions = None if key.permissions is None else sorted(key.permissions)
    result = {"key": key.masked, "status": key.status, "permissions": permissions}
    return sandbox.changed(now, keys=changed), result
