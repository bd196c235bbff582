"""Secrets are hidden in texts of any form, and nothing else is."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from mockserver.openapi.model import SecurityScheme
from mockserver.requests.masking import (
    forms,
    mask_body,
    mask_segments,
    mask_text,
    mask_words,
    meant,
    scrub,
    scrub_bytes,
)
from mockserver.requests.secret_names import may_name_secret, sounds_secret
from mockserver.requests.secrets import Secrets
from tests.support.specs import JSON, loaded, operation

SCHEMES = (
    SecurityScheme("a", "query", "door[key]"),
    SecurityScheme("b", "header", "Ocp-Apim-Subscription-Key"),
    SecurityScheme("c", "query", "k"),
)
SECRETS = Secrets([scheme.parameter for scheme in SCHEMES], ["postpress"], ["no_channel"])


@pytest.mark.parametrize(
    "name",
    [
        *("X-Api-Token", "authorization", "oauth_state", "authToken", "apikey", "api_key", "API-Key", "x-api.key"),
        *(
            "access_key",
            "client_secret",
            "session_id",
            "JSESSIONID",
            "password",
            "db_passwd",
            "passphrase",
            "pwd",
            "pass",
        ),
        *("user[password]", "refreshTokens", "credentials", "id_jwt", "x-functions-key", "shared key", "privateKey"),
    ],
)
def test_a_name_that_sounds_secret(name: str):
    assert sounds_secret(name)
    assert may_name_secret(f'{{"{name}": 1}}'.encode())


@pytest.mark.parametrize(
    "name",
    [
        *("author", "authored_at", "authority", "keyword", "key", "monkey", "compass", "passenger", "pagination_token"),
        *("next_token", "nextToken", "page-token", "max_tokens", "total_tokens", "token_type", "session_count", "id"),
    ],
)
def test_a_name_that_does_not(name: str):
    assert not sounds_secret(name)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a?api_key=S&x=1", "/a?api_key=***&x=1"),
        ("/a?api%5Fkey=S", "/a?api%5Fkey=***"),
        ("/a?api%255Fkey=S", "/a?api%255Fkey=***"),
        ("/a?API+KEY=S", "/a?API+KEY=***"),
        ("/a?door%5Bkey%5D=S&door[key]=S", "/a?door%5Bkey%5D=***&door[key]=***"),
        ("/a?x=1;api_key=S;z=2&y=3", "/a?x=1;api_key=***&y=3"),
        ("/a?k=a%26b;c=/d?e#f&g=h", "/a?k=***&g=h"),
        ("/a;token=S;x=1/b;y=2?z=3", "/a;token=***/b;y=2?z=3"),
        ("/a?u=https%3A%2F%2Fb%3Ftoken%3DS%26c&d=e", "/a?u=https%3A%2F%2Fb%3Ftoken%3D***&d=e"),
        ("http://u:p@w@host/a@b?c=//d@e", "http://***@host/a@b?c=//d@e"),
        ("//u:p@host", "//***@host"),
        ("/a?k=&token", "/a?k=&token"),
        ("/a?%EF%BB%BFtoken=S&to%FFken=S", "/a?%EF%BB%BFtoken=***&to%FFken=S"),
        ("/a/b?author=x&page_token=y&max_tokens=1", "/a/b?author=x&page_token=y&max_tokens=1"),
    ],
)
def test_a_target(target: str, shown: str):
    assert SECRETS.target(target)[0] == shown


def test_what_is_hidden_is_told_in_its_order():
    assert SECRETS.target("/a;token=S/b?k=T&x=1&k=") == ("/a;token=***/b?k=***&x=1&k=", ["S", "T"])


def test_a_name_without_its_encoding():
    assert [meant(name) for name in ("a+b", "%E9", "%25252561", "%2525252561")] == ["a b", "é", "%61", "%2561"]


@pytest.mark.parametrize("end", ["", "x" * 200])
def test_a_long_name_is_heard_too(end: str):
    assert sounds_secret(f"token{end}")
    assert not sounds_secret(f"name{end}")


def test_the_secrets_of_a_server_are_those_of_its_specs(tmp_path: Path):
    error = {"503": {"description": "down", "content": {JSON: {"examples": {"no_channel": {"value": {}}}}}}}
    schemes = {"securitySchemes": {"s": {"type": "apiKey", "in": "query", "name": "Door"}}}
    secrets = Secrets.of([loaded(tmp_path, operation(responses=error), components=schemes)])
    assert secrets.target("/?door=S&window=S")[0] == "/?door=***&window=S"
    forms = secrets.forms(["things", "no_channel"])
    assert ("no_channel" in forms, "things" in forms) == (True, False)
    assert secrets.headers([("prefer", "example=no_chanel")])[0] == [("prefer", "example=no_chanel")]
    assert secrets.headers([("prefer", "example=otherwise")])[0] == [("prefer", "exam***")]


def test_what_an_operation_declares_about_a_parameter_counts():
    target = "/a?k=1&phrase=S&wallet%5Bpin%5D=S&note=x"
    declared = {"k": False, "phrase": True, "wallet": True, "note": False}
    assert SECRETS.target(target, declared) == ("/a?k=1&phrase=***&wallet%5Bpin%5D=***&note=x", ["S", "S"])


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("ocp-apim-subscription-key", "abcdefgh", "ab***"),
        ("authorization", "Bearer abcdefgh", "Bearer ab***"),
        ("host", "u:p@h:80", "***@h:80"),
        ("x-mock-sandbox", "t1", "t1"),
        ("x-mock-sandbox", "not a name", "no***"),
        ("referer", "https://u:p@x/?access_token=abc&b=1", "https://***@x/?access_token=***&b=1"),
        ("x-note", 'a token="b c", d', "a token=***, d"),
        ("x-note", "then Bearer abcdefgh came", "then Bearer *** came"),
        ("prefer", "example=no_channel", "example=no_channel"),
        ("prefer", "example=no_chanel", "example=no_chanel"),
        ("prefer", "code=503, wait=10", "code=503, wait=10"),
        ("prefer", "respond-async", "respond-async"),
        ("prefer", "example=sk_live_12345678", "exam***"),
        ("prefer", "code=sk_live_12345678", "code***"),
        ("prefer", "sk_live_0123456789abcdefghij", "sk_l***"),
        ("content-type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("accept", "text/html;q=0.8, */*", "text/html;q=0.8, */*"),
        ("user-agent", "Mozilla/5.0 (X11; Linux) token", "Mozilla/5.0 (X11; Linux) token"),
        ("date", "Sun, 1 Nov 2026 10:00:00 GMT", "Sun, 1 Nov 2026 10:00:00 GMT"),
    ],
)
def test_a_header(name: str, value: str, shown: str):
    assert SECRETS.headers([(name, value)])[0] == [(name, shown)]


def test_a_secret_is_hidden_in_the_other_headers_but_not_a_word_or_a_vendor():
    headers = [
        ("x-api-key", "s3cret-1"),
        ("x-secret", "abc"),
        ("x-token", "postpress"),
        ("x-note", "s3cret-1 abc postpress"),
    ]
    assert SECRETS.headers(headers)[0][-1] == ("x-note", "*** abc postpress")


@pytest.mark.parametrize(
    ("name", "value", "note", "shown"),
    [
        ("authorization", f"Basic {b64encode(b'ada:p4ssw0rd').decode()}", "p4ssw0rd ada:p4ssw0rd ada", "*** *** ada"),
        ("authorization", "Basic p4ssw0rd!", "p4ssw0rd! p4ssw0rd", "*** p4ssw0rd"),
        ("authorization", f"Basic !{b64encode(b'ada:p4ssw0rd').decode()}", "p4ssw0rd", "p4ssw0rd"),
        ("authorization", "Basic p4ssw0rd!AAAA", "p4ssw0rd!AAAA", "***"),
        ("authorization", f"Basic {b64encode(b'x:p4ssw0r' + bytes([233])).decode()}", "p4ssw0r\u00e9", "***"),
        ("authorization", f"Bearer {b64encode(b'ada:p4ssw0rd').decode()}", "p4ssw0rd", "p4ssw0rd"),
        ("cookie", "session=abcdefgh; theme=midnight", "abcdefgh midnight", "*** midnight"),
        ("host", "ada:p4ssw0rd@h:80", "p4ssw0rd h:80", "*** h:80"),
        ("x-mock-sandbox", "not a name", "not a name", "***"),
        ("prefer", "example=sk_live_12345678, code=no_channel", "sk_live_12345678 no_channel", "*** no_channel"),
    ],
)
def test_what_one_header_hides_is_hidden_in_the_next(name: str, value: str, note: str, shown: str):
    assert SECRETS.headers([(name, value), ("x-note", note)])[0][1] == ("x-note", shown)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"password" : "a\\"b", "x": 1}', '{"password" : "***", "x": 1}'),
        ('{"a": {"p\\u0061ssword": 123}}', '{"a": {"p\\u0061ssword": "***"}}'),
        ('{"credentials": {"u": "x", "l": ["y", 1, true, null]}, "b": "z"}',
         '{"credentials": {"u": "***", "l": ["***", "***", true, null]}, "b": "z"}'),
        ('{"credentials": {"a": {"b": "x"}, "c": "y"}, "d": "z"}',
         '{"credentials": {"a": {"b": "***"}, "c": "***"}, "d": "z"}'),
        ('{"token": "a", "token": "b"} {"token": ""}', '{"token": "***", "token": "***"} {"token": ""}'),
        ('{"password": "cut', '{"password": "***"'),
        ('{"password": "cut\\', '{"password": "***"'),
        ("{'password': 'a b', token: c}", "{'password': \"***\", token: \"***\"}"),
        ('["token", {"author": "password"}]', '["token", {"author": "password"}]'),
        ("password=a+b&x=1", "password=***&x=1"),
        ("user%5Bpassword%5D=a", "user%5Bpassword%5D=***"),
        ("token: abc\nfoo bar", "token: ***\nfoo bar"),
        ("<a><password x='1'>s</password><token><![CDATA[<s>]]></token><b>c</b></a>",
         "<a><password x='1'>***</password><token>***</token><b>c</b></a>"),
        ('--b\r\nContent-Disposition: form-data; name="password"\r\nA: b\r\n\r\ns\r\nt\r\n--b\r\n'
         'Content-Disposition: form-data; name="x"; filename="password"\r\n\r\nok\r\n--b--',
         '--b\r\nContent-Disposition: form-data; name="password"\r\nA: b\r\n\r\n***\r\n--b\r\n'
         'Content-Disposition: form-data; name="x"; filename="password"\r\n\r\nok\r\n--b--'),
    ],
)  # fmt: skip
def test_a_body(body: str, shown: str):
    assert mask_body(body.encode(), sounds_secret)[0] == shown.encode()


def test_a_body_that_is_a_password_as_a_whole():
    assert mask_body(b'{"a": "x",  "b": [1]}', lambda name: name == "")[0] == b'{"a": "***",  "b": ["***"]}'
    assert mask_body(b'"x"', lambda name: name == "")[0] == b'"***"'


def test_a_secret_is_found_in_all_its_forms():
    known = forms("a/b+c d%")
    shown = "a/b+c d% a%2Fb%2Bc%20d%25 a%2Fb%2Bc+d%25 YS9iK2MgZCU="
    assert scrub(shown, known) == "*** *** *** ***="
    assert (forms("short"), "secret" in forms("secret")) == ((), True)
    assert scrub_bytes(b"a/b c", [b"a/b", b"x"]) == b"*** c"


@pytest.mark.parametrize(
    ("target", "template", "shown"),
    [
        ("/~s/v/tokens/S/uses?a=S", "/tokens/{token}/uses", "/~s/v/tokens/***/uses?a=S"),
        ("/tokens/S", "/tokens/{token}", "/tokens/***"),
        ("/S", "/much/longer/{token}", "/S"),
    ],
)
def test_the_segments_of_secret_path_parameters(target: str, template: str, shown: str):
    assert mask_segments(target, template, ["token"])[0] == shown


def test_the_words_of_a_command():
    words = [
        "client",
        "--token",
        "S",
        "--verbose",
        "--api-key=S",
        "--password",
        "--x",
        "1",
        "https://u:S@h/",
        "TOKEN=S",
        "token",
        "x",
        "--token=S",
        "x",
    ]
    shown = [
        "client",
        "--token",
        "***",
        "--verbose",
        "--api-key=***",
        "--password",
        "--x",
        "1",
        "https://***@h/",
        "TOKEN=***",
        "token",
        "x",
        "--token=***",
        "x",
    ]
    assert mask_words(words, sounds_secret) == shown


def test_a_text_is_left_as_it_is_where_it_names_no_secret():
    text = 'a: b, c = "d"; author: x@y, 10:30'
    assert mask_text(text, sounds_secret) == (text, [])


def test_a_secret_is_known_as_json_writes_it():
    assert 'ab\\"cd\\\\ef' in forms('ab"cd\\ef')


def test_a_querys_secret_may_have_an_equals_sign():
    shown, found = SECRETS.query("pp=abcdef=ghijkl&b=1", {"pp": True})
    assert "abcdef" not in shown
    assert found
