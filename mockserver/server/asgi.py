"""ASGI messages: a request read, a response written, and the time that both happen at."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from mockserver.http import STATUS_LINES, Headers, Request, Response, header_lines

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_ANNOUNCING = frozenset((b"content-length", b"transfer-encoding"))
BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
RAW_CONNECTION = "mockserver.connection"  # the key of a RawConnection in a scope's extensions


class RawConnection(Protocol):
    """The connection of a request under way, where the server lets it be written to directly.

    ``is_waiting`` is set while there is no answer because of time that has to pass: a stop of the server, which
    waits for answers, then closes the connection at once.
    """

    is_waiting: bool

    @property
    def has_begun(self) -> bool:
        """Whether some of the answer has been sent."""

    def made(self) -> Response | None:
        """The answer, where it was made when the request came. Raises what was raised then."""

    def body(self, limit: int) -> bytes | None:
        """The whole body of the request; None where it is longer than the limit, or hasn't all come yet."""

    def answer(self, status: int, headers: Headers, body: bytes) -> bool:
        """Write an answer at once; False, and nothing is written, where it has to go out as ASGI messages.

        Raises ValueError where a header can't be sent.
        """

    def end(self, data: bytes = b"", *, reset: bool = False) -> None:
        """Write bytes as they are, and close the connection: in good order, or by a reset, which may lose them."""


def wall_clock_ms() -> int:
    """Now, by the real clock, in milliseconds."""
    return int(time.time() * 1000)


def raw_connection_of(scope: Scope) -> RawConnection | None:
    """The connection of a request, where its server lets it be written to directly."""
    found: RawConnection | None = scope.get("extensions", {}).get(RAW_CONNECTION)
    return found


def encode_head(status: int, headers: Headers) -> bytes:
    """Status line and headers as they go out. Raises ValueError where HTTP forbids one."""
    return b"%b%b\r\n\r\n" % (STATUS_LINES[status], header_lines(headers))


def _announces_body(headers: Headers) -> bool:
    """Whether a body follows, which a GET may have too."""
    for name, value in headers:  # noqa: SIM110 - each request passes here, and a generator takes longer
        if name in _ANNOUNCING and value != b"0":
            return True
    return False


def bodiless(scope: Scope) -> Request | None:
    """A request that has no body; None where one may follow, and has to be read."""
    if scope["method"] not in BODILESS or _announces_body(scope["headers"]):
        return None
    return Request(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"])


async def read(scope: Scope, receive: Receive, limit: int, raw: RawConnection | None = None) -> Request | None:
    """A request with its body, or without it where that is longer than the limit. None where it never came whole."""
    request = bodiless(scope)
    if request is not None:
        return request
    body = raw.body(limit) if raw is not None else None
    if body is not None:
        return Request(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"], body)
    request = Request(scope["method"], scope["raw_path"], scope["query_string"], list(scope["headers"]))
    length = next((value for name, value in request.headers if name == b"content-length"), b"0")
    if length.isdigit() and int(length) > limit:
        request.oversized = True
        return request
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
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


async def until_disconnected(receive: Receive) -> None:
    """Wait until the client has gone. What it sends meanwhile is lost."""
    while (await receive())["type"] != "http.disconnect":
        pass


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
