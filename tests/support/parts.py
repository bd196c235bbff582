"""The parts that a store keeps for documents, looked at behind its back."""

from __future__ import annotations

from collections import Counter

from mockserver.stores.base import Store
from mockserver.stores.redis import PREFIX, RedisStore
from mockserver.stores.sqlite import SqliteStore


def holders(store: Store) -> tuple[Counter[str], Counter[str]]:
    """How many hold each part: by what is kept about it, and by what each sandbox holds."""
    store = getattr(store, "plain", store)
    if isinstance(store, SqliteStore):
        rows = store._execute("SELECT parts FROM sandboxes WHERE id > 0").fetchall()
        kept = dict(store._execute("SELECT digest, holders FROM parts").fetchall())
        return Counter(kept), Counter(digest for (held,) in rows for digest in held.split())
    assert isinstance(store, RedisStore)
    said, held = store._ask("HGETALL", f"{PREFIX}holders"), store._ask("HVALS", f"{PREFIX}holds")
    kept = {digest.decode(): int(count) for digest, count in zip(said[::2], said[1::2], strict=True)}
    assert {digest.decode() for digest in store._ask("HKEYS", f"{PREFIX}parts")} == set(kept)
    return Counter(kept), Counter(digest for one in held for digest in one.decode().split())


def kept_parts(store: Store) -> list[int]:
    """How many documents hold each of the parts that are kept."""
    kept, held = holders(store)
    assert kept == held
    return sorted(kept.values())
