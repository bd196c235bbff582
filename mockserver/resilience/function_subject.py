"""Runs a Python function as a subject: in this process, in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockserver.fuzz.function_client import timed_outcome
from mockserver.fuzz.outcome import HUNG, TYPED, UNHANDLED
from mockserver.resilience.run import Ending, unhandled

FOREVER = 86_400.0  # seconds: the laboratory says when it is over
FAILED, CRASHED = 1, 2
"""The exit codes that a function's errors count as: one of the client's own, and one that nobody expects."""


@dataclass(frozen=True, slots=True)
class FunctionSubject:
    """``call`` gets what ``prepare`` makes for a sandbox. ``typed`` are the client's own exceptions.

    A failed assertion counts as one of them: whoever asserts has noticed.
    """

    call: Callable[[Any], Any]
    prepare: Callable[[str], Any]
    typed: tuple[type[BaseException], ...]

    def attempt(self, sandbox: str, scenario: str, is_over: Callable[[], bool]) -> Ending:
        begun = time.monotonic()
        typed = (*self.typed, AssertionError)
        outcome = timed_outcome(self.call, (self.prepare(sandbox),), typed, FOREVER, is_over)
        seconds = time.monotonic() - begun
        if outcome.verdict == HUNG:
            return Ending(None, seconds=seconds)
        if outcome.verdict == TYPED:
            return Ending(FAILED, error=outcome.detail, seconds=seconds)
        if outcome.verdict == UNHANDLED:
            return Ending(CRASHED, error=outcome.detail, crash=unhandled(outcome.detail), seconds=seconds)
        return Ending(0, "" if outcome.value is None else f"{outcome.value!r}", seconds=seconds)
