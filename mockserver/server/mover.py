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
    """Decides for one worker which connections go to another one; ``inboxes`` take them there."""

    def __init__(self, edge: Edge, place: Place) -> None:
        self._edge = edge
        self.inboxes = place.inboxes
        self._worker = place.number

    def home_of(self, request: Request) -> int | None:
        """The other worker at which a request's sandbox is at home, if it is contested; None where all may stay."""
        engine = self._edge.app.engine
        if not engine.store.contested.are_any:
            return None
        sandbox = engine.pipeline.arrive(request, "", 0).sandbox
        home = crc32(sandbox.encode()) % len(self.inboxes.of)
        return home if home != self._worker and engine.store.contested.has(sandbox) else None
