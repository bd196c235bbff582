"""Issued keys: the three events that every vendor has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mockserver.auth import EXPIRED, LIVE, REVOKED, Key
from mockserver.magic import read_credential
from mockserver.sandbox import Sandbox

_KEY = {"type": "string", "minLength": 1, "maxLength": 512, "pattern": r"^[\x21-\x7e]+$"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens outside the API: what it is, and the JSON Schema of its fields."""

    description: str
    schema: Mapping[str, Any]


def _schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["key"], "additionalProperties": False, "properties": properties}


EVENTS: Mapping[str, Event] = {
    "key_issued": Event(
        "A key is issued. From then on the sandbox accepts only issued keys for this vendor. `permissions` absent means"
        " all, an empty list none; an operation needs the roles of its security requirement, else its operationId.",
        _schema(key=_KEY, permissions={"type": "array", "items": {"type": "string", "minLength": 1}}),
    ),
    "key_revoked": Event("An issued key is withdrawn.", _schema(key=_KEY)),
    "key_expired": Event("An issued key runs out.", _schema(key=_KEY)),
}
"""The events of every vendor, by name."""


class Conflict(Exception):
    """An event that the rules forbid; the text is the rule."""


def play(sandbox: Sandbox, vendor: str, event: str, fields: Mapping[str, Any], now: int) -> tuple[Sandbox, Key]:
    """The sandbox after a key event, and the key that it was about. Raises Conflict."""
    if sandbox.is_anonymous:
        raise Conflict(f"sandbox {sandbox.name} belongs to one credential and accepts any; issue keys in a named one")
    credential = read_credential(fields["key"])
    keys = sandbox.keys.get(vendor, {})
    if event == "key_issued":
        allowed = fields.get("permissions")
        key = Key(credential.digest, credential.masked, None if allowed is None else frozenset(allowed), LIVE)
    else:
        known = keys.get(credential.digest)
        if known is None:
            raise Conflict(f"{credential.masked} was never issued for {vendor} in sandbox {sandbox.name}")
        key = replace(known, status=REVOKED if event == "key_revoked" else EXPIRED)
    changed = {**sandbox.keys, vendor: {**keys, key.digest: key}}
    return sandbox.changed(now, keys=changed), key
