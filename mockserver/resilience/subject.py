"""The subject of the scenarios: whatever calls the vendors. A command, or a function of this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mockserver.resilience.run import Ending


class Subject(Protocol):
    """Runs once from beginning to end in a sandbox. Called by several threads at a time. Raises MockServerError."""

    def attempt(self, sandbox: str, scenario: str, is_over: Callable[[], bool]) -> Ending:
        """Run in a sandbox. ``scenario`` is its name, empty in a clean run; ``is_over`` says that enough was seen."""
        ...
