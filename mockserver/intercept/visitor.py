"""A connection whose first bytes are looked at, and left where they are, until it is clear what it speaks."""

from __future__ import annotations

import asyncio
import socket

END = b"\r\n\r\n"
TLS = 0x16  # the first byte of a handshake
_PAUSE = 0.005  # seconds before a part of a head is looked at again


class Gone(OSError):
    """A client that has left."""


class Visitor:
    """An accepted socket. ``address`` is its client's."""

    def __init__(self, connection: socket.socket, address: str) -> None:
        self.socket = connection
        self.address = address
        self._loop = asyncio.get_running_loop()

    async def opening(self, size: int = 32) -> bytes:
        """The first bytes that have come, at least one. Raises OSError."""
        await self._readable()
        data = self.socket.recv(size, socket.MSG_PEEK)
        if not data:
            raise Gone
        return data

    async def head(self, limit: int) -> bytes:
        """All bytes up to an empty line, taken from the connection; nothing where they are too many. Raises OSError."""
        seen = 0
        while True:
            data = await self.opening(limit)
            end = data.find(END)
            if end >= 0:
                return self.socket.recv(end + len(END))
            if len(data) >= limit:
                return b""
            if len(data) == seen:  # reading doesn't wait where something is there already
                await asyncio.sleep(_PAUSE)
            seen = len(data)

    async def send(self, data: bytes) -> None:
        await self._loop.sock_sendall(self.socket, data)

    async def _readable(self) -> None:
        woken = self._loop.create_future()
        descriptor = self.socket.fileno()
        self._loop.add_reader(descriptor, lambda: None if woken.done() else woken.set_result(None))
        try:
            await woken
        finally:
            self._loop.remove_reader(descriptor)
