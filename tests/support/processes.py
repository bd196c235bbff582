"""The server as its users start it: a process of its own, its lines read, and stopped in the end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0  # seconds: a busy machine is slow


class Process:
    """A running ``mockserver serve``. ``lines`` are those that it has printed so far; ``url`` is its address."""

    def __init__(self, *arguments: str, python: str = sys.executable, cwd: Path | None = None) -> None:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("MOCKSERVER_")}
        command = [python, "-m", "mockserver", "serve", "--port", "0", *arguments]
        self.popen = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env=environ
        )
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        self.url = self._wait_for("listening on ").removeprefix("listening on ")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def _read(self) -> None:
        assert self.popen.stdout
        for line in self.popen.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def _read_errors(self) -> None:
        assert self.popen.stderr
        for line in self.popen.stderr:
            self.errors.append(line.rstrip("\n"))

    def _wait_for(self, beginning: str) -> str:
        while True:
            line = self._queue.get(timeout=PATIENCE)
            assert line is not None, f"the server ended: {self.errors}"
            self.lines.append(line)
            if line.startswith(beginning):
                return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and its exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        code = self.popen.wait(PATIENCE)
        for stream in (self.popen.stdout, self.popen.stderr):
            if stream:
                stream.close()
        return code


@contextmanager
def running(*arguments: str, python: str = sys.executable, cwd: Path | None = None) -> Iterator[Process]:
    """A server for the length of a block."""
    process = Process(*arguments, python=python, cwd=cwd)
    try:
        yield process
    finally:
        process.stop()
