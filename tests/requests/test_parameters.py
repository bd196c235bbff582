"""Parameters from their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas
from mockserver.requests.parameters import ParameterReader
from mockserver.requests.query import parse_query
from tests.support.specs import JSON, loaded, only, operation

NUMBERS = {"type": "array", "items": {"type": "integer"}}
WORDS = {"type": "array", "items": {"type": "string"}}
COLOUR = {
    "type": "object",
    "required": ["R"],
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "a/b": {"type": "integer"}, "tags": NUMBERS},
}


def reader(folder: Path, where: str = "query", **parameter: Any) -> ParameterReader:
    path = "/things/{p}" if where == "path" else "/things"
    needed = {"required": True} if where == "path" else {}
    spec = loaded(folder, operation(path=path, parameters=[{"name": "p", "in": where, **needed, **parameter}]))
    return ParameterReader(only(spec).parameters[0], Schemas(spec))


def of_query(folder: Path, query: str, **parameter: Any) -> tuple[Any, list[str]]:
    value, violations, _ = reader(folder, **parameter).read_query(parse_query(query.encode()))
    return value, [violation.message for violation in violations]


def read(folder: Path, where: str, texts: list[str | None], **parameter: Any) -> tuple[Any, list[str]]:
    value, violations, _ = reader(folder, where, **parameter).read(texts)
    return value, [violation.message for violation in violations]


# Types


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        pytest.param({"type": "integer"}, "5", 5, id="a type"),
        pytest.param({"type": ["integer", "null"]}, "5", 5, id="one of two types"),
        pytest.param({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "5", 5, id="a choice"),
        pytest.param({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "5", 5, id="a sum"),
        pytest.param({"enum": [1, 5]}, "5", 5, id="an enumeration"),
        pytest.param({"const": True}, "true", True, id="a constant"),
        pytest.param({"$ref": "#/components/schemas/N"}, "5", 5, id="a reference"),
        pytest.param({"type": ["integer", "null"]}, "null", None, id="null by its name"),
        pytest.param({"type": ["integer", "null"]}, "", None, id="null by nothing"),
        pytest.param({}, "5", "5", id="no schema to speak of"),
        pytest.param(True, "5", "5", id="anything"),
    ],
)
def test_the_type_is_found_wherever_the_schema_says_it(tmp_path: Path, schema: Any, text: str, expected: object):
    paths = operation(parameters=[{"name": "p", "in": "query", "schema": schema}])
    spec = loaded(tmp_path, paths, components={"schemas": {"N": {"type": "integer"}}})
    value, violations, _ = ParameterReader(only(spec).parameters[0], Schemas(spec)).read([text])
    assert (value, violations) == (expected, [])


# Presence


@pytest.mark.parametrize(
    ("query", "required", "expected"),
    [
        pytest.param("", False, (None, []), id="absent"),
        pytest.param("", True, (None, ["is required and missing"]), id="absent and required"),
        pytest.param("p=", True, ("", []), id="empty is there"),
        pytest.param("P=x", True, (None, ["is required and missing"]), id="a name in capitals is another"),
        pytest.param("p=a&p=b", False, ("a", ["occurs 2 times"]), id="twice"),
        pytest.param("p=%zz", False, (None, ["is not percent-encoded UTF-8"]), id="a broken escape"),
        pytest.param("p=a&p=%ff", False, (None, ["is not percent-encoded UTF-8"]), id="one of two isn't UTF-8"),
    ],
)
def test_whether_it_is_there(tmp_path: Path, query: str, required: bool, expected: tuple[Any, list[str]]):
    assert of_query(tmp_path, query, required=required, schema={"type": "string"}) == expected


@pytest.mark.parametrize(
    ("schema", "query", "message"),
    [
        pytest.param({"type": "integer"}, "p=x", '"x" is not of type "integer"', id="no integer"),
        pytest.param({"type": "integer"}, "p=", '"" is not of type "integer"', id="an empty integer"),
        pytest.param({"type": "string", "minLength": 1}, "p=", '"" is shorter than 1 character', id="too short"),
        pytest.param({"type": "string", "format": "uuid"}, "p=x", '"x" is not a "uuid"', id="a format"),
        pytest.param({"type": "integer"}, "p=[1]", '"[1]" is not of type "integer"', id="a list for an integer"),
        pytest.param({"type": "number"}, "p=1e999", '"1e999" is not of type "number"', id="an infinite number"),
        pytest.param({"enum": ["a"]}, "p=b", '"b" is not one of "a"', id="not listed"),
        pytest.param(
            {"enum": ["ä", "b", "c", "d"]}, "p=e", '"e" is not one of "ä", "b", "c" or "d"', id="not among many"
        ),
    ],
)
def test_a_value_that_breaks_its_schema(tmp_path: Path, schema: Any, query: str, message: str):
    assert of_query(tmp_path, query, schema=schema)[1] == [message]


def test_a_violation_says_where_it_is(tmp_path: Path):
    _, (violation,), _ = reader(tmp_path, schema=NUMBERS).read(["1", "x"])
    assert (violation.kind, violation.where, violation.name) == ("invalid_parameter", "query", "p")
    assert (violation.pointer, violation.spec) == ("/1", "/paths/~1things/get/parameters/0/schema")
    _, (missing,), _ = reader(tmp_path, schema=NUMBERS, required=True).read([])
    assert (missing.pointer, missing.spec) == ("", "/paths/~1things/get/parameters/0")


# Arrays


@pytest.mark.parametrize(
    ("query", "style", "expected"),
    [
        pytest.param("p=1&p=2", {}, [1, 2], id="form, exploded"),
        pytest.param("p=1", {}, [1], id="form, exploded, one"),
        pytest.param("p=1,2", {"explode": False}, [1, 2], id="form"),
        pytest.param("p=", {"explode": False}, [], id="form, empty"),
        pytest.param("p=1&p=2", {"explode": False}, [1, 2], id="form, twice all the same"),
        pytest.param("p=1%2C2", {"explode": False}, [1, 2], id="form with an encoded comma"),
        pytest.param("p=1%202", {"style": "spaceDelimited", "explode": False}, [1, 2], id="spaces"),
        pytest.param("p=1+2", {"style": "spaceDelimited", "explode": False}, [1, 2], id="spaces as plus"),
        pytest.param("p=1|2", {"style": "pipeDelimited", "explode": False}, [1, 2], id="pipes"),
        pytest.param("p=1%7C2", {"style": "pipeDelimited"}, [1, 2], id="encoded pipes"),
        pytest.param("p=1&p=2", {"style": "pipeDelimited", "explode": True}, [1, 2], id="pipes, exploded"),
    ],
)
def test_an_array_in_a_query(tmp_path: Path, query: str, style: dict[str, Any], expected: list[int]):
    assert of_query(tmp_path, query, schema=NUMBERS, **style) == (expected, [])


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        pytest.param("1,2", {}, [1, 2], id="simple"),
        pytest.param("1,2", {"explode": True}, [1, 2], id="simple, exploded"),
        pytest.param("1", {}, [1], id="simple, one"),
        pytest.param(".1,2", {"style": "label"}, [1, 2], id="label"),
        pytest.param(".1.2", {"style": "label", "explode": True}, [1, 2], id="label, exploded"),
        pytest.param(";p=1,2", {"style": "matrix"}, [1, 2], id="matrix"),
        pytest.param(";p=1;p=2", {"style": "matrix", "explode": True}, [1, 2], id="matrix, exploded"),
    ],
)
def test_an_array_in_a_path(tmp_path: Path, text: str, style: dict[str, Any], expected: list[int]):
    assert read(tmp_path, "path", [text], schema=NUMBERS, **style) == (expected, [])


@pytest.mark.parametrize(("text", "style"), [("5", "simple"), (".5", "label"), (";p=5", "matrix")])
def test_a_single_value_in_a_path(tmp_path: Path, text: str, style: str):
    assert read(tmp_path, "path", [text], schema={"type": "integer"}, style=style) == (5, [])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["1,2"], [1, 2], id="in one line"),
        pytest.param(["1 , 2"], [1, 2], id="with spaces"),
        pytest.param(["1,2", "3"], [1, 2, 3], id="in two lines"),
        pytest.param([""], [], id="in an empty line"),
    ],
)
def test_an_array_in_a_header(tmp_path: Path, texts: list[str | None], expected: list[int]):
    assert read(tmp_path, "header", texts, schema=NUMBERS) == (expected, [])


def test_an_exploded_empty_text_is_an_empty_item(tmp_path: Path):
    assert of_query(tmp_path, "p=", schema=WORDS) == ([""], [])
    assert of_query(tmp_path, "p=", schema=NUMBERS)[1] == ['"" is not of type "integer"']


# Objects


@pytest.mark.parametrize(
    ("query", "style", "expected"),
    [
        pytest.param("p[R]=1&p[G]=2", {"style": "deepObject"}, {"R": 1, "G": 2}, id="deep"),
        pytest.param("p%5BR%5D=1", {"style": "deepObject"}, {"R": 1}, id="deep and encoded"),
        pytest.param(
            "p[R]=1&p[tags]=1&p[tags]=2", {"style": "deepObject"}, {"R": 1, "tags": [1, 2]}, id="deep with an array"
        ),
        pytest.param("p[R]=1&p[x]=y", {"style": "deepObject"}, {"R": 1, "x": "y"}, id="deep with a stranger"),
        pytest.param("p[R]=1&p[x]=y&p[x]=z", {"style": "deepObject"}, {"R": 1, "x": ["y", "z"]}, id="a stranger twice"),
        pytest.param("p[R]=1&p[a/b]=2", {"style": "deepObject"}, {"R": 1, "a/b": 2}, id="deep with a slash"),
        pytest.param(
            "p[R]=1&p[G=2&q[G]=3", {"style": "deepObject"}, {"R": 1}, id="deep beside what only looks like it"
        ),
        pytest.param("R=1&G=2&x=y", {}, {"R": 1, "G": 2}, id="form, exploded: its own names only"),
        pytest.param("p=R,1,G,2", {"explode": False}, {"R": 1, "G": 2}, id="form"),
    ],
)
def test_an_object_in_a_query(tmp_path: Path, query: str, style: dict[str, Any], expected: dict[str, Any]):
    assert of_query(tmp_path, query, schema=COLOUR, **style) == (expected, [])


@pytest.mark.parametrize(
    ("text", "style"),
    [
        pytest.param("R,1,G,2", {}, id="simple"),
        pytest.param("R=1,G=2", {"explode": True}, id="simple, exploded"),
        pytest.param(".R,1,G,2", {"style": "label"}, id="label"),
        pytest.param(".R=1.G=2", {"style": "label", "explode": True}, id="label, exploded"),
        pytest.param(";p=R,1,G,2", {"style": "matrix"}, id="matrix"),
        pytest.param(";R=1;G=2", {"style": "matrix", "explode": True}, id="matrix, exploded"),
    ],
)
def test_an_object_in_a_path(tmp_path: Path, text: str, style: dict[str, Any]):
    assert read(tmp_path, "path", [text], schema=COLOUR, **style) == ({"R": 1, "G": 2}, [])


def test_an_object_in_a_header(tmp_path: Path):
    assert read(tmp_path, "header", ["R=1, G=2"], schema=COLOUR, explode=True) == ({"R": 1, "G": 2}, [])


@pytest.mark.parametrize(
    ("query", "style", "messages"),
    [
        pytest.param("", {"style": "deepObject"}, [], id="absent"),
        pytest.param(
            "", {"style": "deepObject", "required": True}, ["is required and missing"], id="absent and required"
        ),
        pytest.param("p[G]=2", {"style": "deepObject"}, ['"R" is a required property'], id="a member missing"),
        pytest.param("p[R]=x", {"style": "deepObject"}, ['"x" is not of type "integer"'], id="a member that is wrong"),
        pytest.param("p[R]=1&p[R]=2", {"style": "deepObject"}, ["occurs 2 times"], id="a member twice"),
        pytest.param("p[R]=%zz", {"style": "deepObject"}, ["is not percent-encoded UTF-8"], id="a broken escape"),
        pytest.param("p=R,1,G", {"explode": False}, ["is not a list of names and values"], id="a name without a value"),
    ],
)
def test_what_is_wrong_with_an_object(tmp_path: Path, query: str, style: dict[str, Any], messages: list[str]):
    assert of_query(tmp_path, query, schema=COLOUR, **style)[1] == messages


def test_the_members_of_a_referenced_sum_have_their_types(tmp_path: Path):
    schemas = {
        "C": {"allOf": [COLOUR, {"$ref": "#/components/schemas/D"}]},
        "D": {"properties": {"d": {"type": "integer"}}},
    }
    parameter = {"name": "p", "in": "query", "style": "deepObject", "schema": {"$ref": "#/components/schemas/C"}}
    spec = loaded(tmp_path, operation(parameters=[parameter]), components={"schemas": schemas})
    found = ParameterReader(only(spec).parameters[0], Schemas(spec)).read_query(parse_query(b"p[R]=1&p[d]=2"))
    assert found == ({"R": 1, "d": 2}, [], None)


def test_a_member_that_comes_twice_is_told_by_its_place(tmp_path: Path):
    found = reader(tmp_path, schema=COLOUR, style="deepObject").read_query(parse_query(b"p[R]=1&p[a/b]=1&p[a/b]=2"))
    assert [(one.pointer, one.message) for one in found[1]] == [("/a~1b", "occurs 2 times")]


# JSON


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param('p={"a":[1]}', ({"a": [1]}, []), id="an object"),
        pytest.param("p=5", (5, ['5 is not of type "object"']), id="of another type"),
    ],
)
def test_a_parameter_written_as_json(tmp_path: Path, query: str, expected: tuple[Any, list[str]]):
    assert of_query(tmp_path, query, content={JSON: {"schema": {"type": "object"}}}) == expected


@pytest.mark.parametrize("text", ["{", "NaN", '{"a":NaN}', "", '"\\ud800"', "[" * 2000, "1e999"])
def test_what_is_no_json_is_a_violation(tmp_path: Path, text: str):
    _, (message,) = of_query(tmp_path, f"p={text}", content={JSON: {"schema": {}}})
    assert message.startswith("is not valid JSON")


def test_json_cannot_be_given_in_two_pieces(tmp_path: Path):
    assert of_query(tmp_path, "p=[1]&p=[2]", content={JSON: {"schema": NUMBERS}})[1] == ["occurs 2 times"]


# Magic


@pytest.mark.parametrize(
    ("query", "parameter", "expected"),
    [
        pytest.param("p=mock_error_x", {"schema": {"type": "integer"}}, "mock_error_x", id="for a number"),
        pytest.param("p=1&p=mock_error_x", {"schema": NUMBERS}, ["1", "mock_error_x"], id="in an array"),
        pytest.param(
            "p[R]=mock_error_x",
            {"schema": COLOUR, "style": "deepObject"},
            {"R": "mock_error_x"},
            id="in a deep object",
        ),
        pytest.param("p=R,mock_error_x", {"schema": COLOUR, "explode": False}, "R,mock_error_x", id="in an object"),
        pytest.param(
            "p=mock_error_x", {"content": {JSON: {"schema": {"type": "object"}}}}, "mock_error_x", id="for JSON"
        ),
    ],
)
def test_a_magic_value_is_exempt_from_its_schema(
    tmp_path: Path, query: str, parameter: dict[str, Any], expected: object
):
    value, violations, token = reader(tmp_path, **parameter).read_query(parse_query(query.encode()))
    assert (value, violations) == (expected, [])
    assert token is not None
    assert (token.names, token.where) == (("x",), "query p")


def test_a_magic_value_that_comes_twice_is_wrong_all_the_same(tmp_path: Path):
    _, violations, token = reader(tmp_path, schema={"type": "string"}).read(["mock_error_x", "a"])
    assert [violation.message for violation in violations] == ["occurs 2 times"]
    assert token is not None


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        pytest.param({"enum": ["dark chocolate"]}, "dark%20chocolate", "dark chocolate", id="encoded"),
        pytest.param({"enum": ["dark chocolate"]}, "dark chocolate", "dark chocolate", id="as it is"),
        pytest.param({"enum": ["100%25"]}, "100%25", "100%25", id="a percent sign of its own"),
        pytest.param(WORDS, "a%2Cb,c", ["a,b", "c"], id="a list"),
    ],
)
def test_a_cookie_may_be_percent_encoded(tmp_path: Path, schema: Any, text: str, expected: object):
    assert read(tmp_path, "cookie", [text], schema=schema, explode=False) == (expected, [])
