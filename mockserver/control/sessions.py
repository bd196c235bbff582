"""Sign a browser in with the server's token, for a cookie, and out again."""

from __future__ import annotations

from mockserver.control.access import cookie_name, is_same
from mockserver.control.calls import ControlCall, Refused
from mockserver.http import Response
from mockserver.responses.problem import problem


def sign_in(call: ControlCall) -> Response:
    """A cookie for as long as browser and server run; a server without a token needs none."""
    if call.app.token is not None and not is_same(call.body["token"], call.app.token):
        detail = "this isn't the token that the server was started with or printed"
        raise Refused(problem(401, "token", "Token missing or wrong", detail))
    return _with_cookie(call, call.app.session, "")


def sign_out(call: ControlCall) -> Response:
    """The cookie expires."""
    return _with_cookie(call, "", "; Max-Age=0")


def _with_cookie(call: ControlCall, value: str, more: str) -> Response:
    scheme, _, host = call.base.partition("://")
    is_secure = scheme == "https"
    name = cookie_name(host, is_secure=is_secure)
    cookie = f"{name}={value}; Path=/_mock; HttpOnly; SameSite=Strict{'; Secure' if is_secure else ''}{more}"
    return Response(204, [(b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")], b"")
