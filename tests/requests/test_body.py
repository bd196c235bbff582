"""Request bodies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.media_types import essence
from mockserver.openapi.schemas import Schemas
from mockserver.requests.body import BodyReader, BodyReading, stray_token
from mockserver.requests.json_text import is_too_deep, read_json
from mockserver.requests.magic import Token
from mockserver.requests.violation import Violation
from tests.support.specs import JSON, loaded, only, operation

FORM = "application/x-www-form-urlencoded"
THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "size": {"type": "integer", "minimum": 1},
        "kind": {"oneOf": [{"const": "a"}, {"const": "b"}]},
        "list": {"type": "array", "items": {"type": "integer"}},
    },
}


def reader(folder: Path, content: dict[str, Any] | None = None, *, required: bool = True, **more: Any) -> BodyReader:
    body = {"required": required, "content": content or {JSON: {"schema": THING}}}
    spec = loaded(folder, operation("post", requestBody=body), **more)
    found = only(spec).body
    assert found is not None
    return BodyReader(found, Schemas(spec), 1000)


def read(body: BodyReader, raw: bytes, content_type: str = JSON) -> tuple[Any, list[tuple[str, str]], Token | None]:
    reading = body.read(content_type, raw)
    return reading.value, [(violation.kind, violation.pointer) for violation in reading.violations], reading.token


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/plain ;x=y", "text/plain"),
        ("", ""),
    ],
)
def test_the_bare_type(content_type: str, expected: str):
    assert essence(content_type) == expected


# Content types


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=UTF-8",
        "application/json; charset=utf8",
        'application/json; charset="utf-8"',
        "application/json; charset=us-ascii",
        "application/json; charset=utf-8; version=1",
        "application/json; version=1",
        "application/json;",
    ],
)
def test_a_content_type_that_is_accepted(tmp_path: Path, content_type: str):
    assert read(reader(tmp_path), b'{"name": "a"}', content_type) == ({"name": "a"}, [], None)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/xml",
        "application/vnd.api+json",
        "application/jsonx",
        "json",
        "application/json, text/plain",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        'application/json; charset="iso-8859-1"',
    ],
)
def test_a_content_type_that_is_not(tmp_path: Path, content_type: str):
    reading = reader(tmp_path).read(content_type, b'{"name": "a"}')
    value, (violation,) = reading.value, reading.violations
    assert (value, violation.kind, violation.name) == (None, "media_type", "Content-Type")
    assert violation.message == f"is {content_type or 'nothing'}, not application/json"


@pytest.mark.parametrize(
    ("declared", "sent", "raw", "expected"),
    [
        pytest.param("application/*+json", "x", b"{}", None, id="a suffix can't be wild"),
        pytest.param("text/*", "text/csv", b"a,b", "a,b", id="a kind of text"),
        pytest.param("*/*", "text/csv", b"a,b", "a,b", id="anything"),
        pytest.param("*/*", "application/json", b'["a"]', ["a"], id="JSON where anything goes"),
        pytest.param("*/*", "application/problem+json", b'["a"]', ["a"], id="a kind of JSON where anything goes"),
        pytest.param("*/*", "", b"a", "a", id="nothing where anything goes"),
        pytest.param(
            "application/json; charset=utf-8", "application/json", b"[1]", [1], id="declared with a parameter"
        ),
    ],
)
def test_a_content_type_that_is_declared_otherwise(
    tmp_path: Path, declared: str, sent: str, raw: bytes, expected: object
):
    content = {declared: {"schema": {"type": ["array", "string"]}}, "text/plain": {}}
    assert reader(tmp_path, content).read(sent, raw).value == expected


# JSON


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        pytest.param(b'{"name": "a"}', [], id="valid"),
        pytest.param(b' {"name": "a"}\n', [], id="with white space"),
        pytest.param(b'{"name": "a", "more": 1}', [], id="with more than is described"),
        pytest.param(b'{"name": "a", "size": 199.0}', [], id="an integer with a fraction of nothing"),
        pytest.param(b'{"name": "a", "size": 1%s}' % (b"0" * 40), [], id="a huge integer"),
        pytest.param(b'{"name": "\\ud83d\\ude00"}', [], id="a character in two escapes"),
        pytest.param(b"{}", [("invalid_body", "")], id="a field missing"),
        pytest.param(b'{"size": 0}', [("invalid_body", "/size"), ("invalid_body", "")], id="two things"),
        pytest.param(b'{"name": "a", "list": [1, "x"]}', [("invalid_body", "/list/1")], id="in a list"),
        pytest.param(b"null", [("invalid_body", "")], id="null alone"),
        pytest.param(b"[]", [("invalid_body", "")], id="a list"),
    ],
)
def test_a_json_body(tmp_path: Path, raw: bytes, wrong: list[tuple[str, str]]):
    found = read(reader(tmp_path), raw)
    assert sorted(found[1]) == sorted(wrong)
    assert found[0] is not None or raw == b"null"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"{", "is not valid JSON", id="cut off"),
        pytest.param(b" ", "is not valid JSON", id="white space"),
        pytest.param(b"name=a", "is not valid JSON", id="a form"),
        pytest.param(b"{'name': 'a'}", "is not valid JSON", id="single quotes"),
        pytest.param(b'{"name": "a",}', "is not valid JSON", id="a comma at the end"),
        pytest.param(b'{"size": NaN}', "is not valid JSON", id="NaN"),
        pytest.param(b'{"size": Infinity}', "is not valid JSON", id="Infinity"),
        pytest.param(b'{"size": 1e999}', "is not valid JSON", id="a number beyond all numbers"),
        pytest.param(b'{"name": "\\ud800"}', "is not valid JSON", id="half a character"),
        pytest.param(b'{"name": "a\nb"}', "is not valid JSON", id="a line end in a string"),
        pytest.param(b"[" * 100_000, "is not valid JSON", id="nested without end"),
        pytest.param(b"\xef\xbb\xbf{}", "is not valid JSON", id="a byte order mark"),
        pytest.param(b'{"name": "\xff"}', "is not UTF-8 at byte 10", id="not UTF-8"),
        pytest.param('{"name": "é"}'.encode("utf-16"), "is not UTF-8 at byte 0", id="UTF-16"),
    ],
)
def test_what_is_no_json(tmp_path: Path, raw: bytes, message: str):
    reading = reader(tmp_path).read(JSON, raw)
    value, (violation,), token = reading.value, reading.violations, reading.token
    assert (value, violation.kind, token, violation.is_unreadable) == (None, "invalid_body", None, True)
    assert violation.message.startswith(message)


def test_an_empty_body(tmp_path: Path):
    reading = reader(tmp_path).read(JSON, b"")
    value, (violation,) = reading.value, reading.violations
    assert (value, violation.kind, violation.message) == (None, "invalid_body", "is required and empty")
    assert reader(tmp_path, required=False).read(JSON, b"") == BodyReading()
    assert reader(tmp_path, required=False).read("text/plain", b"") == BodyReading()


def test_an_oversized_body(tmp_path: Path):
    reading = reader(tmp_path).read("text/plain", b"", oversized=True)
    value, (violation,) = reading.value, reading.violations
    assert (value, violation) == (
        None,
        Violation("too_large", "body", "", "is larger than 1000 bytes", "/paths/~1things/post/requestBody"),
    )


def test_a_violation_names_the_schema(tmp_path: Path):
    (violation,) = reader(tmp_path).read(JSON, b"{}").violations
    spec = "/paths/~1things/post/requestBody/content/application~1json/schema"
    assert violation == Violation("invalid_body", "body", "", '"name" is a required property', spec)


# Magic


@pytest.mark.parametrize(
    ("raw", "wrong", "name"),
    [
        pytest.param(b'{"name": "mock_error_x"}', [], "x", id="where text is wanted"),
        pytest.param(b'{"name": "a", "size": "mock_error_x"}', [], "x", id="where a number is wanted"),
        pytest.param(b'{"name": "a", "kind": "mock_error_x"}', [], "x", id="where a choice is wanted"),
        pytest.param(b'{"name": "mock\\u005ferror_x"}', [], "x", id="escaped"),
        pytest.param(b'{"size": "mock_error_x"}', [""], "x", id="beside something missing"),
        pytest.param(b'{"size": 0, "name": "mock_error_x"}', ["/size"], "x", id="beside something wrong"),
        pytest.param(b'{"name": "mock_error_b", "kind": "mock_error_a"}', [], "b", id="the first of two"),
        pytest.param(b'"mock_error_x"', [], "x", id="in place of everything"),
    ],
)
def test_a_magic_value_is_exempt_from_its_own_schema_only(tmp_path: Path, raw: bytes, wrong: list[str], name: str):
    _, violations, token = read(reader(tmp_path), raw)
    assert [pointer for _, pointer in violations] == wrong
    assert token is not None
    assert token.names == (name,)


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"anyOf": [THING, {"type": "object", "required": ["id"]}]}, id="one of several"),
        pytest.param({**THING, "unevaluatedProperties": False}, id="closed"),
        pytest.param(
            {"anyOf": [{"properties": {"size": {"type": "integer"}}}], "unevaluatedProperties": False}, id="both"
        ),
    ],
)
def test_a_magic_value_does_not_spoil_the_choice_around_it(tmp_path: Path, schema: dict[str, Any]):
    body = reader(tmp_path, {JSON: {"schema": schema}})
    assert (
        read(
            body, b'{"name": "a", "size": "mock_error_x"}' if "required" in str(schema) else b'{"size": "mock_error_x"}'
        )[1]
        == []
    )


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'{"a": "mock_error_x"}', "x"),
        (b'["mock_error_x"]', "x"),
        (b'{"mock_error_x": 1}', None),
        (b"mock_error_x", None),
        (b"", None),
    ],
)
def test_a_token_in_a_body_that_nobody_expects(raw: bytes, name: str | None):
    token = stray_token(raw)
    assert (token.names[0] if token else None) == name


# Forms and text


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(b"name=a", {"name": "a"}, id="text"),
        pytest.param(b"name=a&size=5", {"name": "a", "size": 5}, id="a number"),
        pytest.param(b"name=a&list=1&list=2", {"name": "a", "list": [1, 2]}, id="a list"),
        pytest.param(b"name=a+b%21&more=1", {"name": "a b!", "more": "1"}, id="what isn't described is text"),
    ],
)
def test_a_form(tmp_path: Path, raw: bytes, value: object):
    assert read(reader(tmp_path, {FORM: {"schema": THING}}), raw, FORM) == (value, [], None)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"size=5", '"name" is a required property', id="a field missing"),
        pytest.param(b"name=a&size=x", '"x" is not of type "integer"', id="no number"),
        pytest.param(b"name=a&size=0", "0 is less than the minimum of 1", id="too small"),
        pytest.param(b"name=a&name=b", "field 'name' occurs 2 times", id="a field twice"),
        pytest.param(b"name=%zz", "field 'name' is not percent-encoded UTF-8", id="a broken escape"),
    ],
)
def test_what_is_wrong_with_a_form(tmp_path: Path, raw: bytes, message: str):
    violations = reader(tmp_path, {FORM: {"schema": THING}}).read(FORM, raw).violations
    assert [violation.message for violation in violations] == [message]


def test_the_fields_of_a_form_are_found_through_references(tmp_path: Path):
    schemas = {"T": {"allOf": [{"properties": {"size": {"$ref": "#/components/schemas/N"}}}]}, "N": {"type": "integer"}}
    body = reader(tmp_path, {FORM: {"schema": {"$ref": "#/components/schemas/T"}}}, components={"schemas": schemas})
    assert body.read(FORM, b"size=5").value == {"size": 5}


@pytest.mark.parametrize("schema", [True, {}])
def test_a_form_of_anything(tmp_path: Path, schema: object):
    assert reader(tmp_path, {FORM: {"schema": schema}}).read(FORM, b"a=1").value == {"a": "1"}


def test_a_magic_value_in_a_form(tmp_path: Path):
    _, violations, token = read(reader(tmp_path, {FORM: {"schema": THING}}), b"name=a&size=mock_error_x", FORM)
    assert violations == []
    assert token is not None


@pytest.mark.parametrize(
    ("content_type", "schema", "raw", "expected"),
    [
        pytest.param("text/plain", {"maxLength": 3}, "é".encode(), ("é", []), id="text"),
        pytest.param(
            "text/plain",
            {"maxLength": 3},
            b"abcd",
            ("abcd", [("invalid_body", '"abcd" is longer than 3 characters')]),
            id="text too long",
        ),
        pytest.param(
            "text/plain",
            {"maxLength": 3},
            b"\xff",
            (None, [("invalid_body", "is not UTF-8")]),
            id="text that isn't UTF-8",
        ),
        pytest.param("application/octet-stream", {"maxLength": 0}, b"\xff", ("�", []), id="bytes"),
    ],
)
def test_a_body_that_is_no_json(tmp_path: Path, content_type: str, schema: Any, raw: bytes, expected: object):
    reading = reader(tmp_path, {content_type: {"schema": schema}}).read(content_type, raw)
    value, violations = reading.value, reading.violations
    assert (value, [(violation.kind, violation.message) for violation in violations]) == expected


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"5.0", 5),
        (b"1e2", 100),
        (b"1E2", 100),
        (b"[1.5, 2.0]", [1.5, 2]),
        (b'{"a": [{"b": -0.0}], "c": "1.0", "d": 1e300}', {"a": [{"b": 0}], "c": "1.0", "d": 1e300}),
        (b"9007199254740991.0", 2**53 - 1),
        (b"9007199254740992.0", float(2**53)),
        (b"-9007199254740992.0", -float(2**53)),
        (b"[" * 200 + b"]" * 200, None),
        (b"[" + b"{}," * 500 + b"[]]", None),
    ],
)
def test_what_a_number_is(raw: bytes, value: object):
    assert value is None or repr(read_json(raw)) == repr(value)
    assert not is_too_deep(read_json(raw))


def test_what_is_no_text_is_not_quoted(tmp_path: Path):
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    found = reader(tmp_path, {JSON: {"schema": schema}}).read(JSON, b'{"x": {"inside": "a-word"}}')
    (violation,) = found.violations
    assert violation.pointer == "/x"
    assert "a-word" not in violation.message
