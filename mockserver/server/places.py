"""What the workers of one server know of each other. All of it is made before they are forked."""

from __future__ import annotations

import mmap
import socket
from struct import Struct
from typing import NamedTuple

LONGEST = 65_536  # bytes of a request that is sent with its connection
_COUNT = Struct("=Q")


class Shares:
    """How many connections each worker has, in memory that all of them see."""

    def __init__(self, workers: int) -> None:
        self._places = range(0, workers * _COUNT.size, _COUNT.size)
        self._memory = mmap.mmap(-1, workers * _COUNT.size)

    def note(self, worker: int, count: int) -> None:
        _COUNT.pack_into(self._memory, self._places[worker], count)

    def least(self) -> int:
        return int(min(_COUNT.unpack_from(self._memory, place)[0] for place in self._places))


class Inboxes:
    """Where each worker takes the connections that others send it."""

    def __init__(self, workers: int) -> None:
        self._pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(workers)]
        for pair in self._pairs:
            for end in pair:
                end.setblocking(False)
        self.of = [inbox for inbox, _ in self._pairs]

    def close(self) -> None:
        for pair in self._pairs:
            for end in pair:
                end.close()

    def send(self, worker: int, connection: int, data: bytes) -> bool:
        """Send a worker a connection, by its descriptor, with the request that came; False where that can't be now."""
        try:
            socket.send_fds(self._pairs[worker][1], [data], [connection])
        except OSError:  # many are on their way to it, or the system takes no request of that size
            return False
        return True

    def receive(self, worker: int) -> tuple[socket.socket, bytes] | None:
        """A connection that was sent to a worker, with the request."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.of[worker], LONGEST, 1)
        except OSError:  # nothing is there after all, or this process has no descriptor left: then it is closed
            return None
        return (socket.socket(fileno=descriptors[0]), data) if descriptors else None


class Place(NamedTuple):
    """A worker's number, and what it knows of the others."""

    number: int
    shares: Shares
    inboxes: Inboxes
