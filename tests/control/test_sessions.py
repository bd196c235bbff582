"""Sign in by the token for a cookie, which is then as good as the token; and out."""

from __future__ import annotations

import pytest

from tests.support.serving import Served

HOST = {"host": "example.test:8080"}


def sign_in(served: Served, token: str) -> tuple[int, str]:
    answer = served.control("POST", "/session", {"token": token}, HOST)
    return answer.status, answer.headers.get("set-cookie", "")


def test_a_cookie_stands_for_the_token():
    served = Served(token="secret")
    assert served.control("GET", "/vendors", headers=HOST).status == 401
    status, cookie = sign_in(served, "secret")
    assert status == 204
    pair, *marks = cookie.split("; ")
    assert marks == ["Path=/_mock", "HttpOnly", "SameSite=Strict"]
    assert pair.startswith("mockserver_8080=")
    assert "secret" not in cookie
    for cookies in (pair, f"other=1; {pair}; more=2"):
        assert served.control("GET", "/vendors", headers={**HOST, "cookie": cookies}).status == 200


def test_over_https_a_cookie_is_sent_over_https_only():
    served = Served(token="secret")
    answer = served.control("POST", "/session", {"token": "secret"}, HOST, scheme="https")
    pair, *marks = answer.headers["set-cookie"].split("; ")
    assert marks == ["Path=/_mock", "HttpOnly", "SameSite=Strict", "Secure"]
    assert pair.startswith("__Secure-mockserver_8080=")
    assert served.control("GET", "/vendors", headers={**HOST, "cookie": pair}, scheme="https").status == 200
    ended = served.control("DELETE", "/session", headers=HOST, scheme="https").headers["set-cookie"]
    assert ended == "__Secure-mockserver_8080=; Path=/_mock; HttpOnly; SameSite=Strict; Secure; Max-Age=0"


def test_one_of_each_kind_may_be_there():
    served = Served(token="secret")
    pair = sign_in(served, "secret")[1].partition(";")[0]
    for cookies in (f"{pair}; __Secure-{pair}", f"__Secure-{pair}; {pair}"):
        assert served.control("GET", "/vendors", headers={**HOST, "cookie": cookies}).status == 200


@pytest.mark.parametrize("cookie", ["mockserver_8080=", "mockserver_8080=wrong", "mockserver_80=VALUE", "VALUE", ""])
def test_no_other_cookie_does(cookie: str):
    served = Served(token="secret")
    value = sign_in(served, "secret")[1].partition("=")[2].partition(";")[0]
    sent = {**HOST, "cookie": cookie.replace("VALUE", value)}
    assert served.control("GET", "/vendors", headers=sent).status == 401


def test_a_wrong_token_gets_none():
    assert sign_in(Served(token="secret"), "secret ") == (401, "")


def test_a_session_ends_with_its_server():
    pair = sign_in(Served(token="secret"), "secret")[1].partition(";")[0]
    assert Served(token="secret").control("GET", "/vendors", headers={**HOST, "cookie": pair}).status == 401


def test_signing_out_lets_the_cookie_expire():
    answer = Served(token="secret").control("DELETE", "/session", headers=HOST)
    assert (answer.status, "Max-Age=0" in answer.headers["set-cookie"]) == (204, True)


@pytest.mark.parametrize(
    "sent", [{"origin": "http://evil.test"}, {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}]
)
def test_another_site_can_neither_sign_in_nor_use_a_session(sent: dict[str, str]):
    served = Served(token="secret")
    pair = sign_in(served, "secret")[1].partition(";")[0]
    assert served.control("POST", "/session", {"token": "secret"}, {**HOST, **sent}).status == 403
    assert served.control("GET", "/vendors", headers={**HOST, "cookie": pair, **sent}).status == 403
