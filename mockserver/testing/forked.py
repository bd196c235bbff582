"""Serve tests that pytest-forked runs in processes of their own: one server for all, and nothing of them uncounted."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from mockserver.testing.suite import Suite


class ForkedTests:
    """A plugin for a run in which tests are forked: what only a forked process knows goes with its test's report."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        if self._suite.is_forked:
            self._suite.enter_fork()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "teardown" and self._suite.is_forked and self._suite.options.wants_report:
            report.mockserver = self._suite.pack()  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl(tryfirst=True)  # before xdist sends it on
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        text = report.__dict__.pop("mockserver", None)
        if text:
            self._suite.unpack(text)
