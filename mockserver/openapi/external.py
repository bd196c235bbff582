"""Read the example that an ``externalValue`` names, where it is a file in the folder of the spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from mockserver.openapi.file import read_regular
from mockserver.openapi.media_types import is_json

LARGEST = 1024 * 1024


def external_value(folder: Path, reference: Any, media_type: str) -> Any:
    """The file's data, or its text where the media type isn't JSON. Raises ValueError with the reason."""
    parts = urlsplit(str(reference))
    if parts.scheme or parts.netloc:
        raise ValueError(f"externalValue {reference!r} is not a file; only files beside the spec are read")
    path = (folder / unquote(parts.path)).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"externalValue {reference!r} is outside the spec's folder")
    try:
        content = read_regular(path, LARGEST)
    except OSError as error:
        raise ValueError(f"externalValue {reference!r}: {error.strerror or error}") from None
    return orjson.loads(content) if is_json(media_type) else content.decode()


def read_value(text: str, media_type: str) -> Any:
    """What a ``serializedValue`` stands for: its data if it is JSON, else the text itself."""
    try:
        return orjson.loads(text) if is_json(media_type) else text
    except ValueError:
        return text
