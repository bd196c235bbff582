"""Decide who may use the control API: whoever has the token; without one, only programs and pages of this machine."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from mockserver.http import Response
from mockserver.responses.problem import problem


def refuse(
    headers: Mapping[str, str], method: str, token: str | None, session: str, *, is_open: bool
) -> Response | None:
    """Why a request may not use the control API; None where it may. ``is_open`` operations need no token.

    ``session`` is what the cookie of a browser holds that has signed in.
    """
    if _is_cross_site(headers, method):
        title = "Cross-site request"
        return problem(403, "cross-site", title, "a page of another site may not use the control API")
    if token is None:
        return refuse_foreign_host(headers.get("host", ""))
    if is_open:
        return None
    word, _, given = headers.get("authorization", "").partition(" ")
    if (word.lower() == "bearer" and is_same(given.strip(), token)) or is_same(_session_of(headers), session):
        return None
    detail = "send Authorization: Bearer TOKEN with the token that the server was started with or printed"
    answer = problem(401, "token", "Token missing or wrong", detail)
    answer.headers.append((b"www-authenticate", b'Bearer realm="mockserver control API"'))
    return answer


def refuse_foreign_host(host: str) -> Response | None:
    """Why a server without a token doesn't answer requests to this ``Host``; None where it does."""
    if is_loopback(host):
        return None
    detail = "without a token the control API answers only requests to a loopback host name"
    return problem(403, "foreign-host", "Foreign host", detail)


def is_same(given: str, secret: str) -> bool:
    """Whether a secret was given, in a time that doesn't tell how much of it."""
    return hmac.compare_digest(given.encode(), secret.encode())


def cookie_name(host: str, *, is_secure: bool) -> str:
    """The name of the cookie of a browser that has signed in: browsers share cookies between the ports of a host.

    A port that speaks HTTPS speaks HTTP too: there are two, since a browser lets none that is secure be replaced by one
    that isn't, and keeps the prefix for those that are.
    """
    return f"{'__Secure-' if is_secure else ''}mockserver_{urlsplit(f'//{host}').port or 80}"


def _session_of(headers: Mapping[str, str]) -> str:
    """What the cookie of a session holds, the secure one first; nothing where there is none."""
    host = headers.get("host", "")
    try:
        names = (cookie_name(host, is_secure=True), cookie_name(host, is_secure=False))
    except ValueError:
        return ""
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    cookies = {name: value for name, _, value in pairs}
    return next((cookies[name] for name in names if name in cookies), "")


def _is_cross_site(headers: Mapping[str, str], method: str) -> bool:
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return True
    is_visit = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_visit


def is_loopback(host: str) -> bool:
    """Whether a ``Host`` value means this machine: ``localhost:8080``, ``127.0.0.1``, ``[::1]:80``."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
