"""Redis: lost answers, restarts, silence."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.stores.base import StoreAway
from mockserver.stores.redis import IDLE, PREFIX, RedisStore
from tests.support.plain import Document, Entry, PlainCodec
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import wait_until


@pytest.fixture
def store(redis: RedisServer) -> Iterator[RedisStore]:
    flushed(redis)
    with_room = RedisStore(redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    yield with_room
    with_room.close()


class Deaf:
    """A connection that is lost after the next script has run, before the answer comes."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def read_response(self) -> Any:
        from redis.exceptions import ConnectionError

        self._connection.read_response()
        raise ConnectionError("Connection reset by peer")


class Mute(Deaf):
    """A connection that is lost before the next script gets to Redis."""

    def send_packed_command(self, *_: Any, **__: Any) -> None:
        from redis.exceptions import ConnectionError

        raise ConnectionError("Broken pipe")


def lose_the_next_answer(store: RedisStore, way: type[Deaf] = Deaf) -> None:
    store.count()
    store._server.connection = way(store._server.connection)


def keys(store: RedisStore) -> list[str]:
    return sorted(key.decode() for key in store._ask("KEYS", "*"))


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


@pytest.mark.parametrize("way", [Deaf, Mute])
@pytest.mark.parametrize("is_change", [True, False])
def test_a_group_whose_answer_got_lost_is_done_once(store: RedisStore, way: type[Deaf], is_change: bool):
    store._longest_run = 250  # so that there are several runs
    for name in ("a", "b"):
        assert store.exchange(name, 0, Document("one"), 0, Entry(f"{name}1"))
        assert store.append(name, Entry(f"{name}2"), 0)
    lose_the_next_answer(store, way)
    with store.group() as outdated:
        for id in ("a3", "b3", "a4", "a5", "b4"):
            held = store.seen(id[0])
            assert held is not None
            if is_change:
                assert store.exchange(id[0], held.version, Document(id), 0, Entry(id))
            else:
                assert store.append(id[0], Entry(id), 0, held.version)
    assert not outdated
    assert [entry.id for entry in store.entries("a")] == ["a5", "a4", "a3", "a2", "a1"]
    assert [entry.id for entry in store.entries("b")] == ["b4", "b3", "b2", "b1"]
    held = store.seen("a")
    assert held is not None
    assert held.document == Document("a5" if is_change else "one")
    assert store.exchange("a", held.version, Document("after"), 0, Entry("a6")), "it knows the version that came of it"


