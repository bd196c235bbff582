"""The outcome of a response: its class, and what the client returned or raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.locations import ABSENT

HANDLED = "handled"
TYPED = "typed error"
UNHANDLED = "unhandled exception"
WRONG = "wrong value"
HUNG = "hung"
NOT_CALLED = "not called"
BROKEN = "broken request"

CLASSES = {
    HANDLED: "returned",
    TYPED: "an error of the client's own",
    UNHANDLED: "an error that no caller of it expects",
    WRONG: "returned something else than was sent",
    HUNG: "gave no answer in time",
    NOT_CALLED: "never asked for the operation",
    BROKEN: "its request broke the contract, and was refused",
}
FAILURES = frozenset((UNHANDLED, WRONG, HUNG, NOT_CALLED, BROKEN))


@dataclass(frozen=True, slots=True)
class Outcome:
    """``cause`` is what outcomes have in common that come from the same mistake; ``detail`` a line for people.

    ``value`` is what was returned, or printed as JSON, or a typed error itself; ABSENT where nothing can be compared.
    """

    verdict: str
    detail: str = ""
    cause: str = ""
    value: Any = ABSENT

    @property
    def is_failure(self) -> bool:
        return self.verdict in FAILURES


class Client(Protocol):
    """What is fuzzed: shown one response, it tells what became of it. Called by several threads at a time."""

    def attempt(self, trial: Trial, vendor: str) -> Outcome: ...
    def stop(self) -> None:
        """End what is attempted just now, with whatever outcome; nothing is attempted any more."""

    def close(self) -> None:
        """Let go of what it holds; nothing is attempted any more."""
