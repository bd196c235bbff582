"""Kill a server under load, again and again: nothing acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass

from tests.support import processes
from tests.support.processes import Process
from tests.support.serving import wait_until
from tests.support.spending import Load, assert_nothing_is_lost, children, spent

BETWEEN = 0.4  # seconds of load before each kill
ROOM = ("--journal-bytes", "1073741824", "--journal-total", "1073741824")


@dataclass(frozen=True)
class Kills:
    """What came of it."""

    kills: int
    sent: int
    acknowledged: int
    paid: int


def run(state: str, *, workers: int, kills: int) -> Kills:
    """Kill so often. Of several workers every other kill hits one alone, which is replaced; else all processes die."""
    server = _start(state, workers)
    with Load(server.url) as load:
        for number in range(kills):
            answered = len(load.acknowledged)
            wait_until(lambda: len(load.acknowledged) > answered, processes.PATIENCE)  # noqa: B023 - called in this round
            time.sleep(BETWEEN)
            if workers > 1 and number % 2:
                _kill_a_worker(server.popen.pid)
            else:
                _kill_all(server)
                server = _start(state, workers)
                load.url = server.url
    assert_nothing_is_lost(server.url, load)
    result = Kills(kills, load.sent, len(load.acknowledged), spent(server.url))
    server.stop()
    return result


def _start(state: str, workers: int) -> Process:
    return Process("--state", state, "--workers", str(workers), "--world", "unlimited", *ROOM)


def _kill_all(server: Process) -> None:
    processes = [*children(server.popen.pid), server.popen.pid]
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.stop()


def _kill_a_worker(supervisor: int) -> None:
    before = children(supervisor)
    os.kill(before[0], signal.SIGKILL)

    def is_replaced() -> bool:
        now = children(supervisor)
        return len(now) == len(before) and before[0] not in now

    wait_until(is_replaced, processes.PATIENCE)
