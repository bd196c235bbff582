"""The ASGI application: bytes in, bytes out, and nothing decided here.

Vendors are served in plain ASGI, for speed; the control API behind Starlette.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mockserver.app import App
from mockserver.clock import http_date
from mockserver.http import Headers, Request, Response
from mockserver.responses.problem import problem
from mockserver.sandbox.journal import crashed
from mockserver.server.asgi import (
    ASGIApp,
    RawConnection,
    Receive,
    Scope,
    Send,
    bodiless,
    other,
    raw_connection_of,
    read,
    wall_clock_ms,
    write,
)
from mockserver.server.delivery import deliver
from mockserver.server.whole import WholeRequests
from mockserver.stores.base import StoreAway

if TYPE_CHECKING:
    from mockserver.server.mover import Mover

log = logging.getLogger("mockserver")

CONTROL = b"/_mock"
MOST_TOGETHER = 64  # requests: others have to wait for what is kept in one go
MORE_TURNS = 2  # of the loop, in which more may come: clients that got their answers together ask again together


class Edge:
    """The whole server as one ASGI application. ``use`` puts another app in place of this one between two requests."""

    def __init__(self, app: App) -> None:
        self._waiting: list[tuple[Request, Callable[[Response | Exception], None]]] = []
        self.mover: Mover | None = None
        self.use(app)

    def use(self, app: App) -> None:
        """Serve an app from the next request on."""
        self.app = app
        self._limit = app.config.max_body
        self.plain_request = WholeRequests(self._limit, _is_own).read
        """The request for a vendor that bytes are, to be answered at once; None where they are something else."""
        self.has_groups = app.engine.store.has_groups
        self._respond = app.engine.respond
        self._control: ASGIApp | None = None

    def answer(self, request: Request) -> Response:
        """The engine's answer to a request that has come just now."""
        return self._respond(request, int(time.time() * 1000))

    def answer_soon(self, request: Request, then: Callable[[Response | Exception], None]) -> None:
        """Answer a request with those that come at the same time: keeping them together costs less."""
        self._waiting.append((request, then))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._gather, MORE_TURNS)

    def _gather(self, turns: int) -> None:
        """Answer the requests that wait: a single one at once, several when others have had time to come, too."""
        if turns and 1 < len(self._waiting) < MOST_TOGETHER:
            asyncio.get_running_loop().call_soon(self._gather, turns - 1)
        else:
            self._answer_waiting()

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), MOST_TOGETHER):
            together = waiting[start : start + MOST_TOGETHER]
            for (_, then), answer in zip(together, self._answers([request for request, _ in together]), strict=True):
                then(answer)

    def _answers(self, requests: Sequence[Request]) -> Sequence[Response | Exception]:
        try:
            if len(requests) == 1 and not self.app.engine.store.contested.are_any:
                return [self.answer(requests[0])]
            return self.app.engine.respond_all(requests, int(time.time() * 1000))
        except Exception as error:  # told for each of them, where it is answered
            return [error] * len(requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await other(scope, receive, send)
            return
        raw, response = raw_connection_of(scope), None
        try:
            path = scope["raw_path"]
            if (path.startswith(CONTROL) and (path == CONTROL or path[6:7] == b"/")) or (
                path == b"/" and self._is_index(scope)
            ):
                self._control = self._control or _control(self.app)
                await self._control(scope, receive, send)
                return
            response = raw.made() if raw is not None else None
            if response is None:
                request = bodiless(scope) or await read(scope, receive, self._limit, raw)
                if request is None:
                    return
                response = self.answer(request)
            if response.delivery is not None:
                await deliver(response, response.delivery, raw, scope, receive, send)
            elif raw is None or not raw.answer(response.status, response.headers, response.body):
                await write(send, response)
        except asyncio.CancelledError:  # the server stops, and waits no longer for a client that reads slowly
            if raw is None:
                raise
            raw.end(reset=True)
        except Exception as error:
            if raw is None or raw.has_begun:
                raise
            await self._crash(error, response, scope, raw, send)

    def _is_index(self, scope: Scope) -> bool:
        """Whether a request for ``/`` asks what this server is, and not a vendor at its real host."""
        return scope["method"] == "GET" and not self.app.engine.pipeline.serves(scope["headers"])

    async def _crash(
        self, error: Exception, response: Response | None, scope: Scope, raw: RawConnection, send: Send
    ) -> None:
        """Answer where an exception of ours is all that came of a request, and note it in the request's entry."""
        log.error("an answer crashed", exc_info=error)
        marks = self._marks_of(scope) if response is None else self.marks()
        if response is not None:
            marks += [pair for pair in response.headers if pair[0] in (b"x-mock-sandbox", b"x-mock-request-id")]
            self._amend(dict(marks), f"{type(error).__name__}: {error}")
        answer = problem(500, "crash", "The mock server crashed", "its log has the details")
        answer.headers += marks
        await write(send, answer)

    def _marks_of(self, scope: Scope) -> Headers:
        """The headers of an answer to a request that may be what crashed us."""
        try:
            return self.marks(scope)
        except Exception:
            log.exception("the sandbox of a request can't be told")
            return self.marks()

    def _amend(self, marks: dict[bytes, bytes], reason: str) -> None:
        """Say in the entry of a request that its answer could not be sent."""
        store = self.app.engine.store
        try:
            entry = store.entry(marks.get(b"x-mock-request-id", b"").decode())
            if entry is not None:
                store.amend(entry.sandbox, crashed(entry, reason))
        except StoreAway as away:
            log.warning("a crash isn't in the journal: %s", away)

    def marks(self, scope: Scope | None = None) -> Headers:
        """The headers that each answer bears, for one that isn't the engine's: to a request, or to less than that."""
        marks = [(b"date", http_date(wall_clock_ms()))]
        if scope is None:
            return marks
        engine, id = self.app.engine, self.app.engine.next_id()
        request = Request(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"])
        sandbox = engine.pipeline.arrive(request, id, wall_clock_ms()).sandbox
        return [*marks, (b"x-mock-sandbox", sandbox.encode()), (b"x-mock-request-id", id.encode())]


def _is_own(path: bytes) -> bool:
    """Whether a path may be one that this server answers itself."""
    return path == b"/" or path.startswith(CONTROL)


def _control(app: App) -> ASGIApp:
    """The control API behind Starlette, imported when it is first called: vendors are served sooner without."""
    from mockserver.server.control_endpoint import application

    return application(app)
