"""Parts of multipart bodies: named and in order, each by its schema, content type and headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas
from mockserver.requests.body import BodyReader, BodyReading
from tests.support.specs import loaded, only, operation

FORM, MIXED, RELATED = "multipart/form-data", "multipart/mixed", "multipart/related"
PHOTO = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "meta": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        "file": {"type": "string", "format": "binary", "maxLength": 4},
        "files": {"type": "array", "maxItems": 2, "items": {"type": "string", "format": "binary"}},
        "note": {"type": "string"},
        "order": {
            "type": "object",
            "properties": {"id": {"type": "integer"}, "line": {"type": "array", "items": {"type": "integer"}}},
        },
    },
}
ENCODING = {
    "file": {
        "contentType": "image/png, image/jpeg, text/*",
        "headers": {
            "X-Rate": {"required": True, "schema": {"type": "integer", "minimum": 1}},
            "X-Note": {"schema": {"type": "string"}},
            "Content-Type": {"required": True, "schema": {"const": "ignored"}},
        },
    },
    "broken": None,
}
BATCH = {
    "type": "array",
    "prefixItems": [{"type": "object", "required": ["id"]}],
    "items": {"type": "integer"},
    "maxItems": 3,
}


def body(*some: tuple[str, bytes]) -> bytes:
    """A multipart body: (headers, content) of each part."""
    return b"".join(f"--b\r\n{head}\r\n\r\n".encode() + raw + b"\r\n" for head, raw in some) + b"--b--\r\n"


def read(folder: Path, kind: str, schema: Any, raw: bytes, encoding: Any = None) -> BodyReading:
    content = {kind: {"schema": schema, "encoding": encoding or {}}}
    spec = loaded(folder, operation("post", requestBody={"required": True, "content": content}), strict=False)
    found = only(spec).body
    assert found is not None
    return BodyReader(found, Schemas(spec).of_requests, 10_000).read(f"{kind}; boundary=b", raw)


def part(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


PNG = part("file", '; filename="a.png"\r\nContent-Type: image/png')


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(body((PNG + "\r\nX-Rate: 5", b"\xff\x00")), {"file": "ÿ\0"}, id="a file and its header"),
        pytest.param(
            body((part("file") + "\r\nX-Rate: 5", "é".encode())), {"file": "Ã©"}, id="a file without a type, in bytes"
        ),
        pytest.param(
            body(
                (part("meta") + "\r\nContent-Type: application/json", b'{"n": 1}'),
                (part("file") + "\r\nx-rate: 1\r\nContent-Transfer-Encoding: base64", b"YWI="),
            ),
            {"meta": {"n": 1}, "file": "ab"},
            id="JSON, and base64",
        ),
        pytest.param(
            body(
                (
                    part("order") + "\r\nContent-Type: text/xml",
                    b"<order><id>1</id><line>2</line><line>3</line></order>",
                ),
                (part("note") + "\r\nContent-Type: text/plain; charset=latin-1", b"\xe9"),
                (part("file") + "\r\nX-Rate: 1\r\nContent-Transfer-Encoding: quoted-printable", b"a=3D"),
            ),
            {"order": {"id": 1, "line": [2, 3]}, "note": "é", "file": "a="},
            id="XML, a charset, and quoted-printable",
        ),
        pytest.param(
            body((part("files"), b"a"), (part("files"), b"b"), (part("file") + "\r\nX-Rate: 1", b"")),
            {"files": ["a", "b"], "file": ""},
            id="several files of one name",
        ),
    ],
)
def test_the_parts_of_a_form(tmp_path: Path, raw: bytes, value: object):
    reading = read(tmp_path, FORM, PHOTO, raw, ENCODING)
    assert (reading.value, reading.violations) == (value, ())


@pytest.mark.parametrize(
    ("raw", "pointer", "message"),
    [
        pytest.param(
            body((part("file") + "\r\nContent-Type: image/gif\r\nX-Rate: 1", b"")),
            "/file",
            "is a part of image/gif, not image/png or image/jpeg or text/*",
            id="another type",
        ),
        pytest.param(body((PNG, b"")), "/file", "is a part without the header X-Rate", id="no header"),
        pytest.param(
            body((PNG + "\r\nX-Rate: 0", b"")),
            "/file",
            "is a part whose header X-Rate 0 is less than the minimum of 1",
            id="a wrong header",
        ),
        pytest.param(
            body((PNG + "\r\nX-Rate: 1", "ééé".encode())), "/file", "is longer than 4 characters", id="too long a file"
        ),
        pytest.param(
            body((PNG + "\r\nX-Rate: 1", b""), (part("meta"), b"{}")), "/meta", '"n" is a required', id="a wrong part"
        ),
        pytest.param(
            body((PNG + "\r\nX-Rate: 1", b""), *[(part("files"), b"")] * 3), "/files", "2 items", id="too many"
        ),
        pytest.param(
            body((part("meta") + "\r\nContent-Type: application/json", b"{")),
            "",
            "part 'meta' is not valid JSON",
            id="no JSON",
        ),
        pytest.param(
            body((part("meta") + "\r\nContent-Type: application/xml", b"<a>")),
            "",
            "part 'meta' is not well-formed XML",
            id="no XML",
        ),
        pytest.param(
            body((part("file") + "\r\nContent-Transfer-Encoding: base64", b"Y")), "", "not base64", id="no base64"
        ),
        pytest.param(body(("Content-Type: text/plain", b"")), "", "has a part without a name", id="no name"),
    ],
)
def test_what_is_wrong_with_a_part(tmp_path: Path, raw: bytes, pointer: str, message: str):
    violations = read(tmp_path, FORM, PHOTO, raw, ENCODING).violations
    assert any(one.pointer == pointer and message in one.message for one in violations), violations


@pytest.mark.parametrize("kind", [MIXED, RELATED])
@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        pytest.param(
            BATCH,
            body(("Content-Type: application/json", b'{"id": 1}'), ("Content-Type: text/plain", b"2"), ("X: y", b"3")),
            [{"id": 1}, 2, 3],
            id="in order",
        ),
        pytest.param(
            PHOTO,
            body(("Content-Type: application/json", b'{"n": 1}'), ("Content-Type: image/png", b"ab")),
            {"meta": {"n": 1}, "file": "ab"},
            id="properties in the order of the schema",
        ),
        pytest.param(
            PHOTO,
            body(
                ('Content-Disposition: attachment; name="file"', b"ab"),
                ("Content-Type: application/json", b'{"n": 1}'),
            ),
            {"file": "ab", "meta": {"n": 1}},
            id="a name where there is one",
        ),
        pytest.param({}, body(("A: b", b"x"), ("A: b", b"y")), {"part1": "x", "part2": "y"}, id="without a schema"),
    ],
)
def test_parts_without_names(tmp_path: Path, kind: str, schema: Any, raw: bytes, value: object):
    reading = read(tmp_path, kind, schema, raw)
    assert (reading.value, reading.violations) == (value, ())


def test_what_is_wrong_with_a_part_in_order(tmp_path: Path):
    raw = body(("Content-Type: application/json", b"{}"), ("A: b", b"x"))
    found = {one.pointer: one.message for one in read(tmp_path, MIXED, BATCH, raw).violations}
    assert set(found) == {"/0", "/1"}


def test_a_violation_of_a_part_says_where_it_is(tmp_path: Path):
    (violation,) = read(tmp_path, FORM, PHOTO, body((PNG, b"")), ENCODING).violations
    assert (violation.kind, violation.where, violation.name) == ("invalid_body", "body", "")
    assert violation.spec == "/paths/~1things/post/requestBody/content/multipart~1form-data/encoding"


def test_what_follows_the_last_boundary_is_no_part(tmp_path: Path):
    raw = body((PNG + "\r\nX-Rate: 1", b"")) + b"--b\r\nnothing"
    assert read(tmp_path, FORM, PHOTO, raw, ENCODING).violations == ()
