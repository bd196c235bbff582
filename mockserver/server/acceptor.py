"""Accept connections of a socket that several workers share, so that each gets about as many as the others.

By themselves, whoever wakes first takes all that wait: a client with sixteen connections has one worker for them then.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from asyncio import Protocol
from collections.abc import Callable, Sequence, Set

from mockserver.server.places import Place

log = logging.getLogger("mockserver")

PATIENCE = 0.01  # seconds that a worker gives those who have fewer connections; in vain, half as many the next time
_OUT_OF_FILES = 1.0  # seconds before accepting again


class Acceptor:
    """Accepts for one worker, one connection a turn of the loop; who has more than another one lets that one go first.

    ``connections`` are those that are open; they are made by ``connect``, with the request that came on them elsewhere.
    """

    def __init__(self, connect: Callable[[bytes | None], Protocol], connections: Set[Protocol], place: Place) -> None:
        self._connect = connect
        self._connections = connections
        self._shares = place.shares
        self._inboxes = place.inboxes
        self._worker = place.number
        self._loop = asyncio.get_running_loop()
        self._listeners: Sequence[socket.socket] = ()
        self._begun: dict[Protocol, asyncio.Task[None]] = {}  # connections that aren't open yet
        self._patience = PATIENCE

    def open(self, listeners: Sequence[socket.socket]) -> None:
        """Begin to accept, also what other workers send."""
        self._listeners = listeners
        self._loop.add_reader(self._inboxes.of[self._worker].fileno(), self._receive)
        for listener in listeners:
            listener.setblocking(False)
            self._watch(listener)

    def close(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener.fileno())
        self._listeners = ()
        self._loop.remove_reader(self._inboxes.of[self._worker].fileno())
        self._shares.note(self._worker, 0)

    def _watch(self, listener: socket.socket) -> None:
        if listener in self._listeners:
            self._loop.add_reader(listener.fileno(), self._come, listener)

    def _come(self, listener: socket.socket) -> None:
        """Accept what waits there, unless another worker should."""
        if self._note() > self._shares.least():
            self._loop.call_later(self._patience, self._accept, listener)
            self._rest(listener, self._patience)
            self._patience /= 2
        else:
            self._patience = PATIENCE
            self._accept(listener)

    def _note(self) -> int:
        """Tell the other workers how many connections this one has."""
        own = len(self._begun.keys() | self._connections)
        self._shares.note(self._worker, own)
        return own

    def _rest(self, listener: socket.socket, seconds: float) -> None:
        self._loop.remove_reader(listener.fileno())
        self._loop.call_later(seconds, self._watch, listener)

    def _accept(self, listener: socket.socket) -> None:
        if listener not in self._listeners:
            return
        try:
            accepted, _ = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):  # another worker was there before
            self._patience = PATIENCE
            return
        except OSError as error:
            log.warning("no connection can be accepted: %s", error)
            self._rest(listener, _OUT_OF_FILES)
            return
        self._take(accepted)

    def _receive(self) -> None:
        """Take a connection that another worker has sent."""
        received = self._inboxes.receive(self._worker)
        if received is not None:
            self._take(*received)

    def _take(self, accepted: socket.socket, carried: bytes | None = None) -> None:
        """Serve a connection; ``carried`` is the request that came on it at another worker."""
        accepted.setblocking(False)
        connection = self._connect(carried)
        self._begun[connection] = self._loop.create_task(self._begin(connection, accepted))
        self._note()

    async def _begin(self, connection: Protocol, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: connection, accepted)
        except OSError:  # it has gone
            accepted.close()
        finally:
            del self._begun[connection]
