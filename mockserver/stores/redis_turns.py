"""Take turns at a sandbox of a Redis that several processes change all the time.

By versions alone whoever is quicker wins each time, and the work of the other one is in vain. So a process that was
overtaken, or hears that others wait, stands in a queue; the turn comes with the document as the one before left it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

LASTING = 1.0  # seconds for which a sandbox is held to be contested after the last sign of it
PATIENCE = 100  # milliseconds: as long as a turn lasts at most
_MOST = 1000  # contested sandboxes


class Turns:
    """The turns of one process. ``run`` calls a script about a sandbox, ``ask`` gives a command."""

    def __init__(self, prefix: str, ask: Callable[..., Any], run: Callable[..., Any]) -> None:
        self._ask = ask
        self._run = run
        self._contested: dict[str, float] = {}  # until when, by sandbox
        self._until = 0.0  # of all
        self.token = os.urandom(8).hex()
        self._stream = f"{prefix}w:{self.token}"

    def contest(self, name: str) -> None:
        """Note that others change a sandbox too."""
        if len(self._contested) >= _MOST:
            self._contested.clear()
        self._contested[name] = self._until = time.monotonic() + LASTING

    @property
    def are_needed(self) -> bool:
        """Whether any sandbox is contested."""
        return self._until > 0 and time.monotonic() < self._until

    def is_contested(self, name: str) -> bool:
        if not self._contested:
            return False
        return self._contested.get(name, 0.0) > time.monotonic()

    def take(self, name: str, known: int) -> Sequence[bytes] | None:
        """Wait for the turn, but not for long: version, document and use, where that isn't the known version."""
        outcome, *kept = self._run("turn", name, self.token, known)
        if outcome == b"wait":
            answer = self._ask("XREAD", "COUNT", 1, "BLOCK", PATIENCE, "STREAMS", self._stream, "0")
            kept = answer[0][1][0][1][1::2] if answer else ()
        return kept if len(kept) == 3 else None
