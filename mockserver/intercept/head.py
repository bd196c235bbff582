"""Read the head of a request to a proxy: where it is to go, by CONNECT or by an absolute target."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

_LINE = re.compile(rb"([A-Z]{1,20}) (\S+) HTTP/1\.[01]")
_AUTHORITY = re.compile(r"(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::([0-9]{1,5}))?")
_ABSOLUTE = re.compile(rb"([A-Za-z]{2,5})://([^/?#]+)([^#]*)")
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_OWN = (b"proxy-authorization", b"proxy-connection", b"connection", b"keep-alive")
OPENINGS = re.compile(rb"CONNECT |[A-Z]{1,20} (?:https?|wss?)://", re.IGNORECASE)
"""How a request to a proxy begins."""


class BadHead(ValueError):
    """A head that can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """A request to a proxy. ``target`` is what follows the authority, ``size`` the bytes of the head.

    ``user`` and ``password`` are those that its client was given for the proxy.
    """

    method: bytes
    scheme: str
    host: str
    port: int
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    size: int
    user: str = ""
    password: str = ""

    @property
    def is_tunnel(self) -> bool:
        return self.method == b"CONNECT"

    @property
    def is_upgrade(self) -> bool:
        return any(name.lower() == b"upgrade" for name, _ in self.headers)

    @property
    def shown(self) -> str:
        """Host and port, for people; the port that goes without saying is left out."""
        return self.host if self.port in (80, 443) else f"{self.host}:{self.port}"

    def as_origin(self) -> bytes:
        """The head for the host itself, which answers this one request and closes (a WebSocket stays)."""
        kept = [pair for pair in self.headers if pair[0].lower() not in _OWN]
        kept.append((b"Connection", b"Upgrade" if self.is_upgrade else b"close"))
        target = self.target if self.target.startswith(b"/") else b"/" + self.target
        lines = [b"%s %s HTTP/1.1" % (self.method, target), *(b"%s: %s" % pair for pair in kept)]
        return b"\r\n".join(lines) + b"\r\n\r\n"


def parse_head(head: bytes) -> ProxyRequest:
    """The request that a head is. Raises BadHead."""
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    matched = _LINE.fullmatch(line)
    if not matched:
        raise BadHead("the request line can't be read")
    method, target = matched.groups()
    scheme, authority, rest = "https", target, b""
    if method != b"CONNECT":
        absolute = _ABSOLUTE.fullmatch(target)
        if not absolute or absolute[1].lower().decode() not in _PORTS:
            raise BadHead("the target is neither http:// nor https://")
        scheme, authority, rest = absolute[1].lower().decode(), absolute[2], absolute[3]
    place = _AUTHORITY.fullmatch(authority.decode("latin-1"))
    if not place:
        raise BadHead("the host of the target can't be read")
    headers = tuple(_header(one) for one in lines)
    user, password = _authorization(headers)
    host = place[1].strip("[]").lower().rstrip(".")
    return ProxyRequest(method, scheme, host, int(place[2] or _PORTS[scheme]), rest, headers, len(head), user, password)


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon:
        raise BadHead("a header has no colon")
    return name, value.strip()


def _authorization(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[str, str]:
    for name, value in headers:
        word, _, encoded = value.partition(b" ")
        if name.lower() == b"proxy-authorization" and word.lower() == b"basic":
            try:
                user, _, password = base64.b64decode(encoded).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise BadHead("Proxy-Authorization can't be read") from None
            return user, password
    return "", ""
