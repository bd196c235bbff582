"""Steps in a group: kept together or not at all, in their order, whatever others do meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from mockserver.app import App, build
from mockserver.config import Config
from mockserver.http import Request, Response
from mockserver.sandbox.journal import Entry as JournalEntry
from mockserver.stores.base import Store, StoreAway, StoreFull
from mockserver.stores.redis import RedisStore
from mockserver.stores.sqlite import SqliteStore
from mockserver.stores.sqlite_group import GroupWriter
from tests.support.plain import Document, Entry, PlainCodec
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import wait_until

NOW = 1_780_000_000_000
PROFILE = b"/freshdata/get-open-profile-status"
PERSON = b"linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fsome-body"
LEFT = "x-ratelimit-credits-remaining"


class Away(Exception):
    """What ends a group."""


@pytest.fixture(params=["sqlite", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        return server.url
    return f"sqlite:///{tmp_path / 'state.db'}"


def opened(place: str, *, most: int = 100, journal_bytes: int = 10**6, journal_total: int = 10**7) -> Store:
    codec = PlainCodec()
    if place.startswith("redis"):
        return RedisStore(place, codec, most=most, journal_bytes=journal_bytes, journal_total=journal_total)
    file = Path(place.removeprefix("sqlite:///"))
    return SqliteStore(file, codec, most=most, journal_bytes=journal_bytes, journal_total=journal_total)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = opened(place)
    yield made
    made.close()


@pytest.fixture
def another(place: str) -> Iterator[Store]:
    """Another process's, on the same place."""
    made = opened(place)
    yield made
    made.close()


def spend(store: Store, name: str, id: str) -> int | None:
    """Write what is there and the id, with an entry."""
    held = store.seen(name)
    text = f"{held.document.text} {id}" if held else id
    return store.exchange(name, held.version if held else 0, Document(text), NOW, Entry(id))


def kept(store: Store, name: str) -> tuple[str, list[str]]:
    """The text, and the journal, the oldest entry first."""
    held = store.get(name)
    return held.document.text if held else "", [entry.id for entry in store.entries(name)][::-1]


def test_steps_of_several_sandboxes_are_kept_in_their_order(store: Store, another: Store):
    spend(store, "a", "1")
    with store.group() as outdated:
        for name, id in (("a", "2"), ("b", "3"), ("a", "4"), ("b", "5")):
            assert spend(store, name, id)
        held = store.seen("a")
        assert held is not None
        assert store.append("a", Entry("6"), NOW, held.version)
        assert not store.append("a", Entry("7"), NOW, held.version - 1)
        assert store.exchange("a", 0, Document(), NOW, Entry("8")) is None
    assert not outdated
    for one in (another, store):
        assert kept(one, "a") == ("1 2 4", ["1", "2", "4", "6"])
        assert kept(one, "b") == ("3 5", ["3", "5"])
    assert [entry.id for entry in another.since(0, 100)[0]] in (
        ["1", "2", "3", "4", "5", "6"],
        ["1", "3", "2", "4", "6", "5"],
    )
    assert spend(store, "a", "9"), "the store knows the version that came of the group"
    assert kept(another, "a")[0] == "1 2 4 9"


def test_a_group_that_ends_badly_leaves_nothing(store: Store, another: Store):
    spend(store, "a", "1")

    def group() -> None:
        with store.group():
            spend(store, "a", "2")
            spend(store, "a", "3")
            raise Away

    with pytest.raises(Away):
        group()
    assert kept(store, "a") == kept(another, "a") == ("1", ["1"])
    assert spend(store, "a", "4")
    assert kept(another, "a") == ("1 4", ["1", "4"])


def test_what_another_process_changed_meanwhile_stands(store: Store, another: Store, place: str):
    spend(store, "a", "1")
    spend(store, "b", "2")
    spend(another, "a", "3")
    with store.group() as outdated:
        done = spend(store, "a", "4")
        spend(store, "b", "5")
    assert done
    was_seen = not outdated  # a group that has the file to itself sees what is there
    assert kept(another, "a") == (("1 3 4", ["1", "3", "4"]) if was_seen else ("1 3", ["1", "3"]))
    assert kept(another, "b") == ("2 5", ["2", "5"])
    assert spend(store, "a", "6")
    assert kept(another, "a")[0] == ("1 3 4 6" if was_seen else "1 3 6")


