"""The soak trials, small; ``python -m tests.soak`` runs them at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import keys, kills
from tests.support.redis_server import RedisServer, flushed

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes under /proc")


def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for state, empty."""
    if kind == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        return server.url
    return "memory:" if kind == "memory" else f"sqlite:///{tmp_path}/state.db"


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_a_server_that_is_killed_loses_nothing(kind: str, workers: int, request: pytest.FixtureRequest, tmp_path: Path):
    found = kills.run(place(kind, request, tmp_path), workers=workers, kills=workers)
    assert found.acknowledged <= found.paid <= found.sent


@pytest.mark.parametrize("kind", ["memory", "sqlite", "redis"])
def test_memory_does_not_grow_with_credentials(kind: str, request: pytest.FixtureRequest, tmp_path: Path):
    limits = ("--max-sandboxes", "200", "--journal-total", "262144")
    found = keys.run(place(kind, request, tmp_path), count=3500, limits=limits)
    assert found.credentials == 3500
    assert 100 < found.sandboxes <= 200
    assert found.memory[-1] < 150
