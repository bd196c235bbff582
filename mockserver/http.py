"""A request as it came, and the answer as it goes out: bytes, and nothing that belongs to a server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from mockserver.patterns import pattern
from mockserver.values import dataclass

Headers = list[tuple[bytes, bytes]]

SERVERS_OWN = frozenset(
    (
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-mock-request-id",
        "x-mock-sandbox",
    )
)
"""Headers of a response that only the server sets: another value would break the connection, or tell a lie."""


STATUS_LINES = {code: f"HTTP/1.1 {code} ".encode() for code in range(100, 600)} | {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}".encode() for status in HTTPStatus
}
_TOKEN = pattern(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROLS = bytes((*range(9), *range(10, 32), 127))
"""What HTTP forbids in a header's value."""


@lru_cache(maxsize=1024)
def _opening(name: bytes) -> bytes:
    """How the line of a header begins, with the end of the line before it."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} can't be the name of a header")
    return b"\r\n%s: " % name.lower()


def header_lines(headers: Collection[tuple[bytes, bytes]]) -> bytes:
    """Headers as they go out, each behind the end of a line. Raises ValueError where HTTP forbids one."""
    parts: list[bytes] = []
    for name, value in headers:
        parts += _opening(name), value
    lines = b"".join(parts)
    if len(lines) - len(lines.translate(None, CONTROLS)) != 2 * len(headers):
        name = next(name for name, value in headers if value.translate(None, CONTROLS) != value)
        raise ValueError(f"the header {name.decode()} has a control character in its value")
    return lines


def headers_of(head: bytes) -> Headers:
    """The headers of an encoded head, which begins with a status line and ends with an empty one."""
    pairs = (line.partition(b": ") for line in head.split(b"\r\n")[1:] if line)
    return [(name, value) for name, _, value in pairs]


@dataclass(slots=True, eq=False)
class RequestLine:
    """A request line that may come again; ``meaning`` is what was found out about it.

    ``vendor`` is the one at whose own host it means that; None at any other host.
    """

    method: str
    path: bytes
    query: bytes
    meaning: Any = None
    vendor: str | None = None


@dataclass(slots=True, eq=False)
class RequestHead:
    """Headers that may come again, as they came, and the length of the body that they announce.

    ``meaning`` is as a line's. There may be thousands of these, and hardly anybody asks for the headers again.
    """

    lines: bytes
    length: int
    meaning: Any = None

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """Names and values; the names in lower case."""
        pairs = (line.partition(b": ") for line in self.lines.split(b"\r\n") if line)
        return tuple([(name.lower(), value) for name, _, value in pairs])


@dataclass(slots=True)
class Request:
    """One HTTP request. Header names are lower-case; ``path`` is raw (still percent-encoded).

    ``oversized`` says that the body was longer than the limit, and that ``body`` holds nothing of it. ``line`` and
    ``head`` are what it has in common with others, where somebody remembers that.
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""
    oversized: bool = False
    line: RequestLine | None = field(default=None, compare=False, repr=False)
    head: RequestHead | None = field(default=None, compare=False, repr=False)

    @property
    def target(self) -> bytes:
        """Path and query as they stood on the request line."""
        return self.path + b"?" + self.query if self.query else self.path


class WholeRequest(Request):
    """A request that came whole, of a line and headers that may be remembered; these are told when somebody asks."""

    __slots__ = ()

    def __init__(self, line: RequestLine, head: RequestHead, body: bytes) -> None:
        self.method, self.path, self.query = line.method, line.path, line.query
        self.line, self.head, self.body, self.oversized = line, head, body, False

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:  # type: ignore[override]
        """All of them, as they came."""
        return self.head.headers if self.head is not None else ()


def replaced(headers: Headers, more: Mapping[str, str]) -> Headers:
    """Headers with some more, in place of those of the same name."""
    added = {_sent(name): value.encode("latin-1") for name, value in more.items()}
    return [pair for pair in headers if pair[0] not in added] + list(added.items())


@lru_cache(maxsize=1024)
def _sent(name: str) -> bytes:
    """A header's name as it is sent."""
    return name.lower().encode()


LEFT = "left"
"""What is noted of a connection whose client went away while a fault made it wait."""
LOSES = frozenset(("reset", "empty", "garbage", "truncate", "bad-chunk", "hang", LEFT))
"""What may have become of a connection whose client has no answer."""
UNSENT = frozenset(("reset", "empty", "garbage", "hang"))
"""Those of which not even a status line arrives."""


def part_sent(connection: str, method: str, body: bytes) -> bytes | None:
    """The part of a body that comes through a connection that breaks in the midst of it; None where no head does."""
    if not body or method == "HEAD":
        return None
    return body[: len(body) // 2 + (connection == "bad-chunk")]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a response is sent, if not plainly: after ``delay`` seconds, and what happens to the connection.

    ``connection`` is ``reset``, ``empty``, ``garbage``, ``truncate``, ``bad-chunk``, ``hang``, ``drip``, ``stream`` or
    nothing. A drip sends ``size`` bytes at a time, and waits ``every`` seconds between them; a stream what ends with a
    ``separator``, and ``keep_alive`` where it waits long.
    """

    delay: float = 0.0
    connection: str = ""
    size: int = 0
    every: float = 0.0
    separator: bytes = b""
    keep_alive: bytes = b""


@dataclass(slots=True)
class Response:
    """One HTTP response, ready to send; plainly, where ``delivery`` says nothing else.

    ``head`` is its status line with the headers, encoded, where that was made with it. ``on_disconnect`` is called
    where a delivery ended early, as the client had gone; with whether an answer had begun.
    """

    status: int
    headers: Headers
    body: bytes
    delivery: Delivery | None = None
    on_disconnect: Callable[[bool], None] | None = None
    head: bytes = b""

    def with_headers(self, more: Mapping[str, str]) -> Response:
        """The same response with some headers of its own, in place of those of the same name."""
        return Response(self.status, replaced(self.headers, more), self.body, self.delivery)

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        wanted = name.encode("latin-1")
        for key, value in self.headers:
            if key == wanted:
                return value.decode("latin-1")
        return None


class PreparedResponse(Response):
    """A response with an encoded head, which tells its headers when somebody asks for them."""

    __slots__ = ("_headers",)

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self.status, self.head, self.body = status, head, body
        self.delivery = self.on_disconnect = None
        self._headers: Headers | None = None

    @property
    def headers(self) -> Headers:
        """All of them, as they go out."""
        if self._headers is None:
            self._headers = headers_of(self.head)
        return self._headers

    @headers.setter
    def headers(self, headers: Headers) -> None:
        self._headers, self.head = headers, b""