def test_a_step_for_what_was_seen_before_a_group_is_told_to_be_old(store: Store, another: Store):
    spend(store, "a", "1")
    before = store.seen("a")
    assert before is not None
    spend(another, "a", "2")
    with store.group() as outdated:
        done = store.exchange("a", before.version, Document("3"), NOW, Entry("3"))
    assert done is None or outdated == {"a"}
    assert kept(another, "a") == ("1 2", ["1", "2"])


def test_a_slow_process_is_not_starved_by_a_quick_one(place: str):
    """The quick one is done many times while the slow one works: by versions alone it would always be first."""
    slow, quick = opened(place, most=10), opened(place, most=10)
    spend(slow, "a", "0")
    is_over, done, numbers = Event(), 0, count()

    def hurry() -> None:
        nonlocal done
        while not is_over.is_set():
            with quick.group() as outdated:
                spend(quick, "a", f"q{next(numbers)}")
            done += not outdated

    thread = Thread(target=hurry)
    thread.start()
    try:
        wait_until(lambda: done > 5)
        for id in ("1", "2", "3"):
            for _ in range(20):
                with slow.group() as outdated:
                    held = slow.seen("a")
                    assert held is not None
                    time.sleep(0.02)
                    slow.exchange("a", held.version, Document(f"{held.document.text} {id}"), NOW, Entry(id))
                if not outdated:
                    break
            else:
                pytest.fail("overtaken twenty times")
            before = done
            wait_until(lambda: done > before)  # noqa: B023 - called at once
    finally:
        is_over.set()
        thread.join()
    text = kept(quick, "a")[0].split()
    assert [id for id in text if id[0] != "q"] == ["0", "1", "2", "3"]
    assert len([id for id in text if id[0] == "q"]) == done
    slow.close()
    quick.close()


