"""A request as bytes, and one exchange of it over a plain socket."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Get:
    """A GET: ``Get("/v1/balance?account_id=a", (("X-API-KEY", "k"),))``."""

    target: str
    headers: tuple[tuple[str, str], ...] = ()

    def raw(self, port: int) -> bytes:
        """What goes over the wire to that port."""
        lines = [
            f"GET {self.target} HTTP/1.1",
            f"Host: {HOST}:{port}",
            *(f"{key}: {text}" for key, text in self.headers),
        ]
        return "\r\n".join([*lines, "", ""]).encode("ascii")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Unanswered(Exception):
    """A server was there, and something else than an HTTP answer came."""


class Connection:
    """One connection that is kept alive. Raises OSError where it can't be had."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, get: Get) -> Answer:
        """Send a request and read its answer. Raises OSError or Unanswered."""
        self._socket.sendall(get.raw(self._port))
        response = HTTPResponse(self._socket, method="GET")
        try:
            response.begin()
            return Answer(response.status, tuple(response.getheaders()), response.read())
        except HTTPException as error:
            raise Unanswered(repr(error)) from error
        finally:
            response.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
