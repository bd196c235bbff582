"""A server that tests can use: one in a process of its own, one that runs already, or one in this very process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.client import ControlClient

if TYPE_CHECKING:
    from mockserver.testing.violation_count import ViolationCount

Message = MutableMapping[str, Any]
ASGIApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class MockServer:
    """A server. ``url`` is its address, ``control`` the client of its control API, ``token`` what that demands.

    ``violations`` counts what broke the contract there, ``base_urls`` are the vendors'; None where only the control API
    can tell.
    """

    def __init__(
        self,
        url: str,
        control: ControlClient,
        asgi: ASGIApp | None = None,
        violations: ViolationCount | None = None,
        base_urls: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.control = control
        self.violations = violations
        self._asgi = asgi
        self._base_urls = base_urls
        self._vendors: dict[str, Any] = {}

    @property
    def token(self) -> str | None:
        return self.control.token

    @property
    def is_in_process(self) -> bool:
        return self._asgi is not None

    @property
    def asgi(self) -> ASGIApp:
        """The application itself, for ``httpx.ASGITransport``. Raises RuntimeError where it is in another process."""
        __tracebackhide__ = True
        if self._asgi is None:
            raise RuntimeError(
                f"this mock server is at {self.url}, in a process of its own, and has no ASGI application here; "
                "ask for one in this process with @pytest.mark.mock(in_process=True) or --mock-in-process"
            )
        return self._asgi

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Each vendor's base URL, as a client needs it: ``http://127.0.0.1:40211/postpress/v1``."""
        if self._base_urls is None:
            vendors = self.control.list_vendors()
            self._base_urls = {one["name"]: self.url + urlsplit(one["base_url"]).path for one in vendors}
        return self._base_urls

    def vendor(self, name: str) -> Any:
        """A vendor with its operations and events, as the control API shows it."""
        if name not in self._vendors:
            self._vendors[name] = self.control.get_vendor(name)
        return self._vendors[name]
