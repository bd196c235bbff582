"""One run of a test suite: its servers, begun when first needed, and what they have seen in the end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.client import ControlClient, ControlError
from mockserver.config import NOT_GIVEN, Config, configure
from mockserver.names import sandbox_name
from mockserver.testing.marks import Mark, world_of
from mockserver.testing.mock import Mock
from mockserver.testing.process import ServerProcess
from mockserver.testing.reporting import together
from mockserver.testing.server import MockServer
from mockserver.testing.waiting import WaitingServer

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """``url`` and ``token`` are of a server that runs already; the others say how one is started.

    ``is_lent`` says that the server at ``url`` is this suite's all the same, started by the process that distributes
    its tests. ``wants_report`` says that somebody will ask what the servers have seen.
    """

    url: str | None = None
    token: str | None = None
    is_lent: bool = False
    in_process: bool = False
    keep: bool = False
    contract: bool = True
    wants_report: bool = False
    settings: Mapping[str, Any] | None = None


class Suite:
    """The servers of a run of tests. Raises MockServerError where one can't begin, ControlError where one refuses."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._waiting: WaitingServer | None = None
        self._process: ServerProcess | None = None
        self._server: MockServer | None = None
        self._inner: MockServer | None = None
        self._collected: Report | None = None
        self.tests: dict[str, str] = {}
        """The tests by the names of their sandboxes."""
        self._owner = os.getpid()

    def config(self) -> Config:
        """The settings of a server of this suite's own."""
        given = self.options.settings or {}
        return configure({"port": 0, **{name: value or NOT_GIVEN for name, value in given.items()}}, {})

    def operations(self) -> dict[str, list[str]]:
        """The operations that a server of this suite's own serves, by vendor, without a start."""
        from mockserver.app import vendors
        from mockserver.openapi.loader import load

        specs = [
            load(one.spec, one.name, strict=one.strict, reach=one.reach) for one in vendors(self.config()).values()
        ]
        return {spec.vendor: [operation.id for operation in spec.operations] for spec in specs}

    @property
    def is_forked(self) -> bool:
        """Whether this process was forked from the one that began the suite, for a test of its own."""
        return self._owner != os.getpid()

    def enter_fork(self) -> None:
        """Forget in a forked process what was counted before: that is known where it came from."""
        self._collected = None
        self.tests = {}

    def await_others(self) -> str:
        """The address of a server for other processes, which begins when one of them connects."""
        if self.options.url is not None:
            return self.options.url
        if self._waiting is None:
            self._waiting = WaitingServer(self.config())
        return self._waiting.url

    def server(self, mark: Mark | None = None) -> MockServer:
        """The server that a test is to use: one in a process of its own, or one in this."""
        marked = None if mark is None else mark.in_process
        if self.options.in_process if marked is None else marked:
            return self._in_process()
        if self._server is None:
            url = self.options.url
            if url is None:
                self._process = ServerProcess(self.config(), is_quiet=True)
                url = self._process.url
            self._server = MockServer(url, ControlClient(url, self.options.token))
        return self._server

    def _in_process(self) -> MockServer:
        if self._inner is None:
            from mockserver.testing.in_process import in_process

            self._inner = in_process(self.config())
        return self._inner

    def begin(self, test: str, mark: Mark, folder: Path) -> Mock:
        """A sandbox for a test; none is left where it can't begin as the mark says."""
        server = self.server(mark)
        mock = Mock(server, sandbox_name(test), self.config())
        server.control.create_sandbox(mock.sandbox, world=world_of(mark, folder))
        self.tests[mock.sandbox] = test
        try:
            if mark.freeze is not None:
                mock.clock.freeze(mark.freeze)
        except BaseException:
            server.control.delete_sandbox(mock.sandbox)
            raise
        return mock

    def end(self, mock: Mock) -> None:
        """Put a test's sandbox away."""
        if self.options.wants_report and mock.server is self._server and self._is_guest:
            with _unless_deleted():
                self.collect(mock.control.get_report(sandbox=mock.sandbox))
        if not self.options.keep:
            with _unless_deleted():
                mock.control.delete_sandbox(mock.sandbox)

    @property
    def _is_guest(self) -> bool:
        """Whether the server is somebody else's, who may have others than us."""
        return self.options.url is not None and not self.options.is_lent

    def collect(self, report: Report | None) -> None:
        """Add the report of servers that will be gone in the end."""
        self._collected = together(self._collected, report)

    def pack(self) -> str:
        """What this process knows of a run, for the one that concludes it."""
        return json.dumps({"report": self.report(), "tests": self.tests})

    def unpack(self, text: str) -> None:
        """Take in what another process knows."""
        packed = json.loads(text)
        self.collect(packed["report"])
        self.tests |= packed["tests"]

    def report(self) -> Report | None:
        """What all servers have seen of this suite; None where it used none, or this process can't tell."""
        total = self._collected
        if self._inner is not None:
            total = together(total, self._inner.control.get_report())
        for process in self._processes():
            control = ControlClient(process.url, process.token)
            total = together(total, control.get_report())
            control.close()
        return total

    def _processes(self) -> list[ServerProcess]:
        """The servers that this process has started."""
        processes = (self._process, self._waiting.process if self._waiting else None)
        return [process for process in processes if process is not None and process.is_mine]

    def log(self) -> str:
        """What the servers of this process have logged."""
        return "\n".join(text for process in self._processes() if (text := process.log()))

    def stop(self) -> None:
        """End what this process has started."""
        if self.is_forked:
            return
        if self._server is not None:
            self._server.close()
        for started in (self._process, self._waiting):
            if started is not None:
                started.stop()


@contextmanager
def _unless_deleted() -> Iterator[None]:
    """Leave out what needs a sandbox that the test itself may have deleted."""
    try:
        yield
    except ControlError as error:
        if error.status != 404:
            raise
