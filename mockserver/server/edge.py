"""The ASGI application: bytes in, bytes out, and nothing decided here.

Vendors are served in plain ASGI, for speed; the control API behind Starlette.
"""

from __future__ import annotations

import time

from mockserver.app import App
from mockserver.http import Request
from mockserver.server.asgi import BODILESS, ASGIApp, Receive, Scope, Send, other, raw_connection_of, read, write
from mockserver.server.delivery import deliver

CONTROL = b"/_mock"


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
        if scope["type"] != "http":
            await other(scope, receive, send)
            return
        path = scope["raw_path"]
        if path.startswith(CONTROL) and (path == CONTROL or path[6:7] == b"/"):
            self._control = self._control or _control(self.app)
            await self._control(scope, receive, send)
            return
        method, raw = scope["method"], raw_connection_of(scope)
        request: Request | None
        if method in BODILESS:
            request = Request(method, path, scope["query_string"], scope["headers"])
        else:
            request = await read(scope, receive, self._limit, raw)
            if request is None:
                return
        response = self._respond(request, int(time.time() * 1000))
        if response.delivery is not None:
            await deliver(response, response.delivery, raw, scope, receive, send)
        elif raw is None or not raw.answer(response.status, response.headers, response.body):
            await write(send, response)


def _control(app: App) -> ASGIApp:
    """The control API behind Starlette, imported when it is first called: vendors are served sooner without."""
    from mockserver.server.control_endpoint import application

    return application(app)
