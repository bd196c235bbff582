"""The server in a thread of the tests' own process, on any event loop, with or without TLS."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from mockserver.app import App, build
from mockserver.config import Config
from mockserver.http import Delivery, Request, Response
from mockserver.server.edge import Edge
from mockserver.server.run import Server, connections, uvicorn_config
from tests.support.processes import PATIENCE

_DELIVERY = b"x-test-delivery"


@dataclass
class Threaded:
    """A running server. ``deliveries`` are those that a request may ask for by ``X-Test-Delivery: NAME``."""

    app: App
    server: Server
    host: str
    port: int
    tls: ssl.SSLContext | None
    deliveries: dict[str, Delivery] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def connect(self, timeout: float = PATIENCE) -> socket.socket:
        """A connection, with TLS where the server has that."""
        plain = socket.create_connection((self.host, self.port), timeout=timeout)
        return self.tls.wrap_socket(plain, server_hostname="localhost") if self.tls else plain

    def exchange(self, sent: bytes) -> bytes:
        """All that comes back over a connection of its own, until the server ends it."""
        with closing(self.connect()) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that it runs on."""
        return self.server.servers[0].get_loop()

    def is_idle(self) -> bool:
        """Whether no request is under way and no connection open."""
        return not self.server.server_state.tasks and not self.server.server_state.connections


@contextmanager
def threaded(
    *, app: App | None = None, certificates: tuple[ssl.SSLContext, ssl.SSLContext] | None = None, **settings: Any
) -> Iterator[Threaded]:
    """A server for a block; ``settings`` are uvicorn's, ``certificates`` the server's and the client's."""
    app = app or build(Config(vendor=("postpress", "linkedapi"), max_body=1000))
    config = _with(uvicorn_config(Edge(app)), settings)
    app.can_break_connections = config.http is connections()
    listening = threading.Event()
    server = Server(config, listening.set, None)
    if certificates:
        config.load()
        config.ssl = certificates[0]
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        found = Threaded(app, server, "127.0.0.1", listener.getsockname()[1], certificates[1] if certificates else None)
        _deliver_as_asked(app, found.deliveries)
        config.app.use(app)  # type: ignore[union-attr]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert listening.wait(PATIENCE)
            yield found
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            app.engine.store.close()
    assert not thread.is_alive()


def _with(config: uvicorn.Config, settings: dict[str, Any]) -> uvicorn.Config:
    """The configuration of ``serve``, some of its settings changed."""
    for name, value in settings.items():
        assert hasattr(config, name)
        setattr(config, name, value)
    return config


def _deliver_as_asked(app: App, deliveries: dict[str, Delivery]) -> None:
    """Let a header of a request say how its answer is delivered."""
    respond = app.engine.respond

    def asked(request: Request, wall_ms: int) -> Response:
        response = respond(request, wall_ms)
        name = next((value.decode() for key, value in request.headers if key == _DELIVERY), "")
        if name:
            response.delivery = deliveries[name]
        return response

    app.engine.respond = asked  # type: ignore[method-assign]


def steady(received: bytes) -> bytes:
    """Answers without what differs between two servers."""
    received = re.sub(rb"req_[0-9a-f]+", b"ID", received)
    return re.sub(rb"(date: )[^\r]+", rb"\1DATE", received)


async def spin(times: int = 5) -> None:
    """Let the event loop go round a few times."""
    for _ in range(times):
        await asyncio.sleep(0)


def arm(url: str, sandbox: str, wish: dict[str, Any]) -> None:
    answer = httpx.post(f"{url}/_mock/sandboxes/{sandbox}/faults", json={"vendor": "postpress", **wish})
    assert answer.status_code == 201, answer.text


def fired(url: str, sandbox: str) -> int:
    return sum(fault["fired"] for fault in httpx.get(f"{url}/_mock/sandboxes/{sandbox}/faults").json()["faults"])
