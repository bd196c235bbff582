"""Workers on one socket: each gets its share of the connections, and one that doesn't come is waited for briefly."""

from __future__ import annotations

import asyncio
import socket
from asyncio import Protocol, Transport
from collections.abc import Iterator

import pytest

from mockserver.server.acceptor import Acceptor
from mockserver.server.places import Inboxes, Place, Shares


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


class Worker:
    """What a worker is here: an acceptor, and the connections that it has."""

    def __init__(self, shares: Shares, number: int) -> None:
        self.listener: socket.socket | None = None
        self.connections: set[Protocol] = set()
        self.inboxes = Inboxes(number + 1)
        self.acceptor = Acceptor(self._connect, self.connections, Place(number, shares, self.inboxes))

    def open(self, listener: socket.socket) -> None:
        self.listener = listener.dup()  # as a process of its own has it
        self.acceptor.open([self.listener])

    def close(self) -> None:
        self.acceptor.close()
        self.inboxes.close()
        if self.listener is not None:
            self.listener.close()

    def _connect(self, carried: bytes | None) -> Protocol:
        worker = self

        class Connection(Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                assert isinstance(transport, Transport)
                self.transport = transport
                worker.connections.add(self)

            def connection_lost(self, exc: Exception | None) -> None:
                worker.connections.discard(self)

        return Connection()


def connected(listener: socket.socket, count: int) -> list[socket.socket]:
    return [socket.create_connection(listener.getsockname()) for _ in range(count)]


async def settled(workers: list[Worker], count: int) -> list[int]:
    """How many connections each worker has, once they have so many together."""
    while sum(len(worker.connections) for worker in workers) != count:
        await asyncio.sleep(0.001)
    return [len(worker.connections) for worker in workers]


def test_connections_that_come_together_are_shared(listener: socket.socket):
    async def run() -> list[int]:
        shares = Shares(3)
        workers = [Worker(shares, number) for number in range(3)]
        clients = connected(listener, 12)
        for worker in workers:
            worker.open(listener)
        found = await settled(workers, 12)
        for client in clients:
            client.close()
        await settled(workers, 0)
        for worker in workers:
            worker.close()
        return found

    assert max(asyncio.run(run())) <= 6  # four each, unless one of them was slow to come


def test_who_has_more_takes_what_nobody_else_takes(listener: socket.socket):
    async def run() -> list[int]:
        worker = Worker(Shares(2), 0)  # of the other one nothing is heard
        worker.open(listener)
        clients = connected(listener, 5)
        found = await settled([worker], 5)
        for client in clients:
            client.close()
        await settled([worker], 0)
        worker.close()
        return found

    assert asyncio.run(run()) == [5]


def test_one_that_has_closed_takes_nothing_more(listener: socket.socket):
    async def run() -> list[int]:
        shares = Shares(2)
        first, second = (Worker(shares, number) for number in range(2))
        shares.note(0, 3)
        first.open(listener)
        first.acceptor.close()
        assert shares.least() == 0
        second.open(listener)
        (client,) = connected(listener, 1)
        found = await settled([first, second], 1)
        client.close()
        await settled([first, second], 0)
        first.close()
        second.close()
        return found

    assert asyncio.run(run()) == [0, 1]
