"""Move a connection to the worker at which its sandbox is at home, where several workers change that sandbox.

Workers that change one sandbox in turn read each time what the other one left, and wait for each other. So once a
worker sees that happen, its connections for the sandbox go on at its home, from the next request on: the operating
system hands an open connection from process to process. Nobody depends on it: where a connection stays, the store sees
to it that each change counts once.
"""

from __future__ import annotations

from zlib import crc32

from mockserver.http import Request
from mockserver.server.edge import Edge
from mockserver.server.places import Place


class Mover:
    """Decides for one worker which connections go to another one, and sends them there."""

    def __init__(self, edge: Edge, place: Place) -> None:
        self._edge = edge
        self._inboxes = place.inboxes
        self._worker = place.number

    def moves(self, request: Request, connection: int, data: bytes) -> bool:
        """Send a connection to another worker, if a sandbox that is contested is at home there."""
        engine = self._edge.app.engine
        if not engine.store.contested.are_any:
            return False
        sandbox = engine.pipeline.arrive(request, "", 0).sandbox
        home = crc32(sandbox.encode()) % len(self._inboxes.of)
        if home == self._worker or not engine.store.contested.has(sandbox):
            return False
        return self._inboxes.send(home, connection, data)
