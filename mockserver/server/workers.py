"""Several processes on one socket, and the one that starts them: it keeps their number, and ends them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from mockserver.errors import SettingError

log = logging.getLogger("mockserver")

GRACE = 1.6  # seconds that the workers have to end
SOON = 0.5  # seconds before a worker is replaced that ended as soon as it had begun

Work = Callable[[Callable[[], None], int], int]
"""What a worker does until it ends, and its exit code; it is given what to call when it is ready, and its number."""


def require() -> None:
    """Raises SettingError where a process can't be forked."""
    if not hasattr(os, "fork"):
        raise SettingError("--workers: this system has no fork, and so only one process can serve")


class Supervisor:
    """Keeps so many workers at work until SIGINT or SIGTERM; ``on_ready`` is called once, when all are ready."""

    def __init__(self, count: int, work: Work, on_ready: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._on_ready = on_ready
        self._context = multiprocessing.get_context("fork")
        self._ready, self._say_ready = self._context.Pipe(duplex=False)
        self._woken, self._wake = socket.socketpair()
        self._workers: dict[int, Any] = {}  # by sentinel: readable when the worker has ended
        self._begun: dict[int, float] = {}
        self._numbers: dict[int, int] = {}
        self._waiting = count  # workers that aren't ready yet, before the first time that all are
        self._is_ending = False

    def run(self) -> int:
        """Start the workers, and see to them until the end. 0, or 1 where they can't begin."""
        self._wake.setblocking(False)
        before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        handlers = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for number in range(self._count):
                self._begin(number)
            while not self._is_ending:
                self._look()
        finally:
            self._end_all()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)
            for end in (self._ready, self._say_ready, self._woken, self._wake):
                end.close()
        return 0 if not self._waiting else 1

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._is_ending = True

    def _begin(self, number: int) -> None:
        worker = self._context.Process(target=_live, args=(self._work, self._say_ready, number))
        worker.start()
        self._workers[worker.sentinel] = worker
        self._numbers[worker.sentinel] = number
        self._begun[worker.sentinel] = time.monotonic()

    def _look(self) -> None:
        """Wait until something happens, and see to it."""
        for found in wait([self._ready, self._woken, *self._workers]):
            if found is self._woken:
                self._woken.recv(4096)
            elif found is self._ready:
                self._ready.recv_bytes()
                self._count_ready()
            elif isinstance(found, int) and not self._is_ending:
                self._replace(found)

    def _count_ready(self) -> None:
        if self._waiting:
            self._waiting -= 1
            if not self._waiting:
                self._on_ready()

    def _replace(self, sentinel: int) -> None:
        """Put a new worker in the place of one that has ended; where the first ones can't begin, give up."""
        worker = self._workers.pop(sentinel)
        worker.join()
        code = worker.exitcode
        if self._waiting:
            log.error("worker %s ended before it was ready (exit code %s)", worker.pid, code)
            self._is_ending = True
            return
        log.warning("worker %s ended (exit code %s); another one takes its place", worker.pid, code)
        if time.monotonic() - self._begun.pop(sentinel) < SOON:
            wait([self._woken], SOON)
        if not self._is_ending:
            self._begin(self._numbers.pop(sentinel))

    def _end_all(self) -> None:
        for worker in self._workers.values():
            worker.terminate()
        end = time.monotonic() + GRACE
        for worker in self._workers.values():
            worker.join(max(0.0, end - time.monotonic()))
            if worker.exitcode is None:
                worker.kill()
                worker.join()


def _live(work: Work, say_ready: Connection, number: int) -> None:
    """A worker's life. It ends by SIGTERM: a SIGINT from the terminal goes to the supervisor, which sends that."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise SystemExit(work(lambda: say_ready.send_bytes(b"."), number))


def supervisor_lives() -> int:
    """A descriptor that can be read from once the supervisor has ended, however it did."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    return parent.sentinel
