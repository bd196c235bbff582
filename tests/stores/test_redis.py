"""Redis: lost answers, restarts, silence."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.stores.base import StoreAway
from mockserver.stores.redis import PREFIX, RedisStore
from tests.stores.plain import Document, Entry, PlainCodec
from tests.stores.redis_server import RedisServer, flushed


@pytest.fixture
def store(redis: RedisServer) -> Iterator[RedisStore]:
    flushed(redis)
    with_room = RedisStore(redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    yield with_room
    with_room.close()


class Deaf:
    """A client that loses its connection after the next script has run, before the answer comes."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def evalsha(self, *arguments: Any) -> Any:
        from redis.exceptions import ConnectionError

        self._client.evalsha(*arguments)
        raise ConnectionError("Connection reset by peer")


def lose_the_next_answer(store: RedisStore) -> None:
    store.count()
    store._client = Deaf(store._client)


def test_a_step_whose_answer_got_lost_is_not_done_twice(store: RedisStore):
    version = store.exchange("a", 0, Document("one"), 0, Entry("e1"))
    assert version is not None
    lose_the_next_answer(store)
    assert store.exchange("a", version, Document("two"), 0, Entry("e2")) is not None
    lose_the_next_answer(store)
    held = store.seen("a")
    assert held is not None
    assert held.document == Document("two")
    assert store.append("a", Entry("e3"), 0, held.version)
    assert [entry.id for entry in store.entries("a")] == ["e3", "e2", "e1"]


def test_of_a_change_without_an_entry_nobody_knows_whether_it_was_done(store: RedisStore):
    version = store.exchange("a", 0, Document("one"), 0)
    assert version is not None
    lose_the_next_answer(store)
    with pytest.raises(StoreAway, match="Connection reset"):
        store.exchange("a", version, Document("two"), 0)
    held = store.get("a")
    assert held is not None
    assert held.document == Document("two")


def test_all_keys_bear_the_prefix(store: RedisStore):
    store.exchange("a", 0, Document("one", is_disposable=True), 0, Entry("e1"))
    client = store._connected()
    assert {key.decode().startswith(PREFIX) for key in client.scan_iter()} == {True}


def test_nothing_is_left_of_a_deleted_sandbox(store: RedisStore):
    version = store.exchange("a", 0, Document("one", is_disposable=True), 0, Entry("e1"))
    assert version is not None
    store.exchange("a", version, None, 0)
    client = store._connected()
    assert sorted(client.keys()) == [f"{PREFIX}{name}".encode() for name in ("bytes", "number")]
    assert client.get(f"{PREFIX}bytes") == b"0"


def test_versions_do_not_start_again_where_redis_lost_everything(redis: RedisServer, store: RedisStore):
    first = store.exchange("a", 0, Document("one"), 0)
    flushed(redis)
    second = store.exchange("a", 0, Document("two"), 0)
    assert first is not None
    assert second is not None
    assert second > first


def test_it_goes_on_after_a_restart(own_redis: RedisServer):
    store = RedisStore(own_redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    version = store.exchange("a", 0, Document("one"), 0, Entry("e1"))
    assert version is not None
    own_redis.stop()
    began = time.monotonic()
    with pytest.raises(StoreAway, match="refused"):
        store.append("a", Entry("e2"), 0, version)
    with pytest.raises(StoreAway, match="refused"):
        store.get("a")
    assert time.monotonic() - began < 0.5
    own_redis.start()
    assert store.append("a", Entry("e3"), 0, version)
    assert [entry.id for entry in store.entries("a")] == ["e3", "e1"]
    store.close()


def test_one_that_is_silent_holds_up_one_call_and_not_the_next_ones(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mockserver.stores.redis.TIMEOUT", 0.2)
    monkeypatch.setattr("mockserver.stores.redis.PAUSE", 0.5)
    store = RedisStore(own_redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    store.count()
    own_redis.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(StoreAway, match="Timeout"):
            store.count()
        began = time.monotonic()
        with pytest.raises(StoreAway, match="didn't answer in time"):
            store.count()
        assert time.monotonic() - began < 0.1
    finally:
        own_redis.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    assert store.count() == 0
    store.close()
