"""What a test's sandbox was asked, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.client import ControlClient

PAGE = 1000


class MockJournal:
    """The journal of a sandbox. Entries are as ``GET …/journal`` shows them, in the order in which they came."""

    def __init__(self, control: ControlClient, sandbox: str) -> None:
        self._control = control
        self._sandbox = sandbox
        self.dropped = 0
        """How many entries had made room for others when it was last read."""

    def entries(self, **filters: Any) -> list[Any]:
        """All entries, or those of a ``vendor``, ``operation``, ``status``, or with ``violations=True``."""
        found: list[Any] = []
        while True:
            marks = {"before": found[-1]["id"]} if found else {}
            page = self._control.list_journal(self._sandbox, limit=PAGE, **filters, **marks)
            self.dropped = page["dropped"]
            found += page["entries"]
            if len(page["entries"]) < PAGE:
                return found[::-1]

    def wait(self, seconds: float = 10.0, **filters: Any) -> Any:
        """The newest entry, as soon as there is one, for clients that work in the background. None in the end."""
        entries = self._control.list_journal(self._sandbox, limit=1, wait=seconds, **filters)["entries"]
        return entries[0] if entries else None

    def clear(self) -> None:
        self._control.clear_journal(self._sandbox)

    @property
    def last(self) -> Any:
        """The newest entry; None where there is none."""
        entries = self._control.list_journal(self._sandbox, limit=1)["entries"]
        return entries[0] if entries else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self.entries())

    def __getitem__(self, index: int) -> Any:
        return self.entries()[index]
