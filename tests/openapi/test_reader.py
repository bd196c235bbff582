"""One operation with everything that is read of it, part by part; and which of its fields are passwords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.media_types import is_json, is_media_type, is_xml
from mockserver.openapi.model import (
    Encoding,
    EntitySource,
    Header,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    SecurityScheme,
)
from mockserver.openapi.passwords import ALL, has_passwords, password_fields, password_names
from tests.support.specs import JSON, loaded, only

FORM = "application/x-www-form-urlencoded"
TEXT = {"type": "string"}
AT = "/paths/~1things~1{id}/post"
RAW: dict[str, Any] = {
    "operationId": "make",
    "summary": "Make",
    "description": "Makes.",
    "tags": ["a", "b"],
    "x-provenance": "documented",
    "x-read-only": True,
    "x-entity": {"kind": "person", "by": "id"},
    "security": [{"key": ["admin"]}],
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": TEXT, "example": "i"},
        {"name": "q", "in": "query", "required": True, "description": "Query", "schema": {**TEXT, "examples": ["e"]}},
        {"name": "d", "in": "query", "style": "deepObject", "schema": {"type": "object", "default": {"a": 1}}},
        {"name": "l", "in": "query", "explode": False, "schema": TEXT, "examples": {"one": {"value": ["y"]}}},
        {"name": "X-H", "in": "header", "schema": {**TEXT, "example": "h", "default": "i"}},
        {"name": "c", "in": "cookie", "schema": True},
        {"name": "j", "in": "query", "content": {JSON: {"schema": TEXT, "example": "jj"}}},
        {"name": "n", "in": "query"},
        {"name": "p", "in": "query", "style": "pipeDelimited"},
        {"name": "e", "in": "query", "style": "deepObject", "explode": True},
    ],
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": TEXT, "examples": {"a": {"value": 1}, "b": {"value": 2}}},
            FORM: {
                "example": {"x": 1},
                "encoding": {
                    "a": {"style": "pipeDelimited"},
                    "b": {"explode": False, "contentType": "text/csv"},
                    "c": {"contentType": JSON},
                },
            },
        },
    },
    "responses": {
        "201": {
            "description": "Made",
            "headers": {
                "X-A": {"required": True, "schema": {"type": "integer", "example": 5}},
                "X-B": {"schema": TEXT, "example": "b"},
                "X-C": {},
                "Content-Length": {"schema": TEXT},
            },
            "content": {
                JSON: {
                    "schema": TEXT,
                    "examples": {
                        "made": {"summary": "S", "description": "D", "x-provenance": "assumed", "value": "m"},
                        "not-there": {"value": "n"},
                        "9x": {"value": 1},
                    },
                },
                "text/plain": {"examples": {"made": {"value": "M"}}},
            },
        },
        "4xx": {"description": "Wrong", "content": {JSON: {"example": {"e": 1}}}},
        "404": {"description": "Gone"},
        "default": {"description": "Else", "content": {JSON: {"examples": {"made": {"value": 2}}}}},
    },
}


@pytest.fixture
def read(tmp_path: Path) -> Operation:
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    return only(loaded(tmp_path, {"/things/{id}": {"post": RAW}}, components={"securitySchemes": schemes}))


def test_what_is_told_of_an_operation(read: Operation):
    assert (read.vendor, read.id, read.method, read.path, read.pointer) == (
        "things",
        "make",
        "POST",
        "/things/{id}",
        AT,
    )
    assert (read.summary, read.description, read.tags, read.provenance) == ("Make", "Makes.", ("a", "b"), "documented")
    assert (read.security, read.entity) == (({"key": ("admin",)},), EntitySource("person", "id"))
    assert (read.credits, read.read_only, read.disabled) == (None, True, "")


def test_its_parameters(read: Operation):
    def schema(number: int) -> str:
        return f"{AT}/parameters/{number}/schema"

    at = [f"{AT}/parameters/{number}" for number in range(10)]
    assert read.parameters == (
        Parameter("id", "path", True, "simple", False, schema(0), "i", at[0]),
        Parameter("q", "query", True, "form", True, schema(1), "e", at[1], description="Query"),
        Parameter("d", "query", False, "deepObject", False, schema(2), {"a": 1}, at[2]),
        Parameter("l", "query", False, "form", False, schema(3), ["y"], at[3]),
        Parameter("X-H", "header", False, "simple", False, schema(4), "h", at[4]),
        Parameter("c", "cookie", False, "form", True, schema(5), None, at[5]),
        Parameter("j", "query", False, "form", True, f"{at[6]}/content/application~1json/schema", "jj", at[6], True),
        Parameter("n", "query", False, "form", True, None, None, at[7]),
        Parameter("p", "query", False, "pipeDelimited", False, None, None, at[8]),
        Parameter("e", "query", False, "deepObject", True, None, None, at[9]),
    )


def test_its_body(read: Operation):
    json, form = f"{AT}/requestBody/content/application~1json", f"{AT}/requestBody/content/{FORM.replace('/', '~1')}"
    written = {
        "a": Encoding("pipeDelimited", False),
        "b": Encoding("form", False, "text/csv"),
        "c": Encoding("form", True, JSON),
    }
    content = {
        JSON: MediaType(JSON, f"{json}/schema", {"a": 1, "b": 2}, json),
        FORM: MediaType(FORM, None, {"": {"x": 1}}, form, written),
    }
    assert read.body == RequestBody(True, content, f"{AT}/requestBody")


def test_its_responses(read: Operation):
    at = f"{AT}/responses"
    assert [(one.key, one.status, one.description, one.pointer) for one in read.responses] == [
        ("201", 201, "Made", f"{at}/201"),
        ("4XX", 400, "Wrong", f"{at}/4xx"),
        ("404", 404, "Gone", f"{at}/404"),
        ("default", 500, "Else", f"{at}/default"),
    ]
    made, wrong, gone, _ = read.responses
    assert made.headers == (
        Header("X-A", "5", True, f"{at}/201/headers/X-A/schema", f"{at}/201/headers/X-A"),
        Header("X-B", "b", False, f"{at}/201/headers/X-B/schema", f"{at}/201/headers/X-B"),
        Header("X-C", None, False, None, f"{at}/201/headers/X-C"),
    )
    json, text = f"{at}/201/content/application~1json", f"{at}/201/content/text~1plain"
    assert made.content == {
        JSON: MediaType(JSON, f"{json}/schema", {"made": "m", "not-there": "n", "9x": 1}, json),
        "text/plain": MediaType("text/plain", None, {"made": "M"}, text),
    }
    assert [read.response_for(status) for status in (404, 403)] == [gone, wrong]
    assert (read.success, wrong.headers, gone.content) == (made, (), {})


def test_its_cases(read: Operation):
    at = f"{AT}/responses"
    shown = [(one.name, one.key, one.status, one.bodies, one.pointer) for one in read.cases.values()]
    assert shown == [
        ("made", "made", 201, {JSON: "m", "text/plain": "M"}, f"{at}/201/content/application~1json/examples/made"),
        ("not_there", "not-there", 201, {JSON: "n"}, f"{at}/201/content/application~1json/examples/not-there"),
        ("case_9x", "9x", 201, {JSON: 1}, f"{at}/201/content/application~1json/examples/9x"),
        ("example_400", "", 400, {JSON: {"e": 1}}, f"{at}/4xx/content/application~1json/example"),
        ("made_500", "made", 500, {JSON: 2}, f"{at}/default/content/application~1json/examples/made"),
    ]
    assert list(read.cases) == [name for name, *_ in shown]
    made = read.cases["made"]
    assert (made.summary, made.description, made.provenance) == ("S", "D", "assumed")
    assert [case.is_error for case in read.cases.values()] == [False, False, False, True, True]


def test_cases_are_found_by_name_and_status(read: Operation):
    cases = read.cases
    assert (read.case_named("9x"), read.case_named("made"), read.case_named("")) == (
        cases["case_9x"],
        cases["made"],
        None,
    )
    assert (read.case_for(400), read.case_for(404), read.default) == (cases["example_400"], None, cases["made"])


def test_the_schemas_and_schemes_of_a_spec(tmp_path: Path, read: Operation):
    places = [one.schema for one in read.parameters if one.schema]
    body, answer = f"{AT}/requestBody/content", f"{AT}/responses/201"
    assert read.schemas == (
        *places,
        f"{answer}/content/application~1json/schema",
        f"{body}/application~1json/schema",
        f"{answer}/headers/X-A/schema",
        f"{answer}/headers/X-B/schema",
    )
    scheme = {"type": "apiKey", "in": "query", "name": "k"}
    spec = loaded(tmp_path, {"/a": {"get": {"responses": {}}}}, components={"securitySchemes": {"a": scheme}})
    assert spec.schemes == {"a": SecurityScheme("a", "query", "k")}


@pytest.mark.parametrize(
    ("media_type", "json", "xml", "valid"),
    [
        ("application/json", True, False, True),
        ("Application/JSON ; charset=utf-8", True, False, True),
        ("application/problem+json", True, False, True),
        ("application/jsonp", False, False, True),
        ("text/xml", False, True, True),
        ("application/atom+xml", False, True, True),
        ("image/svg+xml", False, False, True),
        ("text/*", False, False, True),
        ("*/*", False, False, True),
        ("json", False, False, False),
        ("", False, False, False),
    ],
)
def test_what_a_media_type_is(media_type: str, json: bool, xml: bool, valid: bool):
    assert (is_json(media_type), is_xml(media_type), is_media_type(media_type)) == (json, xml, valid)


PASSWORD = {"type": "string", "format": "password"}


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param({"format": "date"}, set(), id="another format"),
        pytest.param(PASSWORD, {ALL}, id="itself"),
        pytest.param({"properties": {"pin": PASSWORD, "x": TEXT}}, {"pin"}, id="a property"),
        pytest.param({"properties": {"a/b": {"$ref": "#/secret"}}}, {"a/b"}, id="by reference"),
        pytest.param({"properties": {"a": {"properties": {"pin": PASSWORD}}}}, {"pin"}, id="far inside"),
        pytest.param({"properties": {"pins": {"items": PASSWORD}}}, {"pins"}, id="the items of a property"),
        pytest.param({"items": PASSWORD}, {ALL}, id="items"),
        *(
            pytest.param({"properties": {"a": {key: [TEXT, PASSWORD]}}}, {"a"}, id=key)
            for key in ("allOf", "anyOf", "oneOf", "prefixItems")
        ),
        *(
            pytest.param({"properties": {"a": {key: {"x/y": PASSWORD}}}}, {"a"}, id=key)
            for key in ("patternProperties", "dependentSchemas")
        ),
        *(
            pytest.param({"properties": {"a": {key: PASSWORD}}}, {"a"}, id=key)
            for key in ("contains", "additionalProperties", "unevaluatedItems", "if", "then", "else")
        ),
        pytest.param({"properties": {"a": {"$ref": "#/loop"}}}, {"b"}, id="a schema that leads to itself"),
        pytest.param({"properties": {"a": {"$ref": "#/nowhere"}, "pin": PASSWORD}}, {"pin"}, id="beside a dead end"),
        pytest.param({"properties": {"a": True, "pin": PASSWORD}}, {"pin"}, id="beside anything"),
        pytest.param({"enum": [{"format": "password"}]}, set(), id="a value that only looks like one"),
    ],
)
def test_the_fields_that_are_passwords(schema: Any, names: set[str]):
    loop = {"properties": {"again": {"$ref": "#/loop"}, "b": PASSWORD}}
    document = {"a": schema, "secret": PASSWORD, "loop": loop}
    assert password_fields(document, "/a") == names
    assert password_fields(document, None) == frozenset()


def test_the_names_of_all_passwords_of_a_document():
    document = {"list": [{"pin": PASSWORD}], "map": {"key": {"other": PASSWORD, "x": TEXT}}, "format": "password"}
    assert password_names(document) == {"pin", "other", ""}
    assert (has_passwords(document), has_passwords({"a": [TEXT]})) == (True, False)
