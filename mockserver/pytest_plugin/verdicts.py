"""Fail a test whose client broke the contract, or wanted other hosts, whatever the test itself made of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.testing.intercepting import Intercepted
    from mockserver.testing.monitor import ViolationMonitor

MONITOR: pytest.StashKey[ViolationMonitor] = pytest.StashKey()
INTERCEPTED: pytest.StashKey[Intercepted] = pytest.StashKey()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Add violations to what a set-up fails with. Those of one that succeeds fail the test."""
    try:
        yield
    except (Exception, pytest.fail.Exception):
        _add_violations(item, "setup")
        raise
    if MONITOR in item.stash:
        item.stash[MONITOR].begin("call")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test whose client broke the contract, or add the violations to what it fails with by itself.

    A test that is skipped stays so: its violations are an error of its teardown.
    """
    try:
        yield
    except (Exception, pytest.fail.Exception):
        _add_violations(item, "call")
        _add_other_hosts(item)
        raise
    _fail_for_other_hosts(item)
    monitor, outcome = item.stash.get(MONITOR, None), _unittest_outcome(item)
    if monitor is None or isinstance(outcome, pytest.skip.Exception):
        return
    if outcome is not None:
        _add_violations(item, "call")
        return
    violations = monitor.look()
    if violations:
        pytest.fail(violations, pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Tell violations of a test that was skipped from those of its teardown."""
    if MONITOR in item.stash:
        item.stash[MONITOR].begin("teardown")
    yield


def _fail_for_other_hosts(item: pytest.Item) -> None:
    """Fail a test that wanted other hosts, even where it went on without them."""
    wanted = _other_hosts(item)
    if wanted:
        pytest.fail(wanted, pytrace=False)


def _add_other_hosts(item: pytest.Item) -> None:
    """Name the other hosts that a failed test wanted beside its failure: one is enough."""
    wanted = _other_hosts(item)
    if wanted:
        item.add_report_section("call", "mock server", wanted)


def _other_hosts(item: pytest.Item) -> str:
    """The other hosts that a test wanted, which is told once; empty where there are none."""
    intercepted = item.stash.get(INTERCEPTED, None)
    wanted = intercepted.take() if intercepted else None
    return str(wanted) if wanted else ""


def _add_violations(item: pytest.Item, phase: str) -> None:
    """Show violations in a section of their own."""
    monitor = item.stash.get(MONITOR, None)
    violations = monitor.look_quietly() if monitor else ""
    if violations:
        item.add_report_section(phase, "mock server", violations)


def _unittest_outcome(item: pytest.Item) -> BaseException | None:
    """The failure or the skip of a unittest.TestCase, which pytest notes on its item and doesn't raise."""
    noted = getattr(item, "_excinfo", None)
    return noted[0].value if noted else None
