"""Recognise requests that ask the same: by operation and input, whatever the credential and the headers."""

from __future__ import annotations

import json
from hashlib import blake2b
from urllib.parse import unquote_to_bytes

from mockserver.requests.query import parse_query
from mockserver.sandbox.journal import LONGEST_BODY, Entry


def question_digest(entry: Entry) -> bytes:
    """A digest that entries share which asked the same of the same operation.

    Method, path parameters, query and body count; the order of query parameters and of JSON properties, the writing of
    numbers (``1.0``) and of escapes (``%61``) don't, nor does which of the vendor's base URLs was called.
    """
    path, _, query = entry.target.partition("?")
    operation = (entry.vendor, entry.operation.id if entry.operation else "")
    parts = (*operation, entry.method, _segments(entry, path), _parameters(query), _body(entry))
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _segments(entry: Entry, path: str) -> list[bytes]:
    """The segments of a path that the operation's template covers; all of them where there is no operation."""
    segments = path.split("/")
    if entry.operation is not None:
        segments = segments[-max(1, entry.operation.path.count("/")) :]
    return [unquote_to_bytes(segment.encode("latin-1", "replace")) for segment in segments]


def _parameters(query: str) -> list[tuple[str, list[str | None]]]:
    return sorted(parse_query(query.encode("latin-1", "replace")).items())


def _body(entry: Entry) -> tuple[bytes, str]:
    """The body in one way of writing, and of one that was cut how long it was."""
    if len(entry.body) >= LONGEST_BODY:
        sizes = [value for name, value in entry.headers if name.lower() == "content-length"]
        return entry.body, "".join(sizes)
    return _plain(entry.body), ""


def _plain(body: bytes) -> bytes:
    """JSON in one way of writing; anything else as it came."""
    if not body:
        return body
    try:
        return json.dumps(json.loads(body, parse_float=_number), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


def _number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() else number
