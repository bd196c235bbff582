"""How many requests with violations a server has had, where the processes of its tests can read it without a call."""

from __future__ import annotations

import os
import tempfile
import threading
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.sandbox.journal import Entry

_SIZE = 8


class ViolationCount:
    """A count in a buffer: of this process, or a mapped file that the server writes and others read.

    It is counted before a request is answered. So whoever has an answer and finds the count as it was before knows that
    nothing broke the contract.
    """

    def __init__(self, buffer: bytearray | mmap | None = None) -> None:
        self._buffer = buffer if buffer is not None else bytearray(_SIZE)
        self._lock = threading.Lock()

    @classmethod
    def in_file(cls, file: Path) -> ViolationCount:
        """The count that a file holds, which ``new_count_file`` has made. Raises OSError."""
        with file.open("r+b") as opened:
            return cls(mmap(opened.fileno(), _SIZE))

    @property
    def value(self) -> int:
        return int.from_bytes(self._buffer[:_SIZE], "little")

    def note(self, entry: Entry) -> None:
        """Count an entry that has violations."""
        if entry.violations:
            with self._lock:
                self._buffer[:_SIZE] = (self.value + 1).to_bytes(_SIZE, "little")

    def flush(self) -> None:
        """Nothing waits."""


def new_count_file() -> Path:
    """A file with a count of none; whoever asks for it deletes it."""
    descriptor, name = tempfile.mkstemp(prefix="mockserver-", suffix=".count")
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(bytes(_SIZE))
    return Path(name)
