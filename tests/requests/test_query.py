"""Queries, forms and cookies."""

from __future__ import annotations

import pytest

from mockserver.requests.query import is_encoded, parse_cookies, parse_query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"a=1&b=2", {"a": ["1"], "b": ["2"]}, id="two names"),
        pytest.param(b"a=1&a=2&a=1", {"a": ["1", "2", "1"]}, id="a name again"),
        pytest.param(b"a=x+y%2Bz%20", {"a": ["x y+z "]}, id="plus is a space and an encoded plus a plus"),
        pytest.param(b"a", {"a": [""]}, id="a name alone"),
        pytest.param(b"a=", {"a": [""]}, id="an empty value"),
        pytest.param(b"=1", {"": ["1"]}, id="an empty name"),
        pytest.param(b"a=1&&b=2", {"a": ["1"], "": [""], "b": ["2"]}, id="nothing between two ampersands"),
        pytest.param(b"a=b=c", {"a": ["b=c"]}, id="an equals sign in a value"),
        pytest.param(b"a%5Bb%5D=1", {"a[b]": ["1"]}, id="an encoded name"),
        pytest.param(b"a+b=1", {"a b": ["1"]}, id="a name with a space"),
        pytest.param(b"a=%C3%A9", {"a": ["é"]}, id="UTF-8"),
        pytest.param(b"a=\xc3\xa9", {"a": ["é"]}, id="UTF-8 that isn't encoded"),
        pytest.param(b"a=%00", {"a": ["\0"]}, id="a zero byte"),
        pytest.param(b"a=%26%3D%25", {"a": ["&=%"]}, id="encoded delimiters"),
        pytest.param(b"a=1;b=2", {"a": ["1;b=2"]}, id="a semicolon delimits nothing"),
        pytest.param(b"a=%C3", {"a": [None]}, id="half a character"),
        pytest.param(b"a=%zz", {"a": [None]}, id="no hexadecimal digits"),
        pytest.param(b"a=100%", {"a": [None]}, id="a percent sign at the end"),
        pytest.param(b"a=%2", {"a": [None]}, id="one digit"),
        pytest.param(b"a=%ED%A0%80", {"a": [None]}, id="an encoded surrogate"),
        pytest.param(b"a=\xff&b=1", {"a": [None], "b": ["1"]}, id="a raw byte that isn't UTF-8"),
    ],
)
def test_a_query(query: bytes, expected: dict[str, list[str | None]]):
    assert parse_query(query) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("a=1; b=2", {"a": ["1"], "b": ["2"]}, id="two cookies"),
        pytest.param("a=1;b=2", {"a": ["1"], "b": ["2"]}, id="no space"),
        pytest.param("a=1; a=2", {"a": ["1", "2"]}, id="a name again"),
        pytest.param('a="1"', {"a": ["1"]}, id="in quotes"),
        pytest.param("a=b=c", {"a": ["b=c"]}, id="an equals sign in a value"),
        pytest.param("a=", {"a": [""]}, id="empty"),
        pytest.param("flag; a=1;", {"a": ["1"]}, id="what has no value is none"),
    ],
)
def test_cookies(header: str, expected: dict[str, list[str | None]]):
    assert parse_cookies(header) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"", True), (b"a%20b", True), (b"%", False), (b"%4", False), (b"%g0", False), (b"%%20", False)],
)
def test_whether_every_percent_sign_begins_an_escape(raw: bytes, expected: bool):
    assert is_encoded(raw) is expected
