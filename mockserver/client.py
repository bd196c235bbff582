"""Call the control API from a program: synchronous, of the standard library alone, safe to share between threads.

>>> control = ControlClient("http://127.0.0.1:8080")
>>> control.create_sandbox("t1", world="small-plan")
>>> control.play_event("t1", "postpress", "key_issued", {"key": "pp_live_one"})

Every method is named after its operation in ``specs/control/openapi.yaml``. What the server refuses is a ControlError.

It speaks HTTP by the standard library, since each test run that uses the fixtures imports it, and so does every command
that asks a server: http.client takes 20 ms to import and 0.20 ms a call, urllib3 48 and 0.25, httpx 80 and 0.43.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import SplitResult, quote, urlencode, urlsplit

TIMEOUT = 30.0
_MOST_KNOWN = 30


class ControlError(Exception):
    """A call that the control API refused, or that didn't reach it: then ``status`` is 0.

    ``kind`` is the problem's (``not-found``, ``fields``), ``known`` the names that there are.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], call: str) -> None:
        self.status = status
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.detail = str(problem.get("detail") or problem.get("title") or "no reason given")
        self.known = [str(name) for name in problem.get("known") or ()]
        more = f"; known are {', '.join(self.known[:_MOST_KNOWN])}" if self.known else ""
        super().__init__(f"{call}: {f'{status}: ' if status else ''}{self.detail}{more}")


class Transport(Protocol):
    """How a call gets to the control API. Raises OSError where it can't."""

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float
    ) -> tuple[int, bytes]:
        """Status and body of the answer."""
        ...

    def close(self) -> None: ...


def server_address(url: str) -> SplitResult:
    """The parts of a server's URL. Raises ValueError, whose text names what would be right."""
    with suppress(ValueError):  # brackets that don't match, or a port that isn't a number
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    raise ValueError(f"{url!r} is not the URL of a server, such as http://127.0.0.1:8080")


class HttpTransport:
    """A pool of connections, which are used again: one for each call under way.

    A process that is forked gets a pool of its own: on a connection that is shared, answers go to whoever reads first.
    """

    def __init__(self, url: str) -> None:
        parts = server_address(url)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname or "", parts.port
        self._prefix = parts.path.rstrip("/")
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float
    ) -> tuple[int, bytes]:
        idle = self._take()
        if idle is not None:
            try:
                return self._exchange(idle, method, target, headers, body, timeout)
            except (ConnectionError, HTTPException):
                pass  # the server had closed it by then
        fresh = self._kind(self._host, self._port, timeout=timeout)
        try:
            return self._exchange(fresh, method, target, headers, body, timeout)
        except HTTPException as error:
            raise ConnectionError(f"no HTTP answer: {error!r}") from None

    def _take(self) -> HTTPConnection | None:
        """An idle connection of this process's own that the server hasn't closed."""
        if self._process != os.getpid():
            self._idle, self._process = [], os.getpid()
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took it
                return None
            if _is_open(connection):
                return connection
            connection.close()
        return None

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: float,
    ) -> tuple[int, bytes]:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(method, self._prefix + target, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:  # else the server has closed it
            self._idle.append(connection)
        return answer.status, content

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _is_open(connection: HTTPConnection) -> bool:
    """Whether a connection that nothing is expected from is open still: then there is nothing to read from it."""
    if connection.sock is None:
        return False
    connection.sock.setblocking(False)
    try:
        connection.sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, InterruptedError):
        return True
    except OSError:
        return False
    return False


