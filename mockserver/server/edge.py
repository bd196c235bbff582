"""The ASGI application: bytes in, bytes out, and nothing decided here.

Vendors are served in plain ASGI, for speed; the control API behind Starlette.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from mockserver.app import App
from mockserver.http import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTROL = b"/_mock"
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


class Edge:
    """The whole server as one ASGI application. ``use`` puts another app in place of this one between two requests."""

    def __init__(self, app: App) -> None:
        self.use(app)

    def use(self, app: App) -> None:
        """Serve an app from the next request on."""
        self.app = app
        self._limit = app.config.max_body
        self._respond = app.engine.respond
        self._control: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"]
        if path.startswith(CONTROL) and (path == CONTROL or path[6:7] == b"/"):
            self._control = self._control or _control(self.app)
            await self._control(scope, receive, send)
            return
        method = scope["method"]
        if method in _BODILESS:
            request = Request(method, path, scope["query_string"], scope["headers"])
        else:
            request = await read(scope, receive, self._limit)
        response = self._respond(request, int(time.time() * 1000))
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": response.body})


def _control(app: App) -> ASGIApp:
    """The control API behind Starlette, imported when it is first called: vendors are served sooner without."""
    from mockserver.server.control import application

    return application(app)


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
    more = request.method not in _BODILESS
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
