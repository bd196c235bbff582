"""The stores that outlive a server: a Redis for the length of a run, and a SQLite file that is new at each start."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.process import GRACE, free_port
from benchmarks.wire import HOST


@contextmanager
def redis_server(folder: Path) -> Iterator[str | None]:
    """The URL of a Redis that keeps nothing on disk; None where there is no redis-server on PATH."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    options = ["--bind", HOST, "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"redis://{HOST}:{port}/0"
    finally:
        process.terminate()
        process.wait(GRACE)


def forget(file: Path) -> None:
    """Remove a SQLite file with what stands beside it."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
