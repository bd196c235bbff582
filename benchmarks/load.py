"""Load on a server, made by another process: wrk where it is installed, else our own generator."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import pinned
from benchmarks.wire import HOST, PATIENCE, Get

HERE = Path(__file__).parent
WRK_SCRIPT = HERE / "wrk.lua"


@dataclass(frozen=True, slots=True)
class Job:
    """Requests to send in turn over so many connections for so long; ``is_split``: each has one of its own."""

    port: int
    requests: Sequence[Get]
    seconds: float
    connections: int
    is_secure: bool = False
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load brought; latencies in seconds. ``failures``: ``{"non-2xx": 12}``, empty where all went well."""

    answers: int
    seconds: float
    p50: float
    p99: float
    failures: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


class LoadFailed(Exception):
    """The generator itself went wrong."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A program that makes load; ``command`` is for a job and a file of its requests, one after the other."""

    name: str
    command: Callable[[Job, Path], list[str]]


def choose(kind: str, seconds: float) -> Generator:
    """``wrk``, ``own``, or with ``auto`` wrk where it can be used. Raises LoadFailed."""
    found = shutil.which("wrk")
    if kind == "own" or (kind == "auto" and (found is None or seconds < 1)):  # wrk counts whole seconds
        return Generator("own, asyncio (slower than a bare server: it may be the limit)", _own)
    if found is None:
        raise LoadFailed("wrk is not on PATH")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+(\.\d+)+", told)
    return Generator(f"wrk {number.group() if number else ''}".strip(), _wrk)


def _wrk(job: Job, requests: Path) -> list[str]:
    threads = job.connections if job.is_split else 1  # a script knows its thread, and not its connection
    options = [f"-t{threads}", f"-c{job.connections}", f"-d{max(1, round(job.seconds))}s", f"--timeout={PATIENCE:.0f}s"]
    return [
        "wrk",
        *options,
        "-s",
        str(WRK_SCRIPT),
        f"{'https' if job.is_secure else 'http'}://{HOST}:{job.port}",
        "--",
        str(requests),
        str(int(job.is_split)),
    ]


def _own(job: Job, requests: Path) -> list[str]:
    numbers = [str(job.port), str(job.connections), str(job.seconds)]
    return [sys.executable, "-m", "benchmarks.generator", *numbers, str(requests), *(["split"] if job.is_split else [])]


def make(generator: Generator, job: Job, cpus: frozenset[int]) -> Figures:
    """Run a job to its end. Raises LoadFailed."""
    with tempfile.TemporaryDirectory() as folder:
        requests = Path(folder) / "requests"
        requests.write_bytes(b"".join(get.raw(job.port) for get in job.requests))
        command = generator.command(job, requests)
        with pinned(cpus):
            process = subprocess.Popen(
                command, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        try:
            stdout, stderr = process.communicate(timeout=job.seconds + PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise LoadFailed(f"{generator.name} did not end") from error
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise LoadFailed(f"{generator.name} ended with {process.returncode}: {stderr.strip()[-500:]}")
    return _read(json.loads(stdout.splitlines()[-1]))


def _read(told: dict[str, Any]) -> Figures:
    failures = {name: count for name, count in told["failures"].items() if count}
    return Figures(told["answers"], told["seconds"], told["p50"], told["p99"], failures)
