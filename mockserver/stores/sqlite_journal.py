"""The journals in an SQLite file, and what was in them. Whoever changes them has the file to itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from mockserver.stores.base import Entry

PAGE = 50
SPARE = 16  # a journal over its bound drops a sixteenth more than it must: often a little costs more than seldom a lot
EVERY = 128  # a process counts up all journals after a 128th of their bound at the soonest

NEWEST = "(SELECT max(version, ifnull((SELECT max(number) FROM journal), 0)) FROM sandboxes WHERE id = 0)"
"""The number of the newest entry there was, also where it is gone: numbers never come again."""
_ADD = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)"  # as a SELECT it would keep pages to be able to turn back
_AMEND = "UPDATE journal SET kind = ?, entry = ? WHERE id = ? AND sandbox = ?"
_PAGE = (
    "SELECT number, entry FROM journal WHERE sandbox = (SELECT id FROM sandboxes WHERE name = ?) AND number < ?"
    " ORDER BY number DESC LIMIT ?"
)
_OLDEST_OF = "SELECT number, sandbox, size FROM journal WHERE sandbox = ? AND number < ? ORDER BY number"
_OLDEST = "SELECT number, sandbox, size FROM journal WHERE number < ? ORDER BY number"
_COUNT = (
    "INSERT INTO counts SELECT {}, kind, count(*) FROM journal WHERE {} GROUP BY sandbox, kind"
    " ON CONFLICT (sandbox, kind) DO UPDATE SET count = count + excluded.count"
)
_MOVE_COUNTS = (
    "INSERT INTO counts SELECT 0, kind, count FROM counts WHERE sandbox = ?"
    " ON CONFLICT (sandbox, kind) DO UPDATE SET count = count + excluded.count"
)
_COUNTS = (
    "WITH one AS (SELECT id AS own FROM sandboxes WHERE name = ?) SELECT kind, sum(count) FROM"
    " (SELECT kind, count FROM counts, one WHERE sandbox = own UNION ALL SELECT kind, 1 FROM journal, one"
    " WHERE sandbox = own) GROUP BY kind"
)


class SqliteJournal:
    """The journals of all sandboxes, which are named by the numbers of their rows."""

    def __init__(self, connection: sqlite3.Connection, most_bytes: int, most_total: int) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._most_bytes = most_bytes
        self._most_total = most_total
        self._unchecked = 0  # bytes that may be written before all journals are counted up again

    def add(self, number: int, sandbox: int, size: int, entry: Entry, written: bytes) -> None:
        """Add an entry to a journal that has so many bytes with it; the oldest ones make room."""
        self._execute(_ADD, (number, sandbox, entry.size, entry.id, entry.kind, written))
        if size > self._most_bytes:
            self._shorten(sandbox, number, size - self._most_bytes + self._most_bytes // SPARE)
        self._unchecked -= entry.size
        if self._unchecked < 0:
            self._check(number)

    def add_all(self, entries: Sequence[tuple[int, int, Entry, bytes]], sizes: Mapping[int, int]) -> None:
        """Add entries, each by its number and its sandbox's, to journals that have so many bytes with them."""
        if not entries:
            return
        self._executemany(_ADD, [(number, of, one.size, one.id, one.kind, raw) for number, of, one, raw in entries])
        newest = {sandbox: number for number, sandbox, _, _ in entries}
        for sandbox, number in newest.items():
            excess = sizes[sandbox] - self._most_bytes
            if excess > 0:
                self._shorten(sandbox, number, excess + self._most_bytes // SPARE)
        self._unchecked -= sum(entry.size for _, _, entry, _ in entries)
        if self._unchecked < 0:
            self._check(entries[-1][0])

    def amend(self, sandbox: int, entry: Entry, written: bytes) -> None:
        """Put an entry in the place of the one with its id, where that is still there."""
        self._execute(_AMEND, (entry.kind, written, entry.id, sandbox))

    def _check(self, number: int) -> None:
        """Shorten all journals where they have too many bytes, but for the newest entry.

        Each process counts what it writes itself, so several may be over the bound by a little.
        """
        (total,) = self._execute("SELECT ifnull(sum(size), 0) FROM journal").fetchone()
        if total > self._most_total:
            total -= self._shorten(None, number, total - self._most_total + self._most_total // SPARE)
        self._unchecked = max((self._most_total - total) // 4, self._most_total // EVERY)

    def _shorten(self, sandbox: int | None, newest: int, excess: int) -> int:
        """Drop the oldest entries, of a sandbox or of all, until so many bytes are gone; how many bytes went."""
        freed = last = 0
        of: dict[int, tuple[int, int]] = {}  # bytes and entries, by sandbox
        oldest = self._execute(_OLDEST, (newest,)) if sandbox is None else self._execute(_OLDEST_OF, (sandbox, newest))
        for number, one, size in oldest:
            last = number
            freed += size
            size_of, count = of.get(one, (0, 0))
            of[one] = (size_of + size, count + 1)
            if freed >= excess:
                break
        which, values = ("number <= ?", [last]) if sandbox is None else ("number <= ? AND sandbox = ?", [last, sandbox])
        self._execute(_COUNT.format("sandbox", which), values)
        self._execute(f"DELETE FROM journal WHERE {which}", values)  # noqa: S608 - no text from outside
        for one, (size_of, count) in of.items():
            self._execute(
                "UPDATE sandboxes SET bytes = bytes - ?, dropped = dropped + ? WHERE id = ?", (size_of, count, one)
            )
        return freed

    def empty(self, sandbox: int) -> None:
        """Remove a sandbox's entries; what they and those dropped before count as is nobody's any more."""
        self._execute(f"UPDATE sandboxes SET version = {NEWEST} WHERE id = 0")  # noqa: S608
        self._execute(_COUNT.format(0, "sandbox = ?"), (sandbox,))
        self._execute(_MOVE_COUNTS, (sandbox,))
        self._execute("DELETE FROM journal WHERE sandbox = ?", (sandbox,))
        self._execute("DELETE FROM counts WHERE sandbox = ?", (sandbox,))
        self._unchecked = 0

    def pages(self, name: str) -> Iterator[list[tuple[int, bytes]]]:
        """A sandbox's entries, the newest first."""
        before = 2**62
        while page := self._execute(_PAGE, (name, before, PAGE)).fetchall():
            yield page
            before = page[-1][0]

    def entry(self, id: str) -> bytes | None:
        number = "SELECT number FROM journal INDEXED BY journal_places WHERE id = ? LIMIT 1"
        row = self._execute(f"SELECT entry FROM journal WHERE number = ({number})", (id,)).fetchone()  # noqa: S608
        return row[0] if row else None

    def newest(self) -> int:
        """The number of the newest entry there was."""
        (number,) = self._execute(f"SELECT {NEWEST}").fetchone()
        return int(number)

    def since(self, mark: int, most: int) -> list[tuple[int, bytes]]:
        after = "SELECT number, entry FROM journal WHERE number > ? ORDER BY number LIMIT ?"
        return self._execute(after, (mark, most)).fetchall()

    def counts(self, name: str | None) -> dict[str, int]:
        return dict(self._execute(_COUNTS, (name or "",)))

    def forget_counts(self) -> None:
        self._execute("DELETE FROM counts WHERE sandbox = 0")
