"""The journal of a test's sandbox, the oldest entry first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mockserver.testing.unknown import unknown

if TYPE_CHECKING:
    from mockserver.testing.mock import Mock

PAGE = 1000


class MockJournal:
    """The journal of a sandbox. Entries are as ``GET …/journal`` shows them, in the order in which they came."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._server = mock.server
        self._sandbox = mock.sandbox
        self.before_emptying: Callable[[], None] | None = None
        """Called while the entries that are about to go are there still."""
        self.dropped = 0
        """How many entries had made room for others when it was last read."""

    def entries(self, **filters: Any) -> list[Any]:
        """All entries, or those of a ``vendor``, ``operation``, ``status``, or with ``violations=True``.

        Raises LookupError where there is no such vendor, or no such operation.
        """
        __tracebackhide__ = True
        self._refuse_unknown(filters.get("vendor"), filters.get("operation"))
        entries: list[Any] = []
        while True:
            marks = {"before": entries[-1]["id"]} if entries else {}
            page = self._mock.control.list_journal(self._sandbox, limit=PAGE, **filters, **marks)
            self.dropped = page["dropped"]
            entries += page["entries"]
            if len(page["entries"]) < PAGE:
                return entries[::-1]

    def wait(self, seconds: float = 10.0, **filters: Any) -> Any:
        """The newest entry, as soon as there is one, for clients that work in the background. None in the end.

        Filters are those of ``entries``.
        """
        __tracebackhide__ = True
        self._refuse_unknown(filters.get("vendor"), filters.get("operation"))
        entries = self._mock.control.list_journal(self._sandbox, limit=1, wait=seconds, **filters)["entries"]
        return entries[0] if entries else None

    def clear(self) -> None:
        """Empty it. Violations of the contract fail the test all the same."""
        self.about_to_empty()
        self._mock.control.clear_journal(self._sandbox)

    def about_to_empty(self) -> None:
        if self.before_emptying is not None:
            self.before_emptying()

    def _refuse_unknown(self, vendor: str | None, operation: str | None) -> None:
        __tracebackhide__ = True
        served = self._server.base_urls if vendor is not None or operation is not None else {}
        if vendor is not None and vendor not in served:
            raise unknown("the mock server", "vendor", vendor, served)
        if operation is None:
            return
        owners = [vendor] if vendor is not None else list(served)
        known = [one["id"] for owner in owners for one in self._server.vendor(owner)["operations"]]
        if operation not in known:
            raise unknown(vendor or "the mock server", "operation", operation, known)

    @property
    def last(self) -> Any:
        """The newest entry; None where there is none."""
        entries = self._mock.control.list_journal(self._sandbox, limit=1)["entries"]
        return entries[0] if entries else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self.entries())

    def __getitem__(self, index: int) -> Any:
        return self.entries()[index]
