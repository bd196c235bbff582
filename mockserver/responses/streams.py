"""Write streams: events of ``text/event-stream``, lines of JSON, RFC 7464's sequences; and say how they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.http import Delivery, Headers
from mockserver.openapi.media_types import essence
from mockserver.openapi.model import MediaType
from mockserver.responses.json_body import encode_json

EVENTS = "text/event-stream"
INTERVAL = 0.1
"""Seconds between two events, where the spec has no ``x-stream-interval``; lines and sequences come at once then."""
_LINES = frozenset(("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"))
_FIELDS = ("event", "id", "retry", "data")
_KEEP_ALIVE = b": keep-alive\n\n"


def is_stream(kind: str) -> bool:
    """Whether bodies of a media type, ``application/jsonl``, are of several values, one after the other."""
    return kind == EVENTS or kind in _LINES or _is_sequence(kind)


def written(kind: str, items: list[Any]) -> bytes:
    """The items of a stream, in order."""
    if kind == EVENTS:
        return b"".join(map(_event, items))
    mark = b"\x1e" if _is_sequence(kind) else b""
    return b"".join(mark + encode_json(item) + b"\n" for item in items)


def delivery_of(media: MediaType) -> Delivery | None:
    """How a stream is sent: part by part, with a time between; None where it goes out at once, as other bodies do."""
    kind = essence(media.name)
    if not is_stream(kind):
        return None
    every = media.interval if media.interval is not None else INTERVAL if kind == EVENTS else 0.0
    if not every:
        return None
    is_events = kind == EVENTS
    return Delivery(
        connection="stream",
        every=every,
        separator=b"\n\n" if is_events else b"\n",
        keep_alive=_KEEP_ALIVE if is_events else b"",
    )


def streamed(
    headers: Headers, stream: Delivery, fault: Delivery | None, *, is_still: bool
) -> tuple[Headers, Delivery | None]:
    """The headers and the delivery of a stream, with what a fault makes of it; without pauses where time is still."""
    if fault is not None and fault.connection:
        return headers, fault
    delivery = replace(stream, delay=fault.delay if fault is not None else 0.0, every=0.0 if is_still else stream.every)
    return [pair for pair in headers if pair[0] != b"content-length"], delivery


def _is_sequence(kind: str) -> bool:
    return kind == "application/json-seq" or kind.endswith("+json-seq")


def _event(item: Any) -> bytes:
    """One event: an object of an event's own fields (``event``, ``id``, ``retry``, ``data``), else anything as data."""
    is_event = isinstance(item, Mapping) and "data" in item and item.keys() <= set(_FIELDS)
    fields = item if is_event else {"data": item}
    lines = [f"{name}: {line}" for name in _FIELDS if name in fields for line in _lines(fields[name])]
    return "\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass")


def _lines(value: Any) -> list[str]:
    text = value if isinstance(value, str) else encode_json(value).decode()
    return text.splitlines() or [""]
