"""Share one server among the processes that run the tests: pytest-xdist's workers, pytest-forked's tests."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from mockserver.pytest_plugin.suites import is_ours, reasons, suite_of


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under xdist: the workers of this run share one server, which begins when one of them needs it."""
    from mockserver.testing.suite import Suite

    suite = suite_of(node.config)
    assert isinstance(suite, Suite)
    is_lent = suite.options.url is None
    count = str(suite.count_file()) if is_lent else None
    node.workerinput["mockserver"] = {"url": suite.await_others(), "is_lent": is_lent, "count": count}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Under xdist: what the servers inside a worker have seen counts too."""
    text = getattr(node, "workeroutput", {}).get("mockserver")
    if text:
        suite_of(node.config).unpack(text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Under pytest-forked: the server begins before the first fork, so that all tests share it."""
    config = session.config
    if config.option.collectonly or not any(_is_forked(item) for item in session.items):
        return
    from mockserver.testing.forked import ForkedTests

    suite = suite_of(config)
    config.pluginmanager.register(ForkedTests(suite))
    if not suite.options.in_process:
        with suppress(*reasons()):  # each test says why there is no server
            suite.server()


def _is_forked(item: pytest.Item) -> bool:
    """Whether pytest-forked runs a test of ours in a process of its own."""
    return is_ours(item) and bool(item.config.getoption("forked", False) or item.get_closest_marker("forked"))
