"""Write a multipart body: one part for each property or item, JSON where it isn't a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.responses.json_body import encode_json

BOUNDARY = "mockserver-part-of-an-answer"


def write_multipart(kind: str, value: Any) -> bytes:
    """The parts of an object, by their names, or of a list."""
    made = b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), part) for part in _parts(kind, value))
    return made + b"--%s--\r\n" % BOUNDARY.encode()


def _parts(kind: str, value: Any) -> Iterator[bytes]:
    named = value.items() if isinstance(value, Mapping) else [("", item) for item in _listed(value)]
    sort = "form-data" if kind == "multipart/form-data" else "inline"
    for name, item in named:
        is_text = isinstance(item, str)
        written = item.encode() if is_text else encode_json(item)
        shown = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")
        disposition = f'Content-Disposition: {sort}; name="{shown}"\r\n' if name else ""
        content_type = "text/plain; charset=utf-8" if is_text else "application/json"
        yield f"{disposition}Content-Type: {content_type}\r\n\r\n".encode() + written


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
