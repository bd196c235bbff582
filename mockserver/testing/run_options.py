"""Read a run's options, ini settings and markers, as pytest has them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from mockserver.config import named_file
from mockserver.errors import MockServerError
from mockserver.report.about import About, about
from mockserver.testing.marks import Mark, read_marks
from mockserver.testing.session_gates import DemandError, Demands, demands
from mockserver.testing.suite import Options, Suite
from mockserver.transport import server_address

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


def refuse_bad_url(config: pytest.Config, url: str) -> None:
    """Raises pytest.UsageError."""
    try:
        server_address(url)
    except ValueError as error:
        origin = "--mockserver-url" if config.getoption("mockserver_url") else "MOCKSERVER_URL"
        raise pytest.UsageError(f"{origin}: {error}") from None


def read_options(config: pytest.Config, url: str | None, *, wants_report: bool) -> Options:
    """The options of a suite; a worker has the server of the process that distributes its tests."""
    given: dict[str, Any] = getattr(config, "workerinput", {}).get("mockserver", {"url": url, "is_lent": False})
    world = config.getini("mockserver_world")
    file = config.rootpath / os.path.expanduser(world)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return Options(
        **given,
        token=config.getoption("mockserver_token") or os.environ.get("MOCKSERVER_TOKEN") or None,
        in_process=config.getoption("mock_in_process"),
        keep=config.getoption("mock_keep"),
        contract=config.getini("mockserver_contract"),
        wants_report=wants_report,
        settings={
            "vendor": config.getini("mockserver_vendors"),
            "spec": [_in_folder(folder, spec) for spec in config.getini("mockserver_specs")],
            "world": str(file) if world and file.is_file() else world,
            "seed": config.getini("mockserver_seed"),
        },
    )


def _in_folder(folder: Path, spec: str) -> str:
    """``NAME=FILE`` with a file that is relative to a folder."""
    name, file = named_file(spec)
    path = folder / os.path.expanduser(file)
    return f"{name}={path}" if name else str(path)


def read_mark(item: pytest.Item) -> Mark:
    """What the markers of a test say. Raises MarkError."""
    return read_marks((mark.args, mark.kwargs) for mark in item.iter_markers("mock"))


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
