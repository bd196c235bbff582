"""Write a body in the format of its media type: JSON, XML, CSV, events, lines of JSON, a form, text, or a file."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlencode

from mockserver.openapi.media_types import essence, is_json, is_xml
from mockserver.openapi.model import MediaType
from mockserver.openapi.schemas import Schemas
from mockserver.responses.json_body import encode_json
from mockserver.responses.multipart import BOUNDARY, write_multipart
from mockserver.responses.streams import is_stream, written

_STAND_INS = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
    "multipart/*": "multipart/mixed",
}
_FORM = "application/x-www-form-urlencoded"


def written_type(media: MediaType) -> str:
    """The content type that a body is sent with: a plain one for a range, ``application/json`` for ``*/*``."""
    name = _STAND_INS.get(media.name, media.name)
    return f"{name}; boundary={BOUNDARY}" if name.startswith("multipart/") and "boundary" not in name else name


def file_of(media: MediaType, schemas: Schemas) -> bytes | None:
    """A small file for a media type whose bodies are files; None where its schema describes something else."""
    kind = essence(written_type(media))
    types = schemas.types(media.schema)
    if types & {"object", "array"} or is_json(kind):
        return None
    from mockserver.responses.samples import sample  # archives among them

    return sample(kind)


def encode(media: MediaType, value: Any, schemas: Schemas) -> bytes:
    """A body as bytes; a text is taken for one that is written already, except in JSON."""
    kind = essence(written_type(media))
    if isinstance(value, bytes):
        return value
    if isinstance(value, str) and not is_json(kind):
        return value.encode()
    if is_xml(kind):
        from mockserver.responses.xml import write_xml  # nothing that a start needs

        return write_xml(schemas, media.schema, value).encode()
    if is_stream(kind):
        return written(kind, _items(value))
    if kind == "text/csv":
        return _csv(_items(value)).encode()
    if kind.startswith("multipart/"):
        return write_multipart(kind, value)
    if kind == _FORM and isinstance(value, dict):
        return urlencode({name: _text(one) for name, one in value.items()}).encode()
    return encode_json(value)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _csv(rows: list[Any]) -> str:
    """Rows with a header, where they are objects."""
    import csv

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    if names:
        writer.writerow(names)
    for row in rows:
        cells = [row.get(name) for name in names] if isinstance(row, dict) else _items(row)
        writer.writerow([_text(cell) for cell in cells])
    return file.getvalue()
