"""What the suites share: a server, and an examination of a command in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pytest

from contracts.resilience.planted import SHELL_CRASH
from mockserver.app import compile_vendors
from mockserver.client import ControlClient
from mockserver.config import Config
from mockserver.resilience.clean_run import CleanRun, learn
from mockserver.resilience.command_subject import CommandSubject
from mockserver.resilience.examination import STORM, Examination
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.place import Place
from mockserver.resilience.plan import Choice, Setting, Vendors, make_plan
from mockserver.resilience.report import Report
from mockserver.resilience.reproduction import reproduction_line
from mockserver.testing.process import ServerProcess

TIMEOUT = 3.0
Examine = Callable[..., Report]


@pytest.fixture(scope="session")
def control() -> Iterator[ControlClient]:
    server = ServerProcess(Config(port=0))
    client = ControlClient(server.url)
    yield client
    client.close()
    server.stop()


@pytest.fixture(scope="session")
def vendors() -> Vendors:
    return compile_vendors(Config()).vendors


@pytest.fixture(scope="session")
def examine(control: ControlClient, vendors: Vendors) -> Examine:
    """Runs a command through scenarios: ``examine(words, Choice(only=…), {"FAULT": "doubles"})``.

    Its clean runs are made once, without a fault.
    """
    place = Place(control.url, control.list_vendors())
    clean: dict[tuple[str, ...], CleanRun] = {}

    def examined(
        words: Sequence[str],
        choice: Choice,
        environ: Mapping[str, str] | None = None,
        *,
        timeout: float = TIMEOUT,
        with_output: bool = False,
    ) -> Report:
        def laboratory(environ: Mapping[str, str]) -> Laboratory:
            given = {**os.environ, "NO_PROXY": "127.0.0.1", **environ}
            subject = CommandSubject(words, given, place.environment, crash_pattern=SHELL_CRASH)
            return Laboratory(control, subject, control.create_sandbox, STORM, timeout)

        if tuple(words) not in clean:
            clean[tuple(words)] = learn(laboratory({}))
        learned, setting = clean[tuple(words)], Setting(timeout, 2, 0)
        line = partial(reproduction_line, [], words)
        examination = Examination(
            words[0], laboratory(environ or {}), vendors, choice, setting, line, STORM, with_output
        )
        return examination.run(learned, make_plan(learned, vendors, choice, setting))

    return examined
