"""Serve the control API as a Starlette application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable

from starlette.applications import Starlette
from starlette.routing import Route

from mockserver.app import App
from mockserver.control.access import refuse_foreign_host
from mockserver.control.api import ControlAPI
from mockserver.control.calls import Streamed
from mockserver.http import Request, Response
from mockserver.responses.problem import problem
from mockserver.server.asgi import (
    Receive,
    Scope,
    Send,
    raw_connection_of,
    read,
    until_disconnected,
    wall_clock_ms,
    write,
)
from mockserver.server.index import index, to_dashboard, wants_page

log = logging.getLogger("mockserver")


class ControlEndpoint:
    """Every path of the control API; the routing is done by its spec.

    A call that waits for something to happen ends early where its client goes away or the server stops.
    """

    def __init__(self, app: App) -> None:
        self._api = ControlAPI(app)
        self._limit = app.config.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = raw_connection_of(scope)
        request = await read(scope, receive, self._limit, raw)
        if request is None:
            return
        if raw is not None:
            raw.is_waiting = True
        await while_connected(receive, self._answer(request, scope["scheme"], send))

    async def _answer(self, request: Request, scheme: str, send: Send) -> None:
        answer: Response | Streamed
        try:
            answer = await self._api.respond(request, wall_clock_ms(), scheme)
        except Exception:
            log.exception("a control call crashed")
            answer = problem(500, "crash", "The mock server crashed", "its log has the details")
        if isinstance(answer, Streamed):
            await stream(send, answer)
        else:
            await write(send, answer)


class IndexEndpoint:
    """What this server is, for anybody who asks; a browser is sent to the dashboard."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await write(send, index(self._app, scope["headers"], scope["scheme"]))


class DashboardEndpoint:
    """The files of the dashboard. They hold no secrets, and so need no token; what they ask the control API does."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await write(send, self._answer(scope))

    def _answer(self, scope: Scope) -> Response:
        from mockserver.dashboard.files import PAGE, answer, files

        sent = dict(scope["headers"])
        denied = None if self._app.token else refuse_foreign_host(sent.get(b"host", b"").decode("latin-1"))
        if denied:
            return denied
        file = files().get(scope["path_params"].get("file", PAGE))
        if file is None:
            return problem(404, "no-route", "No such file", "the dashboard has no such file; it begins at /_mock/")
        found = answer(file, sent)
        return found if scope["method"] == "GET" else Response(found.status, found.headers, b"")


class WithoutSlash:
    """What a person types: a browser is sent on to the dashboard, anyone else gets the control API's 404."""

    def __init__(self, endpoint: ControlEndpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if wants_page(scope["headers"]) and scope["method"] == "GET":
            await write(send, to_dashboard())
        else:
            await self._endpoint(scope, receive, send)


async def while_connected(receive: Receive, answering: Awaitable[None]) -> None:
    """Await something, begun at once, as long as the client is there."""
    leaving = asyncio.ensure_future(until_disconnected(receive))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(None) as patience:

            def end(_: object) -> None:
                patience.reschedule(0)

            leaving.add_done_callback(end)
            try:
                await answering
            finally:
                leaving.remove_done_callback(end)
                leaving.cancel()


async def stream(send: Send, answer: Streamed) -> None:
    """Send an answer in parts, until it ends."""
    headers = [(b"content-type", answer.media_type.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for part in answer.parts:
        if part:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def application(app: App) -> Starlette:
    """The control API of an app, the dashboard, and the index at ``/``."""
    endpoint, dashboard = ControlEndpoint(app), DashboardEndpoint(app)
    routes = [
        Route("/", IndexEndpoint(app)),
        Route("/_mock/", dashboard, methods=["GET"]),
        Route("/_mock/ui/{file:path}", dashboard, methods=["GET"]),
        Route("/_mock", WithoutSlash(endpoint)),
        Route("/_mock/{rest:path}", endpoint),
    ]
    application = Starlette(routes=routes)
    application.router.redirect_slashes = False
    application.router.default = endpoint
    return application
