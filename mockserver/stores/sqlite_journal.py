"""The journals in an SQLite file, and what was in them. Whoever changes them has the file to itself."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mockserver.stores.base import Entry
from mockserver.stores.runs import NewEntry, amended, needle, read_heads, read_run, runs_of

PAGE = 8  # rows
SPARE = 16  # a journal over its bound drops a sixteenth more than it must: often a little costs more than seldom a lot
EVERY = 128  # a process counts up all journals after a 128th of their bound at the soonest

NEWEST = "(SELECT max(version, ifnull((SELECT max(number) FROM journal), 0)) FROM sandboxes WHERE id = 0)"
"""The number of the newest entry there was, also where it is gone: numbers never come again."""
_ADD = "INSERT INTO journal VALUES (?, ?, ?, ?, ?)"  # as a SELECT it would keep pages to be able to turn back
_FIND = "SELECT number, heads, entries FROM journal WHERE instr(heads, ?) AND ? IN (0, sandbox) LIMIT 1"
_AMEND = "UPDATE journal SET heads = ?, entries = ? WHERE number = ?"
_PAGE = (
    "SELECT number, heads, entries FROM journal WHERE sandbox = (SELECT id FROM sandboxes WHERE name = ?)"
    " AND number < ? ORDER BY number DESC LIMIT ?"
)
_SINCE = "SELECT number, heads, entries FROM journal WHERE number > ? ORDER BY number LIMIT ?"
_OLDEST_OF = "SELECT number, sandbox, size, heads FROM journal WHERE sandbox = ? AND number < ? ORDER BY number"
_OLDEST = "SELECT number, sandbox, size, heads FROM journal WHERE number < ? ORDER BY number"
_DROP = "UPDATE sandboxes SET bytes = bytes - ?, dropped = dropped + ? WHERE id = ?"
_COUNT = "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT (sandbox, kind) DO UPDATE SET count = count + excluded.count"
_COUNTS = (  # in one look: what leaves a journal is counted at that moment
    "SELECT kind, count, NULL FROM counts WHERE sandbox = {0}"
    " UNION ALL SELECT NULL, 0, heads FROM journal WHERE sandbox = {0}"
)
_OF = "(SELECT id FROM sandboxes WHERE name = :sandbox)"


class SqliteJournal:
    """The journals of all sandboxes, which are named by the numbers of their rows."""

    def __init__(self, connection: sqlite3.Connection, most_bytes: int, most_total: int) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._most_bytes = most_bytes
        self._most_total = most_total
        self._longest_run = min(most_bytes, most_total) // SPARE
        self._unchecked = 0  # bytes that may be written before all journals are counted up again

    def add(self, entries: Sequence[NewEntry], sizes: Mapping[int, int]) -> None:
        """Add entries to the journals of sandboxes, which have so many bytes with them; the oldest ones make room."""
        if not entries:
            return
        runs = runs_of(entries, self._longest_run)
        self._executemany(_ADD, [run.row() for run in runs])
        for sandbox, newest in {run.sandbox: run.number for run in runs}.items():
            excess = sizes[sandbox] - self._most_bytes
            if excess > 0:
                self._shorten(sandbox, newest, excess + self._most_bytes // SPARE)
        self._unchecked -= sum(run.size for run in runs)
        if self._unchecked < 0:
            self._check(runs[-1].number)

    def amend(self, sandbox: int, entry: Entry, packed: bytes) -> None:
        """Put an entry in the place of the one with its id, where that is still there."""
        row = self._execute(_FIND, (needle(entry.id), sandbox)).fetchone()
        if row is not None:
            number, heads, entries = row
            self._execute(_AMEND, (*amended(heads, entries, entry, packed), number))

    def _check(self, newest: int) -> None:
        """Shorten all journals where they have too many bytes, but for the newest entries.

        Each process counts what it writes itself, so several may be over the bound by a little.
        """
        (total,) = self._execute("SELECT ifnull(sum(size), 0) FROM journal").fetchone()
        if total > self._most_total:
            total -= self._shorten(None, newest, total - self._most_total + self._most_total // SPARE)
        self._unchecked = max((self._most_total - total) // 4, self._most_total // EVERY)

    def _shorten(self, sandbox: int | None, newest: int, excess: int) -> int:
        """Drop the oldest entries, of a sandbox or of all, until so many bytes are gone; how many bytes went."""
        freed = last = 0
        sizes, kinds = Counter[int](), Counter[tuple[int, str]]()
        oldest = self._execute(_OLDEST, (newest,)) if sandbox is None else self._execute(_OLDEST_OF, (sandbox, newest))
        for number, of, size, heads in oldest:
            last = number
            freed += size
            sizes[of] += size
            kinds.update((of, kind) for _, kind, _ in read_heads(heads))
            if freed >= excess:
                break
        oldest.close()
        if sandbox is None:
            self._execute("DELETE FROM journal WHERE number <= ?", (last,))
        else:
            self._execute("DELETE FROM journal WHERE sandbox = ? AND number <= ?", (sandbox, last))
        self._count(kinds)
        for of, size in sizes.items():
            dropped = sum(count for (one, _), count in kinds.items() if one == of)
            self._execute(_DROP, (size, dropped, of))
        return freed

    def _count(self, kinds: Mapping[tuple[int, str], int]) -> None:
        """Note how many entries of each kind, by sandbox, aren't in a journal any more."""
        self._executemany(_COUNT, [(sandbox, kind, count) for (sandbox, kind), count in kinds.items()])

    def empty(self, sandbox: int) -> None:
        """Remove a sandbox's entries; what they and those dropped before count as is nobody's any more."""
        self._execute(f"UPDATE sandboxes SET version = {NEWEST} WHERE id = 0")  # noqa: S608 - no text from outside
        self._count({(0, kind): count for kind, count in self._counts(":sandbox", sandbox).items()})
        self._execute("DELETE FROM journal WHERE sandbox = ?", (sandbox,))
        self._execute("DELETE FROM counts WHERE sandbox = ?", (sandbox,))
        self._unchecked = 0

    def pages(self, name: str) -> Iterator[list[bytes]]:
        """A sandbox's entries, the newest first."""
        before = 2**62
        while page := self._execute(_PAGE, (name, before, PAGE)).fetchall():
            yield [packed for row in page for _, _, packed in reversed([*read_run(*row)])]
            before = page[-1][0]

    def entry(self, id: str) -> bytes | None:
        """An entry by its id, which is looked for in all journals: that is seldom done."""
        row = self._execute(_FIND, (needle(id), 0)).fetchone()
        return next((packed for _, one, packed in read_run(*row) if one == id), None) if row else None

    def newest(self) -> int:
        """The number of the newest entry there was."""
        (number,) = self._execute(f"SELECT {NEWEST}").fetchone()
        return int(number)

    def since(self, mark: int, most: int) -> list[tuple[int, bytes]]:
        """The numbers of entries after one, and the entries, the oldest first."""
        rows = self._execute(_SINCE, (mark, most)).fetchall()
        newer = ((number, packed) for row in rows for number, _, packed in read_run(*row) if number > mark)
        return [*newer][:most]

    def counts(self, name: str | None) -> dict[str, int]:
        return self._counts(":sandbox", 0) if name is None else self._counts(_OF, name)

    def _counts(self, which: str, sandbox: int | str) -> dict[str, int]:
        """How many entries of each kind a sandbox had, those that made room included."""
        kinds = Counter[str]()
        for kind, count, heads in self._execute(_COUNTS.format(which), {"sandbox": sandbox}).fetchall():
            if heads is None:
                kinds[kind] += count
            else:
                kinds.update(kind for _, kind, _ in read_heads(heads))
        return dict(kinds)

    def forget_counts(self) -> None:
        self._execute("DELETE FROM counts WHERE sandbox = 0")
