"""The fixture ``mock``: a sandbox of a test's own, with every vendor in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.client import ControlClient, ControlError
from mockserver.config import Config
from mockserver.testing.clock import MockClock
from mockserver.testing.journal import MockJournal
from mockserver.testing.server import ASGIApp, MockServer
from mockserver.testing.unknown import unknown
from mockserver.testing.vendor import MockVendor

if TYPE_CHECKING:
    from mockserver.fuzz.findings import Findings
    from mockserver.resilience.report import Report as ResilienceReport
    from mockserver.testing.intercepting import Intercepted
    from mockserver.testing.resilience import SubResults


@dataclass(frozen=True, slots=True)
class Fault:
    """An armed fault."""

    control: ControlClient
    sandbox: str
    id: str

    @property
    def matched(self) -> int:
        """How many calls hit it: of its operation, with its ``match``."""
        return int(self.control.get_fault(self.sandbox, self.id)["matched"])

    @property
    def fired(self) -> int:
        """How many calls it changed the outcome of."""
        return int(self.control.get_fault(self.sandbox, self.id)["fired"])

    def disarm(self) -> None:
        self.control.disarm_fault(self.sandbox, self.id)


class Mock:
    """A sandbox. A vendor is an attribute, ``mock.postpress``, or an item, ``mock["acme-crm"]``. Raises ControlError.

    ``sandbox`` is its name, ``server`` the server that it is in, ``config`` the settings of a server like it. Unless it
    ``is_begun``, it comes into being when it is first called, or asked about. ``sub_results`` shows parts of the test's
    result.
    """

    def __init__(self, server: MockServer, sandbox: str, config: Config, *, is_begun: bool = False) -> None:
        self.server = server
        self.sandbox = sandbox
        self.config = config
        self.clock = MockClock(self)
        self.journal = MockJournal(self)
        self.sub_results: SubResults | None = None
        self._vendors: dict[str, MockVendor] = {}
        self._is_begun = is_begun

    def __repr__(self) -> str:
        return f"<sandbox {self.sandbox} at {self.server.url}>"

    @property
    def control(self) -> ControlClient:
        """The client of the control API. Whoever asks for it finds the sandbox there, though nothing has called yet."""
        __tracebackhide__ = True
        if not self._is_begun:
            self._is_begun = True
            try:
                self.server.control.create_sandbox(self.sandbox)
            except ControlError as error:
                if error.status != 409:  # it has come into being with its first call
                    raise
        return self.server.control

    @property
    def url(self) -> str:
        """The server's address that leads to this sandbox by itself: ``http://127.0.0.1:40211/~test_quota-5f0c``."""
        return f"{self.server.url}/~{self.sandbox}"

    def fuzz(self, vendor: str, operation: str, call: Callable[[str, str], Any], /, **options: Any) -> Findings:
        """Show ``call(base_url, key)`` every response that an operation may give, and class what it does.

        The responses are served in this process. For the options see ``mockserver.fuzz.fuzz``.
        """
        from mockserver.fuzz import fuzz

        return fuzz(call, vendor=vendor, operation=operation, **{"config": self.config, **options})

    def resilience(self, call: Callable[[Mock], Any], /, **options: Any) -> ResilienceReport:
        """Run ``call(mock)`` with every failure at every call that it makes, and give a verdict on what it does.

        Each time it gets a sandbox of its own, which begins as this one is now. For the options see
        ``mockserver.testing.resilience.examine``.
        """
        from mockserver.testing.resilience import examine

        return examine(self, call, **options)

    def intercept(self, *, allow: Iterable[str] = ()) -> AbstractContextManager[Intercepted]:
        """Lead this process's connections to the vendors' real hosts, over TLS too, to this sandbox, while it is open.

        Others are refused, and fail the test, but for this machine and ``allow`` (``*.example.com``, ``db:5432``).
        """
        __tracebackhide__ = True
        if isinstance(allow, str):
            raise TypeError(f"allow is a list of hosts, such as [{allow!r}], not {allow!r}")
        from mockserver.testing.intercepting import intercept

        return intercept(self, tuple(allow))

    @property
    def asgi(self) -> ASGIApp:
        """The application, for ``httpx.ASGITransport``; only of a server in this process. Raises RuntimeError."""
        __tracebackhide__ = True
        return self.server.asgi

    def __getitem__(self, vendor: str) -> MockVendor:
        __tracebackhide__ = True
        if vendor not in self._vendors:
            known = self.server.base_urls
            if vendor not in known:
                raise unknown("the mock server", "vendor", vendor, known)
            self._vendors[vendor] = MockVendor(self, vendor)
        return self._vendors[vendor]

    def __getattr__(self, name: str) -> MockVendor:
        __tracebackhide__ = True
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except LookupError as error:
            raise AttributeError(error.args[0]) from None

    def fail(self, vendor: str, error: str | None = None, /, **fault: Any) -> Fault:
        """Arm a fault: ``mock.fail("postpress", "no_channel", times=2)``, ``mock.fail("sonarly", connection="reset")``.

        Fields are those of ``POST …/faults``: ``operation``, ``match``, ``status``, ``body``, ``content_type``,
        ``preset``, ``set``, ``headers``, ``delay``, ``connection``, ``when``, ``skip``, ``times``, ``probability``,
        ``ttl``.
        """
        __tracebackhide__ = True
        spec = {"vendor": vendor, **({} if error is None else {"error": error}), **fault}
        control = self.server.control  # which brings the sandbox into being, as every call does that changes something
        return Fault(control, self.sandbox, control.arm_fault(self.sandbox, spec)["id"])

    def event(self, vendor: str, event: str, /, **fields: Any) -> Any:
        """Let something happen outside the API: ``mock.event("postpress", "inmail_sent", …)``. Its result."""
        return self.server.control.play_event(self.sandbox, vendor, event, fields)["result"]

    def state(self, vendor: str) -> Any:
        """What a vendor remembers."""
        return self.control.get_state(self.sandbox, vendor)

    def set_state(self, vendor: str, state: Any) -> Any:
        """Replace what a vendor remembers. The state as it is now."""
        return self.server.control.put_state(self.sandbox, vendor, state)

    def reset(self) -> None:
        """State, clock, faults and journal as they began. Violations of the contract fail the test all the same."""
        self.journal.about_to_empty()
        self.control.reset_sandbox(self.sandbox)

    def snapshot(self, name: str = "snapshot") -> str:
        """Keep the sandbox as it is now, under a name."""
        return str(self.control.take_snapshot(self.sandbox, name)["name"])

    def restore(self, name: str = "snapshot") -> None:
        """Go back to a snapshot; the journal stays."""
        self.control.restore_snapshot(self.sandbox, name)
