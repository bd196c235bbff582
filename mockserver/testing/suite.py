"""One run of a test suite: its servers, begun when first needed, and what they have seen in the end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.client import ControlClient, ControlError
from mockserver.config import NOT_GIVEN, Config, configure
from mockserver.names import sandbox_name
from mockserver.testing.marks import Mark, world_of
from mockserver.testing.mock import Mock
from mockserver.testing.process import ServerProcess
from mockserver.testing.server import MockServer
from mockserver.testing.violation_count import ViolationCount, new_count_file

if TYPE_CHECKING:
    from mockserver.testing.waiting import WaitingServer

Report = dict[str, Any]
GROUP = 500
"""How many tests' sandboxes stay on a suite's own server until they are deleted together."""


@dataclass(frozen=True, slots=True)
class Options:
    """``url`` and ``token`` are of a server that runs already; the others say how one is started.

    ``is_lent`` says that the server at ``url`` is this suite's all the same, started by the process that distributes
    its tests; it counts violations in the file ``count``. ``wants_report`` says that somebody will ask what the servers
    have seen.
    """

    url: str | None = None
    token: str | None = None
    is_lent: bool = False
    count: Path | None = None
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
        self._starting: ServerProcess | None = None
        self._process: ServerProcess | None = None
        self._server: MockServer | None = None
        self._inner: MockServer | None = None
        self._count_file: Path | None = None
        self._collected: Report | None = None
        self._ended: list[Mock] = []
        self.tests: dict[str, str] = {}
        """The tests by the names of their sandboxes."""
        self._owner = os.getpid()

    @cached_property
    def config(self) -> Config:
        """The settings of a server of this suite's own."""
        given = self.options.settings or {}
        return configure({"port": 0, **{name: value or NOT_GIVEN for name, value in given.items()}}, {})

    def operations(self) -> dict[str, list[str]]:
        """The operations that a server of this suite's own serves, by vendor, without a start."""
        from mockserver.app import vendors
        from mockserver.openapi.loader import load

        specs = [load(one.spec, one.name, strict=one.strict, reach=one.reach) for one in vendors(self.config).values()]
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
            from mockserver.testing.waiting import WaitingServer

            self._waiting = WaitingServer(self.config, self.count_file())
        return self._waiting.url

    def server(self, mark: Mark | None = None) -> MockServer:
        """The server that a test is to use: one in a process of its own, or one in this."""
        marked = None if mark is None else mark.in_process
        if self.options.in_process if marked is None else marked:
            return self._in_process()
        if self._server is None:
            url, base_urls = self.options.url, None
            if url is None:
                url, base_urls = self._started()
            control = ControlClient(url, self.options.token)
            server = MockServer(url, control, violations=self._violations(), base_urls=base_urls)
            if self.options.is_lent:
                server.base_urls  # noqa: B018 - or it says why it could not start
            self._server = server
        return self._server

    def start(self) -> None:
        """Let the server begin that tests will need, and don't wait for it. Raises SettingError."""
        if self._starting is None and self.options.url is None and not self.options.in_process:
            self._starting = ServerProcess(self.config, count=self.count_file())

    def _started(self) -> tuple[str, dict[str, str] | None]:
        """The address of a server of this suite's own, and the vendors' base URLs. Raises StartError."""
        process, self._starting = self._starting or ServerProcess(self.config, count=self.count_file()), None
        url = process.url
        self._process = process
        return url, process.base_urls

    def count_file(self) -> Path:
        """The file in which this suite's own server counts violations."""
        if self._count_file is None:
            self._count_file = self.options.count or new_count_file()
        return self._count_file

    def _violations(self) -> ViolationCount | None:
        """The count of violations of this suite's own server; None where its file can't be read here."""
        with suppress(OSError):
            return None if self._is_guest else ViolationCount.in_file(self.count_file())
        return None

    def _in_process(self) -> MockServer:
        if self._inner is None:
            from mockserver.testing.in_process import in_process

            self._inner = in_process(self.config)
        return self._inner

    def begin(self, test: str, mark: Mark, folder: Path) -> Mock:
        """A sandbox for a test; none is left where it can't begin as the mark says.

        On a server of our own, one that begins as all do comes into being when it is first called.
        """
        server = self.server(mark)
        name, is_begun = sandbox_name(test), self._is_guest or mark.world is not None
        if is_begun:
            server.control.create_sandbox(name, world=world_of(mark, folder))
        mock = Mock(server, name, self.config, is_begun=is_begun)
        self.tests[name] = test
        try:
            if mark.freeze is not None:
                mock.clock.freeze(mark.freeze)
        except BaseException:
            with _unless_deleted():
                server.control.delete_sandbox(mock.sandbox)
            raise
        return mock

    def end(self, mock: Mock) -> None:
        """Put a test's sandbox away."""
        if self.options.wants_report and mock.server is self._server and self._is_guest:
            with _unless_deleted():
                self.collect(mock.server.control.get_report(sandbox=mock.sandbox))
        if not self.options.keep:
            self._ended.append(mock)
            if self.is_forked or self._is_guest or len(self._ended) > GROUP:
                self._delete_ended()

    def _delete_ended(self) -> None:
        """Delete the sandboxes of tests that have ended, if they ever were there."""
        ended, self._ended = self._ended, []
        for server in {mock.server for mock in ended}:
            names = [mock.sandbox for mock in ended if mock.server is server]
            if len(names) > 1:
                server.control.delete_sandboxes(names)
            else:
                with _unless_deleted():
                    server.control.delete_sandbox(names[0])

    @property
    def _is_guest(self) -> bool:
        """Whether the server is somebody else's, who may have others than us."""
        return self.options.url is not None and not self.options.is_lent

    def collect(self, report: Report | None) -> None:
        """Add the report of servers that will be gone in the end."""
        self._collected = _together(self._collected, report)

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
            total = _together(total, self._inner.control.get_report())
        for process in self._processes():
            control = ControlClient(process.url, process.token)
            total = _together(total, control.get_report())
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
        for started in (self._starting, self._process, self._waiting):
            if started is not None:
                started.stop()
        if self._count_file is not None and self.options.count is None:
            with suppress(OSError):  # Windows keeps a file that is mapped
                self._count_file.unlink()


@contextmanager
def _unless_deleted() -> Iterator[None]:
    """Leave out what needs a sandbox that the test itself may have deleted."""
    try:
        yield
    except ControlError as error:
        if error.status != 404:
            raise


def _together(one: Report | None, other: Report | None) -> Report | None:
    """Two reports as one, of which there may be none."""
    if one is None or other is None:
        return one if other is None else other
    from mockserver.report.summary import merged

    return merged(one, other)
