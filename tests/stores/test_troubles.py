"""Stores in trouble: locked, deleted, full, only to be read, or damaged in one place. It is said, and it passes."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.config import Config
from mockserver.stores.redis import PREFIX, RedisStore
from mockserver.stores.sqlite import SqliteStore
from tests.support.processes import Process
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import BALANCE, Answer, Served

GOOD = f"{BALANCE}?account_id=a"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def on_file(file: Path) -> Iterator[Served]:
    served = Served(Config(state=f"sqlite:///{file}"))
    yield served
    served.app.engine.store.close()


@pytest.fixture
def on_redis(own_redis: RedisServer) -> Iterator[Served]:
    served = Served(Config(state=own_redis.url))
    yield served
    served.app.engine.store.close()


def ask(served: Served, sandbox: str = "t") -> Answer:
    return served.get(f"/~{sandbox}{GOOD}", {"X-API-KEY": "k"})


def assert_away(served: Served, mention: str) -> None:
    """Nothing can be written: health, vendors and the control API say so, and when to come again."""
    for answer in (served.control("GET", "/health"), ask(served), served.control("POST", "/sandboxes", {"name": "n"})):
        assert (answer.status, answer.json["type"]) == (503, "urn:mockserver:problem:store-away"), answer.body
        assert mention in answer.json["detail"]
        assert answer.headers["retry-after"] == "1"


def assert_well(served: Served) -> None:
    assert served.control("GET", "/health").status == 200
    assert ask(served).status == 200


def sqlite_of(served: Served) -> SqliteStore:
    store = served.app.engine.store
    assert isinstance(store, SqliteStore)
    return store


def redis_of(served: Served) -> RedisStore:
    store = served.app.engine.store
    assert isinstance(store, RedisStore)
    return store


def test_a_locked_file_is_waited_for_once_and_then_told_of_at_once(
    on_file: Served, file: Path, monkeypatch: pytest.MonkeyPatch
):
    assert_well(on_file)
    store, statements = sqlite_of(on_file), list[str]()
    assert store._execute("PRAGMA busy_timeout").fetchone() == (100,)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("mockserver.stores.sqlite_file.PAUSE", 3600.0)
    store._file.connection.set_trace_callback(statements.append)
    assert_away(on_file, "locked by another program")
    assert statements.count("BEGIN IMMEDIATE") == 1  # of three calls
    assert on_file.control("GET", "/sandboxes/t/journal").status == 200  # reading goes on
    other.execute("COMMIT")
    other.close()
    store._file._busy_until = 0.0  # an hour later
    assert_well(on_file)


def test_a_deleted_file_is_noticed(on_file: Served, file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.stores.sqlite_file.LOOK_EVERY", 0.0)
    sqlite_of(on_file)._file._look_again = 0.0
    assert_well(on_file)
    aside = file.with_name("aside.db")
    file.rename(aside)
    assert_away(on_file, "was deleted or replaced")
    assert on_file.control("GET", "/sandboxes").status == 503
    sqlite3.connect(file).close()
    file.touch()
    assert_away(on_file, "was deleted or replaced")
    aside.rename(file)
    assert_well(on_file)


def test_a_full_file_is_not_well(on_file: Served):
    assert_well(on_file)
    store = sqlite_of(on_file)
    store._execute("VACUUM")  # no page is left that could be used again
    store._execute("PRAGMA max_page_count = 1")
    answer = on_file.control("GET", "/health")
    assert (answer.status, answer.json["detail"]) == (503, "database or disk is full")
    store._execute("PRAGMA max_page_count = 100000")
    assert_well(on_file)


def test_a_full_disk_is_not_well_and_is_well_again(tmp_path: Path):
    import httpx

    process = Process("--state", f"sqlite:///{tmp_path / 'state.db'}")
    try:
        log = tmp_path / "state.db-wal"
        assert httpx.get(f"{process.url}/_mock/health").status_code == 200
        size = log.stat().st_size
        _, hard = resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (size, hard))
        answer = httpx.get(f"{process.url}/_mock/health")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert httpx.get(f"{process.url}{GOOD}", headers={"X-API-KEY": "k"}).status_code == 503
        resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert httpx.get(f"{process.url}/_mock/health").status_code == 200
        assert httpx.get(f"{process.url}{GOOD}", headers={"X-API-KEY": "k"}).status_code == 200
    finally:
        process.stop()


def test_a_redis_at_its_limit_is_not_well(on_redis: Served):
    assert_well(on_redis)
    store = redis_of(on_redis)
    store._ask("CONFIG", "SET", "maxmemory", "1")
    assert_away(on_redis, "maxmemory")
    store._ask("CONFIG", "SET", "maxmemory", "0")
    assert_well(on_redis)


def test_a_redis_that_became_a_replica_is_not_well(on_redis: Served):
    assert_well(on_redis)
    store = redis_of(on_redis)
    store._ask("REPLICAOF", "127.0.0.1", "1")
    assert_away(on_redis, "read only replica")
    store._ask("REPLICAOF", "NO", "ONE")
    assert_well(on_redis)


# One document is damaged


def damage_row(served: Served, name: str) -> None:
    sqlite_of(served)._execute("UPDATE sandboxes SET document = x'7b22', version = version + 1 WHERE name = ?", (name,))


def damage_value(served: Served, name: str) -> None:
    store = redis_of(served)
    store._ask("HSET", f"{PREFIX}s:{name}", "v", "99", "d", "{'")


def damage_type(served: Served, name: str) -> None:
    store = redis_of(served)
    store._ask("DEL", f"{PREFIX}s:{name}")
    store._ask("SET", f"{PREFIX}s:{name}", "something else")


@pytest.fixture(
    params=[
        pytest.param(("sqlite", damage_row), id="a row of SQLite"),
        pytest.param(("redis", damage_value), id="a value in Redis"),
        pytest.param(("redis", damage_type), id="a key of Redis that holds something else"),
    ]
)
def damaged(request: pytest.FixtureRequest, file: Path) -> Iterator[tuple[Served, Callable[[Served, str], None]]]:
    """A server for which another process damaged what is kept; it starts with nothing read."""
    kind, damage = request.param
    state = f"sqlite:///{file}"
    if kind == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        state = server.url
    served = Served(Config(state=state))
    yield Served(Config(state=state)), damage
    served.app.engine.store.close()


Damaged = tuple[Served, Callable[[Served, str], None]]


def forget_what_was_seen(served: Served) -> Served:
    return Served(served.app.config)


def test_a_damaged_sandbox_harms_itself_alone_and_can_be_deleted(damaged: Damaged, caplog: pytest.LogCaptureFixture):
    served, damage = damaged
    for name in ("a", "b", "c"):
        assert ask(served, name).status == 200
    damage(served, "b")
    served = forget_what_was_seen(served)
    assert [ask(served, name).status for name in ("a", "b", "c")] == [200, 500, 200]
    answer = ask(served, "b")
    assert answer.json["type"] == "urn:mockserver:problem:unreadable"
    assert "sandbox b can't be read from the store" in answer.json["detail"]
    assert "DELETE /_mock/sandboxes/b deletes it" in answer.json["detail"]
    assert answer.sandbox == "b"
    assert "sandbox b can't be read" in caplog.text
    assert served.control("GET", "/sandboxes/b").status == 500
    listed = served.control("GET", "/sandboxes").json
    assert [one["name"] for one in listed["sandboxes"]] == ["a", "c"]
    assert [one["name"] for one in listed["unreadable"]] == ["b"]
    assert served.control("GET", "/health").status == 200
    assert served.control("GET", "/report").status == 200
    armed = served.control("POST", "/sandboxes/*/faults", {"vendor": "postpress", "error": "no_channel", "times": 1})
    assert armed.status == 201
    assert served.control("DELETE", "/sandboxes/*/faults").status == 204
    assert served.control("DELETE", "/sandboxes/b").status == 204
    assert ask(served, "b").status == 200
    assert "unreadable" not in served.control("GET", "/sandboxes").json
    served.app.engine.store.close()


@pytest.mark.parametrize("way_out", ["/sandboxes/a/snapshots/s", "/sandboxes/a"])
def test_a_damaged_snapshot_goes_by_itself_or_with_its_sandbox(damaged: Damaged, way_out: str):
    served, damage = damaged
    assert ask(served, "a").status == 200
    assert served.control("POST", "/sandboxes/a/snapshots", {"name": "s"}).status == 201
    damage(served, "a@s")
    served = forget_what_was_seen(served)
    answer = served.control("POST", "/sandboxes/a/snapshots/s/restore")
    assert (answer.status, "DELETE /_mock/sandboxes/a/snapshots/s " in answer.json["detail"]) == (500, True)
    assert ask(served, "a").status == 200
    assert served.control("DELETE", way_out).status == 204
    assert "a@s" not in served.app.engine.store.names()
    served.app.engine.store.close()


def test_damaged_findings_harm_reports_alone(damaged: Damaged):
    served, damage = damaged
    assert ask(served, "a").status == 200
    assert served.control("DELETE", "/sandboxes/a").status == 204
    damage(served, "@report")
    served = forget_what_was_seen(served)
    answer = served.control("GET", "/report")
    assert (answer.status, "DELETE /_mock/report " in answer.json["detail"]) == (500, True)
    assert ask(served, "b").status == 200
    assert served.control("DELETE", "/sandboxes/b").status == 204
    assert served.control("GET", "/report").status == 200
    damage(served, "@report")
    served = forget_what_was_seen(served)
    assert served.control("DELETE", "/report").status == 204
    assert served.control("GET", "/report").status == 200
    served.app.engine.store.close()


def test_damaged_global_faults_are_lost_and_can_be_armed_again(damaged: Damaged):
    served, damage = damaged
    fault = {"vendor": "postpress", "error": "no_channel"}
    assert served.control("POST", "/sandboxes/*/faults", fault).json["id"] == "f1"
    status = ask(served, "a").status
    damage(served, "@faults")
    served = forget_what_was_seen(served)
    assert ask(served, "b").status == 200
    assert served.control("POST", "/sandboxes/*/faults", fault).json["id"] == "f2"
    assert [ask(served, name).status for name in ("a", "b", "c")] == [status] * 3
    assert served.control("DELETE", "/sandboxes/*/faults").status == 204
    assert [ask(served, name).status for name in ("a", "b", "c")] == [200] * 3
    served.app.engine.store.close()


def test_a_damaged_entry_is_left_out(damaged: Damaged, caplog: pytest.LogCaptureFixture):
    served, _ = damaged
    ids = [ask(served, "a").id for _ in range(3)]
    store = served.app.engine.store
    if isinstance(store, SqliteStore):
        store._execute("UPDATE journal SET entries = x'00' WHERE instr(heads, ?)", (ids[1].encode(),))
    else:
        redis_of(served)._ask("HSET", f"{PREFIX}e:a", ids[1], "{'")
    entries = served.control("GET", "/sandboxes/a/journal").json["entries"]
    assert [one["id"] for one in entries] == [ids[2], ids[0]]
    assert "a journal entry can't be read" in caplog.text
    assert served.control("GET", f"/journal/{ids[1]}").status == 404
    assert len(store.since(0, 10)[0]) == 2
    assert served.control("GET", "/sandboxes/a/report").status == 200
    store.close()


# What is counted and asked


def test_health_counts_sandboxes_alone(on_file: Served):
    ask(on_file, "a")
    ask(on_file, "b")
    on_file.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
    on_file.control("POST", "/sandboxes/*/faults", {"vendor": "postpress", "error": "no_channel"})
    on_file.control("DELETE", "/sandboxes/b")
    assert {"@faults", "@report", "a@s"} < set(on_file.app.engine.store.names())
    assert on_file.control("GET", "/health").json["sandboxes"] == 1
    assert [one["name"] for one in on_file.control("GET", "/sandboxes").json["sandboxes"]] == ["a"]


def test_a_list_of_sandboxes_is_read_in_pages(on_file: Served, monkeypatch: pytest.MonkeyPatch):
    for number in range(120):
        ask(on_file, f"s{number}")
    store, statements = sqlite_of(on_file), list[str]()
    store._file.connection.set_trace_callback(statements.append)
    assert len(on_file.control("GET", "/sandboxes").json["sandboxes"]) == 120
    assert len(statements) == 4
