"""ASGI messages: a request read, a response written, and the time that both happen at."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from mockserver.http import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


def real_time() -> int:
    """Now, by the real clock, in milliseconds."""
    return int(time.time() * 1000)


async def read(scope: Scope, receive: Receive, limit: int) -> Request:
    """A request with its body, or without it where that is longer than the limit."""
    request = Request(scope["method"], scope["raw_path"], scope["query_string"], list(scope["headers"]))
    length = next((value for name, value in request.headers if name == b"content-length"), b"0")
    if length.isdigit() and int(length) > limit:
        request.oversized = True
        return request
    parts: list[bytes] = []
    size = 0
    more = request.method not in BODILESS
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > limit:
            request.oversized = True
            return request
    request.body = b"".join(parts)
    return request


async def write(send: Send, response: Response) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})


async def other(scope: Scope, receive: Receive, send: Send) -> None:
    """What isn't HTTP: a lifespan, in which there is nothing to do, or a WebSocket, which no vendor speaks."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1003})
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
