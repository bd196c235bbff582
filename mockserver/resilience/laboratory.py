"""Runs a subject in a sandbox of its own, with the one fault of a scenario in it, and sees what came of it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from mockserver.client import ControlClient, ControlError
from mockserver.resilience.run import Acting, Run, run_of
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.subject import Subject

PAGE = 1000
PAGES = 3
"""Of a run's journal, the newest 3000 entries are read: a storm has more, and is one long before."""
LOOKS_APART = 0.5  # seconds between two looks at how often a fault was met
MOST_REPEATS = 3
"""A run is ended once the fault was met three times as often as makes a storm."""


class Laboratory:
    """``begin`` makes a sandbox of a name, as the world has it. ``stop`` ends what is under way, for good."""

    def __init__(self, control: ControlClient, subject: Subject, begin: Callable[[str], Any], storm: int) -> None:
        self._control = control
        self._subject = subject
        self._begin = begin
        self._storm = storm
        self._prefix = f"resilience-{secrets.token_hex(4)}"
        self._numbers = count(1)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def run(self, scenario: Scenario | None = None, usual: Mapping[Acting, int] | None = None) -> Run:
        """A run; a clean one without a scenario. ``usual`` counts the calls of a clean run by operation."""
        sandbox = f"{self._prefix}-{next(self._numbers)}"
        self._begin(sandbox)
        try:
            is_over: Callable[[], bool] = self._stopped.is_set
            if scenario is not None:
                fault = self._control.arm_fault(sandbox, scenario.fault())["id"]
                is_over = self._watch(sandbox, fault, scenario, usual or {})
            ending = self._subject.attempt(sandbox, scenario.name if scenario else "", is_over)
            ended = int(time.time() * 1000)
            entries, dropped = self._journal(sandbox)
            called = dict.fromkeys(vendor for vendor, _ in usual or {})
            called |= dict.fromkeys(entry["vendor"] for entry in entries if entry["operation"] is not None)
            states = {vendor: self._control.get_state(sandbox, vendor) for vendor in called}
            return run_of(ending, ended, entries, dropped, states)
        finally:
            with suppress(ControlError):
                self._control.delete_sandbox(sandbox)

    def _watch(self, sandbox: str, fault: str, scenario: Scenario, usual: Mapping[Acting, int]) -> Callable[[], bool]:
        """Whether enough was seen: the end of all, or a storm."""
        allowed = usual.get((scenario.call.vendor, scenario.call.operation), 0) + MOST_REPEATS * self._storm
        next_look = time.monotonic() + LOOKS_APART

        def is_over() -> bool:
            nonlocal next_look
            if self._stopped.is_set():
                return True
            if not scenario.failure.stays or time.monotonic() < next_look:
                return False
            next_look = time.monotonic() + LOOKS_APART
            return bool(self._control.get_fault(sandbox, fault)["matched"] > allowed)

        return is_over

    def _journal(self, sandbox: str) -> tuple[list[Any], int]:
        """The entries, the oldest first, and how many the journal or this page limit has let go."""
        entries: list[Any] = []
        dropped = 0
        for _ in range(PAGES):
            marks = {"before": entries[-1]["id"]} if entries else {}
            page = self._control.list_journal(sandbox, limit=PAGE, **marks)
            dropped = page["dropped"]
            entries += page["entries"]
            if len(page["entries"]) < PAGE:
                break
        return entries[::-1], dropped
