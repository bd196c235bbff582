"""Requests that are wrong in a hundred thousand ways: what is told of them is bounded, and so is the work."""

from __future__ import annotations

import gzip
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.openapi.schemas import Schemas
from mockserver.requests.body import BodyReader, BodyReading
from mockserver.requests.parameters import ParameterReader
from mockserver.requests.query import parse_query
from mockserver.requests.violation import Violation, bounded
from tests.support.specs import JSON, loaded, only, operation

MANY = 20_000
WORD = {"type": "string"}
FORM = "application/x-www-form-urlencoded"


def reading(folder: Path, schema: Any, raw: bytes, content_type: str = JSON, **more: Any) -> BodyReading:
    content = {content_type.partition(";")[0]: {"schema": schema}}
    spec = loaded(folder, operation("post", requestBody={"content": content}))
    body = only(spec).body
    assert body is not None
    return BodyReader(body, Schemas(spec), 2**20).read(content_type, raw, **more)


def told(read: BodyReading) -> list[tuple[str, str]]:
    return [(violation.pointer, violation.message) for violation in read.violations]


def test_the_first_hundred_violations_are_told(tmp_path: Path):
    violations = told(reading(tmp_path, {"items": WORD}, orjson.dumps(list(range(MANY)))))
    assert violations[0] == ("/0", '0 is not of type "string"')
    assert violations[-1] == ("", "and more")
    assert len(violations) == 101


def test_magic_values_are_exempt_however_many(tmp_path: Path):
    read = reading(tmp_path, {"items": {"type": "integer"}}, orjson.dumps(["mock_error_x"] * MANY))
    assert (read.violations, read.token is not None) == ((), True)


@pytest.mark.parametrize(
    ("raw", "content_type", "message"),
    [
        pytest.param(b"&".join([b"a=1"] * 10_001), FORM, "has more than 10000 fields", id="fields"),
        pytest.param(b"--b\r\n" * 5000, "multipart/form-data; boundary=b", "has more than 1000 parts", id="parts"),
        pytest.param(b"[" * 201 + b"]" * 201, JSON, "is nested too deeply: 200 levels are supported", id="levels"),
        pytest.param(b"[" * 980 + b"]" * 980, JSON, "is nested too deeply: 200 levels are supported", id="many levels"),
    ],
)
def test_what_is_more_than_is_read(tmp_path: Path, raw: bytes, content_type: str, message: str):
    assert told(reading(tmp_path, {}, raw, content_type)) == [("", message)]


def test_a_bomb_is_too_large(tmp_path: Path):
    read = reading(tmp_path, {}, gzip.compress(b"0" * 2**22), encoding="gzip")
    assert [(one.kind, one.message) for one in read.violations] == [
        ("too_large", "is larger than 1048576 bytes, decoded")
    ]


def test_the_values_of_a_parameter(tmp_path: Path):
    parameter = {"name": "n", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}}
    spec = loaded(tmp_path, operation(parameters=[parameter]))
    query = parse_query(b"&".join([b"n=x"] * MANY))
    _, violations, _ = ParameterReader(only(spec).parameters[0], Schemas(spec)).read_query(query)
    assert (len(violations), violations[-1].message) == (101, "and more")


def test_the_violations_of_a_whole_request_are_bounded():
    wrong = [Violation("invalid_parameter", "query", f"p{number}", "is wrong", "/x") for number in range(500)]
    assert bounded(wrong[:100]) == tuple(wrong[:100])
    kept = bounded(wrong)
    assert kept[:100] == tuple(wrong[:100])
    assert [violation.message for violation in kept[100:]] == ["and more"]
    assert kept[100] == Violation("invalid_parameter", "query", "", "and more", "/x")
    assert wrong[0].size == 120 + len("p0") + len("is wrong")


def test_violations_are_looked_for_no_further_than_they_are_told():
    assert len(bounded(Violation("invalid", "query", str(number), "is wrong", "") for number in count())) == 101
