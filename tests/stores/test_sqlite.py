"""The SQLite file: how it is made, what is refused, what goes wrong with it."""

from __future__ import annotations

import gc
import sqlite3
from pathlib import Path

import pytest

from mockserver.errors import SettingError
from mockserver.stores.base import StoreAway
from mockserver.stores.sqlite import SqliteStore
from mockserver.stores.sqlite_file import APPLICATION
from tests.support.plain import Document, Entry, PlainCodec


def opened(path: Path, *, is_careful: bool = False) -> SqliteStore:
    return SqliteStore(path, PlainCodec(), most=10, journal_bytes=10**6, journal_total=10**7, is_careful=is_careful)


def filled(path: Path) -> None:
    """A state file of ours with something in it."""
    store = opened(path)
    store.exchange("a", 0, Document("one" * 5000), 0, Entry("e1"))
    store.close()


def test_its_files_are_for_this_user_alone(tmp_path: Path):
    store = opened(tmp_path / "state.db")
    store.exchange("a", 0, Document(), 0)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["state.db", "state.db-lock", "state.db-shm", "state.db-wal"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    store.close()


def test_a_store_that_nobody_has_any_more_has_let_go_of_its_file(tmp_path: Path):
    store = opened(tmp_path / "state.db")
    connection = store._file.connection
    del store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


@pytest.mark.parametrize(("is_careful", "level"), [(False, 1), (True, 2)])
def test_how_careful_it_is(tmp_path: Path, is_careful: bool, level: int):
    store = opened(tmp_path / "state.db", is_careful=is_careful)
    assert store._execute("PRAGMA synchronous").fetchone() == (level,)
    assert store._execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"state: none of yours\n" * 100)


def scribbled(path: Path) -> None:
    filled(path)
    content = bytearray(path.read_bytes())
    content[4096 : 4096 + 8192] = b"\x5a" * 8192
    path.write_bytes(content)


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name TEXT)")
    connection.close()


def newer(path: Path) -> None:
    filled(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("make", "mention"),
    [
        pytest.param(garbage, "file is not a database", id="not a database"),
        pytest.param(scribbled, "damaged|malformed", id="a damaged one"),
        pytest.param(foreign, "a database of another program", id="another program's"),
        pytest.param(newer, r"another version of mockserver \(form 99, and this one reads", id="of another form"),
        pytest.param(Path.mkdir, "can't use .*unable to open", id="a folder"),
    ],
)
def test_a_file_that_can_not_be_used_is_one_clear_line(make: object, mention: str, tmp_path: Path):
    path = tmp_path / "state.db"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(SettingError, match=mention) as caught:
        opened(path)
    assert len(str(caught.value).splitlines()) == 1
    assert str(path) in str(caught.value)
    assert not path.is_file() or path.read_bytes() == before
    assert not Path(f"{path}-lock").exists() or make in (scribbled, newer)


@pytest.mark.parametrize("place", ["none/state.db", "file/state.db", "/proc/state.db"])
def test_a_place_that_can_not_be_written_to_is_one_clear_line(place: str, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"can't make .*state\.db: "):
        opened(tmp_path / place)


def test_a_path_that_was_meant_from_the_root_is_pointed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    meant = tmp_path / "state.db"
    with pytest.raises(SettingError, match=f"; for {meant} write sqlite:///{meant}$"):
        opened(Path(str(meant).removeprefix("/")))


def test_what_sqlite_can_not_do_is_told_and_may_pass(tmp_path: Path):
    store = opened(tmp_path / "state.db")
    version = store.exchange("a", 0, Document("one"), 0)
    assert version is not None
    store._execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreAway, match="full"):
        store.exchange("a", version, Document("two" * 100_000), 0, Entry("e1"))
    with pytest.raises(StoreAway, match="full"):
        store.append("a", Entry("e2" * 100_000), 0, version)
    held = store.get("a")
    assert held is not None
    assert (held.document, list(store.entries("a"))) == (Document("one"), [])
    store._execute("PRAGMA max_page_count = 100000")
    assert store.exchange("a", version, Document("two"), 0, Entry("e1")) is not None
    store.close()


def test_another_program_that_holds_the_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.stores.sqlite_file.PAUSE", 0.0)
    store = opened(tmp_path / "state.db")
    store._execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreAway, match="locked"):
        store.exchange("a", 0, Document(), 0)
    other.execute("COMMIT")
    other.close()
    assert store.exchange("a", 0, Document(), 0) is not None
    store.close()


def test_the_log_stays_short_without_a_step_that_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.stores.sqlite_checkpoints.EVERY", 20)
    monkeypatch.setattr("mockserver.stores.sqlite_checkpoints.LONG", 20)
    store = opened(tmp_path / "state.db")
    store._execute("PRAGMA wal_autocheckpoint = 0")
    version, log = 0, tmp_path / "state.db-wal"
    for number in range(1, 201):
        version = store.exchange("a", version, Document(f"{number}"), 0, Entry(f"e{number}")) or 0
        if number % 20 == 0:
            store._file._checkpoints.close()  # until the thread is done; the next step begins the log anew
    assert 0 < log.stat().st_size < 80 * 4096
    assert len(list(store.entries("a"))) == 200
    copy = tmp_path / "copy.db"
    copy.write_bytes((tmp_path / "state.db").read_bytes())  # without its log
    again = opened(copy)
    assert len(list(again.entries("a"))) == 200
    again.close()
    store.close()


def test_entries_that_came_together_are_left_out_together_where_they_are_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    store = opened(tmp_path / "state.db")
    version = store.exchange("a", 0, Document("one"), 0, Entry("e1")) or 0
    with store.group():
        for number in (2, 3):
            assert store.append("a", Entry(f"e{number}"), 0, version)
    store._execute("UPDATE journal SET heads = x'5b' WHERE instr(heads, ?)", (b'"e2"',))
    store.append("a", Entry("e4"), 0, version)
    assert [entry.id for entry in store.entries("a")] == ["e4", "e1"]
    assert "a journal entry can't be read" in caplog.text
    assert (store.entry("e2"), store.entry("e4")) == (None, Entry("e4"))
    assert sum(store.counts("a").values()) == 2
    store.close()


def test_a_file_is_opened_while_another_process_writes_to_it(tmp_path: Path):
    filled(tmp_path / "state.db")
    writer = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    store = opened(tmp_path / "state.db")  # without a lock that would keep a writer waiting
    assert [entry.id for entry in store.entries("a")] == ["e1"]
    writer.execute("COMMIT")
    writer.close()
    store.close()


def test_the_file_is_marked_as_ours(tmp_path: Path):
    filled(tmp_path / "state.db")
    connection = sqlite3.connect(tmp_path / "state.db")
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    connection.close()
