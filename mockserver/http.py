"""A request as it came, and the answer as it goes out: bytes, and nothing that belongs to a server."""

from __future__ import annotations

from dataclasses import dataclass, field

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Request:
    """One HTTP request. Header names are lower-case; ``path`` is raw (still percent-encoded).

    ``oversized`` says that the body was longer than the limit, and that ``body`` holds nothing of it.
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    oversized: bool = False

    @property
    def target(self) -> bytes:
        """Path and query as they stood on the request line."""
        return self.path + b"?" + self.query if self.query else self.path


@dataclass(slots=True)
class Response:
    """One HTTP response, ready to send."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        wanted = name.encode("latin-1")
        for key, value in self.headers:
            if key == wanted:
                return value.decode("latin-1")
        return None
