"""Keep sandboxes and journals in one process: dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field
from itertools import count, islice, takewhile

from mockserver.stores.base import Document, Entry, StoreFull, Versioned
from mockserver.stores.contested import Contested
from mockserver.values import dataclass

SPARE = 16  # a journal over its bound drops a sixteenth more than it must
SPARE_OF_ALL = 128  # all together less: each is of another sandbox, most often, and some request waits for it


@dataclass(slots=True)
class _Slot(Versioned):
    """A sandbox with its journal: its entries, oldest first, and their bytes.

    ``counts`` are those of all entries that came, by kind, once some have made room; before, the entries tell.
    """

    entries: list[Entry] = field(default_factory=list)  # a deque would weigh as much as ten entries of a list
    size: int = 0
    counts: dict[str, int] | None = None

    def counted(self) -> dict[str, int]:
        """How many entries came of each kind."""
        return dict(Counter(entry.kind for entry in self.entries)) if self.counts is None else self.counts


class MemoryStore:
    """Sandboxes and journals in this process. A journal is bounded by bytes, for a sandbox and for all together."""

    has_groups = False
    contested = Contested()  # nobody else changes them

    def __init__(self, *, most: int, journal_bytes: int, journal_total: int) -> None:
        self._most = most
        self._journal_bytes = journal_bytes
        self._journal_total = journal_total
        self._slots: dict[str, _Slot] = {}
        self._by_id: dict[str, tuple[int, Entry, str]] = {}  # with the number and the sandbox
        self._numbers = count(1)
        self._total = 0
        self._version = 0
        self._gone: Counter[str] = Counter()
        self.get = self.seen = self._slots.get

    def exchange(self, name: str, version: int, document: Document, now: int, entry: Entry | None = None) -> int | None:
        slot = self._slots.get(name)
        if version != (slot.version if slot is not None else 0):
            return None
        if slot is not None:
            slot.document = document
        else:
            self._make_room()
            slot = self._slots[name] = _Slot(document, 0, now)
        slot.version = self._version = self._version + 1
        if entry is not None:
            self._keep(name, slot, entry, now)
        return slot.version

    def group(self) -> AbstractContextManager[set[str]]:
        """Nothing is won by a group here."""
        return nullcontext(set())

    def _make_room(self) -> None:
        """Drop the twentieth of the sandboxes that was longest unused, of those with nothing to lose."""
        if len(self._slots) < self._most:
            return
        idle = [(slot.last_used, name) for name, slot in self._slots.items() if slot.document.is_disposable]
        if not idle:
            raise StoreFull(self._most)
        for _, name in islice(sorted(idle), max(1, self._most // 20)):
            self.remove(name)

    def remove(self, name: str) -> bool:
        self.clear(name)
        return self._slots.pop(name, None) is not None

    def names(self) -> list[str]:
        return list(self._slots)

    def documents(self) -> Iterator[tuple[str, Versioned]]:
        return iter(list(self._slots.items()))

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        slot = self._slots.get(name)
        if slot is None or (version != slot.version and version is not None):
            return False
        self._keep(name, slot, entry, now)
        return True

    def _keep(self, name: str, slot: _Slot, entry: Entry, now: int) -> None:
        slot.last_used = now
        slot.entries.append(entry)
        self._by_id[entry.id] = (next(self._numbers), entry, name)
        counts = slot.counts
        if counts is not None:
            kind = entry.kind
            counts[kind] = counts.get(kind, 0) + 1
        size = entry.size
        slot.size += size
        self._total += size
        if slot.size > self._journal_bytes or self._total > self._journal_total:
            self._shorten(slot)

    def amend(self, name: str, entry: Entry) -> None:
        number, old, sandbox = self._by_id.get(entry.id, (0, entry, None))
        if sandbox != name:
            return
        slot = self._slots[name]
        slot.entries[slot.entries.index(old)] = entry
        self._by_id[entry.id] = (number, entry, name)
        if slot.counts is not None:
            slot.counts[old.kind] -= 1
            slot.counts[entry.kind] = slot.counts.get(entry.kind, 0) + 1

    def _shorten(self, slot: _Slot) -> None:
        """Drop the oldest entries of a journal, and of all, where there is too much; but never the last one.

        A little more goes than must: dropping many at once costs less.
        """
        if slot.size > self._journal_bytes:
            excess, count = slot.size - self._journal_bytes + self._journal_bytes // SPARE, 0
            for entry in islice(slot.entries, len(slot.entries) - 1):
                if excess <= 0:
                    break
                excess -= entry.size
                count += 1
            self._drop(slot, count)
        if self._total > self._journal_total:
            self._shorten_all(self._total - self._journal_total + self._journal_total // SPARE_OF_ALL)

    def _shorten_all(self, excess: int) -> None:
        """Drop the oldest entries of all journals, until so many bytes are gone."""
        counts: Counter[str] = Counter()
        for _, entry, name in islice(self._by_id.values(), len(self._by_id) - 1):
            if excess <= 0:
                break
            excess -= entry.size
            counts[name] += 1
        for name, dropped in counts.items():
            self._drop(self._slots[name], dropped)

    def _drop(self, slot: _Slot, count: int) -> None:
        """Drop so many entries of a journal, the oldest ones."""
        if slot.counts is None:
            slot.counts = slot.counted()
        by_id, size = self._by_id, 0
        for entry in islice(slot.entries, count):
            del by_id[entry.id]
            size += entry.size
        del slot.entries[:count]
        slot.size -= size
        self._total -= size

    def entries(self, name: str) -> Iterator[Entry]:
        slot = self._slots.get(name)
        return reversed(tuple(slot.entries)) if slot else iter(())

    def dropped(self, name: str) -> int:
        slot = self._slots.get(name)
        return sum(slot.counts.values()) - len(slot.entries) if slot and slot.counts else 0

    def entry(self, id: str) -> Entry | None:
        place = self._by_id.get(id)
        return place[1] if place else None

    def since(self, mark: int | None, most: int) -> tuple[list[Entry], int]:
        newest = next(reversed(self._by_id.values()), None)
        if mark is None:
            return [], newest[0] if newest else 0
        newer = [*takewhile(lambda one: one[0] > mark, reversed(self._by_id.values()))]
        oldest = newer[::-1][:most]
        return [entry for _, entry, _ in oldest], oldest[-1][0] if oldest else mark

    def counts(self, name: str | None) -> dict[str, int]:
        if name is None:
            return dict(self._gone)
        slot = self._slots.get(name)
        return {kind: count for kind, count in slot.counted().items() if count} if slot is not None else {}

    def forget_counts(self) -> None:
        self._gone.clear()

    def clear(self, name: str) -> None:
        slot = self._slots.get(name)
        if slot is None:
            return
        self._gone.update(slot.counted())
        self._drop(slot, len(slot.entries))
        slot.counts = None

    def count(self) -> int:
        return len(self._slots)

    def probe(self) -> None:
        """Memory can be written."""

    def close(self) -> None:
        """Nothing to let go of."""
