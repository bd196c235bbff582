"""A connection whose first bytes are looked at, and left where they are, until it is clear what it speaks."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

from mockserver.intercept.head import OPENINGS

END = b"\r\n\r\n"
TLS = 0x16  # the first byte of a handshake
_PAUSE = 0.005  # seconds before a part of a head is looked at again: reading doesn't wait where something is there
_GLANCE = 2.0  # seconds for the beginning of a request line
_LINGER = 1.0  # seconds in which a client may read what it was told last
_SHORT = 32  # bytes that tell a request to a proxy from one to a server


class Gone(OSError):
    """A client that has left."""


class Visitor:
    """An accepted socket. ``address`` is its client's, ``patience`` the seconds that it may take. Raises OSError."""

    def __init__(self, connection: socket.socket, address: str, patience: float) -> None:
        self.socket = connection
        self.address = address
        self._patience = patience
        self._loop = asyncio.get_running_loop()

    async def speaks_tls(self) -> bool:
        async with asyncio.timeout(self._patience):
            return (await self._peek(1))[0] == TLS

    async def asks_a_proxy(self) -> bool:
        """Whether a request begins as one to a proxy; one that comes too slowly doesn't."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE):
                while True:
                    opening = await self._peek(_SHORT)
                    if OPENINGS.match(opening):
                        return True
                    method, space, target = opening.partition(b" ")
                    if (space and target[:1] in (b"/", b"*")) or len(opening) >= _SHORT or not method.isalpha():
                        return False
                    await asyncio.sleep(_PAUSE)
        return False

    async def head(self, limit: int) -> bytes:
        """All bytes up to an empty line; nothing where they are too many."""
        async with asyncio.timeout(self._patience):
            while True:
                data = await self._peek(limit)
                end = data.find(END)
                if end >= 0:
                    return data[: end + len(END)]
                if len(data) >= limit:
                    return b""
                await asyncio.sleep(_PAUSE)

    def take(self, size: int) -> None:
        """Take bytes from the connection that were looked at."""
        self.socket.recv(size)

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self.socket, data)

    async def leave_with(self, data: bytes) -> None:
        """Send the last bytes, and give the client time to read them: closing while it sends would lose them."""
        await self.send(data)
        self.socket.shutdown(socket.SHUT_WR)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                while await self._loop.sock_recv(self.socket, 65_536):
                    pass

    async def _peek(self, size: int) -> bytes:
        """The first bytes that have come, at least one."""
        woken = self._loop.create_future()
        descriptor = self.socket.fileno()
        self._loop.add_reader(descriptor, lambda: None if woken.done() else woken.set_result(None))
        try:
            await woken
        finally:
            self._loop.remove_reader(descriptor)
        data = self.socket.recv(size, socket.MSG_PEEK)
        if not data:
            raise Gone
        return data
