"""A response as bytes, with what has to be filled in for each request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.http import Headers, replaced
from mockserver.openapi.reader import is_json

if TYPE_CHECKING:
    pass

PLACEHOLDER = "\ue000request-id\ue000"
BODYLESS = (204, 304)


class EncodedResponse:
    """An answer ready to send: status, headers, body. A body that bears the request's id is in ``parts`` around it.

    ``is_harmless`` says that it was looked at, and has no secrets.
    """

    __slots__ = ("body", "headers", "is_harmless", "is_valid", "parts", "status")

    def __init__(self, status: int, headers: Headers, body: bytes, *, is_valid: bool = True) -> None:
        parts = body.split(PLACEHOLDER.encode())
        length = [] if len(parts) > 1 or status in BODYLESS else [(b"content-length", str(len(body)).encode())]
        self.status = status
        self.body = body
        self.parts = parts if len(parts) > 1 else None
        self.headers = [*headers, *length]
        self.is_valid = is_valid
        self.is_harmless = False

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
        return other


WRITTEN = {"*/*": "application/json", "text/*": "text/plain"}


def encode(media_type: str, value: Any) -> bytes:
    """A body as bytes: JSON, or the text itself."""
    if isinstance(value, str) and not is_json(media_type):
        return value.encode()
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