def test_what_was_done_before_another_one_changed_it_is_not_done_again(store: RedisStore, redis: RedisServer):
    another = RedisStore(redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    version = store.exchange("a", 0, Document("one"), 0, Entry("e1"))
    assert version is not None

    class Overtaken(Deaf):
        def read_response(self) -> Any:
            held = another.get("a")
            assert held is not None
            assert another.exchange("a", held.version, Document("three"), 0, Entry("e3"))
            return super().read_response()

    lose_the_next_answer(store, Overtaken)
    with store.group() as outdated:
        assert store.exchange("a", version, Document("two"), 0, Entry("e2"))
    assert not outdated
    held = store.seen("a")
    assert held is not None
    assert held.document == Document("three")
    assert [entry.id for entry in store.entries("a")] == ["e3", "e2", "e1"]
    another.close()


def test_entries_that_came_together_are_left_out_together_where_they_are_damaged(
    store: RedisStore, caplog: pytest.LogCaptureFixture
):
    version = store.exchange("a", 0, Document("one"), 0, Entry("e1")) or 0
    with store.group():
        for number in (2, 3):
            assert store.append("a", Entry(f"e{number}"), 0, version)
    assert store._ask("HSET", f"{PREFIX}e:a", "e2", "[") == 0
    store.append("a", Entry("e4"), 0, version)
    assert [entry.id for entry in store.entries("a")] == ["e4", "e1"]
    assert "a journal entry can't be read" in caplog.text
    assert (store.entry("e2"), store.entry("e3"), store.entry("e4")) == (None, None, Entry("e4"))
    assert [entry.id for entry in store.since(0, 10)[0]] == ["e1", "e4"]
    store.amend("a", Entry("e3", kind="amended"))
    assert store.counts("a") == {"plain": 4}
    store.clear("a")
    assert (store.counts(None), store._ask("GET", f"{PREFIX}bytes")) == ({"plain": 4}, b"0")


def test_an_entry_among_many_is_found_by_its_id(store: RedisStore, monkeypatch: pytest.MonkeyPatch):
    for module, name in (("redis_journal", "PAGE"), ("redis_journal", "MOST_LABELS")):
        monkeypatch.setattr(f"mockserver.stores.{module}.{name}", 3)
    store.exchange("a", 0, Document(), 0)
    for number in range(20):
        assert store.append("a", Entry(f"e{number:02}"), 0)
    assert [store.entry(f"e{number:02}") for number in range(20)] == [Entry(f"e{number:02}") for number in range(20)]
    assert store.entry("e2") is None
    assert [entry.id for entry in store.entries("a")] == [f"e{number:02}" for number in range(20)][::-1]


def test_an_amendment_to_what_another_one_amended_in_the_meantime_keeps_both(store: RedisStore, redis: RedisServer):
    another = RedisStore(redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    version = store.exchange("a", 0, Document(), 0, Entry("e1")) or 0
    with store.group():
        for id in ("e2", "e3"):
            assert store.append("a", Entry(id), 0, version)
    run, amend = store._journal._run, another.amend

    def overtaken(action: str, name: str = "", *arguments: Any) -> Any:
        store._journal._run = run  # once
        amend("a", Entry("e3", kind="amended"))
        return run(action, name, *arguments)

    store._journal._run = overtaken
    store.amend("a", Entry("e2", kind="amended"))
    assert [(entry.id, entry.kind) for entry in store.entries("a")] == [
        ("e3", "amended"),
        ("e2", "amended"),
        ("e1", "plain"),
    ]
    assert store.counts("a") == {"plain": 1, "amended": 2}
    another.close()


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
    store.exchange("a", 0, Document("one", is_disposable=True, part="large"), 0, Entry("e1"))
    assert {key.startswith(PREFIX) for key in keys(store)} == {True}


def test_a_user_who_may_use_keys_with_the_prefix_alone_is_enough(redis: RedisServer, store: RedisStore):
    store._ask("ACL", "SETUSER", "kit", "on", ">word", "~mockserver:*", "+@all")
    url = redis.url.replace("redis://", "redis://kit:word@")
    theirs = RedisStore(url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    theirs.probe()
    version = theirs.exchange("a", 0, Document("one", part="large"), 0, Entry("e1"))
    assert version is not None
    lose_the_next_answer(theirs)
    with theirs.group() as outdated:
        assert theirs.exchange("a", version, Document("two", part="large"), 0, Entry("e2"))
    assert not outdated
    assert theirs._turns.take("a", 0) is not None
    assert [entry.id for entry in theirs.since(0, 10)[0]] == ["e1", "e2"]
    assert theirs.entry("e1") == Entry("e1")
    theirs.amend("a", Entry("e1", kind="amended"))
    assert theirs.counts("a") == {"plain": 1, "amended": 1}
    assert theirs.remove("a")
    theirs.forget_counts()
    theirs.close()
    store._ask("ACL", "DELUSER", "kit")


def test_nothing_but_counts_is_left_of_a_deleted_sandbox(store: RedisStore):
    store.exchange("a", 0, Document("one", is_disposable=True, part="large"), 0, Entry("e1"))
    assert store.remove("a")
    assert keys(store) == [f"{PREFIX}{name}" for name in ("bytes", "gone", "number")]
    assert store._ask("GET", f"{PREFIX}bytes") == b"0"
    store.forget_counts()
    assert keys(store) == [f"{PREFIX}{name}" for name in ("bytes", "number")]


def expired(redis: RedisServer, names: list[str], *, left: str) -> RedisStore:
    """A store in which each of these sandboxes with nothing to lose has expired, with an entry; ``left`` remembers."""
    flushed(redis)
    store = RedisStore(redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7, idle=30)
    for name in names:
        document = Document(name, is_disposable=True, part="large")
        assert store.exchange(name, 0, document, 0, Entry(f"{name}1", kind=name)) is not None
    kept = store.exchange(left, 0, Document("kept", is_disposable=True), 0)
    assert kept is not None
    assert store.exchange(left, kept, Document("kept", part="large"), 0, Entry("l1")) is not None
    wait_until(lambda: not any(store._ask("EXISTS", f"{PREFIX}s:{name}", f"{PREFIX}e:{name}") for name in names))
    return store


def test_a_sandbox_with_nothing_to_lose_expires(redis: RedisServer):
    store = expired(redis, ["a", "b"], left="left")
    assert (store.names(), store.count(), store.get("a")) == (["left"], 1, None)
    assert (list(store.entries("a")), store.entry("a1"), store.dropped("a"), store.counts("a")) == ([], None, 0, {})
    assert store.entry("l1") == Entry("l1")
    assert [entry.id for entry in store.since(0, 10)[0]] == ["l1"]
    assert store._ask("PTTL", f"{PREFIX}s:left") == store._ask("PTTL", f"{PREFIX}e:left") == -1
    store.close()


def only_the_left_one(store: RedisStore) -> None:
    """Of what has expired there is nothing any more but counts."""
    own = (
        "bytes",
        "e:left",
        "gone",
        "holders",
        "holds",
        "j:left",
        "labels",
        "names",
        "number",
        "parts",
        "s:left",
    )
    assert keys(store) == [f"{PREFIX}{name}" for name in own]
    assert store._ask("HVALS", f"{PREFIX}holders") == [b"1"]
    assert store._ask("GET", f"{PREFIX}bytes") == b"100"
    assert store._ask("HLEN", f"{PREFIX}e:left") == store._ask("ZCARD", f"{PREFIX}labels") == 1


def test_what_has_expired_still_counts_and_is_cleaned_away(redis: RedisServer):
    store = expired(redis, ["a", "b"], left="left")
    assert store.counts(None) == {"a": 1, "b": 1}
    only_the_left_one(store)
    store.close()


def test_what_has_expired_is_cleaned_away_by_the_next_one(redis: RedisServer):
    store = expired(redis, ["a", "b"], left="left")
    assert store.exchange("a", 0, Document("again"), 0) is not None
    assert store.names() == ["left", "a"]
    assert store.remove("a")
    only_the_left_one(store)
    assert store.counts(None) == {"a": 1, "b": 1}
    store.close()


def test_an_expired_one_that_was_seen_begins_again(redis: RedisServer):
    store = expired(redis, ["a"], left="left")
    seen = store._recent.get("a")
    assert seen is not None
    assert not store.append("a", Entry("e1"), 0, seen.version)
    assert store.exchange("a", seen.version, Document("stale"), 0, Entry("e2")) is None
    assert store.seen("a") is None
    store.close()


def test_use_keeps_a_sandbox_with_nothing_to_lose(store: RedisStore):
    version = store.exchange("a", 0, Document(is_disposable=True), 0, Entry("e1"))
    for key in ("s:a", "e:a"):
        store._ask("PEXPIRE", f"{PREFIX}{key}", 60_000)
    assert store.append("a", Entry("e2"), 0, version)
    assert min(store._ask("PTTL", f"{PREFIX}{key}") for key in ("s:a", "e:a")) > IDLE - 60_000


def test_a_journal_that_has_expired_makes_room_for_others(redis: RedisServer):
    store = expired(redis, ["a", "b"], left="left")
    store._bounds = (10, 10**6, 350, 30)
    for number in range(2):
        assert store.append("left", Entry(f"l{number + 2}"), 0)
    assert [entry.id for entry in store.entries("left")] == ["l3", "l2", "l1"]
    assert keys(store).count(f"{PREFIX}s:a") == 0
    store.close()


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
    with pytest.raises(StoreAway, match="refused"):  # and not after a while
        store.append("a", Entry("e2"), 0, version)
    with pytest.raises(StoreAway, match="refused"):
        store.get("a")
    own_redis.start()
    assert store.append("a", Entry("e3"), 0, version)
    assert [entry.id for entry in store.entries("a")] == ["e3", "e1"]
    store.close()


def test_one_that_is_silent_holds_up_one_call_and_not_the_next_ones(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mockserver.stores.redis_connection.TIMEOUT", 0.2)
    monkeypatch.setattr("mockserver.stores.redis_connection.PAUSE", 0.5)
    store = RedisStore(own_redis.url, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7)
    store.count()
    own_redis.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(StoreAway, match="Timeout"):
            store.count()
        with pytest.raises(StoreAway, match="didn't answer in time"):  # the time before; nobody waited now
            store.count()
    finally:
        own_redis.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    assert store.count() == 0
    store.close()
