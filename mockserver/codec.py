"""Sandboxes and journal entries as bytes and back, exactly, for stores outside of this process.

A sandbox is one JSON text. An entry is JSON for what it says, then the two bodies as they were. Who changes this form
counts up ``stores.base.FORMAT``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from operator import attrgetter
from struct import Struct
from typing import Any, cast

import orjson

from mockserver.auth import Key
from mockserver.clock import Clock
from mockserver.contract import Contract
from mockserver.decision import Violation
from mockserver.faults import Fault
from mockserver.journal import Entry
from mockserver.sandbox import Sandbox

_SLOW = b"\n"  # begins what orjson can't write exactly: lone surrogates, integers beyond 64 bits
_LENGTHS = Struct(">II")
_FACTS = (
    "id",
    "sandbox",
    "received",
    "now",
    "vendor",
    "method",
    "target",
    "headers",
    "rule",
    "reason",
    "case",
    "applied",
    "near",
    "violations",
    "changes",
    "fault",
    "when",
    "delay",
    "connection",
    "made",
    "took",
    "status",
    "size",
)
_facts_of = attrgetter(*_FACTS)


class SandboxCodec:
    """``contracts`` tells the vendors served now: in them the operation is looked up that an entry was about."""

    def __init__(self, contracts: Callable[[], Mapping[str, Contract]]) -> None:
        self._contracts = contracts

    def pack(self, document: Sandbox) -> bytes:
        return _dump(document)

    def unpack(self, packed: bytes) -> Sandbox:
        return _sandbox(_load(packed))

    def pack_entry(self, entry: Entry) -> bytes:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.response_headers]
        facts = (*_facts_of(entry), entry.operation.id if entry.operation else None, headers)
        said = _dump(facts)
        return b"".join((_LENGTHS.pack(len(said), len(entry.body)), said, entry.body, entry.response_body))

    def unpack_entry(self, packed: bytes) -> Entry:
        length, body_length = _LENGTHS.unpack_from(packed)
        body_at = _LENGTHS.size + length
        *facts, operation, headers = _load(packed[_LENGTHS.size : body_at])
        entry = Entry.__new__(Entry)
        for name, fact in zip(_FACTS, facts, strict=True):
            setattr(entry, name, fact)
        contract = self._contracts().get(entry.vendor)
        operations = contract.spec.operations if contract else ()
        entry.operation = next((found for found in operations if found.id == operation), None)
        entry.headers = [(name, value) for name, value in entry.headers]
        entry.near = tuple(entry.near)
        entry.changes = tuple(entry.changes)
        entry.made = (entry.made[0], entry.made[1]) if entry.made else None
        entry.violations = tuple(Violation(**violation) for violation in cast("Any", entry.violations))
        entry.response_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        entry.body = packed[body_at : body_at + body_length]
        entry.response_body = packed[body_at + body_length :]
        return entry


def _sandbox(raw: dict[str, Any]) -> Sandbox:
    """A sandbox from its JSON; what isn't JSON in it is made again."""
    raw["clock"] = Clock(**raw["clock"])
    raw["keys"] = {vendor: {digest: _key(key) for digest, key in keys.items()} for vendor, keys in raw["keys"].items()}
    raw["windows"] = {name: (opened, used) for name, (opened, used) in raw["windows"].items()}
    raw["faults"] = tuple(Fault(**fault) for fault in raw["faults"])
    raw["origin"] = _sandbox(raw["origin"]) if raw["origin"] else None
    return Sandbox(**raw)


def _key(raw: dict[str, Any]) -> Key:
    permissions = raw["permissions"]
    return Key(**{**raw, "permissions": None if permissions is None else frozenset(permissions)})


def _plain(value: Any) -> Any:
    """What orjson doesn't know, as JSON."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is no part of a sandbox")


def _dump(value: Any) -> bytes:
    """JSON by orjson, which writes dataclasses too; what it can't write, by the standard library."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:
        return _SLOW + json.dumps(value, default=_plain).encode()


def _load(packed: bytes) -> Any:
    return json.loads(packed) if packed.startswith(_SLOW) else orjson.loads(packed)
