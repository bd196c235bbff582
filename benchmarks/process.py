"""A server as a process: started, timed until its first 200, and always stopped."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.machine import pinned
from benchmarks.wire import HOST, PATIENCE, Connection, Get, Unanswered

# Below the ports that systems hand out to clients: polling one of those before it listens can connect it to itself.
PORTS = range(20_000, 32_000)
PAUSE = 0.0005  # seconds between two tries to connect
GRACE = 5.0  # seconds that a server has to stop by itself
OURS = ("MOCKSERVER_", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONDONTWRITEBYTECODE", "NODE_ENV")


class StartFailed(Exception):
    """A server ended, or gave no 200 in time."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers; ``first_answer`` is the seconds from its start to its first 200."""

    pid: int
    port: int
    first_answer: float


def free_port() -> int:
    """A port that nobody listens on."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise StartFailed("no port is free")


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    folder: Path,
    first: Get,
    cpus: frozenset[int] = frozenset(),
    *,
    environ: Mapping[str, str] | None = None,
    any_status: bool = False,
    patience: float = PATIENCE,
    is_secure: bool = False,
) -> Iterator[Running]:
    """A server for the length of a block. Raises StartFailed, with the end of what it said.

    ``environ`` is added to the environment; with ``any_status`` the start ends with whatever answer,
    which may take ``patience`` seconds; where it ``is_secure``, with a connection.
    """
    environ = {key: value for key, value in os.environ.items() if not key.startswith(OURS)} | dict(environ or {})
    with tempfile.TemporaryFile() as said:
        with pinned(cpus):
            began = time.perf_counter()
            process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=said)
        try:
            if is_secure:
                _await_listener(process, port, patience)
            else:
                _await_first(process, port, first, said, any_status=any_status, patience=patience)
            yield Running(process.pid, port, time.perf_counter() - began)
        finally:
            _stop(process)


def _await_first(
    process: subprocess.Popen[bytes], port: int, first: Get, said: IO[bytes], *, any_status: bool, patience: float
) -> None:
    """Ask over and over until a 200 comes."""
    end = time.monotonic() + patience
    problem = "nobody listened"
    while time.monotonic() < end and process.poll() is None:
        try:
            with Connection(port) as connection:
                answer = connection.ask(first)
        except (OSError, Unanswered):
            time.sleep(PAUSE)
            continue
        if any_status or answer.status == 200:
            return
        problem = f"{answer.status} {answer.body[:200]!r}"
        time.sleep(PAUSE)
    said.seek(0)
    words = said.read().decode("utf-8", "replace").strip()[-500:]
    raise StartFailed(f"no 200: {problem if process.poll() is None else f'it ended with {process.returncode}'} {words}")


def _await_listener(process: subprocess.Popen[bytes], port: int, patience: float) -> None:
    """Connect over and over until somebody listens."""
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), patience).close()
        except OSError:
            time.sleep(PAUSE)
        else:
            return
    raise StartFailed(f"nobody listens on port {port}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
