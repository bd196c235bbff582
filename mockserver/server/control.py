"""The control API as a Starlette application."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.routing import Route

from mockserver.app import App
from mockserver.control.api import ControlAPI
from mockserver.control.calls import Streamed
from mockserver.server.asgi import Receive, Scope, Send, read, real_time, write


class ControlEndpoint:
    """Every path of the control API; the routing is done by its spec."""

    def __init__(self, app: App) -> None:
        self._api = ControlAPI(app)
        self._limit = app.config.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read(scope, receive, self._limit)
        answer = await self._api.respond(request, real_time())
        if isinstance(answer, Streamed):
            await stream(receive, send, answer)
        else:
            await write(send, answer)


async def stream(receive: Receive, send: Send, answer: Streamed) -> None:
    """Send an answer in parts, until it ends or the client has gone."""
    headers = [(b"content-type", answer.media_type.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(receive())
    try:
        async for part in answer.parts:
            if gone.done():
                return
            if part:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


def application(app: App) -> Starlette:
    """The control API of an app."""
    endpoint = ControlEndpoint(app)
    application = Starlette(routes=[Route("/_mock", endpoint), Route("/_mock/{rest:path}", endpoint)])
    application.router.redirect_slashes = False
    application.router.default = endpoint
    return application
