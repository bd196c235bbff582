"""A server that tests can use: one in a process of its own, one that runs already, or one in this very process."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.client import ControlClient
from mockserver.testing.without_proxies import WithoutProxies

if TYPE_CHECKING:
    from mockserver.intercept.relay import Relay
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
        self._hosts: frozenset[str] | None = None
        self._relay: Relay | None = None
        self._relay_owner = 0
        self.without_proxies = WithoutProxies()
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
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    @property
    def hosts(self) -> frozenset[str]:
        """The vendors' real hosts."""
        if self._hosts is None:
            self._hosts = frozenset(host for one in self.control.list_vendors() for host in one["hosts"])
        return self._hosts

    def relay(self) -> Relay:
        """What takes connections to the vendors' real hosts in this process. Raises RuntimeError, SettingError."""
        __tracebackhide__ = True
        if self._asgi is not None:
            raise RuntimeError("mock.intercept needs a server with a socket: leave out in_process")
        if self._relay is None or self._relay_owner != os.getpid():  # a thread doesn't go along into a forked process
            from mockserver.intercept.relay import Relay

            self._relay, self._relay_owner = Relay(self.hosts, self.address), os.getpid()
        return self._relay

    def close(self) -> None:
        """End what this process has begun to reach the server."""
        if self._relay is not None and self._relay_owner == os.getpid():
            self._relay.close()
        self.control.close()

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
