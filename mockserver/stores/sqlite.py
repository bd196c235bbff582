"""The store of several processes on one machine: an SQLite file.

Every step is one transaction, which has the file to itself. What this process saw last of a sandbox is kept, so that it
isn't read again where nobody else changed it; each step compares the versions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockserver.stores.base import Codec, Document, Entry, Held, StoreAway, StoreFull
from mockserver.stores.seen import Seen
from mockserver.stores.sqlite_file import StateFile

PAGE = 50
SPARE = 16  # a journal over its bound drops a sixteenth more than it must: often a little costs more than seldom a lot

_FIND = (
    "SELECT every.version, every.bytes, one.id, one.version, one.bytes"
    " FROM sandboxes AS every LEFT JOIN sandboxes AS one ON one.name = ? WHERE every.id = 0"
)
_GET = "SELECT version, last_used, CASE version WHEN ? THEN NULL ELSE document END FROM sandboxes WHERE name = ?"
_ENTRIES = (
    "SELECT number, entry FROM journal WHERE sandbox = (SELECT id FROM sandboxes WHERE name = ?) AND number < ?"
    " ORDER BY number DESC LIMIT ?"
)
_OLDEST_OF = "SELECT number, sandbox, size FROM journal WHERE sandbox = ? AND number < ? ORDER BY number"
_OLDEST = "SELECT number, sandbox, size FROM journal WHERE number < ? ORDER BY number"


class SqliteStore:
    """Sandboxes and journals in a file. ``is_careful`` keeps what was acknowledged through a power cut, too."""

    def __init__(
        self,
        path: Path,
        codec: Codec,
        *,
        most: int,
        journal_bytes: int,
        journal_total: int,
        is_careful: bool = False,
    ) -> None:
        self._codec = codec
        self._most = most
        self._journal_bytes = journal_bytes
        self._journal_total = journal_total
        self._file = StateFile(path, is_careful=is_careful)
        self._execute = self._file.connection.execute
        self._seen = Seen()

    def seen(self, name: str) -> Held | None:
        return self._seen.get(name) or self.get(name)

    def get(self, name: str) -> Held | None:
        old = self._seen.get(name)
        row = self._first(_GET, (old.version if old else 0, name))
        if row is None:
            self._seen.forget(name)
            return None
        version, last_used, packed = row
        if old and packed is None:
            old.last_used = last_used
            return old
        return self._seen.keep(name, Held(self._codec.unpack(packed), version, last_used), len(packed))

    def exchange(
        self, name: str, version: int, document: Document | None, now: int, entry: Entry | None = None
    ) -> int | None:
        packed = b"" if document is None else self._codec.pack(document)
        written = self._codec.pack_entry(entry) if entry is not None else b""
        with self._file:
            done = self._exchange(name, version, document, packed, now, entry, written)
        if done is None or document is None:
            self._seen.forget(name)
        else:
            self._seen.keep(name, Held(document, done, now), len(packed))
        return done

    def _exchange(
        self,
        name: str,
        version: int,
        document: Document | None,
        packed: bytes,
        now: int,
        entry: Entry | None,
        written: bytes,
    ) -> int | None:
        last, total, id, current, size = self._execute(_FIND, (name,)).fetchone()
        if (current or 0) != version:
            return None
        if document is None:
            total -= self._remove([(id, size)]) if id is not None else 0
        elif id is not None:
            change = "UPDATE sandboxes SET version = ?, is_disposable = ?, document = ? WHERE id = ?"
            self._execute(change, (last + 1, document.is_disposable, packed, id))
        else:
            total, size = total - self._make_room(), 0
            fresh = "INSERT INTO sandboxes VALUES (NULL, ?, ?, ?, ?, 0, 0, ?)"
            id = self._execute(fresh, (name, last + 1, document.is_disposable, now, packed)).lastrowid
        if entry is not None and document is not None:
            total = self._write(id, entry, written, now, size, total)
        self._execute("UPDATE sandboxes SET version = ?, bytes = ? WHERE id = 0", (last + 1, total))
        return int(last) + 1

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        written = self._codec.pack_entry(entry)
        with self._file:
            _, total, id, current, size = self._execute(_FIND, (name,)).fetchone()
            is_there = id is not None and version in (None, current)
            if is_there:
                total = self._write(id, entry, written, now, size, total)
                self._execute("UPDATE sandboxes SET bytes = ? WHERE id = 0", (total,))
        if not is_there:
            self._seen.forget(name)
        return is_there

    def _write(self, id: int, entry: Entry, written: bytes, now: int, size: int, total: int) -> int:
        """Add an entry to a journal of ``size`` bytes, and how many bytes all journals then have."""
        insert = "INSERT INTO journal VALUES (NULL, ?, ?, ?, ?)"
        number = self._execute(insert, (id, entry.size, entry.id, written)).lastrowid
        used = "UPDATE sandboxes SET last_used = ?, bytes = ? WHERE id = ?"
        self._execute(used, (now, size + entry.size, id))
        total += entry.size
        if size + entry.size > self._journal_bytes:
            excess = size + entry.size - self._journal_bytes + self._journal_bytes // SPARE
            total -= self._shorten(_OLDEST_OF, (id, number), excess)
        if total > self._journal_total:
            total -= self._shorten(_OLDEST, (number,), total - self._journal_total + self._journal_total // SPARE)
        return total

    def _shorten(self, oldest: str, parameters: tuple[int | None, ...], excess: int) -> int:
        """Drop the oldest entries until so many bytes are gone, or nothing is left to drop; how many bytes went."""
        freed = 0
        going: list[tuple[int]] = []
        of: dict[int, tuple[int, int]] = {}  # bytes and entries, by sandbox
        for number, sandbox, size in self._execute(oldest, parameters):
            going.append((number,))
            freed += size
            size_of, count = of.get(sandbox, (0, 0))
            of[sandbox] = (size_of + size, count + 1)
            if freed >= excess:
                break
        self._file.connection.executemany("DELETE FROM journal WHERE number = ?", going)
        drop = "UPDATE sandboxes SET bytes = bytes - ?, dropped = dropped + ? WHERE id = ?"
        self._file.connection.executemany(drop, [(*lost, sandbox) for sandbox, lost in of.items()])
        return freed

    def _make_room(self) -> int:
        """Drop the twentieth of the sandboxes that was longest unused, of those with nothing to lose, if need be."""
        if self._execute("SELECT count(*) FROM sandboxes").fetchone()[0] - 1 < self._most:
            return 0
        idle = "SELECT id, bytes FROM sandboxes WHERE is_disposable ORDER BY last_used, id LIMIT ?"
        going = self._execute(idle, (max(1, self._most // 20),)).fetchall()
        if not going:
            raise StoreFull(self._most)
        return self._remove(going)

    def _remove(self, going: list[tuple[int, int]]) -> int:
        """Remove sandboxes, of so many bytes of journal each; how many bytes went."""
        for id, _ in going:
            self._execute("DELETE FROM journal WHERE sandbox = ?", (id,))
            self._execute("DELETE FROM sandboxes WHERE id = ?", (id,))
        return sum(size for _, size in going)

    def names(self) -> list[str]:
        return [name for (name,) in self._all("SELECT name FROM sandboxes WHERE id > 0 ORDER BY id")]

    def entries(self, name: str) -> Iterator[Any]:
        before = 2**62
        while page := self._all(_ENTRIES, (name, before, PAGE)):
            for number, written in page:
                before = number
                yield self._codec.unpack_entry(written)

    def dropped(self, name: str) -> int:
        row = self._first("SELECT dropped FROM sandboxes WHERE name = ?", (name,))
        return row[0] if row else 0

    def entry(self, id: str) -> Any | None:
        row = self._first("SELECT entry FROM journal WHERE id = ?", (id,))
        return self._codec.unpack_entry(row[0]) if row else None

    def clear(self, name: str) -> None:
        with self._file:
            _, _, id, _, size = self._execute(_FIND, (name,)).fetchone()
            if id is not None:
                self._execute("DELETE FROM journal WHERE sandbox = ?", (id,))
                self._execute("UPDATE sandboxes SET bytes = 0, dropped = 0 WHERE id = ?", (id,))
                self._execute("UPDATE sandboxes SET bytes = bytes - ? WHERE id = 0", (size,))

    def count(self) -> int:
        return int(self._first("SELECT count(*) - 1 FROM sandboxes")[0])

    def close(self) -> None:
        self._file.close()

    def _first(self, query: str, parameters: tuple[Any, ...] = ()) -> Any:
        rows = self._all(query, parameters)
        return rows[0] if rows else None

    def _all(self, query: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreAway(str(error)) from None
