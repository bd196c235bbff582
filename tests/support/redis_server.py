"""A Redis of the tests' own: a process on a free port, with nothing of anybody else's in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest


class RedisServer:
    """A ``redis-server`` that can be stopped and started again on its port. ``url`` names its first database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it; what it kept when it was stopped is there again."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        log = ["--logfile", "redis.log", "--save", "", "--appendonly", "yes", "--appendfsync", "no"]
        self.process = subprocess.Popen([*command, *log])
        end = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < end, (self._folder / "redis.log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def redis_server(folder: Path) -> RedisServer:
    """A running one. Skips the test where there is no redis-server; fails it in CI, which must have one."""
    if shutil.which("redis-server") is None:
        message = "redis-server is not on PATH (apt-get install redis-server)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return RedisServer(folder)


def flushed(server: RedisServer) -> None:
    """Empty it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(16).startswith(b"+OK")
