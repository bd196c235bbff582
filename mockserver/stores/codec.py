"""Sandboxes and journal entries as bytes and back, exactly, for stores outside of this process.

A sandbox is one JSON text: an object, or ``[its own, world, origin, vendors]`` where its world, or the sandbox that it
is a fork of, is large. Those are parts then, named by digests, and the state of ``vendors`` is that of the origin. An
entry is JSON for what it says, then the answer's headers (the head as it was sent, or names and values) and its body,
and the body of the request, as they were.
Who changes this form counts up ``stores.base.FORMAT``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from itertools import chain
from operator import attrgetter, itemgetter
from struct import Struct
from typing import Any, cast

import orjson

from mockserver.clock import Clock
from mockserver.compiled import CompiledVendor
from mockserver.requests.auth import Key
from mockserver.requests.violation import Violation
from mockserver.sandbox.document import REAL_TIME, Sandbox
from mockserver.sandbox.faults import Fault
from mockserver.sandbox.journal import Entry, Outcome, kind_of
from mockserver.sandbox.state_diff import told
from mockserver.stores.base import PartGone, Parts, ReadParts
from mockserver.stores.shared_parts import Common, SharedParts

_SLOW = b"\n"  # begins what orjson can't write exactly: lone surrogates, integers beyond 64 bits
_NO_PARTS: Parts = {}
_REAL_TIME = asdict(REAL_TIME)
# By its names, each of them would be compared with many: those of JSON aren't the same objects as those of Python.
_in_order = itemgetter(*(one.name for one in fields(Sandbox)))
_LENGTHS = Struct(">III")
_STATUS = b"HTTP/1.1 "  # begins an encoded head, and no header
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
    "unsupported",
    "violations",
    "outcome",
    "took",
    "status",
    "size",
)
_facts_of = attrgetter(*_FACTS)


class SandboxCodec:
    """``vendors`` returns those served now, in which an entry's operation is looked up."""

    def __init__(self, vendors: Callable[[], Mapping[str, CompiledVendor]]) -> None:
        self._vendors = vendors
        self._shared = SharedParts()

    def pack(self, document: Sandbox) -> tuple[bytes, Parts]:
        world = self._common(document.world) if document.world else None
        origin = self._common(document.origin) if document.origin else None
        parts = {**_parts(world), **_parts(origin)}
        if not parts:
            return _dump(document), _NO_PARTS
        begun = document.origin.state if document.origin and origin and origin.is_aside else {}
        same = [vendor for vendor, state in document.state.items() if state is begun.get(vendor)]
        state = {vendor: state for vendor, state in document.state.items() if vendor not in same}
        own = replace(document, world={}, origin=None, state=state)
        return _dump((own, _name(document.world, world), _name(document.origin, origin), same)), parts

    def _common(self, value: Any) -> Common:
        """A world or an origin, which this process may have packed before."""
        common = self._shared.of(value)
        if common is not None:
            return common
        packed, parts = self.pack(value) if isinstance(value, Sandbox) else (_dump(value), _NO_PARTS)
        return self._shared.keep(value, packed, parts)

    def unpack(self, packed: bytes, read: ReadParts) -> Sandbox:
        raw = _load(packed)
        if isinstance(raw, dict):
            return _sandbox(raw)
        own, world, origin, same = raw
        own["world"] = self._world(world, read) if isinstance(world, str) else world
        sandbox = _sandbox(own)
        if origin is None:
            return sandbox
        begun = self._origin(origin, read) if isinstance(origin, str) else _sandbox(origin)
        return replace(
            sandbox, origin=begun, state={**sandbox.state, **{vendor: begun.state[vendor] for vendor in same}}
        )

    def _world(self, digest: str, read: ReadParts) -> Any:
        common = self._shared.get(digest)
        if common is None:
            packed = _part(digest, read)
            common = self._shared.keep(_load(packed), packed, _NO_PARTS)
        return common.equals[0]

    def _origin(self, digest: str, read: ReadParts) -> Any:
        common = self._shared.get(digest)
        if common is None:
            packed = _part(digest, read)
            origin = self.unpack(packed, read)
            common = self._shared.keep(origin, packed, _parts(self._common(origin.world) if origin.world else None))
        return common.equals[0]

    def pack_entry(self, entry: Entry) -> bytes:
        sent, odd = entry.sent, None
        if isinstance(sent, bytes):
            headers = sent
        else:
            headers = b"\n".join([*chain.from_iterable(sent)])
            if headers.count(b"\n") != max(2 * len(sent) - 1, 0):  # one in a name or a value
                headers, odd = b"", [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent]
        operation = entry.operation.id if entry.operation else None
        facts = _dump((*_facts_of(entry), told(entry.changes), operation, odd))
        lengths = _LENGTHS.pack(len(facts), len(headers), len(entry.response_body))
        return b"".join((lengths, facts, headers, entry.response_body, entry.body))

    def unpack_entry(self, packed: bytes) -> Entry:
        length, headers_length, answer_length = _LENGTHS.unpack_from(packed)
        headers_at = _LENGTHS.size + length
        answer_at = headers_at + headers_length
        *facts, changes, operation, odd = _load(packed[_LENGTHS.size : headers_at])
        entry = Entry.__new__(Entry)
        entry.error, entry.trace = None, ""
        for name, fact in zip(_FACTS, facts, strict=True):
            setattr(entry, name, fact)
        compiled = self._vendors().get(entry.vendor)
        operations = compiled.spec.operations if compiled else ()
        entry.operation = next((one for one in operations if one.id == operation), None)
        entry.headers = [(name, value) for name, value in entry.headers]
        entry.near = tuple(entry.near)
        entry.unsupported = tuple(entry.unsupported)
        entry.changes = tuple(changes)
        entry.outcome = _outcome(cast("Any", entry.outcome))
        entry.violations = tuple(Violation(**violation) for violation in cast("Any", entry.violations))
        if odd is not None:
            entry.sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in odd]
        elif packed.startswith(_STATUS, headers_at, answer_at):
            entry.sent = packed[headers_at:answer_at]
        else:
            lines = packed[headers_at:answer_at].split(b"\n") if headers_length else []
            entry.sent = list(zip(lines[::2], lines[1::2], strict=True))
        entry.response_body = packed[answer_at : answer_at + answer_length]
        entry.body = packed[answer_at + answer_length :]
        entry.kind = kind_of(entry)
        return entry


