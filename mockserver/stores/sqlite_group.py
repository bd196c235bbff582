"""The steps of one group in an SQLite file: noted as they come, packed, and written in one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import ExitStack

from mockserver.byte_cache import ByteCache
from mockserver.stores.base import Codec, Parts, StoreAway, Versioned
from mockserver.stores.chains import Chain, Chains
from mockserver.stores.runs import NewEntry
from mockserver.stores.sqlite_file import StateFile
from mockserver.stores.sqlite_journal import SqliteJournal
from mockserver.stores.sqlite_rows import SandboxRows

NOWHERE = (0, 0, 0, "")
Packed = tuple[tuple[bool, bytes, Parts] | None, list[bytes]]
"""A document, where it is to be written, and entries, as they are written."""


class StepGroup:
    """The steps that are to be kept together, and the file, once the group has it: until the end of ``stack``.

    ``error`` is what went wrong in a step that was done outright, as a new sandbox's first is: then nothing is kept.
    """

    def __init__(self, file: StateFile, stack: ExitStack) -> None:
        self._file = file
        self._stack = stack
        self.chains = Chains()
        self.has_file = False
        self.error: Exception | None = None

    def take_file(self) -> None:
        if not self.has_file:
            self._stack.enter_context(self._file)
            self.has_file = True

    def check(self) -> None:
        """Raises StoreAway where a step went wrong."""
        if self.error is not None:
            raise StoreAway(str(self.error))


class GroupWriter:
    """Packs what the steps of a group came to, which others needn't wait for, and writes it."""

    def __init__(self, codec: Codec, rows: SandboxRows, journal: SqliteJournal, recent: ByteCache[Versioned]) -> None:
        self._codec = codec
        self._rows = rows
        self._journal = journal
        self._recent = recent

    def pack(self, chains: Chains) -> list[Packed]:
        return [*map(self._packed, chains.values())]

    def _packed(self, chain: Chain) -> Packed:
        document = chain.held.document if chain.is_changed else None
        packed = None if document is None else (document.is_disposable, *self._codec.pack(document))
        return packed, [*map(self._codec.pack_entry, chain.entries)]

    def write(self, chains: Chains, packed: Sequence[Packed]) -> list[str]:
        """Write all but what was for an older version of a sandbox; the sandboxes of which nothing was written."""
        outdated: list[str] = []
        entries: list[NewEntry] = []
        sizes: dict[int, int] = {}
        places, newest = self._rows.find_all(chains)
        for (name, chain), (document, written) in zip(chains.items(), packed, strict=True):
            id, version, size, holds = places.get(name, NOWHERE)
            if version != chain.base:
                outdated.append(name)
                continue
            sizes[id] = size + sum(entry.size for entry in chain.entries)
            if document is None:
                self._rows.use(id, chain.held.last_used, sizes[id])
            else:
                self._rows.change(id, chain.held.version, document, holds, (chain.held.last_used, sizes[id]))
                self._recent.keep(name, chain.held, len(document[1]))
            numbers = itertools.count(newest + len(entries) + 1)
            entries += zip(numbers, itertools.repeat(id), chain.entries, written)
        self._journal.add(entries, sizes)
        return outdated
