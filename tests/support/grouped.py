"""A store of which each step is a group of its own, so that what every store does is asked of groups too."""

from __future__ import annotations

from typing import Any

from mockserver.stores.base import Document, Entry, Store


class Grouped:
    """The store itself, but for its steps: what a group couldn't do is done alone then."""

    def __init__(self, store: Store) -> None:
        self.plain = self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def exchange(self, name: str, version: int, document: Document, now: int, entry: Entry | None = None) -> int | None:
        with self._store.group() as outdated:
            done = self._store.exchange(name, version, document, now, entry)
        if name in outdated:
            return self._store.exchange(name, version, document, now, entry)
        kept = self._store.seen(name) if done is not None else None
        return kept.version if kept else None

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        with self._store.group() as outdated:
            done = self._store.append(name, entry, now, version)
        return self._store.append(name, entry, now, version) if name in outdated else done
