"""Weigh journal entries: about the bytes of memory that one keeps alive, all that it holds included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.http import Headers
from mockserver.requests.violation import Violation
from mockserver.sandbox.state_diff import LazyChanges

if TYPE_CHECKING:
    from mockserver.sandbox.journal import Entry

_ENTRY = 600  # itself, its id and numbers, and its places in a store
_SENT_HEADER = 100  # two texts and a pair; entries of one client share them
_ANSWERED_HEADER = 40  # most of them are constants of the vendor's
_VIOLATION = 160
_CHANGE = 400  # objects that were parsed weigh more than their text
_WIDEST = 4  # bytes of a character


def weight(entry: Entry, headers: int) -> int:
    """About how many bytes an entry keeps alive; larger than zero, and growing with everything that it holds.

    ``headers`` is the weight of those of the request.
    """
    sent, changes = entry.sent, entry.changes
    size = _ENTRY + headers + len(entry.target) + len(entry.body) + len(entry.response_body)
    size += len(sent) if isinstance(sent, bytes) else _answered_headers(sent)
    if entry.reason:
        size += _text(entry.reason)
    if entry.near or entry.unsupported:
        size += sum(map(_text, (*entry.near, *entry.unsupported)))
    if entry.violations:
        size += _violations(entry.violations)
    if type(changes) is LazyChanges:
        size += changes.weight
    elif changes:
        size += _changes(changes)
    return size


def headers_weight(headers: Sequence[tuple[str, str]]) -> int:
    """About how many bytes the headers of a request keep alive."""
    return _SENT_HEADER * len(headers) + sum(map(len, chain.from_iterable(headers)))


def _answered_headers(headers: Headers) -> int:
    return _ANSWERED_HEADER * len(headers) + sum(map(len, chain.from_iterable(headers)))


def _text(text: str) -> int:
    return len(text) if text.isascii() else _WIDEST * len(text)


def _violations(violations: Sequence[Violation]) -> int:
    return sum(_VIOLATION + _text(one.message) + _text(one.name) + _text(one.pointer) for one in violations)


def _changes(changes: Iterable[Mapping[str, Any]]) -> int:
    return sum(_CHANGE + 2 * _json_size(change) for change in changes)


def _json_size(value: Any) -> int:
    """How long a value is as JSON; as text of Python's where it is none."""
    try:
        return len(orjson.dumps(value))
    except TypeError:  # too deep, or a number beyond 64 bits
        return len(repr(value))
