"""Copy the log of an SQLite file into the file, beside the requests: by itself SQLite does so within one of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Thread

EVERY = 500  # steps of this process; each adds about five to twenty pages to the log
LONG = 1000  # pages: a shorter log isn't worth anybody's waiting


class Checkpoints:
    """The checkpoints of one file, each in a thread of its own. ``alone`` keeps all others from writing.

    Most of the log is copied, and waited for until it is on the disk, while requests go on. What they wrote meanwhile
    is little: it is copied while nobody writes, so that the log begins again from its start.
    """

    def __init__(self, path: Path, alone: Callable[[], AbstractContextManager[object]]) -> None:
        self._path = path
        self._alone = alone
        self._steps = 0
        self._thread: Thread | None = None

    def count(self) -> None:
        """Note a step, after which a checkpoint may be due."""
        self._steps += 1
        if self._steps >= EVERY and not (self._thread and self._thread.is_alive()):
            self._steps = 0
            self._thread = Thread(target=self._run, name="mockserver-checkpoint", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Wait for the one that is under way."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with suppress(sqlite3.Error, OSError):  # a log that stays long is copied by SQLite itself
            connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=rw", timeout=0, uri=True)
            try:
                if _copied(connection) > LONG:
                    with self._alone():
                        _copied(connection)
            finally:
                connection.close()


def _copied(connection: sqlite3.Connection) -> int:
    """Copy what no reader needs any more; the pages in the log, -1 where there is none."""
    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
