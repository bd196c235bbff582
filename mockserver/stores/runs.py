"""The rows of the journals in an SQLite file: each is a run of entries of one sandbox, that were kept together.

A row for each entry would cost more than the entry: to insert it, to index it, and to delete it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson

from mockserver.stores.base import Entry

NewEntry: TypeAlias = tuple[int, int, Entry, bytes]
"""An entry that is to be written: its number, its sandbox's row, itself, and packed."""

Head: TypeAlias = tuple[str, str, int]
"""What a row tells of an entry before it is unpacked: its id, what it is counted as, and its length."""


@dataclass(slots=True)
class Run:
    """Entries of one sandbox in a row. ``number`` is the last one's; those before it have the numbers before it."""

    sandbox: int
    number: int = 0
    size: int = 0
    heads: list[Head] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    def row(self) -> tuple[int, int, int, bytes, bytes]:
        return self.number, self.sandbox, self.size, orjson.dumps(self.heads), b"".join(self.entries)


def runs_of(entries: Iterable[NewEntry], longest: int) -> list[Run]:
    """Entries in runs, none of which weighs more than ``longest`` unless it is a single entry."""
    runs: list[Run] = []
    run = Run(-1)
    for number, sandbox, entry, packed in entries:
        if sandbox != run.sandbox or run.size + entry.size > longest:
            run = Run(sandbox)
            runs.append(run)
        run.number = number
        run.size += entry.size
        run.heads.append((entry.id, entry.kind, len(packed)))
        run.entries.append(packed)
    return runs


def read_heads(written: bytes) -> list[Head]:
    """The heads of a row; none where they are damaged."""
    try:
        return [(id, kind, length) for id, kind, length in orjson.loads(written)]
    except (ValueError, TypeError):
        return []


def read_run(number: int, written: bytes, entries: bytes) -> Iterator[tuple[int, str, bytes]]:
    """The number, the id and the packed form of each entry of a row, the oldest first; of a damaged one, nothing."""
    heads, at = read_heads(written), 0
    if not heads:
        yield number, "", b""
    for place, (id, _, length) in enumerate(heads, number - len(heads) + 1):
        yield place, id, entries[at : at + length]
        at += length


def amended(written: bytes, entries: bytes, entry: Entry, packed: bytes) -> tuple[bytes, bytes]:
    """The heads and entries of a row with an entry in the place of the one with its id."""
    heads, found = read_heads(written), [one for _, _, one in read_run(0, written, entries)]
    place = [id for id, _, _ in heads].index(entry.id)
    heads[place], found[place] = (entry.id, entry.kind, len(packed)), packed
    return orjson.dumps(heads), b"".join(found)


def needle(id: str) -> bytes:
    """What the heads of a row contain where an entry of it has that id."""
    return orjson.dumps(id) + b","
