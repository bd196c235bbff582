"""Forms: nested names, styles, parts and files; and bodies that are compressed."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas
from mockserver.requests.body import BodyReader, BodyReading
from tests.support.specs import JSON, loaded, only, operation

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"
WORDS = {"type": "array", "items": {"type": "string"}}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
ORDER = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "email": {"type": "string"},
        "count": {"type": "integer"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "tags": WORDS,
        "sizes": NUMBERS,
        "lines": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
        "colour": {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}},
        "file": {"type": "string", "format": "binary"},
    },
}


def reader(folder: Path, content: dict[str, Any], **more: Any) -> BodyReader:
    spec = loaded(folder, operation("post", requestBody={"required": True, "content": content}), **more)
    body = only(spec).body
    assert body is not None
    return BodyReader(body, Schemas(spec).of_requests, 10_000)


def form(folder: Path, raw: bytes, **encoding: Any) -> BodyReading:
    return reader(folder, {FORM: {"schema": ORDER, "encoding": encoding}}).read(FORM, raw)


def parts(*some: tuple[str, bytes], boundary: str = "b") -> bytes:
    """A multipart body: (what stands behind ``form-data;``, content) each."""
    written = [f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + raw for head, raw in some]
    return b"\r\n".join([*written, f"--{boundary}--\r\n".encode()])


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(b"labels[a]=1&labels[b]=x", {"labels": {"a": "1", "b": "x"}}, id="an object in brackets"),
        pytest.param(b"labels%5Ba%5D=1", {"labels": {"a": "1"}}, id="encoded brackets"),
        pytest.param(b"tags[]=a&tags[]=b", {"tags": ["a", "b"]}, id="empty brackets"),
        pytest.param(b"sizes[1]=2&sizes[0]=1", {"sizes": [1, 2]}, id="indices"),
        pytest.param(b"lines[0][n]=1&lines[1][n]=2", {"lines": [{"n": 1}, {"n": 2}]}, id="objects in a list"),
        pytest.param(b"lines[][n]=1", {"lines": [{"n": 1}]}, id="an object in empty brackets"),
        pytest.param(b"labels[a]=1&labels[a][b]=2", {"labels": {"a": "1"}}, id="a name within a text"),
        pytest.param(b"tags=a", {"tags": ["a"]}, id="a list of one"),
        pytest.param(b"tags=a&tags=b", {"tags": ["a", "b"]}, id="a name twice"),
        pytest.param(b'colour={"R":1}', {"colour": {"R": 1}}, id="an object as JSON"),
    ],
)
def test_nested_names(tmp_path: Path, raw: bytes, value: object):
    read = form(tmp_path, raw)
    assert (read.value, read.violations) == (value, ())


@pytest.mark.parametrize(
    ("raw", "encoding", "value"),
    [
        pytest.param(b"sizes=1,2", {"sizes": {"explode": False}}, {"sizes": [1, 2]}, id="commas"),
        pytest.param(b"sizes=1%202", {"sizes": {"style": "spaceDelimited"}}, {"sizes": [1, 2]}, id="spaces"),
        pytest.param(b"sizes=1|2", {"sizes": {"style": "pipeDelimited"}}, {"sizes": [1, 2]}, id="pipes"),
        pytest.param(b"colour=R,1,G,2", {"colour": {"explode": False}}, {"colour": {"R": 1, "G": 2}}, id="an object"),
        pytest.param(b"R=1&G=2", {"colour": {"style": "form"}}, {"colour": {"R": 1, "G": 2}}, id="its members alone"),
        pytest.param(b"colour[R]=1", {"colour": {"style": "deepObject"}}, {"colour": {"R": 1}}, id="a deep object"),
    ],
)
def test_styles(tmp_path: Path, raw: bytes, encoding: dict[str, Any], value: object):
    read = form(tmp_path, raw, **encoding)
    assert (read.value, read.violations) == (value, ())


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        pytest.param(b"sizes[]=x", "/sizes/0", id="an item"),
        pytest.param(b"lines[0][n]=x", "/lines/0/n", id="far inside"),
        pytest.param(b"nope[a]=1", "", id="an unknown name"),
        pytest.param(b"labels=x", "/labels", id="a text for an object"),
    ],
)
def test_what_is_wrong_inside(tmp_path: Path, raw: bytes, pointer: str):
    assert [violation.pointer for violation in form(tmp_path, raw).violations] == [pointer]


def test_a_name_alone_is_no_object(tmp_path: Path):
    read = form(tmp_path, b"colour=R", colour={"explode": False})
    assert [(one.pointer, one.message) for one in read.violations] == [("/colour", '"R" is not of type "object"')]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(parts(('name="email"', b"a")), {"email": "a"}, id="a text"),
        pytest.param(parts(('name="count"', b"5")), {"count": 5}, id="a number"),
        pytest.param(parts(("name=email", b"a\r\nb")), {"email": "a\r\nb"}, id="lines"),
        pytest.param(parts(('name="file"; filename="x.bin"', b"\xff\r\n--\x00")), {"file": "ÿ\r\n--\x00"}, id="a file"),
        pytest.param(parts(('name="file"; filename="x"', b"")), {"file": ""}, id="an empty file"),
        pytest.param(parts(('name="tags"', b"a"), ('name="tags"', b"b")), {"tags": ["a", "b"]}, id="a list"),
        pytest.param(parts(('name="labels[a]"', b"1")), {"labels": {"a": "1"}}, id="brackets"),
        pytest.param(parts(('name="colour"', b'{"R":1}')), {"colour": {"R": 1}}, id="an object"),
        pytest.param(
            parts(('name="lines"\r\nContent-Type: application/json', b'[{"n":1}]')), {"lines": [{"n": 1}]}, id="JSON"
        ),
        pytest.param(
            parts(('name="lines"\r\nContent-Type: application/json', b'{"n":1}')),
            {"lines": [{"n": 1}]},
            id="an item as JSON",
        ),
        pytest.param(
            parts(
                ('name="lines"\r\nContent-Type: application/json', b'{"n":1}'),
                ('name="lines"\r\nContent-Type: application/json', b'{"n":2}'),
            ),
            {"lines": [{"n": 1}, {"n": 2}]},
            id="JSON in two parts",
        ),
        pytest.param(
            parts(('name="email"', b"a")).replace(b"form-data;", b'form-data; x="\xff";'),
            {"email": "a"},
            id="a header that isn't UTF-8",
        ),
        pytest.param(b"preamble\r\n" + parts(('name="email"', b"a")) + b"epilogue", {"email": "a"}, id="text around"),
        pytest.param(parts(), {}, id="nothing"),
    ],
)
def test_a_multipart_body(tmp_path: Path, body: bytes, value: object):
    read = reader(tmp_path, {PARTS: {"schema": ORDER}}).read(f'{PARTS}; boundary="b"', body)
    assert (read.value, read.violations) == (value, ())


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        pytest.param(parts(), PARTS, "has no boundary in its Content-Type", id="no boundary"),
        pytest.param(parts()[:-4], f"{PARTS}; boundary=b", "does not end with the boundary 'b'", id="cut off"),
        pytest.param(b"x", f"{PARTS}; boundary=b", "does not end with the boundary 'b'", id="something else"),
        pytest.param(b"--b\r\nx\r\n--b--", f"{PARTS}; boundary=b", "has a part without proper headers", id="headers"),
        pytest.param(
            b"--b x\r\n" + parts(('name="email"', b"a"))[5:],
            f"{PARTS}; boundary=b",
            "has a part without proper headers",
            id="text behind the boundary",
        ),
        pytest.param(b"x", f"{PARTS}; boundary={'b' * 99}", f"does not end with the boundary '{'b' * 70}'", id="cut"),
        pytest.param(b"--b--", f"{PARTS}; boundary={'b' * 201}", "has no boundary", id="a long boundary"),
        pytest.param(
            b"--b\r\nA: b\r\n\r\nx\r\n--b--", f"{PARTS}; boundary=b", "has a part without a name", id="a name"
        ),
        pytest.param(
            parts(('name="lines"\r\nContent-Type: application/json', b"{")),
            f"{PARTS}; boundary=b",
            "part 'lines' is not valid JSON",
            id="JSON",
        ),
        pytest.param(
            parts(('name="email"', b"a"), ('name="email"', b"b")),
            f"{PARTS}; boundary=b",
            "field 'email' occurs 2 times",
            id="a field twice",
        ),
    ],
)
def test_what_is_wrong_with_a_multipart_body(tmp_path: Path, body: bytes, content_type: str, message: str):
    (violation,) = reader(tmp_path, {PARTS: {"schema": ORDER}}).read(content_type, body).violations
    assert violation.message.startswith(message)
    assert (violation.kind, violation.is_unreadable) == ("invalid_body", True)


def test_a_magic_value_in_a_part(tmp_path: Path):
    body = parts(('name="count"', b"mock_error_x"))
    read = reader(tmp_path, {PARTS: {"schema": ORDER}}).read(f"{PARTS}; boundary=b", body)
    assert read.violations == ()
    assert read.token is not None


# Compressed bodies

BODY = b'{"email": "a"}'


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        pytest.param(gzip.compress(BODY), "gzip", id="gzip"),
        pytest.param(gzip.compress(BODY), "X-GZIP", id="its old name"),
        pytest.param(gzip.compress(BODY[:5]) + gzip.compress(BODY[5:]), "gzip", id="in two members"),
        pytest.param(zlib.compress(BODY), "deflate", id="deflate"),
        pytest.param(zlib.compress(BODY)[2:-4], "deflate", id="bare deflate"),
        pytest.param(gzip.compress(zlib.compress(BODY)), "deflate, gzip", id="one in another"),
        pytest.param(BODY, "identity", id="as it is"),
        pytest.param(gzip.compress(BODY), " , GZIP ,identity", id="one of several"),
    ],
)
def test_a_compressed_body(tmp_path: Path, raw: bytes, encoding: str):
    read = reader(tmp_path, {JSON: {"schema": ORDER}}).read(JSON, raw, encoding=encoding)
    assert (read.value, read.violations, read.unsupported) == ({"email": "a"}, (), "")


@pytest.mark.parametrize(
    ("raw", "encoding", "message"),
    [
        pytest.param(BODY, "gzip", "is not valid gzip data", id="not compressed"),
        pytest.param(gzip.compress(BODY)[:-9], "gzip", "is not complete gzip data", id="cut off"),
        pytest.param(BODY, "deflate", "is not valid deflate data", id="not deflate"),
    ],
)
def test_a_body_that_is_not_so_compressed(tmp_path: Path, raw: bytes, encoding: str, message: str):
    (violation,) = reader(tmp_path, {JSON: {"schema": ORDER}}).read(JSON, raw, encoding=encoding).violations
    assert (violation.kind, violation.message) == ("invalid_body", message)


@pytest.mark.parametrize(
    ("content", "content_type", "encoding", "reason"),
    [
        pytest.param({JSON: {}}, JSON, "br", "content coding 'br'", id="a coding"),
        pytest.param({JSON: {}}, JSON, "gzip," * 5, "a body with 5 content codings", id="codings"),
        pytest.param({JSON: {}}, JSON, "gzip", "a body of more than 100 gzip members", id="members"),
        pytest.param(
            {"application/yaml": {"schema": {"type": "object"}}},
            "application/yaml",
            "",
            "a body written as application/yaml",
            id="YAML",
        ),
        pytest.param({"text/plain": {}}, "text/plain; charset=latin-1", "", "charset 'latin-1'", id="a charset"),
    ],
)
def test_what_is_not_supported_is_no_violation(
    tmp_path: Path, content: dict[str, Any], content_type: str, encoding: str, reason: str
):
    read = reader(tmp_path, content).read(content_type, gzip.compress(b"") * 200, encoding=encoding)
    assert (read.value, read.violations) == (None, ())
    assert read.unsupported == f"the body was not checked: {reason} is not supported"


def test_an_empty_field_is_null_where_no_text_may_stand(tmp_path: Path):
    choices = {"oneOf": [{"type": "integer"}, {"type": "null"}]}
    schema = {"type": "object", "properties": {"n": choices, "text": {"type": ["string", "null"]}}}
    read = reader(tmp_path, {FORM: {"schema": schema}}).read(FORM, b"n=&text=")
    assert (read.value, read.violations) == ({"n": None, "text": ""}, ())


def test_a_field_of_json_is_what_it_says(tmp_path: Path):
    read = form(tmp_path, b"labels=%7B%22a%22:%22b%22%7D&email=5", labels={"contentType": "application/json"})
    assert (read.value, read.violations) == ({"labels": {"a": "b"}, "email": "5"}, ())
    (violation,) = form(tmp_path, b"labels=%7B", labels={"contentType": "application/json"}).violations
    assert violation.message.startswith("field 'labels' is not valid JSON")


def test_a_text_breaks_the_schema_as_the_value_that_it_stands_for(tmp_path: Path):
    found = reader(tmp_path, {"text/plain": {"schema": {"type": "integer", "minimum": 5}}})
    assert found.read("text/plain", b"7").value == 7
    (violation,) = found.read("text/plain", b"3").violations
    assert violation.message == "3 is less than the minimum of 5"
