"""Send calls to a server over HTTP, on connections that are kept.

It speaks HTTP by the standard library, since each test run that uses the fixtures imports it, and so does every command
that asks a server: http.client takes 20 ms to import and 0.20 ms a call, urllib3 48 and 0.25, httpx 80 and 0.43.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import SplitResult, urlsplit


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
