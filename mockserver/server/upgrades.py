"""Keep an offer of another protocol from the parser, which would take the request's body for bytes of that protocol.

Java's HttpClient offers HTTP/2 (``Upgrade: h2c``) with each request over plain HTTP, a POST with a body too. A server
that stays with HTTP/1.1 reads such a request as any other (RFC 9110, section 7.8).
"""

from __future__ import annotations

import re

from mockserver.patterns import pattern

_OFFER = pattern(rb"\r\nupgrade(?=:)", re.IGNORECASE)
_HIDDEN = b"upgrad-"

Headers = list[tuple[bytes, bytes]]


def hidden(data: bytes) -> bytes:
    """Bytes that begin in a head, with its ``Upgrade`` under another name of the same length."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"\r\n" + _HIDDEN, head) + end + rest


def shown(headers: Headers) -> Headers:
    """The headers as the client sent them."""
    return [(b"upgrade" if name == _HIDDEN else name, value) for name, value in headers]
