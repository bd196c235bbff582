"""An entry of a HAR file, as browsers, proxies and test tools write them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.verify.recorded_call import (
    RecordedAnswer,
    Unread,
    checked_body,
    header_pairs,
    method_of,
    parsable,
    part,
    status_of,
)


@dataclass(frozen=True, slots=True)
class HarEntry:
    """A RecordedCall. ``entry`` is whatever the file has for one."""

    entry: Any

    def request(self) -> tuple[str, str]:
        request = part(self.entry, "request")
        return method_of(request), parsable(request.get("url"))

    def answer(self) -> RecordedAnswer:
        response = part(self.entry, "response")
        status = status_of(response.get("status"))
        headers = _headers(response)
        body, unread = _body(response, headers)
        if body is not None and part(self.entry, "request").get("method") != "HEAD":
            body, unread = checked_body(body, headers)
        if body is not None and response.get("_error"):  # the connection broke in the midst of it
            body, unread = None, Unread.CUT
        return RecordedAnswer(status, headers, body, unread)


def _headers(response: Mapping[str, Any]) -> list[tuple[str, str]]:
    headers = response.get("headers")
    pairs = [pair for pair in headers if isinstance(pair, dict)] if isinstance(headers, list) else []
    named = header_pairs((pair.get("name"), pair.get("value")) for pair in pairs)
    content = response.get("content")
    media = content.get("mimeType") if isinstance(content, dict) and not named else None
    return header_pairs([("content-type", media)]) if media else named  # a tool that keeps no headers


def _body(response: Mapping[str, Any], headers: list[tuple[str, str]]) -> tuple[bytes | None, Unread | None]:
    content = response.get("content")
    content = content if isinstance(content, dict) else {}
    text, size = content.get("text"), content.get("size")
    if not isinstance(text, str):
        is_empty = size == 0 and not _is_positive(response.get("bodySize"))
        return (b"", None) if is_empty else (None, Unread.MISSING)
    if not text and _is_positive(size):
        return None, Unread.MISSING
    try:
        if content.get("encoding") == "base64":
            return b64decode("".join(text.split()), validate=True), None
        return text.encode(), None
    except UnicodeEncodeError:
        return None, Unread.SURROGATE
    except ValueError:
        return None, Unread.NO_BASE64


def _is_positive(size: Any) -> bool:
    """Whether a size says that there is something; -1 says that nobody knows."""
    return isinstance(size, int | float) and size > 0