def _parts(common: Common | None) -> Parts:
    """The parts of a document that come with its world or its origin."""
    if common is None or not common.is_aside:
        return _NO_PARTS
    return {**common.parts, common.digest: common.packed}


def _name(value: Any, common: Common | None) -> Any:
    """What stands in a document for its world or its origin: itself, or the name of a part."""
    return common.digest if common is not None and common.is_aside else value


def _part(digest: str, read: ReadParts) -> bytes:
    (content,) = read([digest])
    if content is None:
        raise PartGone(digest)
    return content


def _outcome(raw: dict[str, Any] | None) -> Outcome | None:
    return Outcome(**{**raw, "made": tuple(raw["made"]) if raw["made"] else None}) if raw else None


def _sandbox(raw: dict[str, Any]) -> Sandbox:
    """A sandbox from its JSON; what isn't JSON in it is made again, where there is any: most have nothing of it."""
    raw["clock"], raw["first_clock"] = _clock(raw["clock"]), _clock(raw["first_clock"])
    if raw["keys"]:
        keys = raw["keys"].items()
        raw["keys"] = {vendor: {digest: _key(key) for digest, key in issued.items()} for vendor, issued in keys}
    if raw["windows"]:
        raw["windows"] = {name: (opened, used) for name, (opened, used) in raw["windows"].items()}
    raw["faults"] = tuple([Fault(**fault) for fault in raw["faults"]])
    raw["history"] = tuple(raw["history"])
    raw["origin"] = _sandbox(raw["origin"]) if raw["origin"] else None
    return Sandbox(*_in_order(raw))


def _clock(raw: dict[str, Any]) -> Clock:
    return REAL_TIME if raw == _REAL_TIME else Clock(**raw)


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
