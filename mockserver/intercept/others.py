"""Count the connections to other hosts than those that are taken, in a file: each process adds lines, preloads too."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

FILE = "others"
_MOST = 100_000  # lines that one process writes: a loop that asks for ever fills no disk


def not_taken(host: str) -> str:
    """Why a connection to another host is refused."""
    return f"{host} is not one of the intercepted hosts (--others pass lets it through)"


class OtherHosts:
    """The hosts, by name, that somebody wanted to reach."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._left = _MOST

    def note(self, host: str) -> None:
        """Count a connection to a host."""
        if self._left <= 0:
            return
        self._left -= 1
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{host}\n".encode())
        finally:
            os.close(descriptor)

    def counts(self) -> dict[str, int]:
        """How many connections each host was wanted for, the most wanted first."""
        try:
            lines = self._file.read_text().splitlines()
        except FileNotFoundError:
            return {}
        return dict(Counter(lines).most_common())

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)
