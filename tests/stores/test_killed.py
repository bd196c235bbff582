"""A process that is killed leaves nothing half done: parts, counts and weights agree with what is there."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from mockserver.stores.base import Store
from mockserver.stores.redis import PREFIX, RedisStore
from mockserver.stores.redis_runs import read_label
from tests.support.forkers import fork
from tests.support.parts import holders, kept_parts
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import wait_until
from tests.support.spenders import store_at

KILLS = 3


def written(store: Store) -> int:
    """How many entries there ever were."""
    names = (None, *store.names())
    return sum(sum(store.counts(name).values()) for name in names)


def agrees(store: Store) -> bool:
    """Whether the parts that are kept are those that are held, each as often."""
    kept, held = holders(store)
    return kept == held


def weighs_what_is_there(store: Store) -> bool:
    """Whether the journals of a Redis have the labels and the bytes of the runs that are there; in SQLite rows do."""
    if not isinstance(store, RedisStore):
        return True
    labels = store._ask("ZRANGE", f"{PREFIX}labels", 0, -1)
    by_name = {name: [one for one in labels if one.split(b" ")[1] == name.encode()] for name in store.names()}
    assert sum(map(len, by_name.values())) == len(labels)
    for name, its_labels in by_name.items():
        assert store._ask("LRANGE", f"{PREFIX}j:{name}", 0, -1) == its_labels
        runs = {read_label(label).least.encode() for label in its_labels}
        assert set(store._ask("HKEYS", f"{PREFIX}e:{name}")) == runs
        weight = sum(int(label.split(b" ")[2]) for label in its_labels)
        assert int(store._ask("HGET", f"{PREFIX}s:{name}", "b")) == weight
    return int(store._ask("GET", f"{PREFIX}bytes")) == sum(int(label.split(b" ")[2]) for label in labels)


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_what_is_kept_agrees_after_a_kill(kind: str, request: pytest.FixtureRequest, tmp_path: Path):
    place = str(tmp_path / "state.db")
    if kind == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        place = server.url
    store, before = store_at(place), 0
    for _ in range(KILLS):
        process = multiprocessing.get_context("spawn").Process(target=fork, args=(place,))
        process.start()
        wait_until(lambda: written(store) > before + 300)  # noqa: B023 - called before the next round
        process.kill()
        process.join()
        process.close()
        wait_until(lambda: agrees(store))  # Redis may have the last command of the killed process still before it
        before = written(store)
        assert weighs_what_is_there(store)
        for name in store.names():
            found = store.get(name)
            assert found is not None
            assert found.document.part in [f"parent {number}" for number in range(3)]
            assert sum(store.counts(name).values()) == len(list(store.entries(name)))
    for name in store.names():
        assert store.remove(name)
    assert kept_parts(store) == []
    assert written(store) == sum(store.counts(None).values()) == before
    store.close()
