"""The store of one process: dictionaries."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from itertools import islice

from mockserver.stores.base import Document, Entry, Held, StoreFull


class _Journal:
    __slots__ = ("dropped", "entries", "size")

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque()
        self.size = 0
        self.dropped = 0


class MemoryStore:
    """Sandboxes and journals in this process. A journal is bounded by bytes, for a sandbox and for all together."""

    def __init__(self, *, most: int, journal_bytes: int, journal_total: int) -> None:
        self._most = most
        self._journal_bytes = journal_bytes
        self._journal_total = journal_total
        self._held: dict[str, Held] = {}
        self._journals: dict[str, _Journal] = {}
        self._by_id: OrderedDict[str, tuple[Entry, str]] = OrderedDict()
        self._total = 0
        self._version = 0
        self.get = self.seen = self._held.get

    def exchange(
        self, name: str, version: int, document: Document | None, now: int, entry: Entry | None = None
    ) -> int | None:
        held = self._held.get(name)
        if (held.version if held else 0) != version:
            return None
        self._version += 1
        if document is None:
            if held:
                self.clear(name)
                del self._held[name], self._journals[name]
        elif held:
            held.document, held.version = document, self._version
        else:
            self._make_room()
            self._held[name] = Held(document, self._version, now)
            self._journals[name] = _Journal()
        if entry is not None:
            self.append(name, entry, now)
        return self._version

    def _make_room(self) -> None:
        """Drop the twentieth of the sandboxes that was longest unused, of those with nothing to lose."""
        if len(self._held) < self._most:
            return
        idle = [(held.last_used, name) for name, held in self._held.items() if held.document.is_disposable]
        if not idle:
            raise StoreFull(self._most)
        for _, name in islice(sorted(idle), max(1, self._most // 20)):
            self.exchange(name, self._held[name].version, None, 0)

    def names(self) -> list[str]:
        return list(self._held)

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        held = self._held.get(name)
        if held is None or version not in (None, held.version):
            return False
        held.last_used = now
        journal = self._journals[name]
        journal.entries.append(entry)
        size = entry.size
        journal.size += size
        self._total += size
        self._by_id[entry.id] = (entry, name)
        while journal.size > self._journal_bytes and len(journal.entries) > 1:
            self._drop(journal)
        while self._total > self._journal_total and len(self._by_id) > 1:
            self._drop(self._journals[next(iter(self._by_id.values()))[1]])
        return True

    def _drop(self, journal: _Journal) -> None:
        entry = journal.entries.popleft()
        del self._by_id[entry.id]
        journal.size -= entry.size
        self._total -= entry.size
        journal.dropped += 1

    def entries(self, name: str) -> Iterator[Entry]:
        return reversed(self._journals[name].entries) if name in self._journals else iter(())

    def dropped(self, name: str) -> int:
        return self._journals[name].dropped if name in self._journals else 0

    def entry(self, id: str) -> Entry | None:
        found = self._by_id.get(id)
        return found[0] if found else None

    def clear(self, name: str) -> None:
        journal = self._journals.get(name)
        while journal and journal.entries:
            self._drop(journal)
        if journal:
            journal.dropped = 0

    def count(self) -> int:
        return len(self._held)

    def close(self) -> None:
        """Nothing to let go of."""
