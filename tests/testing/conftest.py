"""Servers that the tests of a module share, where how a server begins and ends isn't the point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.processes import Process, running


@pytest.fixture(scope="module")
def _open_server() -> Iterator[str]:
    with running() as process:
        yield process.url


@pytest.fixture
def shared_server(_open_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server for the suites that a test runs."""
    monkeypatch.setenv("MOCKSERVER_URL", _open_server)


@pytest.fixture(scope="module")
def served() -> Iterator[Process]:
    """A server with the token ``secret``."""
    with running("--token", "secret") as process:
        yield process
