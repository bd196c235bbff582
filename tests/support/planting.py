"""Plants secrets in every place of a request, and looks for them in what a server tells and keeps."""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Place:
    """A request with a secret in one place of it, as it goes over the wire."""

    id: str
    secret: str
    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def send(self, address: tuple[str, int]) -> bytes:
        """The answer to it, as it came."""
        sent = {"Host": "{}:{}".format(*address), **self.headers, "Connection": "close"}
        if self.body:
            sent["Content-Length"] = str(len(self.body))
        head = f"{self.method} {self.target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in sent.items())
        with socket.create_connection(address, 10) as connection:
            connection.sendall(head.encode() + b"\r\n" + self.body)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)


def forms(secret: str) -> list[bytes]:
    """All that a secret may look like: raw, percent-encoded, base64 by itself and behind a user's name."""
    encoded = [b64encode(prefix + secret.encode()).rstrip(b"=") for prefix in (b"", b"user:")]
    return [*{one.encode() for one in (secret, quote(secret, safe=""), quote_plus(secret))}, *encoded]


def leaks(places: Iterable[Place], outputs: Mapping[str, bytes]) -> list[str]:
    """``form field in jsonl``: which secrets turn up where."""
    return [
        f"{place.id} in {name}"
        for place in places
        for name, output in outputs.items()
        if any(form in output for form in forms(place.secret))
    ]


