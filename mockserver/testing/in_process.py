"""A server without a socket, in the process of the tests: for clients that speak ASGI, as httpx does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from mockserver.app import build
from mockserver.client import ControlClient
from mockserver.config import Config
from mockserver.control.api import ControlAPI
from mockserver.http import Request, Response
from mockserver.server.edge import Edge
from mockserver.testing.server import MockServer
from mockserver.testing.violation_count import ViolationCount

URL = "http://mockserver.invalid"
_HOST = (b"host", b"127.0.0.1")


class DirectTransport:
    """Control calls as plain calls, in a running loop or outside."""

    def __init__(self, api: ControlAPI) -> None:
        self._api = api

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float
    ) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        pairs = [_HOST, *((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items())]
        request = Request(method, path.encode(), query.encode(), pairs, body or b"")
        call = self._api.respond(request, int(time.time() * 1000))
        answer = _waited_for(call) if "wait=" in query else at_once(call)
        return answer.status, answer.body

    def close(self) -> None:
        pass


def at_once(call: Coroutine[Any, Any, Any]) -> Response:
    """The answer of a call that doesn't wait for anything: its coroutine is run to its end by hand."""
    try:
        call.send(None)
    except StopIteration as done:
        answer: Response = done.value
        return answer
    call.close()
    raise RuntimeError("a control call waits without a wait= parameter")


def _waited_for(call: Coroutine[Any, Any, Any]) -> Response:
    """The answer of a call that may wait, in a loop and a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        answer: Response = pool.submit(asyncio.run, call).result()
        return answer


def in_process(config: Config) -> MockServer:
    """A server in this process. Raises MockServerError."""
    app, violations = build(config), ViolationCount()
    app.engine.on_entry = violations.note
    control = ControlClient(URL, transport=DirectTransport(ControlAPI(app)))
    return MockServer(URL, control, Edge(app), violations)
