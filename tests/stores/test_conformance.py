"""What every store does, on each of the stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypedDict, cast

import pytest

from mockserver.stores.base import Store, StoreFull, Versioned
from mockserver.stores.memory import MemoryStore
from mockserver.stores.redis import RedisStore
from mockserver.stores.sqlite import SqliteStore
from tests.support.grouped import Grouped
from tests.support.parts import kept_parts
from tests.support.plain import Document, Entry, PlainCodec
from tests.support.redis_server import RedisServer, flushed

IN_GROUPS = " in groups"
SHARED = ("sqlite", "redis", f"sqlite{IN_GROUPS}", f"redis{IN_GROUPS}")


class Bounds(TypedDict):
    most: int
    journal_bytes: int
    journal_total: int


class MakeStore(Protocol):
    """Make a store, or one more on the same place; its bounds are wide where a test names none."""

    def __call__(self, *, most: int = 1000, journal_bytes: int = 10**6, journal_total: int = 10**7) -> Store: ...


def maker(kind: str, request: pytest.FixtureRequest, made: list[Store]) -> MakeStore:
    def make(*, most: int = 1000, journal_bytes: int = 10**6, journal_total: int = 10**7) -> Store:
        bounds = Bounds(most=most, journal_bytes=journal_bytes, journal_total=journal_total)
        store: Store
        if kind.startswith("sqlite"):
            folder: Path = request.getfixturevalue("tmp_path")
            store = SqliteStore(folder / "state.db", PlainCodec(), **bounds)
        elif kind.startswith("redis"):
            server: RedisServer = request.getfixturevalue("redis")
            store = RedisStore(server.url, PlainCodec(), **bounds)
        else:
            store = MemoryStore(**bounds)
        made.append(store)
        return cast("Store", Grouped(store)) if kind.endswith(IN_GROUPS) else store

    return make


@pytest.fixture
def made() -> Iterator[list[Store]]:
    """What a test made, to be closed."""
    found: list[Store] = []
    yield found
    for store in found:
        store.close()


@pytest.fixture(params=["memory", *SHARED])
def make(request: pytest.FixtureRequest, made: list[Store]) -> MakeStore:
    if request.param.startswith("redis"):
        flushed(request.getfixturevalue("redis"))
    return maker(request.param, request, made)


@pytest.fixture(params=SHARED)
def make_shared(request: pytest.FixtureRequest, made: list[Store]) -> MakeStore:
    """A maker of stores that another process may share."""
    if request.param.startswith("redis"):
        flushed(request.getfixturevalue("redis"))
    return maker(request.param, request, made)


@pytest.fixture
def store(make: MakeStore) -> Store:
    return make()


def put(store: Store, name: str, document: Document, now: int = 0) -> int:
    """Exchange whatever is held for a document."""
    held = store.get(name)
    version = store.exchange(name, held.version if held else 0, document, now)
    assert version is not None
    return version


def document(store: Store, name: str) -> object:
    held = store.get(name)
    return held.document if held else None


def ids(store: Store, name: str) -> list[str]:
    return [entry.id for entry in store.entries(name)]


# Documents


def test_nothing_is_held_at_first(store: Store):
    assert (store.get("a"), store.names(), store.count()) == (None, [], 0)


def test_a_document_is_held_under_its_name(store: Store):
    version = store.exchange("a", 0, Document("one"), 5)
    held = store.get("a")
    assert held is not None
    assert (held.document, held.version, held.last_used) == (Document("one"), version, 5)
    assert (store.names(), store.count(), store.get("b")) == (["a"], 1, None)


def test_a_document_is_exchanged_for_the_next(store: Store):
    first = put(store, "a", Document("one"))
    second = store.exchange("a", first, Document("two"), 0)
    assert second is not None
    assert second > first
    assert document(store, "a") == Document("two")


@pytest.mark.parametrize(
    "claimed",
    [pytest.param(-1, id="a past version"), pytest.param(1, id="a future version"), pytest.param(None, id="nothing")],
)
def test_an_exchange_for_another_version_changes_nothing(store: Store, claimed: int | None):
    version = put(store, "a", Document("one"))
    wrong = 0 if claimed is None else version + claimed
    assert store.exchange("a", wrong, Document("two"), 0) is None
    held = store.get("a")
    assert held is not None
    assert (held.document, held.version) == (Document("one"), version)


def test_a_version_of_nothing_is_not_there(store: Store):
    assert store.exchange("a", 1, Document("one"), 0) is None
    assert store.names() == []


def test_of_two_that_know_the_same_version_one_wins(store: Store):
    version = put(store, "a", Document("one"))
    assert store.exchange("a", version, Document("two"), 0) is not None
    assert store.exchange("a", version, Document("three"), 0) is None
    assert document(store, "a") == Document("two")


def test_a_deleted_document_is_gone(store: Store):
    put(store, "a", Document("one"))
    store.remove("a")
    assert (store.get("a"), store.names(), store.count()) == (None, [], 0)


def test_deleting_says_whether_there_was_something(store: Store):
    put(store, "a", Document("one"))
    assert [store.remove("a"), store.remove("a"), store.remove("b")] == [True, False, False]


def test_all_documents_are_read_in_the_order_in_which_they_came(store: Store):
    for number in range(120):
        put(store, f"s{number}", Document(f"{number}", part=f"part {number % 3}"))
    put(store, "s0", Document("changed"))
    store.remove("s1")
    kept = [(name, found.document) for name, found in store.documents() if isinstance(found, Versioned)]
    rest = [(f"s{number}", Document(f"{number}", part=f"part {number % 3}")) for number in range(2, 120)]
    assert kept == [("s0", Document("changed")), *rest]
    known = {name: (store.get(name) or pytest.fail(name)).version for name in store.names()}
    assert {name: found.version for name, found in store.documents() if isinstance(found, Versioned)} == known


def test_trying_to_write_leaves_nothing_behind(store: Store):
    put(store, "a", Document("one"))
    store.probe()
    assert (store.names(), store.count(), document(store, "a")) == (["a"], 1, Document("one"))


def test_versions_grow_across_a_delete(store: Store):
    first = put(store, "a", Document("one"))
    store.remove("a")
    second = put(store, "a", Document("two"))
    assert second > first
    assert store.exchange("a", first, Document("stale"), 0) is None


def test_names_stand_in_the_order_in_which_they_came(store: Store):
    for name in ("b", "a", "c"):
        put(store, name, Document())
    put(store, "a", Document("again"))
    assert store.names() == ["b", "a", "c"]
    store.remove("b")
    put(store, "b", Document())
    assert store.names() == ["a", "c", "b"]


# Room


def test_where_all_remember_something_there_is_no_room(make: MakeStore):
    store = make(most=2)
    put(store, "a", Document())
    put(store, "b", Document())
    with pytest.raises(StoreFull, match="all 2 sandboxes were made by name or have changed"):
        store.exchange("c", 0, Document(), 0)
    assert store.names() == ["a", "b"]
    put(store, "a", Document("changed"))
    store.remove("b")
    put(store, "c", Document())
    assert store.names() == ["a", "c"]


def test_the_disposable_one_that_was_longest_unused_makes_room(make: MakeStore):
    store = make(most=3)
    for now, name in enumerate(("a", "b", "c")):
        put(store, name, Document(is_disposable=name != "a"), now)
    store.append("b", Entry("e1"), 10)
    put(store, "d", Document(), 11)
    assert store.names() == ["a", "b", "d"]
    assert ids(store, "b") == ["e1"]


def test_room_is_made_for_a_twentieth_at_once(make: MakeStore):
    store = make(most=40)
    for number in range(40):
        put(store, f"s{number}", Document(is_disposable=True), number)
    put(store, "new", Document(), 99)
    assert store.count() == 39
    assert store.names()[0] == "s2"


def test_what_made_room_takes_its_journal_along(make: MakeStore):
    store = make(most=1)
    put(store, "a", Document(is_disposable=True))
    store.append("a", Entry("e1"), 1)
    put(store, "b", Document())
    assert (store.entry("e1"), ids(store, "a")) == (None, [])


# Journals


def test_a_journal_is_read_the_newest_first(store: Store):
    put(store, "a", Document())
    for id in ("e1", "e2", "e3"):
        store.append("a", Entry(id), 7)
    assert ids(store, "a") == ["e3", "e2", "e1"]
    assert store.dropped("a") == 0
    held = store.get("a")
    assert held is not None
    assert held.last_used == 7


def test_an_entry_is_found_by_its_id_alone(store: Store):
    for name in ("a", "b"):
        put(store, name, Document())
        store.append(name, Entry(f"{name}1"), 0)
    assert store.entry("b1") == Entry("b1")
    assert store.entry("c1") is None


def test_what_is_not_there_has_no_journal(store: Store):
    store.append("a", Entry("e1"), 0)
    store.clear("a")
    assert (ids(store, "a"), store.dropped("a"), store.entry("e1")) == ([], 0, None)


def test_a_journal_survives_a_change_of_its_sandbox(store: Store):
    put(store, "a", Document())
    store.append("a", Entry("e1"), 0)
    put(store, "a", Document("changed"))
    assert ids(store, "a") == ["e1"]


def test_a_deleted_sandbox_takes_its_journal_along(store: Store):
    put(store, "a", Document())
    store.append("a", Entry("e1"), 0)
    store.remove("a")
    assert (ids(store, "a"), store.entry("e1")) == ([], None)
    put(store, "a", Document())
    assert (ids(store, "a"), store.dropped("a")) == ([], 0)


def test_clearing_empties_one_journal(make: MakeStore):
    store = make(journal_bytes=250)
    for name in ("a", "b"):
        put(store, name, Document())
        for number in range(3):
            store.append(name, Entry(f"{name}{number}"), 0)
    assert store.dropped("a") == 1
    store.clear("a")
    assert (ids(store, "a"), store.dropped("a"), store.entry("a2")) == ([], 0, None)
    assert (ids(store, "b"), store.dropped("b")) == (["b2", "b1"], 1)
    assert store.names() == ["a", "b"]


def test_the_oldest_entries_make_room_in_a_journal(make: MakeStore):
    store = make(journal_bytes=250)
    put(store, "a", Document())
    for number in range(5):
        store.append("a", Entry(f"e{number}"), 0)
    assert (ids(store, "a"), store.dropped("a")) == (["e4", "e3"], 3)
    assert store.entry("e2") is None


def test_the_last_entry_stays_however_large(make: MakeStore):
    store = make(journal_bytes=250, journal_total=300)
    put(store, "a", Document())
    store.append("a", Entry("small"), 0)
    store.append("a", Entry("large", 10_000), 0)
    assert (ids(store, "a"), store.dropped("a")) == (["large"], 1)
    store.append("a", Entry("next"), 0)
    assert ids(store, "a") == ["next"]


def test_the_oldest_entries_of_all_make_room(make: MakeStore):
    store = make(journal_total=350)
    for name in ("a", "b"):
        put(store, name, Document())
    for id in ("a1", "b1", "a2", "b2", "b3"):
        store.append(id[0], Entry(id), 0)
    assert (ids(store, "a"), ids(store, "b")) == (["a2"], ["b3", "b2"])
    assert (store.dropped("a"), store.dropped("b")) == (1, 1)


def test_what_was_cleared_no_longer_weighs(make: MakeStore):
    store = make(journal_total=350)
    for name in ("a", "b"):
        put(store, name, Document())
    for number in range(3):
        store.append("a", Entry(f"a{number}"), 0)
    store.clear("a")
    for number in range(3):
        store.append("b", Entry(f"b{number}"), 0)
    assert (ids(store, "b"), store.dropped("b")) == (["b2", "b1", "b0"], 0)


# One step for a document and its entry


def test_a_document_and_its_entry_come_together(store: Store):
    version = store.exchange("a", 0, Document("one"), 3, Entry("e1"))
    assert version is not None
    assert store.exchange("a", version, Document("two"), 9, Entry("e2")) is not None
    held = store.get("a")
    assert held is not None
    assert (held.document, held.last_used, ids(store, "a")) == (Document("two"), 9, ["e2", "e1"])


def test_a_lost_exchange_leaves_no_entry(store: Store):
    version = put(store, "a", Document("one"))
    put(store, "a", Document("two"))
    assert store.exchange("a", version, Document("three"), 0, Entry("e1")) is None
    assert (ids(store, "a"), store.entry("e1")) == ([], None)


def test_an_entry_for_an_old_version_is_refused(store: Store):
    version = put(store, "a", Document("one"))
    assert store.append("a", Entry("e1"), 0, version)
    now = put(store, "a", Document("two"))
    assert not store.append("a", Entry("e2"), 0, version)
    assert store.append("a", Entry("e3"), 0, now)
    store.remove("a")
    assert not store.append("a", Entry("e4"), 0, now)
    assert ids(store, "a") == []


def test_a_change_without_an_entry_is_no_use(store: Store):
    put(store, "a", Document("one"), 5)
    put(store, "a", Document("two"), 9)
    held = store.get("a")
    assert held is not None
    assert held.last_used == 5


def test_a_sandbox_that_comes_to_remember_something_stays(make: MakeStore):
    store = make(most=2)
    put(store, "a", Document(is_disposable=True), 1)
    put(store, "b", Document(is_disposable=True), 2)
    put(store, "a", Document("changed"))
    put(store, "c", Document(), 3)
    assert store.names() == ["a", "c"]


def test_a_long_journal_is_read_in_full(store: Store):
    put(store, "a", Document())
    expected = [f"e{number}" for number in range(180)]
    for id in expected:
        store.append("a", Entry(id), 0)
    assert ids(store, "a") == expected[::-1]


# What several share


def test_what_one_saves_the_others_see(make_shared: MakeStore):
    one, other = make_shared(), make_shared()
    version = put(one, "a", Document("one"))
    assert document(other, "a") == Document("one")
    assert other.append("a", Entry("e1"), 7, version)
    assert (ids(one, "a"), one.entry("e1")) == (["e1"], Entry("e1"))
    put(other, "a", Document("two"))
    assert document(one, "a") == Document("two")
    one.remove("a")
    assert (document(other, "a"), other.names(), other.count()) == (None, [], 0)


def test_what_was_seen_may_be_old_but_is_never_exchanged(make_shared: MakeStore):
    one, other = make_shared(), make_shared()
    put(one, "a", Document("one"))
    seen = other.seen("a")
    assert seen is not None
    put(one, "a", Document("two"))
    assert other.exchange("a", seen.version, Document("three"), 0, Entry("e1")) is None
    assert not other.append("a", Entry("e2"), 0, seen.version)
    again = other.seen("a")
    assert again is not None
    assert again.document == Document("two")
    assert other.exchange("a", again.version, Document("three"), 0) is not None


def test_a_sandbox_that_another_one_deleted_and_began_again_is_another(make_shared: MakeStore):
    one, other = make_shared(), make_shared()
    version = put(one, "a", Document("one"))
    other.seen("a")
    one.remove("a")
    put(one, "a", Document("new"))
    assert other.exchange("a", version, Document("stale"), 0) is None
    found = other.seen("a")
    assert found is not None
    assert found.document == Document("new")


def test_what_is_kept_is_there_for_who_comes_later(make_shared: MakeStore):
    before = make_shared(journal_bytes=250)
    version = put(before, "a", Document("one"))
    for number in range(3):
        before.append("a", Entry(f"e{number}"), 0)
    before.close()
    after = make_shared(journal_bytes=250)
    assert (document(after, "a"), ids(after, "a"), after.dropped("a")) == (Document("one"), ["e2", "e1"], 1)
    assert put(after, "a", Document("two")) > version


# Counts


def kinds(store: Store, name: str, *ids: str, kind: str = "") -> None:
    """Append entries; each is of the kind that its id begins with."""
    for id in ids:
        assert store.append(name, Entry(id, kind=kind or f"{id[0]} 200 - -"), 0)


def test_entries_are_counted_by_kind(store: Store):
    assert (store.counts("a"), store.counts(None)) == ({}, {})
    put(store, "a", Document())
    assert store.counts("a") == {}
    kinds(store, "a", "x1", "y1", "x2")
    assert (store.counts("a"), store.counts(None)) == ({"x 200 - -": 2, "y 200 - -": 1}, {})


def test_entries_that_made_room_still_count(make: MakeStore):
    store = make(journal_bytes=250)
    put(store, "a", Document())
    kinds(store, "a", "x1", "y1", "x2", "x3", "y2", "x4")
    assert len(ids(store, "a")) == 2
    assert (store.counts("a"), store.counts(None)) == ({"x 200 - -": 4, "y 200 - -": 2}, {})


def test_entries_that_made_room_for_those_of_others_still_count(make: MakeStore):
    store = make(journal_total=350)
    for name in ("a", "b"):
        put(store, name, Document())
    kinds(store, "a", "x1", "y1", "x2")
    kinds(store, "b", "z1", "z2", "z3", "z4")
    assert ids(store, "a") == []
    assert (store.counts("a"), store.counts("b")) == ({"x 200 - -": 2, "y 200 - -": 1}, {"z 200 - -": 4})


def test_counts_outlive_a_journal_and_a_sandbox(make: MakeStore):
    store = make(journal_bytes=250)
    for name in ("a", "b"):
        put(store, name, Document())
    kinds(store, "a", "x1", "x2", "x3", "y1")
    kinds(store, "b", "x4", "z1")
    store.clear("a")
    assert (store.counts("a"), store.counts(None)) == ({}, {"x 200 - -": 3, "y 200 - -": 1})
    kinds(store, "a", "y2")
    store.remove("b")
    put(store, "b", Document())
    assert (store.counts("a"), store.counts("b")) == ({"y 200 - -": 1}, {})
    assert store.counts(None) == {"x 200 - -": 4, "y 200 - -": 1, "z 200 - -": 1}


def test_counts_outlive_what_made_room(make: MakeStore):
    store = make(most=1)
    put(store, "a", Document(is_disposable=True))
    kinds(store, "a", "x1")
    put(store, "b", Document())
    assert (store.counts("a"), store.counts(None)) == ({}, {"x 200 - -": 1})


def test_counts_of_what_is_gone_can_be_forgotten(store: Store):
    for name in ("a", "b"):
        put(store, name, Document())
        kinds(store, name, f"{name}1")
    store.remove("a")
    store.forget_counts()
    assert (store.counts(None), store.counts("b")) == ({}, {"b 200 - -": 1})


# What turned out otherwise


def test_an_entry_is_amended_where_it_stands(store: Store):
    put(store, "a", Document())
    put(store, "b", Document())
    kinds(store, "a", "first", "second", "third")
    store.amend("a", Entry("second", kind="amended - -"))
    assert [(entry.id, entry.kind) for entry in store.entries("a")][1] == ("second", "amended - -")
    found = store.entry("second")
    assert found is not None
    assert found.kind == "amended - -"
    assert (store.counts("a")["amended - -"], sum(store.counts("a").values())) == (1, 3)
    assert [entry.id for entry in store.since(0, 10)[0]] == ["first", "second", "third"]
    store.clear("a")
    assert store.counts(None)["amended - -"] == 1


def test_an_entry_that_is_gone_is_not_amended(store: Store):
    put(store, "a", Document())
    put(store, "b", Document())
    kinds(store, "a", "first")
    store.amend("b", Entry("first", kind="amended - -"))
    store.amend("nowhere", Entry("first", kind="amended - -"))
    store.amend("a", Entry("second", kind="amended - -"))
    assert [(entry.id, entry.kind == "amended - -") for entry in store.entries("a")] == [("first", False)]
    assert list(store.entries("b")) == []


def test_an_entry_that_made_room_stays_as_it_was_counted(make: MakeStore):
    store = make(journal_bytes=250)
    put(store, "a", Document())
    kinds(store, "a", "first", "second", "third")
    store.amend("a", Entry("first", kind="amended - -"))
    assert (ids(store, "a"), store.entry("first"), store.dropped("a")) == (["third", "second"], None, 1)
    assert "amended - -" not in store.counts("a")


def test_an_amended_entry_weighs_what_it_weighed(make: MakeStore):
    store = make(journal_bytes=250, journal_total=350)
    put(store, "a", Document())
    kinds(store, "a", "first", "second")
    store.amend("a", Entry("second", kind="amended - -"))
    kinds(store, "a", "third")
    assert ids(store, "a") == ["third", "second"]
    kinds(store, "a", "fourth")
    assert (ids(store, "a"), store.counts("a")["amended - -"], store.dropped("a")) == (["fourth", "third"], 1, 2)


def test_amending_is_no_use_and_nothing_new(store: Store):
    version = put(store, "a", Document())
    kinds(store, "a", "first")
    _, mark = store.since(None, 10)
    store.amend("a", Entry("first", kind="amended - -"))
    assert store.since(mark, 10) == ([], mark)
    held = store.get("a")
    assert held is not None
    assert held.version == version


# What is new


def new(store: Store, mark: int | None, most: int = 100) -> tuple[list[str], int]:
    found, after = store.since(mark, most)
    return [entry.id for entry in found], after


def test_what_came_after_a_mark_is_found_over_all_sandboxes(store: Store):
    for name in ("a", "b"):
        put(store, name, Document())
    kinds(store, "a", "a1")
    found, mark = new(store, None)
    assert found == []
    assert new(store, mark) == ([], mark)
    kinds(store, "b", "b1")
    kinds(store, "a", "a2")
    found, after = new(store, mark)
    assert found == ["b1", "a2"]
    assert new(store, after) == ([], after)
    assert new(store, mark)[0] == ["b1", "a2"]


def test_a_mark_can_be_had_of_an_empty_store(store: Store):
    _, mark = new(store, None)
    put(store, "a", Document())
    kinds(store, "a", "a1")
    assert new(store, mark)[0] == ["a1"]


def test_much_that_is_new_comes_in_pieces(store: Store):
    put(store, "a", Document())
    _, mark = new(store, None)
    expected = [f"e{number}" for number in range(7)]
    kinds(store, "a", *expected)
    pieces: list[list[str]] = []
    while not pieces or pieces[-1]:
        found, mark = new(store, mark, 3)
        pieces.append(found)
    assert pieces == [expected[:3], expected[3:6], expected[6:], []]


def test_what_made_room_is_missing_among_what_is_new(make: MakeStore):
    store = make(journal_bytes=250)
    put(store, "a", Document())
    _, mark = new(store, None)
    kinds(store, "a", "e1", "e2", "e3", "e4")
    assert new(store, mark)[0] == ["e3", "e4"]


@pytest.mark.parametrize("way", ["cleared", "deleted"])
def test_a_mark_holds_where_everything_after_it_went(store: Store, way: str):
    for name in ("a", "b"):
        put(store, name, Document())
    kinds(store, "a", "a1", "a2")
    _, mark = new(store, None)
    kinds(store, "a", "a3")
    _, after = new(store, mark)
    if way == "cleared":
        store.clear("a")
    else:
        store.remove("a")
    assert new(store, mark)[0] == []
    kinds(store, "b", "b1")
    assert new(store, mark)[0] == new(store, after)[0] == ["b1"]


# Parts that documents have in common


def test_documents_share_their_parts(make_shared: MakeStore):
    store, other = make_shared(), make_shared()
    forks = [Document(f"fork {number}", part="what they have in common") for number in range(3)]
    for fork in forks:
        put(store, fork.text, fork)
    assert kept_parts(store) == [3]
    assert [document(other, fork.text) for fork in forks] == forks
    put(other, "fork 0", Document("changed", part=forks[0].part), 5)
    assert kept_parts(store) == [3]
    put(store, "fork 0", Document("changed", part="another one"), 5)
    assert (document(other, "fork 0"), kept_parts(store)) == (Document("changed", part="another one"), [1, 2])
    put(store, "fork 1", Document("none"))
    assert kept_parts(store) == [1, 1]


def test_no_part_is_left_of_forks_that_are_gone(make_shared: MakeStore):
    store = make_shared(most=40)
    for number in range(40):
        put(store, f"s{number}", Document(is_disposable=number < 30, part=f"part {number % 4}"), number)
    put(store, "s40", Document(part="part 0"))
    assert kept_parts(store) == [9, 10, 10, 10]
    for name in store.names():
        store.remove(name)
    assert (kept_parts(store), store.count()) == ([], 0)


def test_a_lost_exchange_holds_no_part(make_shared: MakeStore):
    store = make_shared(most=2)
    version = put(store, "a", Document("one", part="old"))
    put(store, "a", Document("two", part="old"))
    assert store.exchange("a", version, Document("three", part="new"), 0, Entry("e1")) is None
    put(store, "b", Document())
    with pytest.raises(StoreFull):
        store.exchange("c", 0, Document(part="new"), 0)
    assert kept_parts(store) == [1]


def test_the_only_holder_of_a_part_makes_room_for_the_next(make_shared: MakeStore):
    store = make_shared(most=1)
    put(store, "a", Document(is_disposable=True, part="theirs"))
    put(store, "b", Document(part="theirs"))
    assert (document(make_shared(), "b"), kept_parts(store)) == (Document(part="theirs"), [1])