@pytest.mark.parametrize(("lasting", "expected"), [(60.0, True), (0.0, False)])
def test_who_was_overtaken_knows_it_for_a_while(
    store: Store, another: Store, lasting: float, expected: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mockserver.stores.contested.LASTING", lasting)
    spend(store, "a", "1")
    before = store.contested.are_any
    spend(another, "a", "2")
    assert spend(store, "a", "3") is None
    assert (before, store.contested.are_any, another.contested.are_any) == (False, expected, False)


def test_a_single_step_hears_that_others_wait_in_a_redis(redis: RedisServer):
    flushed(redis)
    store, another = opened(redis.url), opened(redis.url)
    assert isinstance(another, RedisStore)
    spend(store, "a", "1")
    another._turns.take("a", 0)
    assert spend(store, "a", "2")
    assert store.contested.are_any
    with store.group():  # waits for the turn, for as long as it lasts at most
        assert spend(store, "a", "3")
    assert kept(another, "a") == ("1 2 3", ["1", "2", "3"])
    store.close()
    another.close()


def test_a_group_waits_for_one_turn_alone(redis: RedisServer):
    """Two that have a turn each, and wait for the other one's, would wait for as long as turns last."""
    flushed(redis)
    store = opened(redis.url)
    assert isinstance(store, RedisStore)
    for name in ("a", "b"):
        spend(store, name, "1")
        store.contested.note(name)
    with store.group():
        spend(store, "a", "2")
        spend(store, "b", "2")
        assert [key.decode()[-1] for key in store._ask("KEYS", "*:t:*")] == ["a"]
    assert store._ask("KEYS", "*:t:*") == []
    assert (kept(store, "a")[0], kept(store, "b")[0]) == ("1 2", "1 2")
    store.close()


def test_the_bounds_of_a_journal_hold(place: str):
    store = opened(place, journal_bytes=1600)
    for start in range(0, 100, 10):
        with store.group():
            for number in range(start, start + 10):
                spend(store, "a", f"{number}")
    ids = kept(store, "a")[1]
    assert 10 <= len(ids) <= 16
    assert ids == [f"{number}" for number in range(100 - len(ids), 100)]
    assert store.dropped("a") == 100 - len(ids)
    store.close()


def test_entries_that_came_together_are_found_one_by_one(store: Store, another: Store):
    spend(store, "a", "0")
    _, mark = another.since(None, 10)
    expected = [f"{number}" for number in range(1, 8)]
    with store.group():
        for id in expected:
            spend(store, "a", id)
    assert [entry.id for entry in another.entries("a")] == [*expected[::-1], "0"]
    for id in expected:
        found = another.entry(id)
        assert found is not None
        assert found.id == id
    assert another.entry("8") is None
    pieces: list[list[str]] = []
    while not pieces or pieces[-1]:
        newer, mark = another.since(mark, 3)
        pieces.append([entry.id for entry in newer])
    assert pieces == [expected[:3], expected[3:6], expected[6:], []]
    another.amend("a", Entry("4", kind="amended"))
    assert [entry.kind == "amended" for entry in store.entries("a")] == [id == "4" for id in [*expected[::-1], "0"]]
    assert store.counts("a") == {"plain": 7, "amended": 1}
    store.clear("a")
    assert (store.counts("a"), store.counts(None)) == ({}, {"plain": 7, "amended": 1})


def test_entries_that_came_together_make_room_together(place: str):
    store = opened(place, journal_bytes=16_000)  # a run weighs a sixteenth of that at most
    for start in range(0, 300, 20):
        with store.group():
            for number in range(start, start + 20):
                held = store.seen("a")
                entry = Entry(f"{number:03}", kind=f"kind {number % 3}")
                if held is None:
                    store.exchange("a", 0, Document(), NOW, entry)
                else:
                    store.append("a", entry, NOW, held.version)
        ids = kept(store, "a")[1]
        assert ids == [f"{number:03}" for number in range(start + 20 - len(ids), start + 20)]
        assert 100 * len(ids) <= 16_000
        assert store.dropped("a") == start + 20 - len(ids)
        assert store.counts("a") == {f"kind {rest}": len(range(rest, start + 20, 3)) for rest in range(3)}
    assert 140 <= len(ids) < 160
    assert (store.entry("000"), store.entry("299")) == (None, Entry("299", kind="kind 2"))
    store.close()


def test_the_oldest_of_all_that_came_together_make_room(place: str):
    store = opened(place, journal_total=3200)
    for turn in range(20):
        with store.group():
            for name in ("a", "b", "a", "b"):
                held = store.seen(name)
                step = (Document(), NOW, Entry(f"{name}{turn:02}{held.version if held else 0}"))
                assert store.exchange(name, held.version if held else 0, *step)
    left = {name: kept(store, name)[1] for name in "ab"}
    assert 0 < sum(map(len, left.values())) <= 32
    assert {name: store.dropped(name) + len(ids) for name, ids in left.items()} == {"a": 40, "b": 40}
    assert {id[1:3] for ids in left.values() for id in ids} <= {f"{turn:02}" for turn in range(11, 20)}
    assert sorted(entry.id for entry in store.since(0, 100)[0]) == sorted([*left["a"], *left["b"]])
    store.close()


def test_an_entry_is_found_whatever_its_id_and_those_beside_it(store: Store, another: Store):
    odd = ["z", "a b", 'quote"', "ü", "Z", "req_ff", "req_100", "[", "z z"]
    for name in ("a", "b"):
        spend(store, name, f"first of {name}")
    with store.group():
        for number, id in enumerate(odd):
            assert spend(store, "ab"[number % 2], id)
    for id in [*odd, "first of a", "first of b"]:
        assert another.entry(id) == Entry(id), id
    for id in ("b", "zz", "req_101", "a c"):
        assert another.entry(id) is None
    another.amend("a", Entry("ü", kind="amended"))  # it is the other one's
    another.amend("b", Entry("ü", kind="amended"))
    assert store.entry("ü") == Entry("ü", kind="amended")
    assert (store.counts("a"), store.counts("b")) == ({"plain": 6}, {"plain": 4, "amended": 1})


def test_an_amended_entry_counts_as_amended_when_it_makes_room(place: str):
    store = opened(place, journal_bytes=16_000)
    spend(store, "a", "0")
    with store.group():
        for id in ("1", "2", "3"):
            spend(store, "a", id)
    for id in ("2", "3", "2"):
        store.amend("a", Entry(id, kind="amended"))
    assert store.counts("a") == {"plain": 2, "amended": 2}
    spend(store, "a", "large")
    held = store.seen("a")
    assert held is not None
    assert store.append("a", Entry("4", size=20_000), NOW, held.version)
    assert (kept(store, "a")[1], store.dropped("a")) == (["4"], 5)
    assert store.counts("a") == {"plain": 4, "amended": 2}
    store.remove("a")
    assert store.counts(None) == {"plain": 4, "amended": 2}
    store.close()


def test_what_came_together_is_as_new_as_its_entries(store: Store, another: Store):
    spend(store, "a", "0")
    with store.group():
        for id in ("1", "2", "3", "4"):
            spend(store, "a", id)
    (first,), mark = another.since(0, 1)
    assert first.id == "0"
    newer, after = another.since(mark, 3)
    assert [entry.id for entry in newer] == ["1", "2", "3"]
    spend(store, "b", "5")
    newer, last = another.since(after, 3)
    assert [entry.id for entry in newer] == ["4", "5"]
    store.clear("a")
    assert [entry.id for entry in another.since(0, 3)[0]] == ["5"]
    assert another.since(last, 3) == ([], last)


def test_a_new_sandbox_that_finds_no_room_spoils_no_other_step(place: str):
    store = opened(place, most=1)
    spend(store, "a", "1")
    with store.group():
        spend(store, "a", "2")
        with pytest.raises(StoreFull):
            spend(store, "b", "3")
        spend(store, "a", "4")
    assert kept(store, "a") == ("1 2 4", ["1", "2", "4"])
    assert store.names() == ["a"]
    store.close()


def test_a_new_sandbox_takes_the_place_of_one_of_its_group(place: str):
    store = opened(place, most=1)
    store.exchange("a", 0, Document("", is_disposable=True), NOW, Entry("1"))
    with store.group():
        held = store.seen("a")
        assert held is not None
        store.append("a", Entry("2"), NOW, held.version)
        spend(store, "b", "3")
    assert store.names() == ["b"]
    assert kept(store, "b") == ("3", ["3"])
    assert {**store.counts(None)} in ({"plain": 2}, {"plain": 1})
    store.close()


def test_a_file_that_fails_in_the_midst_keeps_nothing(tmp_path: Path):
    store = opened(f"sqlite:///{tmp_path / 'state.db'}")
    spend(store, "a", "1")

    def group() -> None:
        with store.group():
            spend(store, "a", "2")
            store._execute("CREATE TEMP TRIGGER no BEFORE INSERT ON journal BEGIN SELECT raise(ABORT, 'no'); END")  # type: ignore[attr-defined]

    with pytest.raises(StoreAway, match="no"):
        group()
    store._execute("DROP TRIGGER IF EXISTS no")  # type: ignore[attr-defined]
    assert kept(store, "a") == ("1", ["1"])
    assert spend(store, "a", "3")
    assert kept(store, "a") == ("1 3", ["1", "3"])
    store.close()


def contested(place: str) -> tuple[Store, Store]:
    """Two processes' stores, and a sandbox ``a`` that the first one knows to be changed by the other one, too."""
    store, another = opened(place, most=2), opened(place, most=2)
    spend(store, "a", "1")
    spend(another, "a", "2")
    assert spend(store, "a", "x") is None
    return store, another


def test_a_group_that_has_the_file_does_all_its_steps_within(tmp_path: Path):
    store, another = contested(f"sqlite:///{tmp_path / 'state.db'}")
    spend(another, "b", "3")
    spend(another, "a", "4")
    with store.group() as outdated:
        assert spend(store, "a", "5")
        assert spend(store, "b", "6"), "seen for the first time"
        with pytest.raises(StoreFull):
            spend(store, "c", "7")
        assert store.append("b", Entry("8"), NOW)
        store.amend("b", Entry("3", kind="amended"))
        assert kept(another, "a")[0] == "1 2 4", "nobody else sees it yet"
    assert not outdated
    for one in (store, another):
        assert kept(one, "a") == ("1 2 4 5", ["1", "2", "4", "5"])
        assert kept(one, "b") == ("3 6", ["3", "6", "8"])
        assert one.names() == ["a", "b"]
    assert store.counts("b") == {"plain": 2, "amended": 1}
    store.close()
    another.close()


def test_a_new_sandbox_of_a_group_that_has_the_file_is_kept_with_it(tmp_path: Path):
    store, another = contested(f"sqlite:///{tmp_path / 'state.db'}")

    def group() -> None:
        with store.group():
            assert spend(store, "a", "3")
            assert spend(store, "b", "4")
            assert spend(store, "b", "5")
            raise Away

    with pytest.raises(Away):
        group()
    assert (store.names(), another.names()) == (["a"], ["a"])
    assert spend(store, "b", "6")
    assert kept(another, "b") == ("6", ["6"])
    assert kept(another, "a") == ("1 2", ["1", "2"])
    store.close()
    another.close()


def test_a_step_that_fails_spoils_the_group_that_has_the_file(tmp_path: Path):
    store, another = contested(f"sqlite:///{tmp_path / 'state.db'}")
    fails = "CREATE TEMP TRIGGER no BEFORE UPDATE ON sandboxes WHEN new.id > 1 BEGIN SELECT raise(ABORT, 'no'); END"
    store._execute(fails)  # type: ignore[attr-defined]

    def group() -> None:
        with store.group():
            assert spend(store, "a", "3")
            with pytest.raises(StoreAway, match="no"):
                spend(store, "b", "4")  # its row is there by then, and yet empty

    with pytest.raises(StoreAway, match="no"):
        group()
    store._execute("DROP TRIGGER no")  # type: ignore[attr-defined]
    assert another.names() == ["a"]
    assert kept(store, "a") == kept(another, "a") == ("1 2", ["1", "2"])
    assert spend(store, "b", "5")
    assert kept(another, "b") == ("5", ["5"])
    store.close()
    another.close()


def test_groups_on_a_file_work_beside_each_other(tmp_path: Path):
    """Until they write: so a slow group keeps nobody waiting."""
    place = f"sqlite:///{tmp_path / 'state.db'}"
    slow, quick = opened(place), opened(place)
    spend(slow, "a", "1")
    spend(quick, "b", "2")
    with slow.group() as outdated:
        assert spend(slow, "a", "3")
        with quick.group():
            assert spend(quick, "b", "4")
        assert kept(slow, "b") == ("2 4", ["2", "4"])
    assert not outdated
    assert kept(quick, "a") == ("1 3", ["1", "3"])
    slow.close()
    quick.close()


# The engine


@pytest.fixture
def app(place: str) -> Iterator[App]:
    made = build(Config(vendor=("freshdata",), state=place), raises_bugs=True)
    yield made
    made.engine.store.close()


def call(sandbox: bytes = b"", path: bytes = PROFILE) -> Request:
    headers = [(b"host", b"h"), (b"x-rapidapi-key", b"k"), *([(b"x-mock-sandbox", sandbox)] if sandbox else ())]
    return Request("GET", path, PERSON, tuple(headers))


def test_requests_that_come_together_are_answered_in_their_order(app: App):
    noted: list[JournalEntry] = []
    app.engine.on_entry = noted.append
    requests = [call(b"a"), call(b"b"), call(b"a"), call(b"a", b"/freshdata/nothing"), call(b"b"), call(b"..")]
    answers = app.engine.respond_all(requests, NOW)
    assert [answer.status for answer in answers] == [200, 200, 200, 404, 200, 400]
    left = [answer.header(LEFT) for answer in answers]
    assert [left[0], left[2]] == [left[1], left[4]]
    ids = [answer.header("x-mock-request-id") for answer in answers]
    assert [entry.id for entry in noted] == ids
    store = app.engine.store
    assert [entry.id for entry in store.entries("a")] == [ids[3], ids[2], ids[0]]
    assert [entry.id for entry in store.entries("b")] == [ids[4], ids[1]]


def test_who_was_overtaken_runs_again_on_the_result(app: App, place: str):
    app.engine.respond_all([call(b"a"), call(b"b")], NOW)
    other = build(Config(vendor=("freshdata",), state=place), raises_bugs=True)
    ahead = other.engine.respond(call(b"a"), NOW)
    noted: list[JournalEntry] = []
    app.engine.on_entry = noted.append
    answers = app.engine.respond_all([call(b"a"), call(b"b"), call(b"a")], NOW)
    left = [float(answer.header(LEFT) or 0) for answer in (ahead, answers[0], answers[2])]
    assert left[0] - left[1] == left[1] - left[2] > 0
    ids = [str(answer.header("x-mock-request-id")) for answer in answers]
    assert sorted(entry.id for entry in noted) == ids
    assert int(ids[2][-6:], 16) - int(ids[0][-6:], 16) == 2, "they run again with the same ids"
    assert len([*other.engine.store.entries("a")]) == 4
    assert len([*other.engine.store.entries("b")]) == 2
    other.engine.store.close()


def test_where_nothing_can_be_kept_each_is_told(app: App, monkeypatch: pytest.MonkeyPatch):
    app.engine.respond_all([call(b"a"), call(b"b")], NOW)

    def gone(*_: object) -> None:
        raise StoreAway("gone for a moment")

    with monkeypatch.context() as patched:
        patched.setattr(GroupWriter, "write", gone)
        patched.setattr(RedisStore, "_sent", gone)
        answers = app.engine.respond_all([call(b"a"), call(b"b")], NOW)
    assert [(answer.status, answer.header("x-mock-sandbox")) for answer in answers] == [(503, "a"), (503, "b")]
    assert all(b"gone for a moment" in answer.body for answer in answers)
    after: list[Response] = app.engine.respond_all([call(b"a"), call(b"a")], NOW)
    assert [answer.status for answer in after] == [200, 200]
    assert len([*app.engine.store.entries("a")]) == 3
