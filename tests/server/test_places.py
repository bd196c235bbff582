"""What workers know of each other: where each takes the connections that the others send it."""

from __future__ import annotations

import socket

from mockserver.server.places import Inboxes


def test_an_inbox_that_is_full_takes_nothing_more():
    inboxes = Inboxes(2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sent = 0
        while inboxes.send(1, listener.fileno(), b"request"):
            sent += 1
            assert sent < 10_000
        for _ in range(sent):
            received = inboxes.receive(1)
            assert received is not None
            carried, data = received
            with carried:
                assert (carried.getsockname(), data) == (listener.getsockname(), b"request")
        assert inboxes.receive(1) is None
        assert inboxes.receive(0) is None
        assert inboxes.send(1, listener.fileno(), b"again")
        received = inboxes.receive(1)
        assert received is not None
        received[0].close()
    assert not inboxes.send(1, listener.fileno(), b"of a connection that is closed")
    inboxes.close()
