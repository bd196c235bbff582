"""Servers that are killed under load, and servers that meet ever new credentials, on each store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import keys, kills
from tests.support import processes
from tests.support.redis_server import RedisServer, flushed

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes under /proc")


@pytest.fixture(autouse=True)
def patient(is_full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full trial runs beside other work, and gives way to it."""
    if is_full:
        monkeypatch.setattr(processes, "PATIENCE", 300.0)


def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for state, empty."""
    if kind == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        return server.url
    return "memory:" if kind == "memory" else f"sqlite:///{tmp_path}/state.db"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_a_server_that_is_killed_loses_nothing(
    kind: str, workers: int, is_full: bool, request: pytest.FixtureRequest, tmp_path: Path
):
    found = kills.run(place(kind, request, tmp_path), workers=workers, kills=70 if is_full else workers)
    print(kind, found)
    assert found.acknowledged <= found.paid <= found.sent


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_memory_does_not_grow_with_credentials(
    kind: str, is_full: bool, request: pytest.FixtureRequest, tmp_path: Path
):
    count, most = (350_000, 20_000) if is_full else (3500, 200)
    limits = () if is_full else ("--max-sandboxes", str(most), "--journal-total", "262144")
    found = keys.run(place(kind, request, tmp_path), count=count, limits=limits)
    print(kind, found)
    assert found.credentials == count
    assert most / 2 < found.sandboxes <= most
    assert found.memory[-1] < 1.25 * found.memory[0] + 10  # MiB
