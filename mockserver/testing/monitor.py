"""Watch a test's sandbox for a client that breaks the contract."""

from __future__ import annotations

from mockserver.client import ControlError
from mockserver.testing.calls import Entry
from mockserver.testing.mock import Mock
from mockserver.testing.violations import violation_text


class ViolationMonitor:
    """Looks for breaches that weren't told of yet, and keeps those of a journal that the test empties.

    One that isn't ``is_strict`` finds nothing.
    """

    def __init__(self, mock: Mock, *, is_strict: bool) -> None:
        self._mock = mock
        self._is_strict = is_strict
        self._told: set[str] = set()
        self._kept: list[Entry] = []
        self._dropped = 0
        if is_strict:
            mock.journal.before_emptying = self._keep

    def look(self) -> str:
        """The text of the breaches since the last look; empty where there is none. Raises ControlError."""
        if not self._is_strict:
            return ""
        found = [*self._kept, *self._fresh()]
        self._kept = []
        return violation_text(found, self._dropped + self._mock.journal.dropped) if found else ""

    def look_quietly(self) -> str:
        """The same where the server may be the very thing that is missing."""
        try:
            return self.look()
        except ControlError:
            return violation_text(self._kept, self._dropped) if self._kept else ""

    def _keep(self) -> None:
        """Take what the journal has of breaches, before it is emptied."""
        self._kept += self._fresh()
        self._dropped += self._mock.journal.dropped

    def _fresh(self) -> list[Entry]:
        """The breaches that are in the journal now, and weren't looked at yet."""
        try:
            entries = self._mock.journal.entries(violations=True)
        except ControlError as error:
            if error.status == 404:  # the test has deleted its sandbox
                return []
            raise
        found = [one for one in entries if one["id"] not in self._told]
        self._told.update(one["id"] for one in found)
        return found
