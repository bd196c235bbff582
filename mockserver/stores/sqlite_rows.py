"""The rows of sandboxes in an SQLite file, and their parts. Whoever changes them has the file to itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from mockserver.stores.base import Parts, StoreFull
from mockserver.stores.sqlite_journal import NEWEST, SqliteJournal

Place = Sequence[Any]
"""A sandbox's row, its version, the bytes of its journal, its parts."""

Found = tuple[int | None, int, int, str, int]
"""A sandbox's row, its version, the bytes of its journal, its parts; and the number of the newest entry of all."""

_FIND = f"SELECT id, version, bytes, parts, {NEWEST} FROM sandboxes WHERE name = ?"  # noqa: S608 - no text from outside
_FIND_ALL = f"SELECT name, {NEWEST}, id, version, bytes, parts FROM sandboxes WHERE name IN (%s)"  # noqa: S608
_CHANGE = "UPDATE sandboxes SET version = ?, is_disposable = ?, parts = ?, document = ? WHERE id = ?"
_USE = "UPDATE sandboxes SET last_used = ?, bytes = ? WHERE id = ?"
_CHANGE_AND_USE = (
    "UPDATE sandboxes"
    " SET version = ?, is_disposable = ?, parts = ?, document = ?, last_used = ?, bytes = ? WHERE id = ?"
)
_HOLD = "INSERT INTO parts VALUES (?, 1, ?) ON CONFLICT (digest) DO UPDATE SET holders = holders + 1"
_IDLE = "SELECT id, version, parts FROM sandboxes WHERE is_disposable ORDER BY last_used, id LIMIT ?"


class SandboxRows:
    """``most`` sandboxes, each in a row."""

    def __init__(self, connection: sqlite3.Connection, journal: SqliteJournal, most: int) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._journal = journal
        self._most = most

    def find(self, name: str) -> Found:
        return self._execute(_FIND, (name,)).fetchone() or (None, 0, 0, "", self._journal.newest())

    def find_all(self, names: Collection[str]) -> tuple[dict[str, Place], int]:
        """The rows of sandboxes that are there, by name, and the number of the newest entry of all."""
        rows = self._execute(_FIND_ALL % ",".join("?" * len(names)), (*names,)).fetchall()
        return {name: place for name, _, *place in rows}, rows[0][1] if rows else 0

    def change(
        self, id: int, version: int, document: tuple[bool, bytes, Parts], holds: str, use: tuple[int, int] | None = None
    ) -> None:
        """Write a document into a row that held these parts; and when it is used, and the bytes of its journal."""
        is_disposable, packed, parts = document
        digests = " ".join(sorted(parts))
        if digests != holds:
            self._hold(parts, holds.split())
        if use is None:
            self._execute(_CHANGE, (version, is_disposable, digests, packed, id))
        else:
            self._execute(_CHANGE_AND_USE, (version, is_disposable, digests, packed, *use, id))

    def use(self, id: int, now: int, size: int) -> None:
        """Note when a sandbox is used, and the bytes of its journal."""
        self._execute(_USE, (now, size, id))

    def add(self, name: str, now: int) -> tuple[int, int]:
        """A new row, yet empty, after one that made room; its number, and a version that no sandbox of its name had."""
        self._make_room()
        (last,) = self._execute("SELECT version FROM sandboxes WHERE id = 0").fetchone()
        fresh = "INSERT INTO sandboxes VALUES (NULL, ?, ?, 0, ?, 0, 0, '', x'')"
        return self._execute(fresh, (name, last, now)).lastrowid or 0, last

    def _make_room(self) -> None:
        """Drop the twentieth of the sandboxes that was longest unused, of those with nothing to lose, if need be."""
        if self._execute("SELECT count(*) FROM sandboxes").fetchone()[0] - 1 < self._most:
            return
        idle_ones = self._execute(_IDLE, (max(1, self._most // 20),)).fetchall()
        if not idle_ones:
            raise StoreFull(self._most)
        for one in idle_ones:
            self.remove(*one)

    def remove(self, id: int, version: int, holds: str) -> None:
        self._hold({}, holds.split())
        self._journal.empty(id)
        self._execute("UPDATE sandboxes SET version = max(version, ?) WHERE id = 0", (version,))
        self._execute("DELETE FROM sandboxes WHERE id = ?", (id,))

    def _hold(self, parts: Parts, holds: Sequence[str]) -> None:
        """Hold a document's parts, and let go of those that it held before."""
        self._executemany(_HOLD, parts.items())
        let_go = [(digest,) for digest in holds]
        self._executemany("UPDATE parts SET holders = holders - 1 WHERE digest = ?", let_go)
        self._executemany("DELETE FROM parts WHERE digest = ? AND holders = 0", let_go)
