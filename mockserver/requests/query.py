"""Names and values as URLs and forms write them: ``a=1&b=x+y%21``."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from mockserver.patterns import pattern

_BAD_ESCAPE = pattern(rb"%(?![0-9A-Fa-f]{2})")

Texts = list[str | None]  # the values of one name as they came; None is one that can't be decoded


def parse_query(query: bytes) -> dict[str, Texts]:
    """The values of each name. A value that isn't percent-encoded UTF-8 is None."""
    texts: dict[str, Texts] = {}
    if b"%" not in query and b"+" not in query and query.isascii():
        for plain in query.decode().split("&") if query else ():
            key, _, text = plain.partition("=")
            texts.setdefault(key, []).append(text)
        return texts
    for pair in query.split(b"&") if query else ():
        name, _, value = pair.partition(b"=")
        texts.setdefault(decode(name) or "", []).append(decode(value))
    return texts


def parse_cookies(header: str) -> dict[str, Texts]:
    """The values of each cookie in a ``Cookie`` header."""
    texts: dict[str, Texts] = {}
    for pair in header.split(";"):
        name, separator, value = pair.strip().partition("=")
        if separator:
            texts.setdefault(name, []).append(value.strip('"'))
    return texts


def is_encoded(raw: bytes) -> bool:
    """Whether every percent sign begins an escape."""
    return b"%" not in raw or _BAD_ESCAPE.search(raw) is None


def decode(raw: bytes) -> str | None:
    """The text that a name or value stands for; None where it isn't percent-encoded UTF-8."""
    if not is_encoded(raw):
        return None
    plain = raw.replace(b"+", b" ") if b"+" in raw else raw
    try:
        return (unquote_to_bytes(plain) if b"%" in plain else plain).decode()
    except UnicodeDecodeError:
        return None
