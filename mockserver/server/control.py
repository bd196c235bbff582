"""The control API as a Starlette application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route

from mockserver.app import App
from mockserver.control.api import ControlAPI
from mockserver.server.asgi import Receive, Scope, Send, read, real_time, write


class ControlEndpoint:
    """Every path of the control API; the routing is done by its spec."""

    def __init__(self, app: App) -> None:
        self._api = ControlAPI(app)
        self._limit = app.config.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read(scope, receive, self._limit)
        await write(send, await self._api.respond(request, real_time()))


def application(app: App) -> Starlette:
    """The control API of an app."""
    endpoint = ControlEndpoint(app)
    application = Starlette(routes=[Route("/_mock", endpoint), Route("/_mock/{rest:path}", endpoint)])
    application.router.redirect_slashes = False
    application.router.default = endpoint
    return application
