"""A call that others recorded: its request, its answer, and why either can't be used.

Recordings are other programs' work, and most entries are of other hosts: so a call is read only as far as it is asked
for, and one that can't be used says why and never refuses the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol
from urllib.parse import urlsplit

_BYTE_ORDER_MARK = 3


class LeftOut(Enum):
    """Why a call can't be compared."""

    OTHERS = "not a call of the vendor"
    MALFORMED = "not an entry of HAR or of a journal"
    NO_URL = "a URL that can't be parsed"
    NO_ANSWER = "no answer was recorded"
    NO_STATUS = "not a status of HTTP"
    CACHED = "answered from a cache (304)"
    PREFLIGHT = "a browser's preflight"
    OURS = "answered by the mock server about itself"


class Unread(Enum):
    """Why the body of an answer can't be compared, though its status and headers can."""

    MISSING = "not in the recording"
    CUT = "cut short"
    NO_BASE64 = "declared as base64, and not base64"
    SURROGATE = "a lone surrogate in it"


class Unusable(Exception):
    """Raised for a call that can't be compared; ``reason`` says why."""

    def __init__(self, reason: LeftOut) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """``body`` is None where it can't be compared, and ``unread`` says why."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | None
    unread: Unread | None = None


class RecordedCall(Protocol):
    """Both methods raise Unusable."""

    def request(self) -> tuple[str, str]:
        """Method and URL: ``("GET", "https://api.example.com/v1/things?page=2")``."""

    def answer(self) -> RecordedAnswer: ...


def part(entry: Any, name: str) -> Mapping[str, Any]:
    """An object of an entry. Raises Unusable."""
    value = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(value, dict):
        raise Unusable(LeftOut.NO_ANSWER if name == "response" and isinstance(entry, dict) else LeftOut.MALFORMED)
    return value


def method_of(request: Mapping[str, Any]) -> str:
    method = request.get("method")
    if not isinstance(method, str) or not method.isascii():
        raise Unusable(LeftOut.MALFORMED)
    return method.upper()


def parsable(url: Any) -> str:
    """A URL that can be taken apart. Raises Unusable."""
    try:
        urlsplit(url).hostname  # noqa: B018 - raises where it can't be
        url.encode()
    except (AttributeError, TypeError, ValueError):
        raise Unusable(LeftOut.NO_URL) from None
    return str(url)


def status_of(value: Any) -> int:
    """The status of an answer; 0, -1 and nothing stand for none. Raises Unusable."""
    try:
        status = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        raise Unusable(LeftOut.NO_STATUS) from None
    if status <= 0:
        raise Unusable(LeftOut.NO_ANSWER)
    if not 100 <= status <= 599:
        raise Unusable(LeftOut.NO_STATUS)
    if status == 304:
        raise Unusable(LeftOut.CACHED)
    return status


def header_pairs(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """The headers that are texts, with ``?`` in place of what no header holds."""
    texts = [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
    return [(name.encode(errors="replace").decode(), value.encode(errors="replace").decode()) for name, value in texts]


def checked_body(body: bytes, headers: list[tuple[str, str]]) -> tuple[bytes | None, Unread | None]:
    """A body that has as many bytes as its ``Content-Length`` says, as far as that can be told."""
    values = {name.lower(): value.strip() for name, value in headers}
    length = values.get("content-length", "")
    if not length.isdecimal() or (body and values.get("content-encoding", "identity").lower() != "identity"):
        return body, None  # of an encoded body, the length is that of the code
    missing = int(length) - len(body)
    return (None, Unread.CUT) if missing > 0 and not (body and missing == _BYTE_ORDER_MARK) else (body, None)
