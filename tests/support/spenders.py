"""A process that spends from one balance until nothing is left. Run as a module of its own by ``spawn``."""

from __future__ import annotations

import secrets
from pathlib import Path

from mockserver.stores.base import Store
from mockserver.stores.redis import RedisStore
from mockserver.stores.sqlite import SqliteStore
from tests.support.plain import Document, Entry, PlainCodec


def store_at(place: str) -> Store:
    """The store at a Redis URL, or in a file."""
    if place.startswith("redis:"):
        return RedisStore(place, PlainCodec(), most=10, journal_bytes=10**7, journal_total=10**7)
    return SqliteStore(Path(place), PlainCodec(), most=10, journal_bytes=10**7, journal_total=10**7)


def spend(place: str) -> int:
    """Take one at a time, with an entry each; how many this process got."""
    store, got, prefix = store_at(place), 0, secrets.token_hex(8)
    while True:
        held = store.seen("a")
        assert held is not None
        left = int(held.document.text)
        if not left:
            if store.append("a", Entry(f"{prefix}-end"), 0, held.version):
                store.close()
                return got
        elif store.exchange("a", held.version, Document(str(left - 1)), 0, Entry(f"{prefix}-{got}")) is not None:
            got += 1
