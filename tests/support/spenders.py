"""A process that spends from one balance until nothing is left. Run as a module of its own by ``spawn``."""

from __future__ import annotations

import secrets
from itertools import count, islice
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


TOGETHER = 5


def spend_in_groups(place: str) -> int:
    """The same, several at a time."""
    store, got, prefix, numbers = store_at(place), 0, secrets.token_hex(8), count()
    while True:
        mine, is_over = 0, False
        with store.group() as outdated:
            for number in islice(numbers, TOGETHER):
                held = store.seen("a")
                assert held is not None
                left = int(held.document.text)
                entry = Entry(f"{prefix}-{number}" if left else f"{prefix}-end")
                if not left:
                    is_over = store.append("a", entry, 0, held.version)
                    break
                mine += store.exchange("a", held.version, Document(str(left - 1)), 0, entry) is not None
        if not outdated:
            got += mine
            if is_over:
                store.close()
                return got


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
