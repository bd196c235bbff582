"""Accept connections of a socket that several workers share, so that each gets about as many as the others.

By themselves, whoever wakes first takes all that wait: a client with sixteen connections has one worker for them then.
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import socket
from asyncio import Protocol
from collections.abc import Callable, Sequence, Set
from struct import Struct

log = logging.getLogger("mockserver")

PATIENCE = 0.01  # seconds that a worker gives those who have fewer connections; in vain, half as many the next time
_OUT_OF_FILES = 1.0  # seconds before accepting again
_COUNT = Struct("=Q")


class Shares:
    """How many connections each worker has, in memory that all of them see. Made before they are forked."""

    def __init__(self, workers: int) -> None:
        self._places = range(0, workers * _COUNT.size, _COUNT.size)
        self._memory = mmap.mmap(-1, workers * _COUNT.size)

    def note(self, worker: int, count: int) -> None:
        _COUNT.pack_into(self._memory, self._places[worker], count)

    def least(self) -> int:
        return int(min(_COUNT.unpack_from(self._memory, place)[0] for place in self._places))


class Acceptor:
    """Accepts for one worker, one connection a turn of the loop; who has more than another one lets that one go first.

    ``connections`` are those that are open; they are made by ``connect``.
    """

    def __init__(
        self, connect: Callable[[], Protocol], connections: Set[Protocol], shares: Shares, worker: int
    ) -> None:
        self._connect = connect
        self._connections = connections
        self._shares = shares
        self._worker = worker
        self._loop = asyncio.get_running_loop()
        self._listeners: Sequence[socket.socket] = ()
        self._begun: dict[Protocol, asyncio.Task[None]] = {}  # connections that aren't open yet
        self._patience = PATIENCE

    def open(self, listeners: Sequence[socket.socket]) -> None:
        self._listeners = listeners
        for listener in listeners:
            listener.setblocking(False)
            self._watch(listener)

    def close(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener.fileno())
        self._listeners = ()
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
        accepted.setblocking(False)
        connection = self._connect()
        self._begun[connection] = self._loop.create_task(self._begin(connection, accepted))
        self._note()

    async def _begin(self, connection: Protocol, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: connection, accepted)
        except OSError:  # it has gone
            accepted.close()
        finally:
            del self._begun[connection]
