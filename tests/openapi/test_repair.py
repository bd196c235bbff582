"""What is put right in anybody's spec, so that one defect never costs the whole file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from tests.support.specs import JSON, document, loaded, only, operation, response, saved

SCHEMA = "/components/schemas/A"


@pytest.mark.parametrize(
    ("schema", "repaired", "pointer"),
    [
        pytest.param({"type": ["string", "text"]}, {}, "/type", id="a list of types"),
        pytest.param({"pattern": r"\Aab\Z"}, {"pattern": "^ab$"}, "/pattern", id="anchors of another language"),
        pytest.param({"pattern": "([", "minLength": 1}, {"minLength": 1}, "/pattern", id="a pattern"),
        pytest.param(
            {"minimum": 1, "exclusiveMinimum": True}, {"minimum": 1}, "/exclusiveMinimum", id="a bound of 3.0"
        ),
        pytest.param({"required": ["a", "a", "b"]}, {"required": ["a", "b"]}, "/required", id="a name twice"),
        pytest.param({"required": True, "type": "string"}, {"type": "string"}, "/required", id="required of 3.0"),
        pytest.param({"properties": {"a": None}}, {"properties": {"a": {}}}, "/properties/a", id="no schema"),
        pytest.param({"allOf": [None]}, {"allOf": [{}]}, "/allOf/0", id="no schema in a list"),
        pytest.param(
            {"items": {"properties": {"a": {"minLength": "1"}}}},
            {"items": {"properties": {"a": {}}}},
            "/items/properties/a/minLength",
            id="deep inside",
        ),
        pytest.param(
            {"items": [{"type": "integer"}], "additionalItems": False},
            {"prefixItems": [{"type": "integer"}], "items": False},
            "/items",
            id="a list of items",
        ),
        pytest.param({"properties": {"type": {"type": "x"}}}, {"properties": {"type": {}}}, "/properties/type/type"),
        pytest.param({"patternProperties": {"([": {}}}, {"patternProperties": {}}, "/patternProperties/(["),
        pytest.param({"$ref": "#/nowhere"}, {}, "/$ref", id="a dangling reference"),
        pytest.param({"$ref": "other.yaml#/A", "type": "object"}, {"type": "object"}, "/$ref", id="one with siblings"),
        pytest.param({"$ref": "#/info/title"}, {}, "/$ref", id="a reference to a text"),
        pytest.param({"$ref": f"#{SCHEMA}"}, {}, "/$ref", id="a reference to itself"),
    ],
)
def test_a_schema_is_repaired(tmp_path: Path, schema: Any, repaired: Any, pointer: str):
    spec = loaded(tmp_path, operation(), components={"schemas": {"A": schema, "B": {"$ref": f"#{SCHEMA}"}}})
    assert SCHEMA + pointer in [at for at, _, _ in spec.notes]
    assert spec.document["components"]["schemas"]["A"] == repaired
    Schemas(spec).is_valid("/components/schemas/B", "x")


@pytest.mark.parametrize(
    "name", ["List[System.Int64]", "Map<String,Foo>", "List«Foo»", "A`1[[B, C=1]]", "F{x}|^", "100%"]
)
def test_a_reference_to_a_name_that_no_uri_may_have_is_followed(tmp_path: Path, name: str):
    schemas = {name: {"type": "integer"}, "A": {"properties": {"a": {"$ref": f"#/components/schemas/{name}"}}}}
    spec = loaded(tmp_path, operation(), components={"schemas": schemas})
    assert [rule for _, rule, _ in spec.notes] == []
    asked = Schemas(spec)
    assert asked.is_valid(SCHEMA, {"a": 1})
    assert asked.errors(SCHEMA, {"a": "x"}) == [("/a", '"x" is not of type "integer"')]


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        pytest.param({"tags": None}, "/tags", id="empty tags"),
        pytest.param({"parameters": None}, "/parameters", id="no list of parameters"),
        pytest.param({"parameters": [None]}, "/parameters/0", id="no parameter"),
        pytest.param({"parameters": [{"$ref": "#/nowhere"}]}, "/parameters/0/$ref", id="a parameter that isn't there"),
        pytest.param({"requestBody": {"content": {JSON: None}}}, "/requestBody/content/application~1json", id="media"),
        pytest.param({"requestBody": {"$ref": 5}}, "/requestBody/$ref", id="a body that leads nowhere"),
        pytest.param({"security": [{"k": None}]}, "/security/0/k", id="no roles"),
        pytest.param({"responses": None}, "/responses", id="no responses"),
        pytest.param({"x-credits": {}}, "/x-credits", id="credits without a figure"),
    ],
)
def test_a_part_is_left_out(tmp_path: Path, parts: dict[str, Any], pointer: str):
    spec = loaded(tmp_path, operation(**parts) | operation(path="/b", responses={"200": response(ok=1)}))
    first, second = spec.operations
    assert f"/paths/~1things/get{pointer}" in [at for at, _, _ in spec.notes]
    assert (first.disabled, second.disabled, list(second.cases)) == ("", "", ["ok"])


def test_a_parameter_of_the_path_that_is_not_declared_is_any_text(tmp_path: Path):
    (parameter,) = only(loaded(tmp_path, operation(path="/things/{id}"))).parameters
    assert (parameter.name, parameter.where, parameter.required, parameter.schema) == ("id", "path", True, None)


def test_an_id_that_is_there_twice_gets_a_number(tmp_path: Path):
    paths = operation(operationId="a") | operation(path="/b", operationId="a") | operation(path="/c", operationId="a_2")
    assert [found.id for found in loaded(tmp_path, paths).operations] == ["a", "a_3", "a_2"]


def test_ids_that_are_made_up_never_clash(tmp_path: Path):
    paths = operation(path="/sign-up") | operation(path="/sign/up")
    assert [found.id for found in loaded(tmp_path, paths).operations] == ["get_sign_up", "get_sign_up_2"]


def test_a_document_as_a_whole_is_no_reference(tmp_path: Path):
    parameter = {"name": "q", "in": "query", "schema": {"pattern": "(["}}
    spec = load(saved(tmp_path, {**document(operation(parameters=[parameter])), "$ref": "#"}), "things")
    assert [rule for _, rule, _ in spec.notes] == ["pattern"]


def test_a_file_without_paths_has_no_operations(tmp_path: Path):
    spec = load(saved(tmp_path, "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nwebhooks: {}\n"), "things")
    assert spec.operations == ()


def test_a_key_that_is_no_status_is_left_out(tmp_path: Path):
    responses = {"200": {"description": "ok"}, "ok": {"description": "no"}, "2": {"description": "no"}}
    assert [found.key for found in only(loaded(tmp_path, operation(responses=responses))).responses] == ["200"]


def test_methods_of_openapi_3_2(tmp_path: Path):
    item = {"/things": {"query": {"responses": {}}, "additionalOperations": {"COPY": {"responses": {}}}}}
    spec = load(saved(tmp_path, document(item, openapi="3.2.0")), "things")
    assert [(found.method, found.id, found.read_only) for found in spec.operations] == [
        ("QUERY", "query_things", True),
        ("COPY", "copy_things", False),
    ]
    assert spec.operations[1].pointer == "/paths/~1things/additionalOperations/COPY"
