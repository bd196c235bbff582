"""Requests that are wrong in a hundred thousand ways: what is told of them is bounded, and so is the work."""

from __future__ import annotations

import gzip
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.openapi import explain
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


NUMBERS = list(range(MANY))


@pytest.mark.parametrize(
    ("schema", "value", "first"),
    [
        pytest.param({"items": WORD}, NUMBERS, ("/0", '0 is not of type "string"'), id="items"),
        pytest.param({"items": {"items": WORD}}, [[1] * 500] * 50, ("/0/0", '1 is not of type "string"'), id="lists"),
        pytest.param(
            {"additionalProperties": WORD},
            {f"k{n}": n for n in NUMBERS},
            ("/k0", '0 is not of type "string"'),
            id="map",
        ),
        pytest.param(
            {"required": [f"z{n}" for n in range(200)]},
            {f"k{n}": n for n in NUMBERS},
            ("", '"z0" is a required property'),
            id="names that are missing",
        ),
        pytest.param(
            {"allOf": [{"items": {"type": "object", "required": ["a"]}}]},
            [{}] * MANY,
            ("/0", '"a" is a required property'),
            id="in a part",
        ),
    ],
)
def test_the_first_hundred_violations_are_told(tmp_path: Path, schema: Any, value: Any, first: tuple[str, str]):
    violations = told(reading(tmp_path, schema, orjson.dumps(value)))
    assert violations[0] == first
    assert violations[-1] == ("", "and more")
    assert len(violations) == 101


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        pytest.param({"items": {"type": "integer"}}, [*NUMBERS, "x"], [f"/{MANY}"], id="the last item"),
        pytest.param({"items": {"type": "integer"}}, ["x", *NUMBERS, "x"], ["/0", f"/{MANY + 1}"], id="first and last"),
        pytest.param({"prefixItems": [WORD]}, NUMBERS, ["/0"], id="an item with a schema of its own"),
        pytest.param({"properties": {"a": WORD}}, {"a": 1, "b": NUMBERS}, ["/a"], id="a property beside a large one"),
        pytest.param(
            {"properties": {"b": WORD, "a": WORD}},
            {"a": 1, "b": 1, "c": NUMBERS},
            ["/b", "/a"],
            id="in the spec's order",
        ),
        pytest.param(
            {"patternProperties": {"^k": {"type": "integer"}}, "additionalProperties": WORD},
            {**{f"k{n}": n for n in range(400)}, "z": 1},
            [""],
            id="a name that a pattern doesn't cover",
        ),
        pytest.param({"type": "object"}, NUMBERS, [""], id="another type"),
        pytest.param({"maxItems": 5}, NUMBERS, [""], id="too many"),
        pytest.param({"minItems": 10**6}, NUMBERS, [""], id="too few"),
        pytest.param({"anyOf": [{"items": WORD} for _ in range(20)]}, NUMBERS, [""], id="choices"),
        pytest.param({"maxLength": 5}, "x" * 10**6, [""], id="a long text"),
    ],
)
def test_what_is_wrong_in_a_large_body_is_found(tmp_path: Path, schema: Any, value: Any, expected: list[str]):
    assert [pointer for pointer, _ in told(reading(tmp_path, schema, orjson.dumps(value)))] == expected


def test_a_large_value_is_never_shown_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """jsonschema-rs copies what it is shown with each error: of a large body, a thousandth at most."""
    shown: list[int] = []
    problems = explain._problems

    def counted(errors: Any, path: Any) -> Any:
        shown.append(1)
        return problems(errors, path)

    monkeypatch.setattr(explain, "_problems", counted)
    reading(tmp_path, {"items": WORD}, orjson.dumps(NUMBERS))
    assert 0 < len(shown) <= explain.MOST_SHOWN


def test_a_right_body_of_any_size_is_right(tmp_path: Path):
    assert told(reading(tmp_path, {"items": {"type": "integer"}, "uniqueItems": True}, orjson.dumps(NUMBERS))) == []


def test_messages_and_pointers_are_never_long(tmp_path: Path):
    raw = orjson.dumps({"k" * 100_000: [1] * 50, "l": "x" * 100_000})
    (*_, last) = violations = told(
        reading(tmp_path, {"properties": {"l": {"type": "integer"}}, "additionalProperties": {"items": WORD}}, raw)
    )
    assert last is not None
    assert max(len(pointer) + len(message) for pointer, message in violations) <= 1300


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
