"""A response as bytes, with what has to be filled in for each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mockserver.http import Delivery, Headers, replaced

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

    ``is_harmless`` says that it was looked at, and has no secrets. Answers that differ in headers
    alone have the ``inspection`` of their body in common. ``delivery`` is that of a stream, which goes out in parts.
    """

    __slots__ = ("body", "delivery", "headers", "inspection", "is_harmless", "is_valid", "parts", "status")

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
        self.inspection = Inspection()

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
        other.headers, other.is_harmless = replaced(self.headers, more), False
        other.inspection, other.delivery = self.inspection, self.delivery
        return other

    def concealed(self, conceal: Callable[[bytes], bytes]) -> bytes | None:
        """The body without its secrets, by a function that is asked once; None where each request has its own."""
        if self.parts is not None:
            return None
        if self.inspection.concealed is None:
            self.inspection.concealed = conceal(self.body)
        return self.inspection.concealed
