"""The fake as its users meet it: one real server process for all the suites here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True)
class Server:
    """A running server. ``url`` is ``http://127.0.0.1:49152``."""

    url: str

    def vendor_url(self, name: str) -> str:
        """Where a vendor's root is: ``http://127.0.0.1:49152/postpress``."""
        return f"{self.url}/{name}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one server of the suites. Tests keep apart by keys of their own, as users do."""
    folder = tmp_path_factory.mktemp("server")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0"]
    printed, log = folder / "stdout", folder / "stderr"
    with printed.open("w") as stdout, log.open("w") as stderr:
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=folder, env=environ)
        try:
            yield Server(_listening(process, printed, log))
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                pytest.fail(f"the server did not stop within {STOP_SECONDS} s of SIGTERM")
    assert process.returncode == 0, f"the server ended with {process.returncode}:\n{log.read_text()}"


def _listening(process: subprocess.Popen[bytes], printed: Path, log: Path) -> str:
    """The URL that the server prints once it listens."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for line in printed.read_text().splitlines(keepends=True):
            if line.startswith("listening on ") and line.endswith("\n"):
                return line.removeprefix("listening on ").strip()
        time.sleep(0.02)
    pytest.fail(f"the server does not listen:\n{printed.read_text()}{log.read_text()}")
