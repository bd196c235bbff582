"""Take a multipart/form-data body apart: RFC 7578, in bounded time and memory."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

MOST_PARTS = 1000
LONGEST_HEADERS = 8192


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form. ``content_type`` is empty where the client said none; a file has a ``filename``."""

    name: str
    content: bytes
    content_type: str = ""
    filename: str | None = None

    @property
    def is_file(self) -> bool:
        return self.filename is not None


def read_parts(raw: bytes, content_type: str) -> list[Part]:
    """The parts of a body. Raises ValueError with a message for the client."""
    boundary = _parameter(content_type, "boundary")
    if not boundary or len(boundary) > 200:
        raise ValueError("has no boundary in its Content-Type")
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    _before, *pieces = (b"\r\n" + raw).split(delimiter, MOST_PARTS + 1)
    if len(pieces) > MOST_PARTS:
        raise ValueError(f"has more than {MOST_PARTS} parts")
    if not pieces or not pieces[-1].startswith(b"--"):
        raise ValueError(f"does not end with the boundary {boundary[:70]!r}")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> Part:
    padding, line_end, rest = piece.partition(b"\r\n")
    headers, empty_line, content = (
        rest.partition(b"\r\n\r\n") if not rest.startswith(b"\r\n") else (b"", b"-", rest[2:])
    )
    if padding.strip() or not line_end or not empty_line or len(headers) > LONGEST_HEADERS:
        raise ValueError("has a part without proper headers")
    message = HeaderParser().parsestr(headers.decode("utf-8", "replace"))
    name = message.get_param("name", "", header="content-disposition")
    if not name:
        raise ValueError("has a part without a name")
    return Part(str(name), content, (message["content-type"] or "").strip(), message.get_filename())


def _parameter(header: str, name: str) -> str:
    message = Message()
    message["content-type"] = header.replace("\r", " ").replace("\n", " ")
    value = message.get_param(name)
    return value if isinstance(value, str) else ""
