"""A vendor in a test's sandbox: where a client finds it, and assertions on its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.names import key_for
from mockserver.testing.assertion_messages import called, explain
from mockserver.testing.calls import Entry, Operation, differences, operation_of
from mockserver.testing.unknown import unknown

if TYPE_CHECKING:
    from mockserver.fuzz.findings import Findings
    from mockserver.testing.mock import Fault, Mock


class MockVendor:
    """``url`` is the base URL for a client, ``key`` its credential: whoever uses it is in this test's sandbox."""

    def __init__(self, mock: Mock, name: str) -> None:
        self._mock = mock
        self.name = name
        self.url = mock.server.base_urls[name]
        self.key = key_for(name, mock.sandbox)

    def __repr__(self) -> str:
        return f"<{self.name} at {self.url} in sandbox {self._mock.sandbox}>"

    @property
    def sandbox_url(self) -> str:
        """The base URL that leads to this test's sandbox by itself, for a client without a key of its own."""
        return self.url.replace(self._mock.server.url, self._mock.url, 1)

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The vendor's operations by operationId."""
        return {one["id"]: operation_of(one) for one in self._mock.server.vendor(self.name)["operations"]}

    @property
    def state(self) -> Any:
        """What the vendor remembers; set it to replace that."""
        return self._mock.state(self.name)

    @state.setter
    def state(self, value: Any) -> None:
        self._mock.set_state(self.name, value)

    def fail(self, error: str | None = None, /, **fault: Any) -> Fault:
        """Arm a fault of this vendor's: see ``Mock.fail``."""
        return self._mock.fail(self.name, error, **fault)

    def event(self, event: str, /, **fields: Any) -> Any:
        """Let something happen outside the API: see ``Mock.event``."""
        return self._mock.event(self.name, event, **fields)

    def fuzz(self, operation: str, call: Callable[[str, str], Any], /, **options: Any) -> Findings:
        """Show a client every response that an operation may give: see ``Mock.fuzz``."""
        return self._mock.fuzz(self.name, operation, call, **options)

    def calls(self, operation: str | None = None, /, **expected: Any) -> list[Entry]:
        """The journal entries of its calls, the oldest first; of one operation, with those parameters."""
        if operation is None:
            return self._mock.journal.entries(vendor=self.name)
        known = self._operation(operation)
        entries = self._mock.journal.entries(vendor=self.name, operation=operation)
        return [entry for entry in entries if not differences(entry, known, expected)]

    def assert_called(
        self, operation: str, /, *, times: int | None = None, match: Mapping[str, Any] | None = None, **expected: Any
    ) -> list[Entry]:
        """The calls of an operation with those parameters: just so many, or at least one. Raises AssertionError.

        Names are parameters or fields of the JSON body; names that are no Python ones, and JSON pointers into the
        body, go into ``match``. None means that it wasn't sent.
        """
        __tracebackhide__ = True
        wanted = {**(match or {}), **expected}
        known, entries, matching = self._matching(operation, wanted)
        if len(matching) == times or (times is None and matching):
            return matching
        expectation = "" if times is None else f", not {'once' if times == 1 else f'{times} times'}"
        heading = f"{self.name} {operation} was {called(len(matching))}{_with(wanted)}{expectation}"
        dropped = self._mock.journal.dropped
        if dropped:
            heading += f" (as far as the journal goes: it has dropped {dropped} entries)"
        raise AssertionError(explain(heading, self.name, known, wanted, entries, self.key))

    def assert_not_called(self, operation: str, /, *, match: Mapping[str, Any] | None = None, **expected: Any) -> None:
        """Raises AssertionError where an operation was called with those parameters."""
        __tracebackhide__ = True
        wanted = {**(match or {}), **expected}
        known, entries, matching = self._matching(operation, wanted)
        if matching:
            heading = f"{self.name} {operation} was {called(len(matching))}{_with(wanted)}, and should not have been"
            raise AssertionError(explain(heading, self.name, known, wanted, matching, self.key))
        dropped = self._mock.journal.dropped
        if dropped:
            raise AssertionError(
                f"whether {self.name} {operation} was called is unknown: "
                f"the journal has dropped {dropped} entries to make room for the {len(entries)} that it holds"
            )

    def _matching(self, operation: str, wanted: Mapping[str, Any]) -> tuple[Operation, list[Entry], list[Entry]]:
        """The operation, all entries of the sandbox, and those of the calls that are meant."""
        __tracebackhide__ = True
        known = self._operation(operation)
        entries = self._mock.journal.entries()
        calls = [entry for entry in entries if (entry["vendor"], entry["operation"]) == (self.name, operation)]
        return known, entries, [entry for entry in calls if not differences(entry, known, wanted)]

    def _operation(self, name: str) -> Operation:
        __tracebackhide__ = True
        known = self.operations
        if name not in known:
            raise unknown(self.name, "operation", name, known)
        return known[name]


def _with(expected: Mapping[str, Any]) -> str:
    return f" with {', '.join(f'{name}={value!r}' for name, value in expected.items())}" if expected else ""
