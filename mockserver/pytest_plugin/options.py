"""The options and ini settings of a run, its marker, and what is wrong with them before the first test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.testing.session_gates import Demands

MARK = (
    "mock(world=…, freeze=…, contract=True, in_process=False, intercept=False, allow=[…]): "
    "how the test's sandbox begins, how it is reached, and what counts as failed"
)
DEMANDS: pytest.StashKey[Demands] = pytest.StashKey()
"""Reports and gates that a run was asked for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "mock server")
    group.addoption("--mockserver-url", metavar="URL", help="Use the mock server that runs there.  [MOCKSERVER_URL]")
    group.addoption("--mockserver-token", metavar="TOKEN", help="The token of that server.  [MOCKSERVER_TOKEN]")
    group.addoption(
        "--mock-report",
        metavar="FORM:FILE",
        action="append",
        default=[],
        help="Write the contract report: html:FILE,junit:FILE; also text, json, markdown. full prints all of it.",
    )
    group.addoption(
        "--mock-require",
        metavar="LIST",
        action="append",
        default=[],
        help="Least coverage in percent: cases=80,postpress.all.operations=100.",
    )
    group.addoption(
        "--mock-forbid",
        metavar="LIST",
        action="append",
        default=[],
        help="What must not have happened: violations,double-spend,too-early.",
    )
    group.addoption("--mock-in-process", action="store_true", help="Serve without a socket, as mock.asgi.")
    group.addoption("--mock-keep", action="store_true", help="Keep the sandboxes of the tests.")
    parser.addini("mockserver_vendors", "Serve these installed vendors; all where no specs are named.", "args", [])
    parser.addini("mockserver_specs", "Serve these OpenAPI files: FILE, or NAME=FILE.", "args", [])
    parser.addini("mockserver_world", "The world that sandboxes begin in: a name, or a file.", "string", "")
    parser.addini("mockserver_seed", "Seed of all generated data.", "string", "")
    parser.addini("mockserver_contract", "Whether breaking the contract fails a test.", "bool", True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    if is_worker(config):
        return
    url = server_url(config)
    if url is not None:
        from mockserver.testing.run_options import refuse_bad_url

        refuse_bad_url(config, url)
    if is_asked(config):
        from mockserver.testing.report_options import read_demands

        config.stash[DEMANDS] = read_demands(config, url)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one that distributes them."""
    return hasattr(config, "workerinput")


def server_url(config: pytest.Config) -> str | None:
    """The address of a server that runs already."""
    return config.getoption("mockserver_url") or os.environ.get("MOCKSERVER_URL") or None


def is_asked(config: pytest.Config) -> bool:
    """Whether a report or a gate was asked for."""
    return any(config.getoption(name) for name in ("mock_report", "mock_require", "mock_forbid"))


def is_verbose(config: pytest.Config) -> bool:
    """Whether a run tells of itself; with ``-q``, there is a report only where it is asked for."""
    return config.get_verbosity() >= 0
