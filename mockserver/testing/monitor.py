"""Watch a test's sandbox for a client that breaks the contract."""

from __future__ import annotations

from contextlib import suppress

from mockserver.client import ControlError
from mockserver.testing.mock import Mock
from mockserver.testing.violations import Violating, violation_text


class ViolationMonitor:
    """Finds violations that weren't reported yet, with the phase of the test in which they came.

    It keeps those of a phase that is over, and those of a journal that the test empties. One that isn't ``is_strict``
    finds nothing.
    """

    def __init__(self, mock: Mock, *, is_strict: bool) -> None:
        self._mock = mock
        self._is_strict = is_strict
        self._counted = _count(mock)
        self._seen: set[str] = set()
        self._kept: list[Violating] = []
        self._dropped = 0
        self._phase, self._has_looked = "setup", False
        if is_strict:
            mock.journal.before_emptying = self._keep

    def look(self) -> str:
        """The text of the violations since the last look; empty where there is none. Raises ControlError."""
        if not self._is_strict:
            return ""
        violating = [*self._kept, *self._fresh()]
        self._kept, self._has_looked = [], True
        return violation_text(violating, self._dropped + self._mock.journal.dropped) if violating else ""

    def look_quietly(self) -> str:
        """The same where the server may be the very thing that is missing."""
        try:
            return self.look()
        except ControlError:
            violating, self._kept = self._kept, []
            return violation_text(violating, self._dropped) if violating else ""

    def begin(self, phase: str) -> None:
        """Go on to a phase, and keep the violations of the one before, unless it ended with a look."""
        if self._is_strict and not self._has_looked:
            with suppress(ControlError):  # whoever needs the server will say so
                self._kept += self._fresh()
        self._phase, self._has_looked = phase, False

    def _keep(self) -> None:
        """Take the violations that the journal holds, before it is emptied."""
        self._kept += self._fresh()
        self._dropped += self._mock.journal.dropped

    def _fresh(self) -> list[Violating]:
        """The violations that are in the journal now, and weren't looked at yet."""
        counted = _count(self._mock)
        if counted is not None and counted == self._counted:
            return []
        self._counted = counted
        try:
            entries = self._mock.journal.entries(violations=True)
        except ControlError as error:
            if error.status == 404:  # the test has deleted its sandbox
                return []
            raise
        fresh = [Violating(one, self._phase) for one in entries if one["id"] not in self._seen]
        self._seen.update(one.entry["id"] for one in fresh)
        return fresh


def _count(mock: Mock) -> int | None:
    """How many violations the server has met in all its sandboxes; None where only its journals tell."""
    violations = mock.server.violations
    return None if violations is None else violations.value
