"""Ends a command with all that it started, also what left its process group or its session.

Such a process is known by its session, by its ancestors, and, once those are gone, by a mark that it inherited in its
environment. Where there is no ``/proc`` (macOS), only the process group is ended.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
ROUNDS = 50
PAUSE = 0.01


class _Process(NamedTuple):
    pid: int
    state: str
    parent: int
    session: int


def kill_tree(pid: int, mark: bytes) -> None:
    """Kill the processes of a session's leader, whose environment has a mark; its own exit is left to be read."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for _ in range(ROUNDS):  # what forks in the meantime is met by the next round
        members = [one for one in _members(pid, mark) if one != pid]
        if not members:
            return
        for member in members:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGKILL)
        time.sleep(PAUSE)


def _members(leader: int, mark: bytes) -> Iterator[int]:
    """The living processes that come from a leader."""
    processes = {one.pid: one for one in _processes()}
    for one in processes.values():
        if one.state not in "ZX" and one.pid != os.getpid() and _is_member(one, leader, processes, mark):
            yield one.pid


def _is_member(process: _Process, leader: int, processes: Mapping[int, _Process], mark: bytes) -> bool:
    if process.session == leader:
        return True
    above: _Process | None = process
    while above is not None and above.pid != os.getpid():
        if above.pid == leader:
            return True
        above = processes.get(above.parent)
    with suppress(OSError):
        return mark in (PROC / str(process.pid) / "environ").read_bytes()
    return False


def _processes() -> Iterator[_Process]:
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name, in parentheses, may hold anything.
            state, parent, _group, session = path.read_text(errors="replace").rpartition(")")[2].split()[:4]
            yield _Process(int(path.parent.name), state, int(parent), int(session))
