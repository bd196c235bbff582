"""The fixtures: ``mockserver``, the server of a run, and ``mock``, a sandbox of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from mockserver.pytest_plugin.suites import reasons, suite_of
from mockserver.pytest_plugin.verdicts import INTERCEPTED, MONITOR

if TYPE_CHECKING:
    from mockserver.resilience.report import Result
    from mockserver.testing.marks import Mark
    from mockserver.testing.mock import Mock
    from mockserver.testing.resilience import SubResults
    from mockserver.testing.server import MockServer


@pytest.fixture(scope="session")
def mockserver(pytestconfig: pytest.Config) -> MockServer:
    """The mock server of this run: ``url``, and ``control``, a client of its control API."""
    try:
        return suite_of(pytestconfig).server()
    except reasons() as error:
        reason = str(error)
    pytest.fail(reason, pytrace=False)


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """A sandbox of this test's own, with a base URL and a key for every vendor: ``mock.postpress.url``."""
    from mockserver.testing.monitor import ViolationMonitor
    from mockserver.testing.run_options import read_mark

    suite, item, reason = suite_of(request.config), request.node, ""
    try:
        mark = read_mark(item)
        begun = suite.begin(item.nodeid, mark, item.path.parent)
    except reasons() as error:
        reason = str(error)
    if reason:
        pytest.fail(reason, pytrace=False)
    is_strict = suite.options.contract if mark.contract is None else mark.contract
    begun.sub_results = _sub_results(request)
    monitor = item.stash[MONITOR] = ViolationMonitor(begun, is_strict=is_strict)
    try:
        with _intercepting(item, begun, mark):
            yield begun
        violations = monitor.look()
    finally:
        suite.end(begun)
    if violations:
        pytest.fail(violations, pytrace=False)


def _sub_results(request: pytest.FixtureRequest) -> SubResults | None:
    """Shows a part of a test's result; None where this pytest has no subtests."""
    if not request.config.pluginmanager.has_plugin("subtests"):
        return None

    def show(result: Result, is_failure: bool) -> None:
        with request.getfixturevalue("subtests").test(msg=result.name):
            if is_failure:
                pytest.fail(f"{result.verdict}: {result.sentence}\n{result.reproduce}", pytrace=False)

    return show


@contextmanager
def _intercepting(item: pytest.Item, mock: Mock, mark: Mark) -> Iterator[None]:
    """Lead the vendors' real hosts to a test's sandbox, where its marker says so."""
    if not mark.intercept:
        yield
        return
    with mock.intercept(allow=mark.allow) as item.stash[INTERCEPTED]:
        yield