def places(prefix: str = "", salt: str = "") -> list[Place]:
    """A request for each place, each with a secret of its own, to ``vault.yaml`` behind a ``prefix`` (``/~t``)."""
    found: list[Place] = []

    def plant(
        id: str, target: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = ""
    ) -> None:
        secret = f"Plnt{salt}{len(found):02d}/x+Zq9"
        parts = {"S": secret, "P": quote(secret, safe=""), "B": b64encode(f"user:{secret}".encode()).decode()}

        def put(text: str) -> str:
            for mark, value in parts.items():
                text = text.replace(f"<{mark}>", value)
            return text

        sent = {name: put(value) for name, value in (headers or {}).items()}
        target = put(target if target.startswith("http") else prefix + target)
        found.append(Place(id, secret, target, method, sent, put(body).encode()))

    def post(id: str, target: str, kind: str, body: str) -> None:
        plant(id, target, "POST", {"Content-Type": kind}, body)

    plant("header by a scheme", "/vault/subscription", headers={"Ocp-Apim-Subscription-Key": "<S>"})
    plant("query by a scheme", "/vault/query?k=<P>")
    plant("query by a scheme with brackets", "/vault/brackets?door%5Bkey%5D=<P>")
    plant("query by a scheme, raw brackets", "/vault/brackets?door[key]=<P>")
    plant("cookie by a scheme", "/vault/cookie", headers={"Cookie": "a=b; sid=<S>"})
    plant("basic", "/vault/basic", headers={"Authorization": "Basic <B>"})
    plant("bearer", "/vault/bearer", headers={"Authorization": "Bearer <S>"})
    plant("oauth2", "/vault/oauth", headers={"Authorization": "Bearer <S>"})
    plant("openIdConnect", "/vault/connect", headers={"Authorization": "Bearer <S>"})
    plant("digest", "/vault/bearer", headers={"Authorization": 'Digest username="u", response="<S>"'})
    plant("header parameter that is wrong", "/vault/strict", headers={"X-Api-Token": "<S>"})
    plant("query parameter that is wrong", "/vault/strict?access_token=<P>")
    plant("cookie parameter that is wrong", "/vault/strict", headers={"Cookie": "session_id=<S>"})
    plant("password parameter that is wrong", "/vault/strict?phrase=<P>")
    plant("password in an object", "/vault/strict?wallet%5Bpin%5D=<P>")
    plant("credential in another parameter too", "/vault/query?k=<P>&note=<P>")
    plant("credential in a parameter that is wrong", "/vault/strict?access_token=<P>&note=<P>")
    plant("path parameter", "/vault/tokens/<P>/uses")
    plant("percent-encoded name", "/vault/query?api%5Fkey=<P>")
    plant("doubly encoded name", "/vault/query?api%255Fkey=<P>")
    plant("behind a semicolon", "/vault/query?a=1;api_key=<P>;b=2")
    plant("matrix", "/vault/query;api_key=<P>?a=1")
    plant("URL in a parameter", "/vault/query?to=https%3A%2F%2Fx%2F%3Ftoken%3D<P>")
    plant("undeclared header", "/vault/query", headers={"X-Vault-Secret": "<S>"})
    plant("referer", "/vault/query", headers={"Referer": "https://u:<P>@x.example/?access_token=<P>"})
    plant("forwarded", "/vault/query", headers={"X-Original-Url": "/a?api_key=<P>"})
    plant("wrong path", "/vault/nowhere?api_key=<P>", headers={"Ocp-Apim-Subscription-Key": "<S>"})
    plant("wrong path by a scheme", "/vault/nowhere?k=<P>")
    plant("wrong vendor", "/nobody/query?api_key=<P>", headers={"Ocp-Apim-Subscription-Key": "<S>"})
    plant("another vendor's key", "/postpress/v1/linkedin/inmail_balance?k=<P>")
    plant("another vendor's header", "/vault/query", headers={"linked-api-token": "<S>"})
    plant("empty vendor", "/?api_key=<P>", "POST", headers={"X-API-KEY": "<S>"})
    plant("two slashes", "//query?api_key=<P>", headers={"X-API-KEY": "<S>"})
    plant("vendor with a pair", "/;api_key=<P>/query")
    plant("wrong method", "/vault/query?k=<P>", "DELETE", {"Authorization": "Bearer <S>"})
    plant("preflight", "/vault/query?k=<P>", "OPTIONS", {"Origin": "http://o", "Access-Control-Request-Method": "GET"})
    if not prefix:
        plant("bad sandbox in the path", "/~<P>/vault/query?a=1")
    plant("bad sandbox in the header", "/vault/query", headers={"X-Mock-Sandbox": "<S>"})
    plant("key beside a bad sandbox", "/vault/query?k=<P>", headers={"X-Mock-Sandbox": "a b"})
    plant("user of a Host", "/vault/query", headers={"Host": "user:<P>@127.0.0.1"})
    plant("preference that is a key", "/vault/query?k=1", headers={"Prefer": 'example="<S>"'})
    plant("preference with a key", "/vault/query?k=1", headers={"Prefer": "token=<P>, wait=1"})
    plant("code that is a key", "/vault/query?k=1", headers={"Prefer": "code=<P>"})
    plant("credential with a magic value", "/vault/query?k=<P>_mock_error_401")
    plant("credential with an unknown magic value", "/vault/query?k=<P>_mock_error_nothing")
    plant("right header parameter", "/vault/lenient", headers={"X-Api-Token": "<S>"})
    plant("right header parameter by its format", "/vault/lenient", headers={"X-Phrase": "<S>"})
    plant("right query parameter", "/vault/lenient?access_token=<P>")
    plant("right query parameter by its format", "/vault/lenient?phrase=<P>")
    plant("right cookie parameter", "/vault/lenient", headers={"Cookie": "session_id=<S>"})
    post("right password", "/vault/keep", "application/json", '{"a": {"password": "<S>"}}')
    post("right password by its format", "/vault/keep", "application/json", '{"phrase": "<S>"}')
    post("right form field", "/vault/keep", FORM, "password=<P>&x=1")
    post("right form field by its format", "/vault/keep", FORM, "phrase=<P>")
    post("password by its name", "/vault/login", "application/json", '{"password": "<S>"}')
    post("password by its format", "/vault/login", "application/json", '{"phrase": "<S>"}')
    post("password in a list", "/vault/login", "application/json", '{"doors": [{"code": "<S>"}]}')
    post("password of a wrong choice", "/vault/login", "application/json", '{"phrase": "<S>", "password": "x"}')
    post(
        "token that isn't declared",
        "/vault/login",
        "application/json",
        '{"x": {"refresh_token": ["<S>"]}, "password": 1}',
    )
    post("escaped name", "/vault/login", "application/json", '{"\\u0070assword": "<S>"}')
    post("broken JSON", "/vault/login", "application/json", '{"password": "<S>", ')
    post("form as JSON", "/vault/login", "application/json", "password=<P>&a=b")
    post("form field", "/vault/login", FORM, "user=a&password=<P>")
    post("form field by its format", "/vault/login", FORM, "phrase=<P>")
    post("form field, encoded name", "/vault/login", FORM, "%70ass%77ord=<P>")
    post("form field twice", "/vault/login", FORM, "password=<P>&password=<P>")
    post("multipart", "/vault/login", "multipart/form-data; boundary=b", _multipart("password"))
    post("XML", "/vault/login", "application/xml", "<login><password><S></password></login>")
    post("encoded name in a body of a wrong path", "/vault/nowhere", FORM, "%70ass%77ord=<P>")
    post("body of a wrong path", "/vault/nowhere", "application/json", '{"password": "<S>"}')
    post("body of a wrong vendor", "/nobody/login", "application/json", '{"api_key": "<S>"}')
    post("echoed", "/vault/echo?note=<P>&api_key=<P>", "application/json", '{"note": "<S>", "secret": "<S>"}')
    return found


def _multipart(name: str) -> str:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n<S>\r\n--b--\r\n'


def in_json(value: object) -> bytes:
    """JSON as it is, without escapes that could hide something."""
    return json.dumps(value, ensure_ascii=False).encode()
