"""Soak tests: small in a normal run, in full by ``python -m pytest tests/soak --soak`` (docs/soak.md)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.redis_server import RedisServer, redis_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="Run the soak tests in full, which takes minutes.")


@pytest.fixture(scope="session")
def is_full(request: pytest.FixtureRequest) -> bool:
    """Whether the tests run in full; the option is there only where this folder is named on the command line."""
    return bool(request.config.getoption("--soak", default=False))


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for many tests; ``flushed`` empties it."""
    server = redis_server(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()
