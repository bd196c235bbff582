"""Floods of names, of keys and of headers: memory stays bounded, and what was only read gives way, on every store."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

from mockserver.config import Config
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import BALANCE, Served

GOOD = f"{BALANCE}?account_id=a"
MIB = 1024 * 1024


@pytest.fixture(params=["memory", "sqlite", "redis"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        return server.url
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'state.db'}"


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda served, name: served.get(f"/~{name}{GOOD}", {"X-API-KEY": "k"}), id="in the path"),
        pytest.param(
            lambda served, name: served.get(GOOD, {"X-API-KEY": "k", "X-Mock-Sandbox": name}), id="in a header"
        ),
        pytest.param(lambda served, name: served.get(GOOD, {"X-API-KEY": f"k_mock_sandbox_{name}"}), id="by its key"),
        pytest.param(lambda served, name: served.get(GOOD, {"X-API-KEY": name}), id="a key alone"),
    ],
)
def test_what_was_only_read_gives_way_whoever_named_it(state: str, call: object):
    served = Served(Config(state=state, max_sandboxes=20))
    assert callable(call)
    for number in range(60):
        served.wall_ms += 1
        assert call(served, f"name{number}").status == 200
    assert served.app.engine.store.count() <= 20
    served.app.engine.store.close()


@pytest.mark.parametrize("world", ["default", "inmail-at-cap"])
def test_what_was_made_by_name_or_has_changed_stays(state: str, world: str):
    served = Served(Config(state=state, max_sandboxes=4, world=world))
    assert served.control("POST", "/sandboxes", {"name": "made"}).status == 201
    assert served.event("changed", "postpress", "key_issued", key="k").status == 200
    for name in ("moved", "gone"):
        assert served.control("PUT", f"/sandboxes/{name}/clock", {"advance": 60}).status == 200
    full = served.get(f"/~read{GOOD}", {"X-API-KEY": "k"})
    assert (full.status, full.json["type"]) == (503, "urn:mockserver:problem:full")
    assert "all 4 sandboxes were made by name or have changed since they began" in full.json["detail"]
    assert served.control("DELETE", "/sandboxes/gone").status == 204  # its findings are kept, in one place
    assert served.get(f"/~read{GOOD}", {"X-API-KEY": "k"}).status == 503
    assert sorted(served.app.engine.store.names()) == ["@report", "changed", "made", "moved"]
    served.app.engine.store.close()


def held(served: Served, calls: int, first: int, headers: dict[str, str]) -> int:
    """The bytes that are held after so many calls with unique values of these headers."""
    for number in range(first, first + calls):
        unique = {name: f"{number:08}{value}" for name, value in headers.items()}
        served.get(GOOD, {"X-API-KEY": "one", **unique})
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize(
    ("headers", "calls"),
    [
        pytest.param({"x-large": "h" * 60_000}, 700, id="one large header"),
        pytest.param({f"x-{number}": "h" for number in range(100)}, 1300, id="many small headers"),
    ],
)
def test_a_journals_bound_holds_for_unique_headers(headers: dict[str, str], calls: int):
    served = Served(Config(journal_total=2 * MIB))
    tracemalloc.start()
    size = held(served, calls, 0, headers)
    tracemalloc.stop()
    assert size < 44 * MIB  # the journal's 2, and 32 for what headers mean, by their estimate


def test_distinct_keys_hold_no_memory_that_grows():
    served = Served(Config(max_sandboxes=200, journal_total=256 * 1024))
    tracemalloc.start()
    sizes = [held(served, 800, first, {"X-API-KEY": "k", "user-agent": "u" * 9000}) for first in range(0, 3200, 800)]
    tracemalloc.stop()
    assert max(sizes) < 36 * MIB
