"""A journal for other tools: HAR 1.2, which browsers and proxies read, and JSON Lines."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver import __version__
from mockserver.clock import format_time
from mockserver.http import LEFT, Response, part_sent
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.journal_rendering import address

_ERRORS = {
    "reset": "the connection was reset",
    "empty": "the connection was closed without an answer",
    "garbage": "the answer was not HTTP",
    "truncate": "the connection was closed in the midst of the answer",
    "bad-chunk": "the answer's body had an invalid chunk",
    "hang": "no answer came",
    LEFT: "the client left before the answer was complete",
}


def har(entries: Iterable[Entry]) -> Response:
    """The entries, oldest first, as HAR 1.2. An answer that got lost has status 0, as browsers write it."""
    creator = {"name": "mockserver", "version": __version__}
    log = {"version": "1.2", "creator": creator, "entries": [_entry(entry) for entry in entries]}
    return _file("application/json", orjson.dumps({"log": log}))


def json_lines(rendered: Iterable[Mapping[str, Any]]) -> Response:
    """Rendered entries, oldest first, one a line."""
    return _file("application/x-ndjson", b"".join(orjson.dumps(one) + b"\n" for one in rendered))


def _file(media_type: str, body: bytes) -> Response:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(200, headers, body)


def _entry(entry: Entry) -> dict[str, Any]:
    handled, delay = entry.took / 1e6, entry.delay * 1000
    sent = _headers(entry.headers)
    request: dict[str, Any] = {
        "method": entry.method,
        "url": address(entry),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": sent,
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(entry.target.partition("?")[2], keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(entry.body),
    }
    if entry.body:
        request["postData"] = {"mimeType": _first(sent, "content-type"), "text": entry.body.decode("utf-8", "replace")}
    return {
        "startedDateTime": format_time(entry.received),
        "time": handled + delay,
        "request": request,
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": handled + delay, "receive": 0},
        "comment": f"{entry.id} {entry.rule} {entry.case} {entry.reason}".rstrip(),
    }


def _response(entry: Entry) -> dict[str, Any]:
    """What the client got: of an answer that a fault lost or cut, what came of it, and ``_error`` as browsers have."""
    connection = entry.outcome.connection if entry.outcome is not None and entry.is_lost else ""
    status, pairs, content = entry.status, entry.response_headers, _content(entry.response_body)
    if connection == LEFT and status:  # the client left in the midst of a drip: how much had come nobody knows
        content = {"size": -1}
    elif connection:
        part = part_sent(connection, entry.method, entry.response_body) if status else None
        status, pairs = (0, []) if part is None else (status, pairs)
        content = _content(part or b"")
    headers = _headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs])
    response: dict[str, Any] = {
        "status": status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "content": {"mimeType": _first(headers, "content-type"), **content},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": content["size"],
    }
    if connection:
        response["_error"] = _ERRORS[connection]
    return response


def _content(body: bytes) -> dict[str, Any]:
    """A body as HAR has it: a text, or base64 where it isn't one."""
    try:
        return {"size": len(body), "text": body.decode()}
    except UnicodeDecodeError:
        return {"size": len(body), "text": b64encode(body).decode(), "encoding": "base64"}


def _headers(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _first(headers: Sequence[Mapping[str, str]], name: str) -> str:
    return next((header["value"] for header in headers if header["name"].lower() == name), "")
