"""Take turns at a sandbox of a Redis that several processes change all the time.

By versions alone whoever is quicker wins each time, and the work of the other one is in vain. So a process that was
overtaken, or hears that others wait, stands in a queue; the turn comes with the document as the one before left it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 100  # milliseconds: as long as a turn lasts at most


class Turns:
    """The turns of one process. ``run`` calls a script about a sandbox, ``ask`` gives a command."""

    def __init__(self, prefix: str, ask: Callable[..., Any], run: Callable[..., Any]) -> None:
        self._ask = ask
        self._run = run
        self.token = os.urandom(8).hex()
        self._stream = f"{prefix}w:{self.token}"

    def take(self, name: str, known: int) -> Sequence[bytes] | None:
        """Wait for the turn, but not for long: version, document and use, where that isn't the known version."""
        outcome, *kept = self._run("turn", name, self.token, known)
        if outcome == b"wait":
            answer = self._ask("XREAD", "COUNT", 1, "BLOCK", PATIENCE, "STREAMS", self._stream, "0")
            kept = answer[0][1][0][1][1::2] if answer else ()
        return kept if len(kept) == 3 else None
