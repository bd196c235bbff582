"""Take a multipart body apart: RFC 2046 and 7578, in bounded time and memory."""

from __future__ import annotations

import binascii
import quopri
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

MOST_PARTS = 1000
LONGEST_HEADERS = 8192


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a body. ``name`` is that of a field, ``content_type`` empty where the client said none.

    A file has a ``filename``. ``headers`` are by their lower-case names.
    """

    name: str
    content: bytes
    content_type: str = ""
    filename: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def charset(self) -> str:
        """The charset of a text, as its content type says it."""
        return _parameter(self.content_type, "charset")


def read_parts(raw: bytes, content_type: str, *, is_form: bool = True) -> list[Part]:
    """The parts of a body; those of a form have names. Raises ValueError with a message for the client."""
    boundary = _parameter(content_type, "boundary")
    if not boundary or len(boundary) > 200:
        raise ValueError("has no boundary in its Content-Type")
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    _before, *pieces = (b"\r\n" + raw).split(delimiter, MOST_PARTS + 1)
    if len(pieces) > MOST_PARTS:
        raise ValueError(f"has more than {MOST_PARTS} parts")
    last = next((index for index, piece in enumerate(pieces) if piece.startswith(b"--")), None)
    if last is None:
        raise ValueError(f"does not end with the boundary {boundary[:70]!r}")
    parts = [_part(piece) for piece in pieces[:last]]
    if is_form and not all(part.name for part in parts):
        raise ValueError("has a part without a name")
    return parts


def _part(piece: bytes) -> Part:
    padding, line_end, rest = piece.partition(b"\r\n")
    headers, empty_line, content = (
        rest.partition(b"\r\n\r\n") if not rest.startswith(b"\r\n") else (b"", b"-", rest[2:])
    )
    if padding.strip() or not line_end or not empty_line or len(headers) > LONGEST_HEADERS:
        raise ValueError("has a part without proper headers")
    message = HeaderParser().parsestr(headers.decode("utf-8", "replace"))
    return Part(
        name=str(message.get_param("name", "", header="content-disposition")),
        content=_decoded(content, message["content-transfer-encoding"]),
        content_type=(message["content-type"] or "").strip(),
        filename=message.get_filename(),
        headers={name.lower(): str(text) for name, text in message.items()},
    )


def _decoded(content: bytes, encoding: str | None) -> bytes:
    """The content of a part out of its Content-Transfer-Encoding, which mail has and old clients send."""
    match (encoding or "").strip().lower():
        case "base64":
            try:
                return b64decode(content)
            except binascii.Error:
                raise ValueError("has a part that is not base64, as its Content-Transfer-Encoding says") from None
        case "quoted-printable":
            return quopri.decodestring(content)
    return content


def _parameter(header: str, name: str) -> str:
    message = Message()
    message["content-type"] = header.replace("\r", " ").replace("\n", " ")
    value = message.get_param(name)
    return value if isinstance(value, str) else ""
