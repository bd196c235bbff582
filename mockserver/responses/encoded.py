"""A response as bytes, with what has to be filled in for each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from mockserver.http import Delivery, Headers, header_lines, replaced
from mockserver.requests.secret_names import sounds_secret

PLACEHOLDER = "\ue000request-id\ue000"
_PLACEHOLDER = PLACEHOLDER.encode()
BODYLESS = (204, 304)


class Inspection:
    """What was found out about the secrets in a body: itself as a journal may show it; of which secrets it is free."""

    __slots__ = ("concealed", "free_of")

    def __init__(self) -> None:
        self.concealed: bytes | None = None
        self.free_of: Sequence[str] | None = None


class EncodedResponse:
    """An answer ready to send: status, headers, body. A body that bears the request's id is in ``parts`` around it.

    ``lines`` are its headers as they go out; nothing where each request has its own, or the connection is told what to
    do. ``is_harmless`` says that it was looked at, and has no secrets. Answers that differ in headers alone have a
    ``root``, and the ``inspection`` of their body, in common. ``delivery`` is that of a stream, which goes out in
    parts.
    """

    __slots__ = (
        "_beside",
        "_headers",
        "body",
        "delivery",
        "inspection",
        "is_harmless",
        "is_valid",
        "lines",
        "parts",
        "root",
        "status",
    )
    _headers: Headers
    _beside: tuple[tuple[str, ...], str] | None

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes,
        *,
        is_valid: bool = True,
        delivery: Delivery | None = None,
    ) -> None:
        parts = body.split(_PLACEHOLDER)
        length = [] if len(parts) > 1 or status in BODYLESS else [(b"content-length", str(len(body)).encode())]
        self.status = status
        self.body = body
        self.parts = parts if len(parts) > 1 else None
        self.is_valid = is_valid
        self.delivery = delivery
        self.is_harmless = False
        self.root: EncodedResponse | None = None
        self.inspection = Inspection()
        self.headers = [*headers, *length]

    @property
    def headers(self) -> Headers:
        """By name; without the length of a body that each request has its own of."""
        return self._headers

    @headers.setter
    def headers(self, headers: Headers) -> None:
        self._headers, self._beside = headers, None
        self.lines = b"" if self.parts is not None or self.delivery is not None else _framed(headers)

    def lines_with(self, more: Mapping[str, str]) -> bytes:
        """The lines with some headers on top, in place of those of the same name.

        Nothing where it takes ``with_headers`` to tell what they come to, or where one of them holds a secret.
        """
        names, values = tuple(more), tuple(more.values())
        beside = self._beside
        if beside is None or beside[0] != names:
            beside = self._beside = (names, self._form_with(_form_of(names)))
        return (beside[1] % values).encode("latin-1") if beside[1] and "".join(values).isprintable() else b""

    def _form_with(self, form: _Form) -> str:
        """A form's lines behind those of the headers that it hasn't; nothing where they aren't to be put together."""
        if form.is_secret or not (form.lines and self.lines):
            return ""
        rest = [pair for pair in self._headers if pair[0] not in form.names]
        return header_lines(rest).decode("latin-1").replace("%", "%%") + form.lines

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
        other.delivery, other.root, other.inspection = self.delivery, self.root or self, self.inspection
        other.is_harmless = self.is_harmless and not _form_of(tuple(more)).is_secret
        other.headers = replaced(self.headers, more)
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


class _Form(NamedTuple):
    """The lines of some headers with a place for each value; nothing where they can't be written so.

    ``names`` are theirs as they are sent. ``is_secret`` says that one of them holds a secret, by its name.
    """

    lines: str
    names: frozenset[bytes]
    is_secret: bool


@lru_cache(maxsize=1024)
def _form_of(names: tuple[str, ...]) -> _Form:
    sent = [name.lower().encode() for name in names]
    is_secret = any(sounds_secret(name.lower()) for name in names)
    lines = _framed([(name, b"?") for name in sent]).decode().replace("%", "%%").replace(": ?", ": %s")
    return _Form(lines if len({*sent}) == len(sent) else "", frozenset(sent), is_secret)
