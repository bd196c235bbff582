"""YAML as specs need it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.errors import SpecError
from mockserver.openapi.lines import line_numbers
from mockserver.openapi.yaml import parse_yaml


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("true", True, id="true"),
        pytest.param("false", False, id="false"),
        pytest.param("null", None, id="null"),
        pytest.param("~", None, id="a tilde"),
        pytest.param("", None, id="nothing"),
        pytest.param("yes", "yes", id="yes is text"),
        pytest.param("no", "no", id="no is text (and a country)"),
        pytest.param("on", "on", id="on is text"),
        pytest.param("True", True, id="True"),
        pytest.param("FALSE", False, id="FALSE"),
        pytest.param("Null", None, id="Null"),
        pytest.param("tRUE", "tRUE", id="tRUE is text"),
        pytest.param("5", 5, id="an integer"),
        pytest.param("-5", -5, id="a negative one"),
        pytest.param("+5", 5, id="one with a plus"),
        pytest.param("010", "010", id="a leading zero is text, and no octal"),
        pytest.param("0o10", "0o10", id="an octal is text"),
        pytest.param("0x1f", "0x1f", id="a hexadecimal is text"),
        pytest.param("1_000", "1_000", id="an underscore is text"),
        pytest.param("12:30:45", "12:30:45", id="a time is text, and no number to base 60"),
        pytest.param("2020-01-01", "2020-01-01", id="a date is text"),
        pytest.param("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", id="a date and time are text"),
        pytest.param("1.0", 1.0, id="a version is a number, as everywhere"),
        pytest.param("1.0.0", "1.0.0", id="a longer version is text"),
        pytest.param(".5", 0.5, id="a number without a digit before the point"),
        pytest.param("5.", 5.0, id="a number without a digit behind it"),
        pytest.param("1e3", 1000.0, id="an exponent"),
        pytest.param(".inf", ".inf", id="infinity is text"),
        pytest.param(".nan", ".nan", id="no number is text"),
        pytest.param("=", "=", id="an equals sign"),
        pytest.param("<<", "<<", id="a merge sign as a value"),
        pytest.param("'5'", "5", id="in quotes"),
        pytest.param('"\\x41\\u00e9\\U0001F600\\/"', "Aé😀/", id="escapes"),
        pytest.param("!!str 5", "5", id="text by its tag"),
        pytest.param("1" + "0" * 30, 10**30, id="a huge integer"),
    ],
)
def test_a_scalar(text: str, expected: object):
    found = parse_yaml(f"a: {text}\n".encode(), "f")["a"]
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("200: a\n404: b", {"200": "a", "404": "b"}, id="a number is a text key"),
        pytest.param("1.0: a", {"1.0": "a"}, id="a version is one as it stands"),
        pytest.param("true: a\nnull: b\n~: c", {"true": "a", "null": "b", "~": "c"}, id="so are true and null"),
        pytest.param("on: a\nyes: b", {"on": "a", "yes": "b"}, id="so are on and yes"),
        pytest.param('{\n\t"a":\t1\n}', {"a": 1}, id="JSON with tabs"),
        pytest.param('{"a": "\\ud83d\\ude00"}', {"a": "😀"}, id="JSON with a surrogate pair"),
        pytest.param('{"a": "\\\\ud83d\\ude00"}', None, id="JSON with half a pair behind a backslash"),
        pytest.param(
            '{"a": "\\\\\\ud83d\\ude00 \\\\ud83d\\\\ude00"}', {"a": "\\😀 \\ud83d\\ude00"}, id="JSON with both"
        ),
        pytest.param("\ufeffa: 1", {"a": 1}, id="a byte order mark"),
        pytest.param("# nothing", None, id="a comment"),
        pytest.param("[]", [], id="an empty list"),
    ],
)
def test_a_document(text: str, expected: Any):
    if expected is None and text.startswith("{"):
        with pytest.raises(SpecError, match="Unicode"):
            parse_yaml(text.encode(), "f")
    else:
        assert parse_yaml(text.encode(), "f") == expected


LAUGHS = b"a0: &a0 [1]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n + 1, n + 1, b", ".join([b"*a%d" % n] * 10)) for n in range(9)
)
DEEP = b"a0: &a0 [1]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n + 1, n + 1, n) for n in range(300))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"a: &x 1\nb: *x", {"a": 1, "b": 1}, id="an alias"),
        pytest.param(b"a: &x {b: 1}\nc: [*x, *x]", {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}, id="one of a map"),
        pytest.param(
            b"a: &x {b: 1, c: 2}\nd: {b: 3, <<: *x}", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}, id="merge"
        ),
        pytest.param(
            b"- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y]}",
            [{"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}],
            id="two",
        ),
        pytest.param(b"<<: 5", {"<<": 5}, id="a key that merges nothing"),
        pytest.param(b"a: &x 200\nb: {*x : c}", {"a": 200, "b": {"200": "c"}}, id="one as a key"),
        pytest.param(b"a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}, id="one that is named again"),
        pytest.param(b"a: &x {b: 1}\nc: {<<: *x, <<: {d: 2}}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}, id="two merges"),
    ],
)
def test_aliases(text: bytes, expected: object):
    assert parse_yaml(text, "f") == expected


def test_of_equal_keys_the_last_counts_where_somebody_is_told():
    told: list[tuple[str, int]] = []
    text = b"a: 1\nb/c: [1, {d: 1, d: 2}]\n\na: 3"
    assert parse_yaml(text, "f", lambda *place: told.append(place)) == {"a": 3, "b/c": [1, {"d": 2}]}
    assert told == [("/b~1c/1/d", 2), ("/a", 4)]


def test_what_an_alias_stands_for_is_data_of_its_own():
    found = parse_yaml(b"a: &x {b: [1]}\nc: *x", "f")
    found["c"]["b"].append(2)
    assert found == {"a": {"b": [1]}, "c": {"b": [1, 2]}}


def test_equal_keys_are_one_text():
    first, second = parse_yaml(b"- {some key: 1}\n- {some key: 2}", "f")
    assert next(iter(first)) is next(iter(second))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param(b"a: 1\nb: 2\na: 3", 3, "duplicate key 'a'", id="a key twice"),
        pytest.param(b"a:\n  b: 1\n  'b': 2", 3, "duplicate key 'b'", id="a key twice, once in quotes"),
        pytest.param(b"200: a\n'200': b", 2, "duplicate key '200'", id="a number and its text"),
        pytest.param(b'{"a": 1,\n"a": 2}', 2, "duplicate key 'a'", id="a key twice in JSON"),
        pytest.param(b"&x [*x]", 1, "'x' stands in what it names", id="a loop"),
        pytest.param(b"a: &x {b: {<<: *x}}", 1, "'x' stands in what it names", id="a loop of merges"),
        pytest.param(LAUGHS, 7, "aliases make it too large", id="a billion laughs"),
        pytest.param(DEEP, 250, "aliases make it too large", id="depth by aliases"),
        pytest.param(b"a: *x", 1, "undefined alias", id="an alias of nothing"),
        pytest.param(b"\n? [a]\n: b", 2, "a key must be a scalar", id="a list as a key"),
        pytest.param(b"? {a: 1}\n: b", 1, "a key must be a scalar", id="a mapping as a key"),
        pytest.param(b"a: 1\n---\nb: 2", 2, "another document", id="two documents"),
        pytest.param(b"a: [", 1, "did not find expected", id="a list that isn't closed"),
        pytest.param(b"a: b: c", 1, "mapping values are not allowed", id="a mapping in a line"),
        pytest.param(b"a:\n\tb: 1", 2, "cannot start any token", id="a tab to indent"),
        pytest.param(b"a: 'b", 1, "unexpected end of stream", id="a quote that isn't closed"),
        pytest.param(b"a: 1\nb: !!timestamp 2020-01-01", 2, "timestamp", id="a date by its tag"),
        pytest.param(b"a: !!set {b}", 1, "set", id="a set"),
        pytest.param(b"a: !!binary aGk=", 1, "binary", id="bytes"),
        pytest.param(b"a: !!python/object/apply:os.getcwd []", 1, "python", id="Python"),
        pytest.param(b"a: !mine b", 1, "!mine", id="a tag of one's own"),
        pytest.param(b"a: !!map [b]", 1, "map", id="a list that is to be a map"),
        pytest.param(b"a: !!bool yes", 1, "'yes' is not true, false or null", id="a boolean by its tag that is none"),
        pytest.param(b"a: &x [1]\n*x : 1", 2, "a key must be a scalar", id="a list as a key by an alias"),
        pytest.param(b"a: 1\nb: 1e999", 2, "1e999 is not a finite number", id="a number beyond all numbers"),
        pytest.param(b"a: !!float nan", 1, "not a finite number", id="no number by its tag"),
        pytest.param(b"a: !!float x", 1, "could not convert", id="a number by its tag that is none"),
        pytest.param(b"a: " + b"9" * 5000, 1, "4300 digits", id="absurdly many digits"),
        pytest.param(b"a: \xff", 0, "UTF-8", id="not UTF-8"),
        pytest.param(b"a: \x00", 0, "control characters", id="a zero byte"),
        pytest.param(b'{"a": "\\ud800"}', 1, "Unicode", id="half a character"),
        pytest.param(b"[" * 200_000, 1, "nested deeper than 250", id="brackets without end"),
        pytest.param(b"[" * 200_000 + b"]" * 200_000, 1, "nested deeper than 250", id="brackets in brackets"),
        pytest.param(b"- " * 200_000, 1, "nested deeper than 250", id="dashes without end"),
        pytest.param(b'{"a":' * 200_000, 1, "nested deeper than 250", id="objects without end"),
    ],
)
def test_what_is_refused(text: bytes, line: int, reason: str):
    with pytest.raises(SpecError) as caught:
        parse_yaml(text, "some.yaml")
    (defect,) = caught.value.defects
    assert (defect.file, defect.line, defect.pointer, defect.rule) == ("some.yaml", line, "", "yaml")
    assert reason in defect.message


def test_a_document_may_be_nested_as_deep_as_any_spec_is():
    assert parse_yaml(b"[" * 250 + b"]" * 250, "f") is not None


def test_the_line_of_each_pointer():
    text = b"# a comment\na:\n  b/c~d:\n    - 1\n    -\n      e: 2\nlast: |\n  text\n  more\n"
    assert line_numbers(text) == {
        "": 2,
        "/a": 2,
        "/a/b~1c~0d": 3,
        "/a/b~1c~0d/0": 4,
        "/a/b~1c~0d/1": 6,
        "/a/b~1c~0d/1/e": 6,
        "/last": 7,
    }


def test_the_lines_of_json_with_surrogate_pairs():
    assert line_numbers(b'{\n"a": "\\ud83d\\ude00",\n"b": 1}') == {"": 1, "/a": 2, "/b": 3}


def test_the_lines_before_a_mistake():
    assert line_numbers(b"a: 1\nb: [") == {"": 1, "/a": 1, "/b": 2}


@pytest.mark.parametrize("text", [b"", b"# nothing"])
def test_there_are_no_lines_where_there_is_nothing(text: bytes):
    assert line_numbers(text) == {}
