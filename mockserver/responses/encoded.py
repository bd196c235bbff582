"""A response as bytes, with what has to be filled in for each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from mockserver.http import CONTROLS, Delivery, Headers, header_lines, replaced
from mockserver.requests.secret_names import sounds_secret

PLACEHOLDER = "\ue000request-id\ue000"
BODYLESS = (204, 304)


class Inspection:
    """What was found out about the secrets in a body: itself as a journal may show it; of which secrets it is free."""

    __slots__ = ("concealed", "free_of")

    def __init__(self) -> None:
        self.concealed: bytes | None = None
        self.free_of: Sequence[str] | None = None


class EncodedResponse:
    """An answer ready to send: status, headers, body. A body that bears the request's id is in ``parts`` around it.

    ``is_harmless`` says that it was looked at, and has no secrets. Answers that differ in headers alone have a
    ``root``, and the ``inspection`` of their body, in common. ``delivery`` is that of a stream, which goes out in
    parts.
    """

    __slots__ = (
        "_lines",
        "_names",
        "body",
        "delivery",
        "headers",
        "inspection",
        "is_harmless",
        "is_valid",
        "parts",
        "root",
        "status",
    )

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes,
        *,
        is_valid: bool = True,
        delivery: Delivery | None = None,
    ) -> None:
        parts = body.split(PLACEHOLDER.encode())
        length = [] if len(parts) > 1 or status in BODYLESS else [(b"content-length", str(len(body)).encode())]
        self.status = status
        self.body = body
        self.parts = parts if len(parts) > 1 else None
        self.headers = [*headers, *length]
        self.is_valid = is_valid
        self.delivery = delivery
        self.is_harmless = False
        self.root: EncodedResponse | None = None
        self.inspection = Inspection()
        self._names: frozenset[bytes] | None = None
        self._lines: bytes | None = None

    @property
    def lines(self) -> bytes:
        """Its headers as they go out; nothing where each request has its own, or the connection is told what to do."""
        if self._lines is None:
            self._lines = b"" if self.parts is not None else _framed(self.headers)
        return self._lines

    @property
    def is_plain(self) -> bool:
        """Whether it goes out as it is, with nothing of its own for each request."""
        return self.delivery is None and self.lines != b""

    def rendered(self, request_id: bytes) -> tuple[Headers, bytes]:
        """Headers and body for one request."""
        if self.parts is None:
            return self.headers, self.body
        body = request_id.join(self.parts)
        return [*self.headers, (b"content-length", str(len(body)).encode())], body

    def with_headers(self, more: Mapping[str, str]) -> EncodedResponse:
        """The same answer with some headers of its own, in place of those of the same name."""
        other = EncodedResponse.__new__(EncodedResponse)
        other.status, other.body, other.parts, other.is_valid = self.status, self.body, self.parts, self.is_valid
        other.root, other.inspection = self.root or self, self.inspection
        other.delivery = self.delivery
        names = tuple(more)
        other.is_harmless = self.is_harmless and not _is_one_secret(names)
        if self._names is None:
            self._names = frozenset(name for name, _ in self.headers)
        other._names = other._lines = None
        form, sent = _form_of(names)
        if not form or not self.lines or not self._names.isdisjoint(sent):
            other.headers = replaced(self.headers, more)
            return other
        values = [value.encode("latin-1") for value in more.values()]
        other.headers = [*self.headers, *zip(sent, values, strict=True)]
        lines = form % tuple(values)
        if len(lines) - len(lines.translate(None, CONTROLS)) == 2 * len(values):
            other._lines = self.lines + lines
        return other

    def found_harmless(self) -> None:
        """Note that neither the body nor a header holds a secret; then none of the root's does."""
        self.is_harmless = True
        if self.root is not None:
            self.root.is_harmless = True

    def concealed(self, conceal: Callable[[bytes], bytes]) -> bytes | None:
        """The body without its secrets, by a function that is asked once; None where each request has its own."""
        if self.parts is not None:
            return None
        if self.inspection.concealed is None:
            self.inspection.concealed = conceal(self.body)
        return self.inspection.concealed


def _framed(headers: Headers) -> bytes:
    """The lines of headers; nothing where one is about the connection, or HTTP forbids it, which is told when sent."""
    try:
        lines = header_lines(headers)
    except ValueError:
        return b""
    return b"" if b"\r\nconnection: " in lines or b"\r\ntransfer-encoding: " in lines else lines


@lru_cache(maxsize=1024)
def _form_of(names: tuple[str, ...]) -> tuple[bytes, tuple[bytes, ...]]:
    """The lines of some headers with a place for each value, and their names as sent; no lines where they don't do."""
    sent = tuple(name.lower().encode() for name in names)
    lines = _framed([(name, b"?") for name in sent])
    return lines.replace(b"%", b"%%").replace(b": ?", b": %b") if len({*sent}) == len(sent) else b"", sent


@lru_cache(maxsize=1024)
def _is_one_secret(names: tuple[str, ...]) -> bool:
    """Whether one of these headers holds a secret, by its name."""
    return any(sounds_secret(name.lower()) for name in names)
