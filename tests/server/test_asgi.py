"""A request read from ASGI messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.http import Request
from mockserver.server.asgi import read
from tests.support.specs import JSON, document, operation, saved
from tests.support.threaded import threaded


def request(method: str, headers: list[tuple[bytes, bytes]], *parts: bytes, limit: int = 10) -> Request:
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    scope = {"method": method, "raw_path": b"/a", "query_string": b"", "headers": headers}
    made = asyncio.run(read(scope, receive, limit))
    assert made is not None
    return made


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize("header", [(b"content-length", b"4"), (b"transfer-encoding", b"chunked")])
def test_any_method_may_have_a_body(method: str, header: tuple[bytes, bytes]):
    assert request(method, [header], b"ab", b"cd").body == b"abcd"


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"0")]])
def test_a_get_that_announces_no_body_is_not_waited_for(headers: list[tuple[bytes, bytes]]):
    assert request("GET", headers, b"never read").body == b""


def test_the_body_of_a_get_is_bounded_too():
    made = request("GET", [(b"content-length", b"11")], b"x" * 11)
    assert (made.oversized, made.body) == (True, b"")


def test_the_body_of_a_get_comes_through_the_server(tmp_path: Path):
    body = {"required": True, "content": {JSON: {"schema": {"type": "object", "required": ["term"]}}}}
    spec = saved(tmp_path, document(operation(requestBody=body)), "shop.yaml")
    with threaded(app=build(Config(vendor=("sonarly",), spec=(str(spec),)))) as server:
        head = b"GET /shop/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
        assert server.exchange(head + b'Content-Length: 8\r\n\r\n{"term":').startswith(b"HTTP/1.1 400 ")
        assert server.exchange(head + b'Content-Length: 10\r\n\r\n{"term":1}').startswith(b"HTTP/1.1 200 ")
