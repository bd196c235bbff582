"""Tell what a media type's bodies are: JSON, XML, or files."""

from __future__ import annotations

import re

from mockserver.patterns import pattern

_MEDIA_TYPE = pattern(r"[!#$&^\w.+-]+/[!#$&^\w.+*-]+|\*/\*", re.ASCII)
FORM = "application/x-www-form-urlencoded"
FILES = ("image", "audio", "video", "font")
"""What comes before the slash in a media type whose bodies are files, whatever comes after it."""


def essence(content_type: str) -> str:
    """The bare type of a Content-Type: ``Application/JSON; charset=utf-8`` is ``application/json``."""
    return content_type.partition(";")[0].strip().lower()


def is_media_type(name: str) -> bool:
    """Whether a name is a media type or a range of them: ``text/*``, ``application/json; charset=utf-8``."""
    return _MEDIA_TYPE.fullmatch(essence(name)) is not None


def matches(content_type: str, wanted: str) -> bool:
    """Whether a Content-Type is of a media type or of a range: ``image/png`` is of ``image/*``."""
    sent, of = essence(content_type), essence(wanted)
    return of in (sent, "*/*") or (of.endswith("/*") and sent.startswith(of[:-1]))


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON: ``application/json``, ``application/problem+json``."""
    kind = essence(media_type)
    return kind.endswith("/json") or kind.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Whether bodies of this type are XML: ``application/xml``, ``application/atom+xml``; a picture is a file."""
    kind = essence(media_type)
    return (kind.endswith("/xml") or kind.endswith("+xml")) and kind.partition("/")[0] not in FILES
