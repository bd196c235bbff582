"""Let a browser's page call a vendor, from any origin, with its cookies and credentials too (the Fetch standard)."""

from __future__ import annotations

from mockserver.engine.headers import RequestHeaders
from mockserver.http import Headers


def preflight_headers(request: RequestHeaders) -> Headers:
    """The answer to a browser that asks whether a page may call: yes."""
    first = request.first
    headers: Headers = [
        *_any_origin(request),
        (b"access-control-allow-methods", first("access-control-request-method").encode("latin-1")),
        (b"access-control-allow-headers", first("access-control-request-headers").encode("latin-1") or b"*"),
        (b"access-control-max-age", b"600"),
    ]
    if first("access-control-request-private-network") == "true":
        headers.append((b"access-control-allow-private-network", b"true"))
    return headers


def shared_headers(request: RequestHeaders, own: Headers) -> Headers:
    """What an answer to a page bears beside its own headers, which the page may read by their names.

    The origin is named, since ``*`` means no origin at all to a page that sends credentials.
    """
    named = {name for name, _ in own}
    exposed = (b"access-control-expose-headers", b", ".join(sorted(named - {b"set-cookie"})))
    return [pair for pair in (*_any_origin(request), exposed) if pair[0] not in named]


def _any_origin(request: RequestHeaders) -> Headers:
    return [
        (b"access-control-allow-origin", request.first("origin").encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]
