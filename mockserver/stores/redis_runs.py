"""The runs of a journal in a Redis, as they are written and as they are found again.

A run is one value: its heads, a line's end, its entries. Its label, which scripts read, too, tells enough of it to drop
it and count it, and to find an entry: ids of one process only grow, so few runs have one between their least and their
greatest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from mockserver.stores.base import Codec, Entry
from mockserver.stores.runs import amended, read_heads, read_run, runs_of

RunArguments = tuple[int, int, str, bytes, bytes]
"""A run as the scripts take it: how many entries, their size, the least of their ids, what to know of them, itself."""

NO_RUN: RunArguments = (0, 0, "", b"", b"")


def packed_runs(codec: Codec, entries: Sequence[Entry], longest: int) -> Iterator[RunArguments]:
    """Entries in runs, none of which weighs more than ``longest`` unless it is a single entry."""
    packed = ((number, 0, entry, codec.pack_entry(entry)) for number, entry in enumerate(entries))
    for run in runs_of(packed, longest):
        ids = [id for id, _, _ in run.heads]
        least, kinds = min(ids), Counter([kind for _, kind, _ in run.heads])
        about = orjson.dumps((least, max(ids), kinds))
        yield len(ids), run.size, least, about, b"\n".join((orjson.dumps(run.heads), b"".join(run.entries)))


def packed_run(codec: Codec, entry: Entry) -> RunArguments:
    """An entry as a run of its own."""
    id, kind, packed = entry.id, entry.kind, codec.pack_entry(entry)
    about = orjson.dumps((id, id, {kind: 1}))
    return 1, entry.size, id, about, b"\n".join((orjson.dumps([(id, kind, len(packed))]), packed))


@dataclass(frozen=True, slots=True)
class Label:
    """What is told of a run. ``number`` is the last entry's; those before it have the numbers before it."""

    number: int
    sandbox: str
    least: str
    greatest: str
    kinds: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.kinds.values())

    def entries(self, run: bytes) -> Iterator[tuple[int, str, bytes]]:
        """The number, the id and the packed form of each entry of the run, the oldest first."""
        heads, _, entries = run.partition(b"\n")
        return read_run(self.number, heads, entries)


def read_label(written: bytes) -> Label:
    number, sandbox, _, about = written.split(b" ", 3)
    return Label(int(number), sandbox.decode(), *orjson.loads(about))


def amended_run(run: bytes, entry: Entry, packed: bytes) -> tuple[bytes, str]:
    """A run with an entry in the place of the one with its id, and the kind of that one."""
    heads, _, entries = run.partition(b"\n")
    before = next(kind for id, kind, _ in read_heads(heads) if id == entry.id)
    return b"\n".join(amended(heads, entries, entry, packed)), before
