"""A server in a process of its own, which ends with the process that started it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import IO

from mockserver.config import Config
from mockserver.errors import MockServerError

LISTENING = "listening on "
VENDORS = "vendors "  # of a server for tests, with the paths of their base URLs as JSON
PATIENCE = 5.0  # seconds that a server has to end


class StartError(MockServerError):
    """A server that couldn't begin; the text is what it printed."""


def _token_for(config: Config) -> str | None:
    from mockserver.server.run import token_for

    return token_for(config)


class ServerProcess:
    """A server that starts. ``url`` is where this machine reaches it, ``token`` what its control API demands.

    It is in a session of its own: a Ctrl-C of the terminal doesn't reach it, but the end of this process does.
    With ``listener``, a socket that listens, it serves on that, and on ``more`` of them; else it binds the configured
    address itself. With ``count``, the file of a ViolationCount, it is a server for tests: what it logs is kept, and it
    ends at once. Without, it logs to this process's standard error.
    """

    def __init__(
        self,
        config: Config,
        *,
        count: Path | None = None,
        listener: socket.socket | None = None,
        more: Sequence[socket.socket] = (),
    ) -> None:
        self._owner = os.getpid()
        self._log: IO[bytes] | None = tempfile.TemporaryFile() if count else None  # noqa: SIM115 - see stop
        passed = [one.fileno() for one in (listener, *more) if one is not None]
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "mockserver.testing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            pass_fds=passed,
        )
        settings = {one.name: getattr(config, one.name) for one in fields(config) if one.name != "origins"}
        self.token = settings["token"] = config.token if config.is_local else _token_for(config)
        self._paths: dict[str, str] | None = None
        self._order({"config": settings, "count": count and str(count), "listeners": passed})

    @cached_property
    def url(self) -> str:
        """Its address, once it listens. Raises StartError where it has ended instead."""
        try:
            return self._await_address()
        except BaseException:
            self.stop()
            raise

    @property
    def base_urls(self) -> dict[str, str] | None:
        """Each vendor's base URL; None where it isn't a server for tests. Raises StartError."""
        url = self.url
        return None if self._paths is None else {name: url + path for name, path in self._paths.items()}

    def _order(self, orders: object) -> None:
        assert self._popen.stdin
        with suppress(BrokenPipeError):  # it has ended then, and what comes next says why
            self._popen.stdin.write(json.dumps(orders).encode() + b"\n")
            self._popen.stdin.flush()

    def _await_address(self) -> str:
        assert self._popen.stdout
        for line in self._popen.stdout:
            text = line.decode().strip()
            if text.startswith(VENDORS):
                self._paths = json.loads(text.removeprefix(VENDORS))
            if text.startswith(LISTENING):
                return text.removeprefix(LISTENING)
        self._popen.wait()
        reason = self.log().removeprefix("mockserver: ") or "standard error says why"
        raise StartError(f"the mock server could not start: {reason}")

    @property
    def is_mine(self) -> bool:
        """Whether this very process has started it, and not the one that this one was forked from."""
        return self._owner == os.getpid()

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def log(self) -> str:
        """What it has logged so far, where that is kept."""
        if self._log is None or self._log.closed:
            return ""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode("utf-8", "replace").strip()

    def stop(self) -> None:
        """End it, and wait until it has ended. A second call does nothing."""
        if self._popen.poll() is None and self._log is None:
            self._popen.terminate()  # one for tests ends with its standard input
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream and not stream.closed:
                with suppress(BrokenPipeError):
                    stream.close()
        try:
            self._popen.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        if self._log is not None:
            self._log.close()
