"""Take connections for the vendors' hosts in this process, and pass them to a server, each led to a sandbox.

It runs in a thread of its own, so that a test may block, or run whatever loop it likes.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from asyncio import Transport
from collections.abc import Iterable
from typing import Any, cast

from mockserver.intercept import authority, certificates
from mockserver.intercept.gate import Gate, Policy
from mockserver.intercept.insertion import HeaderInserter

DEFAULT_SANDBOX = "X-Mock-Default-Sandbox"
Connections = set[Transport]
_RESET = struct.pack("ii", 1, 0)


class Relay:
    """Listens for a sandbox at a time, with certificates of one authority. ``server`` is the server's address."""

    def __init__(self, hosts: Iterable[str], server: tuple[str, int]) -> None:
        self._hosts = frozenset(hosts)
        self._server = server
        self._authority = authority.create(self._hosts, None, days=None)
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mockserver-relay", daemon=True)
        self._thread.start()

    @property
    def certificate(self) -> str:
        """The certificate to trust, as PEM."""
        return self._authority.pem.decode()

    def open(self, sandbox: str) -> Port:
        """A port whose connections are led to a sandbox."""
        listener = socket.create_server(("127.0.0.1", 0))
        port: Port = self._call(self._open(listener, sandbox))
        return port

    async def _open(self, listener: socket.socket, sandbox: str) -> Port:
        connections: Connections = set()
        gate = Gate(
            Policy(self._hosts, lead=sandbox),
            lambda lead: ClientSide(self._server, lead, connections),
            lambda host: self._authority.server_context({*self._hosts, *certificates.LOCAL}, host),
        )
        gate.open([listener])
        return Port(asyncio.get_running_loop(), gate, listener, connections)

    def close(self) -> None:
        """End the thread, with all connections."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


class Port:
    """Where the connections of one sandbox go, until it is closed."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, gate: Gate, listener: socket.socket, connections: Connections
    ) -> None:
        self._loop = loop
        self._connections = connections
        self._gate = gate
        self._listener = listener
        self.address: tuple[str, int] = listener.getsockname()

    def close(self) -> None:
        """Drop its connections: a client that keeps one finds it closed, and doesn't talk to the mock server later."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._listener.close()

    async def _close(self) -> None:
        self._gate.close()
        await asyncio.sleep(0)  # what was being decided on ends
        for transport in tuple(self._connections):
            transport.abort()
        while self._connections:
            await asyncio.sleep(0)


class ClientSide(asyncio.Protocol):
    """A client's connection; what it sends goes on when the server has been reached."""

    def __init__(self, server: tuple[str, int], sandbox: str, connections: Connections) -> None:
        self._server = server
        self._connections = connections
        self._inserter = HeaderInserter(DEFAULT_SANDBOX, sandbox)
        self._upstream: Transport | None = None
        self._early = bytearray()
        self.transport: Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(Transport, transport)
        self._connections.add(self.transport)
        self.transport.pause_reading()
        self._task = asyncio.get_running_loop().create_task(self._reach())

    async def _reach(self) -> None:
        assert self.transport is not None
        try:
            loop = asyncio.get_running_loop()
            upstream, _ = await loop.create_connection(lambda: ServerSide(self, self._connections), *self._server)
        except OSError:
            self.transport.abort()
            return
        if self.transport.is_closing():
            upstream.close()
            return
        self._upstream = upstream
        upstream.write(bytes(self._early))
        self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        passed = self._inserter.feed(data)
        if self._upstream is None:
            self._early += passed  # a part that came before reading was paused
        else:
            self._upstream.write(passed)

    def eof_received(self) -> bool:
        if self._upstream is not None and self._upstream.can_write_eof():
            self._upstream.write_eof()
        return self.transport is not None and self.transport.get_extra_info("sslcontext") is None

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport is not None:
            self._connections.discard(self.transport)
        if self._upstream is not None:
            self._upstream.close()

    def pause_writing(self) -> None:
        if self._upstream is not None:
            self._upstream.pause_reading()

    def resume_writing(self) -> None:
        if self._upstream is not None:
            self._upstream.resume_reading()


class ServerSide(asyncio.Protocol):
    """The server's end of a client's connection: what it answers goes back, and how it ends too."""

    def __init__(self, client: ClientSide, connections: Connections) -> None:
        assert client.transport is not None
        self._client: Transport = client.transport
        self._connections = connections
        self._transport: Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(Transport, transport)
        self._connections.add(self._transport)

    def data_received(self, data: bytes) -> None:
        if not self._client.is_closing():
            self._client.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._connections.discard(self._transport)
        if exc is not None:  # a reset: nothing less goes on
            self._client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._client.abort()
        else:
            self._client.close()

    def pause_writing(self) -> None:
        self._client.pause_reading()

    def resume_writing(self) -> None:
        self._client.resume_reading()
