"""Many processes spend from one balance, and exactly the balance is spent."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.support.plain import Document
from tests.support.redis_server import RedisServer, flushed
from tests.support.spenders import spend, spend_in_groups, store_at

BALANCE = 1000
PROCESSES = 4


@pytest.mark.parametrize("work", [spend, spend_in_groups])
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_exactly_the_balance_is_spent(
    kind: str, work: Callable[[str], int], request: pytest.FixtureRequest, tmp_path: Path
):
    place = str(tmp_path / "state.db")
    if kind == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        place = server.url
    store = store_at(place)
    store.exchange("a", 0, Document(str(BALANCE)), 0)
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        got = list(pool.map(work, [place] * PROCESSES))
    assert sum(got) == BALANCE
    held = store.get("a")
    assert held is not None
    assert held.document == Document("0")
    assert len({entry.id for entry in store.entries("a")}) == BALANCE + PROCESSES
    assert store.dropped("a") == 0
    store.close()
