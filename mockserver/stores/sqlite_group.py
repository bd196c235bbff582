"""The steps of one group in an SQLite file: noted as they come, and written together before the transaction ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockserver.stores.base import Document, Entry, Versioned


@dataclass(slots=True)
class Row:
    """A sandbox's row as the group leaves it. ``holds`` are the digests of its parts as they are written."""

    id: int
    held: Versioned
    size: int
    holds: str
    is_changed: bool = False
    is_used: bool = False


@dataclass(slots=True)
class StepGroup:
    """The rows that the group met, by name, and the entries that it adds to the journal, with their numbers.

    They are those that aren't written yet; ``names`` are of all. ``error`` is what went wrong in a step: then nothing
    of the group is kept.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    entries: list[tuple[int, int, Entry]] = field(default_factory=list)
    newest: int = 0
    error: Exception | None = None

    def add(self, name: str, row: Row) -> None:
        self.rows[name] = row
        self.names.add(name)

    def step(
        self, name: str, version: int | None, document: Document | None, now: int, entry: Entry | None
    ) -> int | None:
        """Do a step on a row that is here: the version after it, or None where another one is there."""
        row = self.rows[name]
        held = row.held
        if version is not None and version != held.version:
            return None
        if document is not None:
            row.is_changed = True
            held = row.held = Versioned(document, held.version + 1, held.last_used)
        if entry is not None:
            row.is_used = True
            held.last_used = now
            self.newest += 1
            row.size += entry.size
            self.entries.append((self.newest, row.id, entry))
        return held.version