class ControlClient:
    """The control API of the server at ``url``; with ``token`` where it demands one.

    Raises ControlError. Sandboxes, vendors, events, snapshots and faults are named by their names and ids.
    """

    def __init__(
        self, url: str, token: str | None = None, *, transport: Transport | None = None, timeout: float = TIMEOUT
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._transport = transport or HttpTransport(self.url)
        self._timeout = timeout

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Any call: ``path`` is what follows ``/_mock``. The answer's JSON; None where it has no body."""
        __tracebackhide__ = True  # to pytest: what is of interest is who called
        parameters = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        target = f"/_mock{path}" + (f"?{urlencode(parameters)}" if parameters else "")
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        sent = None if body is None else json.dumps(body).encode()
        timeout = self._timeout + float(parameters.get("wait", 0))
        try:
            status, content = self._transport.send(method, target, headers, sent, timeout)
        except OSError as error:
            reason = {"detail": f"the mock server at {self.url} can't be reached: {error}"}
            raise ControlError(0, reason, f"{method} {target}") from None
        return _data(status, content, f"{method} {target}")

    def close(self) -> None:
        """Close the idle connections."""
        self._transport.close()

    # The server

    def get_health(self) -> Any:
        return self.call("GET", "/health")

    def list_vendors(self) -> list[Any]:
        vendors: list[Any] = self.call("GET", "/vendors")["vendors"]
        return vendors

    def get_vendor(self, vendor: str) -> Any:
        return self.call("GET", f"/vendors/{_part(vendor)}")

    def list_cases(self, vendor: str) -> list[Any]:
        cases: list[Any] = self.call("GET", f"/vendors/{_part(vendor)}/cases")["cases"]
        return cases

    # Sandboxes

    def list_sandboxes(self) -> list[Any]:
        sandboxes: list[Any] = self.call("GET", "/sandboxes")["sandboxes"]
        return sandboxes

    def create_sandbox(
        self, name: str, *, world: Any = None, parent: str | None = None, snapshot: str | None = None
    ) -> Any:
        """A new sandbox: plain, in a world (a name, or a world itself), or a fork of ``parent``."""
        fields = {"name": name, "world": world, "from": parent, "snapshot": snapshot}
        return self.call("POST", "/sandboxes", {key: value for key, value in fields.items() if value is not None})

    def get_sandbox(self, sandbox: str) -> Any:
        return self.call("GET", _in(sandbox))

    def delete_sandbox(self, sandbox: str) -> None:
        self.call("DELETE", _in(sandbox))

    def reset_sandbox(self, sandbox: str) -> None:
        self.call("POST", f"{_in(sandbox)}/reset")

    def list_snapshots(self, sandbox: str) -> list[Any]:
        snapshots: list[Any] = self.call("GET", f"{_in(sandbox)}/snapshots")["snapshots"]
        return snapshots

    def take_snapshot(self, sandbox: str, name: str) -> Any:
        return self.call("POST", f"{_in(sandbox)}/snapshots", {"name": name})

    def restore_snapshot(self, sandbox: str, name: str) -> None:
        self.call("POST", f"{_in(sandbox)}/snapshots/{_part(name)}/restore")

    def play_event(self, sandbox: str, vendor: str, event: str, fields: Mapping[str, Any] | None = None) -> Any:
        """Let something happen outside the API: ``{"result", "state"}``."""
        return self.call("POST", f"{_in(sandbox)}/events/{_part(vendor)}/{_part(event)}", dict(fields or {}))

    def get_state(self, sandbox: str, vendor: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/state/{_part(vendor)}")

    def put_state(self, sandbox: str, vendor: str, state: Any) -> Any:
        return self.call("PUT", f"{_in(sandbox)}/state/{_part(vendor)}", state)

    def get_clock(self, sandbox: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/clock")

    def set_clock(
        self,
        sandbox: str,
        *,
        now: str | None = None,
        advance: str | float | None = None,
        frozen: bool | None = None,
    ) -> Any:
        fields = {"now": now, "advance": advance, "frozen": frozen}
        return self.call("PUT", f"{_in(sandbox)}/clock", {key: at for key, at in fields.items() if at is not None})

    # Faults

    def list_faults(self, sandbox: str) -> list[Any]:
        faults: list[Any] = self.call("GET", f"{_in(sandbox)}/faults")["faults"]
        return faults

    def arm_fault(self, sandbox: str, fault: Mapping[str, Any]) -> Any:
        """Arm a fault: ``{"vendor": "postpress", "error": "no_channel", "times": 2}``. The fault, with its ``id``."""
        __tracebackhide__ = True
        return self.call("POST", f"{_in(sandbox)}/faults", dict(fault))

    def get_fault(self, sandbox: str, fault: str) -> Any:
        return self.call("GET", f"{_in(sandbox)}/faults/{_part(fault)}")

    def clear_faults(self, sandbox: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/faults")

    def disarm_fault(self, sandbox: str, fault: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/faults/{_part(fault)}")

    # Journal and report

    def list_journal(self, sandbox: str, **filters: Any) -> Any:
        """``{"entries": [newest first], "dropped"}``; filters are the operation's: ``vendor``, ``limit``, ``wait`` …"""
        return self.call("GET", f"{_in(sandbox)}/journal", query=filters)

    def clear_journal(self, sandbox: str) -> None:
        self.call("DELETE", f"{_in(sandbox)}/journal")

    def get_journal_entry(self, id: str) -> Any:
        return self.call("GET", f"/journal/{_part(id)}")

    def get_report(self, **filters: Any) -> Any:
        """The report on all sandboxes, or on one (``sandbox="t1"``)."""
        return self.call("GET", "/report", query=filters)

    def clear_report(self) -> None:
        self.call("DELETE", "/report")


def _data(status: int, content: bytes, call: str) -> Any:
    """The JSON of an answer. Raises ControlError for a refusal."""
    __tracebackhide__ = True
    try:
        data = json.loads(content) if content else None
    except ValueError:
        data = {"detail": f"the answer is not valid JSON: {content[:200]!r}"}
        status = status if status >= 400 else 0
    if not 200 <= status < 300:
        raise ControlError(status, data if isinstance(data, dict) else {}, call)
    return data


def _in(sandbox: str) -> str:
    return f"/sandboxes/{_part(sandbox)}"


def _part(name: str) -> str:
    return quote(name, safe="")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
