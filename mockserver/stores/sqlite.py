"""Keep sandboxes and journals of several processes on one machine in an SQLite file.

Every step is one transaction, which has the file to itself. What this process saw last of a sandbox is kept, so that it
isn't read again where nobody else changed it; each step compares the versions. A step writes to few pages: to the row
of its sandbox, and to the ends of the journal and of its index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from mockserver.byte_cache import ByteCache
from mockserver.stores.base import (
    RECENT_BYTES,
    Codec,
    Document,
    Entry,
    PartGone,
    Parts,
    StoreAway,
    Unreadable,
    Versioned,
    current_or_error,
    read_document,
    readable_entries,
)
from mockserver.stores.contested import Contested
from mockserver.stores.sqlite_file import StateFile
from mockserver.stores.sqlite_group import Row, StepGroup
from mockserver.stores.sqlite_journal import NEWEST, SqliteJournal
from mockserver.stores.sqlite_rows import SandboxRows

PAGE = 50
PROBE = 16 * 1024  # bytes

_MEET = (  # with the document, where this process hasn't seen that version
    f"SELECT id, version, bytes, parts, {NEWEST}, last_used, CASE version WHEN ? THEN NULL ELSE document END"  # noqa: S608
    " FROM sandboxes WHERE name = ?"
)
_GET = "SELECT version, last_used, CASE version WHEN ? THEN NULL ELSE document END FROM sandboxes WHERE name = ?"
_PAGE = "SELECT id, name, version, last_used, document FROM sandboxes WHERE id > ? ORDER BY id LIMIT ?"


class SqliteStore:
    """Sandboxes and journals in a file. ``is_careful`` keeps what was acknowledged through a power cut, too."""

    has_groups = True

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
        self._file = StateFile(path, is_careful=is_careful)
        self._execute = self._file.connection.execute
        self._journal = SqliteJournal(self._file.connection, journal_bytes, journal_total)
        self._rows = SandboxRows(self._file.connection, self._journal, most)
        self._recent: ByteCache[Versioned] = ByteCache(RECENT_BYTES)
        self._group: StepGroup | None = None
        self.contested = Contested()

    def seen(self, name: str) -> Versioned | None:
        if self._group is not None:
            return self._held_in(self._group, name)  # what is there now: a group has the file to itself
        return self._recent.get(name) or self.get(name)

    def get(self, name: str) -> Versioned | None:
        if self._group is not None:
            return self._held_in(self._group, name)
        incomplete = 0
        while True:
            old = self._recent.get(name)
            known = old.version if old else 0
            row = self._file.read(lambda: self._execute(_GET, (known, name)).fetchone())  # noqa: B023
            if row is None:
                self._recent.forget(name)
                return None
            version, last_used, packed = row
            if old and packed is None:
                old.last_used = last_used
                return old
            try:
                return self._learn(name, version, last_used, packed)
            except PartGone as gone:  # exchanged between the two looks
                if version == incomplete:
                    raise Unreadable(name, f"part {gone} is missing") from None
                incomplete = version

    def _learn(self, name: str, version: int, last_used: int, packed: bytes) -> Versioned:
        """Remember what is kept under a name. Raises PartGone and Unreadable."""
        document = read_document(self._codec, name, packed, self._parts)
        return self._recent.keep(name, Versioned(document, version, last_used), len(packed))

    def documents(self) -> Iterator[tuple[str, Versioned | Unreadable]]:
        after = 0
        while page := self._file.read(partial(self._page, after)):
            for _, name, version, last_used, packed in page:
                learn = partial(self._learn, name, version, last_used, packed)
                current = current_or_error(learn, partial(self.get, name))
                if current is not None:  # it is gone in the meantime
                    yield name, current
            after = page[-1][0]

    def _page(self, after: int) -> list[tuple[int, str, int, int, bytes]]:
        return self._execute(_PAGE, (after, PAGE)).fetchall()

    def _parts(self, digests: Sequence[str]) -> Sequence[bytes | None]:
        return self._file.read(lambda: [*map(self._part, digests)])

    def _part(self, digest: str) -> bytes | None:
        row = self._execute("SELECT content FROM parts WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def group(self) -> Iterator[set[str]]:
        """One transaction for all steps in a block. It has the file to itself, so no step is for an older version."""
        group = StepGroup()
        try:
            with self._file:
                self._group = group
                yield set()
                self._write(group)
        except BaseException:
            for name in group.names:
                self._recent.forget(name)
            raise
        finally:
            self._group = None

    def _write(self, group: StepGroup) -> None:
        """Write what a group's steps came to until now. Raises StoreAway where one of them failed."""
        if group.error is not None:
            raise StoreAway(str(group.error))
        for name, row in group.rows.items():
            held = row.held
            if not row.is_changed:
                if row.is_used:
                    self._rows.use(row.id, held.last_used, row.size)
                continue
            packed, parts = self._codec.pack(held.document)
            document, use = (held.document.is_disposable, packed, parts), (held.last_used, row.size)
            self._rows.change(row.id, held.version, document, row.holds, use)
            self._recent.keep(name, held, len(packed))
        entries = [(number, id, entry, self._codec.pack_entry(entry)) for number, id, entry in group.entries]
        self._journal.add(entries, {row.id: row.size for row in group.rows.values()})
        group.rows.clear()
        group.entries.clear()

    def _in_group(
        self,
        group: StepGroup,
        name: str,
        version: int | None,
        document: Document | None,
        now: int,
        entry: Entry | None,
    ) -> int | None:
        """A step within a group. A sandbox that isn't there yet is written at once, behind all that came before."""
        if group.error is not None:
            raise StoreAway(str(group.error))
        try:
            if name not in group.rows and not self._meet(group, name):
                if document is None or version != 0:
                    return None
                self._write(group)  # all that is there now may make room
                id, last = self._rows.add(name, now)
                group.add(name, Row(id, Versioned(document, last, now), 0, ""))
                version = last
            return group.step(name, version, document, now, entry)
        except sqlite3.Error as error:
            group.error = error
            raise StoreAway(str(error)) from None

    def _held_in(self, group: StepGroup, name: str) -> Versioned | None:
        """What a group has under a name now."""
        try:
            return group.rows[name].held if name in group.rows or self._meet(group, name) else None
        except sqlite3.Error as error:
            group.error = error
            raise StoreAway(str(error)) from None

    def _meet(self, group: StepGroup, name: str) -> bool:
        """Take a sandbox into a group, as it is now; whether it is there."""
        held = self._recent.get(name)
        row = self._execute(_MEET, (held.version if held else 0, name)).fetchone()
        if row is None:
            group.newest = max(group.newest, self._journal.newest())
            return False
        id, version, size, holds, newest, last_used, packed = row
        group.newest = max(group.newest, newest)
        if held is None or packed is not None:
            if held is not None:
                self.contested.note(name)
            try:
                held = self._learn(name, version, last_used, packed)
            except PartGone as gone:
                raise Unreadable(name, f"part {gone} is missing") from None
        group.add(name, Row(id, held, size, holds))
        return True

    def exchange(self, name: str, version: int, document: Document, now: int, entry: Entry | None = None) -> int | None:
        if self._group is not None:
            return self._in_group(self._group, name, version, document, now, entry)
        packed, parts = self._codec.pack(document)
        written = self._codec.pack_entry(entry) if entry is not None else b""
        with self._file:
            done = self._put(name, version, (document.is_disposable, packed, parts), now, entry, written)
        if done is None:
            self._contest(name)
        else:
            self._recent.keep(name, Versioned(document, done, now), len(packed))
        return done

    def amend(self, name: str, entry: Entry) -> None:
        written = self._codec.pack_entry(entry)
        with self._file:
            id, *_ = self._rows.find(name)
            if id is not None:
                self._journal.amend(id, entry, written)

    def _put(
        self,
        name: str,
        version: int,
        document: tuple[bool, bytes, Parts],
        now: int,
        entry: Entry | None,
        written: bytes,
    ) -> int | None:
        id, current, size, holds, newest = self._rows.find(name)
        if current != version:
            return None
        if id is None:
            id, current = self._rows.add(name, now)
        if entry is None:
            self._rows.change(id, current + 1, document, holds)
        else:
            size += entry.size
            self._rows.change(id, current + 1, document, holds, (now, size))
            self._journal.add([(newest + 1, id, entry, written)], {id: size})
        return int(current) + 1

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        if self._group is not None:
            return self._in_group(self._group, name, version, None, now, entry) is not None
        written = self._codec.pack_entry(entry)
        with self._file:
            id, current, size, _, newest = self._rows.find(name)
            done = id is not None and version in (None, current)
            if id is not None and done:
                size += entry.size
                self._rows.use(id, now, size)
                self._journal.add([(newest + 1, id, entry, written)], {id: size})
        if not done:
            self._contest(name)
        return done

    def _contest(self, name: str) -> None:
        """Note that another process was first."""
        self._recent.forget(name)
        self.contested.note(name)

    def remove(self, name: str) -> bool:
        self._recent.forget(name)
        with self._file:
            id, version, _, holds, _ = self._rows.find(name)
            if id is not None:
                self._rows.remove(id, version, holds)
        return id is not None

    def names(self) -> list[str]:
        rows = self._file.read(lambda: self._execute("SELECT name FROM sandboxes WHERE id > 0 ORDER BY id").fetchall())
        return [name for (name,) in rows]

    def entries(self, name: str) -> Iterator[Any]:
        pages = self._journal.pages(name)
        while page := self._file.read(lambda: next(pages, None)):
            yield from readable_entries(self._codec, page)

    def dropped(self, name: str) -> int:
        row = self._file.read(lambda: self._execute("SELECT dropped FROM sandboxes WHERE name = ?", (name,)).fetchone())
        return row[0] if row else 0

    def entry(self, id: str) -> Any | None:
        packed = self._file.read(lambda: self._journal.entry(id))
        return None if packed is None else next(readable_entries(self._codec, [packed]), None)

    def since(self, mark: int | None, most: int) -> tuple[list[Any], int]:
        if mark is None:
            return [], self._file.read(self._journal.newest)
        newer = self._file.read(lambda: self._journal.since(mark, most))
        entries = [*readable_entries(self._codec, (packed for _, packed in newer))]
        return entries, newer[-1][0] if newer else mark

    def counts(self, name: str | None) -> dict[str, int]:
        return self._file.read(lambda: self._journal.counts(name))

    def forget_counts(self) -> None:
        with self._file:
            self._journal.forget_counts()

    def clear(self, name: str) -> None:
        with self._file:
            id, *_ = self._rows.find(name)
            if id is not None:
                self._journal.empty(id)
                self._execute("UPDATE sandboxes SET bytes = 0, dropped = 0 WHERE id = ?", (id,))

    def count(self) -> int:
        (count,) = self._file.read(lambda: self._execute("SELECT count(*) - 1 FROM sandboxes").fetchone())
        return int(count)

    def probe(self) -> None:
        for filling in (PROBE, 0):
            with self._file:
                self._execute("UPDATE sandboxes SET document = zeroblob(?) WHERE id = 0", (filling,))

    def close(self) -> None:
        self._file.close()
