"""Decode the body of a request that is compressed (``Content-Encoding: gzip``), never to more than the limit."""

from __future__ import annotations

import zlib

from mockserver.requests.unsupported import Unsupported

_GZIP = 16 + zlib.MAX_WBITS
MOST_CODINGS = 4
MOST_MEMBERS = 100


class TooLarge(Exception):
    """A body that is larger than the limit once it is decoded."""


def decode(raw: bytes, encoding: str, limit: int) -> bytes:
    """A body without its codings. Raises ValueError where it isn't so coded, TooLarge, or Unsupported."""
    codings = [coding for part in encoding.split(",") if (coding := part.strip().lower()) not in ("", "identity")]
    if len(codings) > MOST_CODINGS:
        raise Unsupported(f"a body with {len(codings)} content codings")
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            raw = _inflate(raw, _GZIP, limit, coding)
        elif coding == "deflate":
            raw = _deflated(raw, limit)
        else:
            raise Unsupported(f"content coding {coding[:40]!r}")
    return raw


def _deflated(raw: bytes, limit: int) -> bytes:
    """What ``deflate`` means: zlib's format, and also the bare one that some clients send."""
    try:
        return _inflate(raw, zlib.MAX_WBITS, limit, "deflate")
    except ValueError:
        return _inflate(raw, -zlib.MAX_WBITS, limit, "deflate")


def _inflate(raw: bytes, window: int, limit: int, coding: str) -> bytes:
    parts: list[bytes] = []
    left = limit
    try:
        while raw:  # gzip may have several members, one after the other
            if len(parts) == MOST_MEMBERS:
                raise Unsupported(f"a body of more than {MOST_MEMBERS} gzip members")
            decoder = zlib.decompressobj(window)
            parts.append(decoder.decompress(raw, left + 1))
            left -= len(parts[-1])
            if left < 0:
                raise TooLarge
            if not decoder.eof:
                raise ValueError(f"is not complete {coding} data")
            raw = decoder.unused_data
    except zlib.error:
        raise ValueError(f"is not valid {coding} data") from None
    return b"".join(parts)
