"""A journal for other tools: HAR 1.2, which browsers and proxies read, and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver import __version__
from mockserver.clock import format_time
from mockserver.http import Response
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.journal_rendering import address


def har(entries: Iterable[Entry]) -> Response:
    """The entries, oldest first, as HAR 1.2. One whose answer got lost has status 0, as browsers write it."""
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
    url = address(entry)
    sent = _headers(entry.headers)
    answered = _headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.response_headers])
    body = entry.response_body.decode("utf-8", "replace")
    request: dict[str, Any] = {
        "method": entry.method,
        "url": url,
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
        "response": {
            "status": entry.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": answered,
            "content": {"size": len(entry.response_body), "mimeType": _first(answered, "content-type"), "text": body},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(entry.response_body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": handled + delay, "receive": 0},
        "comment": f"{entry.id} {entry.rule} {entry.case} {entry.reason}".rstrip(),
    }


def _headers(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _first(headers: Sequence[Mapping[str, str]], name: str) -> str:
    return next((header["value"] for header in headers if header["name"].lower() == name), "")
