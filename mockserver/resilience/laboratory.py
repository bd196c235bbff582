"""Runs a subject in a sandbox of its own, with the one fault of a scenario in it, and sees what came of it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from mockserver.client import ControlClient, ControlError
from mockserver.resilience.run import UNKNOWN, Run, Usual, run_of
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.subject import Subject

PAGE = 1000
PAGES = 3
"""Of a run's journal, the newest 3000 entries are read: a storm has more, and is one long before."""
LOOKS_APART = 0.5  # seconds between two looks at how often a fault was met
MOST_REPEATS = 3
"""A run is ended once the fault was met three times as often as makes a storm of each call."""
START = 10
"""A run may take ten times as long until it meets its failure as it may afterwards: a busy machine starts slowly."""


class Laboratory:
    """``begin`` makes a sandbox of a name, as the world has it. ``stop`` ends what is under way, for good.

    ``timeout`` are the seconds that a run may take longer than the clean one once it has met its failure.
    """

    def __init__(
        self, control: ControlClient, subject: Subject, begin: Callable[[str], Any], storm: int, timeout: float
    ) -> None:
        self._control = control
        self._subject = subject
        self._begin = begin
        self._storm = storm
        self._timeout = timeout
        self._prefix = f"resilience-{secrets.token_hex(4)}"
        self._numbers = count(1)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def run(self, scenario: Scenario | None = None, usual: Usual = UNKNOWN, *, later: int = 0) -> Run:
        """A run; a clean one without a scenario. ``usual`` is what a clean run is like.

        Its clock is ``later`` by so many seconds, unless it stands still.
        """
        sandbox = f"{self._prefix}-{next(self._numbers)}"
        self._begin(sandbox)
        try:
            fault, is_over = "", self._patience()
            begun: dict[str, Any] = {}
            if later and not self._control.get_clock(sandbox)["frozen"]:
                self._control.set_clock(sandbox, advance=later)
            if scenario is None:
                begun = {
                    one["name"]: self._control.get_state(sandbox, one["name"]) for one in self._control.list_vendors()
                }
            else:
                fault = self._control.arm_fault(sandbox, scenario.fault())["id"]
                is_over = self._watch(sandbox, fault, scenario, usual)
            ending = self._subject.attempt(sandbox, scenario.name if scenario else "", is_over)
            ended = int(time.time() * 1000)
            entries, dropped = self._journal(sandbox)
            called = dict.fromkeys(vendor for vendor, _ in usual.counts)
            called |= dict.fromkeys(entry["vendor"] for entry in entries if entry["operation"] is not None)
            states = {vendor: self._control.get_state(sandbox, vendor) for vendor in called}
            has_fired = bool(fault) and self._control.get_fault(sandbox, fault)["fired"] > 0
            return run_of(ending, ended, entries, dropped, states, has_fired=has_fired, begun=begun)
        finally:
            with suppress(ControlError):
                self._control.delete_sandbox(sandbox)

    def _begun(self, sandbox: str) -> dict[str, Any]:
        """The state of each vendor before anything was called."""
        names = [one["name"] for one in self._control.list_vendors()]
        return {name: self._control.get_state(sandbox, name) for name in names}

    def _patience(self) -> Callable[[], bool]:
        """Whether a clean run has taken too long, or all is to end."""
        limit = time.monotonic() + START * self._timeout
        return lambda: self._stopped.is_set() or time.monotonic() >= limit

    def _watch(self, sandbox: str, fault: str, scenario: Scenario, usual: Usual) -> Callable[[], bool]:
        """Whether enough was seen: the end of all, a storm, or a run that goes on long after it met its failure."""
        often = usual.counts.get((scenario.call.vendor, scenario.call.operation), 1)
        allowed = often * (1 + MOST_REPEATS * self._storm)
        has_fired, begun = False, time.monotonic()
        limit, next_look = begun + START * self._timeout, begun + LOOKS_APART

        def is_over() -> bool:
            nonlocal has_fired, limit, next_look
            now = time.monotonic()
            if self._stopped.is_set() or now >= limit:
                return True
            if now < next_look or (has_fired and not scenario.failure.stays):
                return False
            next_look = now + LOOKS_APART
            seen = self._control.get_fault(sandbox, fault)
            if seen["fired"] and not has_fired:
                has_fired, limit = True, now + usual.seconds + self._timeout
            return scenario.failure.stays and bool(seen["matched"] > allowed)

        return is_over

    def _journal(self, sandbox: str) -> tuple[list[Any], int]:
        """The entries, the oldest first, and how many were let go: by the journal, or as there are too many to read."""
        entries: list[Any] = []
        while True:
            marks = {"before": entries[-1]["id"]} if entries else {}
            page = self._control.list_journal(sandbox, limit=PAGE, **marks)
            entries += page["entries"]
            is_full = len(entries) >= PAGES * PAGE
            if len(page["entries"]) < PAGE or is_full:
                return entries[::-1], page["dropped"] + is_full
