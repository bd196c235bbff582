"""The machine: what it is, and which processor is whose."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MEASURED = ("uvicorn", "uvloop", "httptools", "orjson", "jsonschema-rs")


@dataclass(frozen=True, slots=True)
class Processors:
    """Which processors serve and which make load; empty where nothing can be pinned."""

    server: frozenset[int] = frozenset()
    generator: frozenset[int] = frozenset()


def processors() -> Processors:
    """The first processor for the server, the others for the load, where there are two and the system can pin."""
    if not hasattr(os, "sched_setaffinity"):
        return Processors()
    first, *others = sorted(os.sched_getaffinity(0))
    return Processors(frozenset((first,)), frozenset(others)) if others else Processors()


@contextmanager
def pinned(cpus: frozenset[int]) -> Iterator[None]:
    """Processes started in the block run on these processors only, from their first instruction on."""
    if not cpus:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pid: int) -> list[int]:
    """A process and those that it has started, as far as the system tells."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(map(int, children.read_text().split()) if children.exists() else ())]


def resident(pid: int) -> int:
    """The resident memory of a process and its children, in bytes."""
    return sum(map(_resident, family(pid)))


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) * 1024


def busy(pid: int) -> float | None:
    """The processor time that a process and its children have used, in seconds; None where the system doesn't tell."""
    stats = [Path(f"/proc/{one}/stat") for one in family(pid)]
    if not stats[0].exists():
        return None
    fields = [stat.read_text().rpartition(")")[2].split() for stat in stats]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, str]:
    """What the figures depend on, for the report."""
    cpus = processors()
    split = "server on one, load on the others" if cpus.server else "nothing pinned"
    found = {
        "processor": f"{_processor()}, {os.cpu_count()} ({split})",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    if hasattr(os, "getloadavg"):
        found["load before the run"] = f"{os.getloadavg()[0]:.2f}"
    return found | {name: _version(name) for name in MEASURED}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or sys.platform)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
