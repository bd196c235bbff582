"""The compiled schemas of a spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas, coerce
from tests.support.specs import JSON, loaded, operation

A = "/components/schemas/A"


def schemas(folder: Path, **named: Any) -> Schemas:
    return Schemas(loaded(folder, operation(), components={"schemas": named}))


@pytest.mark.parametrize(
    ("schema", "value", "errors"),
    [
        pytest.param({"type": "integer"}, 5, [], id="a value that is right"),
        pytest.param({"type": "integer"}, 199.0, [], id="an integer with a fraction of nothing"),
        pytest.param({"type": "integer"}, 10**40, [], id="a huge integer"),
        pytest.param({"type": "integer"}, "x", [("", '"x" is not of type "integer"')], id="a value that is wrong"),
        pytest.param({"items": {"minimum": 1}}, [1, 0], [("/1", "0 is less than the minimum of 1")], id="an item"),
        pytest.param(
            {"properties": {"a/b": {"const": 1}}}, {"a/b": 2}, [("/a~1b", "1 was expected")], id="a name with a slash"
        ),
        pytest.param(
            {"required": ["a", "b"]},
            {},
            [("", '"a" is a required property'), ("", '"b" is a required property')],
            id="two",
        ),
        pytest.param({"format": "date"}, "2026-02-30", [("", '"2026-02-30" is not a "date"')], id="a format"),
        pytest.param({"format": "int32"}, 2**40, [], id="a format that JSON Schema hasn't"),
        pytest.param(
            {"pattern": "^(?!x)"}, "xy", [("", '"xy" does not match "^(?!x)"')], id="a pattern that looks ahead"
        ),
        pytest.param(True, "x", [], id="anything"),
        pytest.param(False, "x", [("", 'False schema does not allow "x"')], id="nothing"),
        pytest.param(
            {"$ref": "#/components/schemas/A%20B"}, "x", [("", '"x" is not of type "null"')], id="by reference"
        ),
    ],
)
def test_what_is_wrong_with_a_value(tmp_path: Path, schema: Any, value: object, errors: list[tuple[str, str]]):
    found = schemas(tmp_path, A=schema, **{"A B": {"type": "null"}})
    assert found.errors(A, value) == errors
    assert found.is_valid(A, value) is not bool(errors)


def test_no_schema_is_any_schema(tmp_path: Path):
    found = schemas(tmp_path)
    assert found.is_valid(None, object())
    assert found.errors(None, object()) == []
    assert found.types(None) == frozenset()


def test_a_schema_may_be_named_by_any_text(tmp_path: Path):
    name = "a/b~c %41 é{x}#?"
    found = schemas(tmp_path, **{name: {"type": "integer"}})
    pointer = "/components/schemas/a~1b~0c %41 é{x}#?"
    assert found.is_valid(pointer, 5)
    assert not found.is_valid(pointer, "x")


def test_a_schema_may_lead_to_itself(tmp_path: Path):
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/A"}}}
    assert schemas(tmp_path, A=tree).errors(A, {"next": {"next": 5}}) == [("/next/next", '5 is not of type "object"')]


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        pytest.param({"type": "integer"}, {"integer"}, id="one"),
        pytest.param({"type": ["integer", "null"]}, {"integer", "null"}, id="two"),
        pytest.param({}, set(), id="none"),
        pytest.param(True, set(), id="no object"),
        pytest.param(
            {"anyOf": [{"type": "integer"}, {"oneOf": [{"type": "string"}]}]}, {"integer", "string"}, id="a choice"
        ),
        pytest.param({"allOf": [{"type": "integer"}]}, {"integer"}, id="a sum"),
        pytest.param(
            {"enum": [1, "a", None, True, 1.5, [], {}]},
            {"integer", "string", "null", "boolean", "number", "array", "object"},
            id="an enumeration",
        ),
        pytest.param({"const": False}, {"boolean"}, id="a constant"),
        pytest.param({"$ref": "#/components/schemas/N"}, {"integer"}, id="a reference"),
        pytest.param(
            {"$ref": "#/components/schemas/N", "type": "string"}, {"integer", "string"}, id="a reference and more"
        ),
        pytest.param({"anyOf": [{"$ref": "#/components/schemas/A"}]}, set(), id="itself"),
    ],
)
def test_the_types_that_a_schema_names(tmp_path: Path, schema: Any, types: set[str]):
    assert schemas(tmp_path, A=schema, N={"type": "integer"}).types(A) == types


def test_the_properties_of_a_schema_and_its_parts(tmp_path: Path):
    found = schemas(
        tmp_path,
        A={
            "allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"a/b": {}, "x": {}}}],
            "properties": {"x": {}},
        },
        B={"properties": {"b": {}}, "allOf": [{"$ref": "#/components/schemas/A"}]},
    )
    assert found.properties(A) == {
        "b": "/components/schemas/B/properties/b",
        "a/b": f"{A}/allOf/1/properties/a~1b",
        "x": f"{A}/properties/x",
    }
    assert found.properties("/nowhere") == {}


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"items": {"type": "integer"}}, {"integer"}),
        ({"$ref": "#/components/schemas/B"}, {"string"}),
        ({"type": "array"}, set()),
        ({"items": True}, set()),
    ],
)
def test_the_types_of_items(tmp_path: Path, schema: Any, types: set[str]):
    found = schemas(tmp_path, A=schema, B={"items": {"type": "string"}})
    assert {one for at in found.members(A).items for one in found.types(at)} == types
    assert found.members("/nowhere").items == ()


@pytest.mark.parametrize(
    ("schema", "pointer", "reason"),
    [
        pytest.param({"type": "strng"}, f"{A}/type", '"strng" is not valid', id="an unknown type"),
        pytest.param({"properties": {"a": {"type": "strng"}}}, f"{A}/properties/a/type", '"strng"', id="inside"),
        pytest.param({"properties": {"a": {"pattern": "(["}}}, f"{A}/properties/a/pattern", "regular", id="a pattern"),
        pytest.param({"minLength": -1}, f"{A}/minLength", "minimum of 0", id="a length below zero"),
        pytest.param({"required": "a"}, f"{A}/required", "array", id="a list that is none"),
        pytest.param({"multipleOf": 0}, f"{A}/multipleOf", "minimum of 0", id="a multiple of zero"),
    ],
)
def test_a_schema_that_is_none(tmp_path: Path, schema: Any, pointer: str, reason: str):
    components = {"schemas": {"A": schema}}
    ((at, rule, message),) = loaded(tmp_path, operation(), components=components).notes
    assert (at, rule) == (pointer, "pattern" if "pattern" in pointer else "schema")
    assert reason in message


def test_a_broken_schema_is_found_in_every_corner(tmp_path: Path):
    bad = {"type": "strng"}
    content = {JSON: {"schema": bad}}
    response = {"description": "no", "content": content, "headers": {"X-A": {"schema": bad}}}
    parts = {
        "responses": {"R": response},
        "parameters": {"P": {"name": "p", "in": "query", "schema": bad}},
        "requestBodies": {"B": {"content": content}},
        "headers": {"H": {"schema": bad}},
    }
    paths = operation("post", requestBody={"content": content})
    assert len(loaded(tmp_path, paths, components=parts).notes) == 6


# Texts


@pytest.mark.parametrize(
    ("text", "types", "expected"),
    [
        pytest.param("5", {"integer"}, 5, id="an integer"),
        pytest.param("-5", {"integer"}, -5, id="a negative one"),
        pytest.param("-0", {"integer"}, 0, id="minus zero"),
        pytest.param("199.0", {"integer"}, 199, id="an integer with a fraction of nothing"),
        pytest.param("9223372036854775807", {"integer"}, 2**63 - 1, id="64 bits"),
        pytest.param("1234567890123456789012", {"integer"}, 1234567890123456789012, id="more than 64 bits"),
        pytest.param("9" * 101, {"integer"}, "9" * 101, id="absurdly many digits"),
        pytest.param("1.5", {"integer"}, "1.5", id="a fraction is no integer"),
        pytest.param("1e3", {"integer"}, "1e3", id="an exponent is no integer's"),
        pytest.param("05", {"integer"}, "05", id="a leading zero"),
        pytest.param("+5", {"integer"}, "+5", id="a plus"),
        pytest.param(" 5", {"integer"}, " 5", id="a space"),
        pytest.param("５", {"integer"}, "５", id="a digit that isn't ASCII"),
        pytest.param("5\n", {"integer"}, "5\n", id="a line end"),
        pytest.param("", {"integer"}, "", id="nothing"),
        pytest.param("1.50", {"number"}, 1.5, id="a number"),
        pytest.param("1e3", {"number"}, 1000.0, id="with an exponent"),
        pytest.param("5", {"number", "integer"}, 5, id="an integer before a number"),
        pytest.param("1e999", {"number"}, "1e999", id="beyond all numbers"),
        pytest.param("9" * 400, {"number"}, "9" * 400, id="beyond all numbers without an exponent"),
        pytest.param("NaN", {"number"}, "NaN", id="no number"),
        pytest.param("Infinity", {"number"}, "Infinity", id="infinity"),
        pytest.param("1_000", {"number", "integer"}, "1_000", id="an underscore"),
        pytest.param("0x10", {"number", "integer"}, "0x10", id="hexadecimal"),
        pytest.param(".5", {"number"}, ".5", id="no digit before the point"),
        pytest.param("true", {"boolean"}, True, id="true"),
        pytest.param("false", {"boolean"}, False, id="false"),
        pytest.param("True", {"boolean"}, "True", id="True"),
        pytest.param("1", {"boolean"}, "1", id="one is not true"),
        pytest.param("null", {"null", "string"}, "null", id="null is text"),
        pytest.param("5", set(), "5", id="text where nothing is said"),
    ],
)
def test_a_text_is_what_its_types_allow(text: str, types: set[str], expected: object):
    found = coerce(text, frozenset(types))
    assert (found, type(found)) == (expected, type(expected))
