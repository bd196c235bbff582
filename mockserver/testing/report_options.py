"""Read a run's options about reports and gates, as pytest has them, and describe the run for its report."""

from __future__ import annotations

import time

import pytest

from mockserver.errors import MockServerError
from mockserver.report.about import About, about
from mockserver.testing.run_options import read_options
from mockserver.testing.session_gates import DemandError, Demands, demands
from mockserver.testing.suite import Suite

_REPORTING = ("mock_report", "mock_require", "mock_forbid")


def read_demands(config: pytest.Config, url: str | None) -> Demands:
    """The reports and gates of a run. Raises pytest.UsageError, also for gates on what isn't served."""
    try:
        wanted = demands(*(config.getoption(name) for name in _REPORTING))
        if url is None:  # what another server serves is known in the end
            wanted.refuse_unknown(lambda: _operations(config))
    except DemandError as error:
        raise pytest.UsageError(str(error)) from None
    return wanted


def describe(config: pytest.Config, suite: Suite | None) -> About:
    """The description of a run's report."""
    command = ("pytest", *map(str, config.invocation_params.args))
    return about(int(time.time() * 1000), command, suite.tests if suite else {})


def _operations(config: pytest.Config) -> dict[str, list[str]]:
    """The operations that a server of this run's own will serve. Raises pytest.UsageError for a wrong setting."""
    try:
        return Suite(read_options(config, None, wants_report=False)).operations()
    except MockServerError as error:
        raise pytest.UsageError(str(error)) from None
