"""OpenAPI 3.0 read as 3.1."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.origins import Origins, original
from mockserver.openapi.upgrade import upgrade_3_0
from tests.support.specs import JSON, document, operation


def upgrade(spec: dict[str, Any]) -> dict[str, Any]:
    upgrade_3_0(spec, {})
    return spec


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"type": "string"}, {"type": "string"}, id="nothing to do"),
        pytest.param({"type": "string", "nullable": True}, {"type": ["string", "null"]}, id="nullable"),
        pytest.param({"type": "string", "nullable": False}, {"type": "string"}, id="not nullable"),
        pytest.param(
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="a nullable enumeration",
        ),
        pytest.param(
            {"type": "string", "enum": ["a", None], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="a nullable enumeration that lists null",
        ),
        pytest.param(
            {"nullable": True, "allOf": [{"$ref": "#/x"}]},
            {"anyOf": [{"allOf": [{"$ref": "#/x"}]}, {"type": "null"}]},
            id="a nullable sum",
        ),
        pytest.param(
            {"nullable": True, "$ref": "#/x"}, {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}, id="a nullable reference"
        ),
        pytest.param({"minimum": 0, "exclusiveMinimum": True}, {"exclusiveMinimum": 0}, id="an exclusive minimum"),
        pytest.param({"maximum": 9, "exclusiveMaximum": True}, {"exclusiveMaximum": 9}, id="an exclusive maximum"),
        pytest.param({"minimum": 0, "exclusiveMinimum": False}, {"minimum": 0}, id="an inclusive minimum"),
        pytest.param({"exclusiveMinimum": True}, {}, id="an exclusive minimum of nothing"),
        pytest.param({"exclusiveMinimum": 0}, {"exclusiveMinimum": 0}, id="one that is written as in 3.1"),
        pytest.param(
            {"properties": {"nullable": {"type": "boolean", "nullable": True}}},
            {"properties": {"nullable": {"type": ["boolean", "null"]}}},
            id="a property called nullable",
        ),
        pytest.param(
            {"properties": {"properties": {"type": "string", "nullable": True}, "example": {"nullable": False}}},
            {"properties": {"properties": {"type": ["string", "null"]}, "example": {}}},
            id="properties called properties and example",
        ),
        pytest.param(
            {"properties": {"a": {"properties": {"b": {"type": "string", "nullable": True}}}}},
            {"properties": {"a": {"properties": {"b": {"type": ["string", "null"]}}}}},
            id="properties in properties",
        ),
        pytest.param(
            {"properties": {"properties": {"properties": {"default": {"type": "string", "nullable": True}}}}},
            {"properties": {"properties": {"properties": {"default": {"type": ["string", "null"]}}}}},
            id="properties in a property called properties",
        ),
        pytest.param(
            {"items": {"type": "string", "nullable": True}}, {"items": {"type": ["string", "null"]}}, id="items"
        ),
        pytest.param(
            {"oneOf": [{"type": "string", "nullable": True}]}, {"oneOf": [{"type": ["string", "null"]}]}, id="a choice"
        ),
        pytest.param({"example": {"nullable": True}}, {"example": {"nullable": True}}, id="an example is data"),
        pytest.param({"default": {"nullable": True}}, {"default": {"nullable": True}}, id="a default is data"),
        pytest.param({"enum": [{"nullable": True}]}, {"enum": [{"nullable": True}]}, id="an enumeration is data"),
        pytest.param(
            {"examples": {"a": {"value": {"nullable": True}}}},
            {"examples": {"a": {"value": {"nullable": True}}}},
            id="an example by name is data",
        ),
    ],
)
def test_a_schema_of_3_0_as_one_of_3_1(old: dict[str, Any], new: dict[str, Any]):
    spec = document({}, openapi="3.0.3", components={"schemas": {"value": old}})
    assert upgrade(spec)["components"]["schemas"] == {"value": new}


@pytest.mark.parametrize("key", ["200", "default"])
def test_schemas_are_found_under_any_status(key: str):
    schema = {"type": "string", "nullable": True}
    old = document(
        operation(responses={key: {"description": "ok", "content": {JSON: {"schema": schema}}}}), openapi="3.0.3"
    )
    content = upgrade(old)["paths"]["/things"]["get"]["responses"][key]["content"]
    assert content == {JSON: {"schema": {"type": ["string", "null"]}}}


def test_schemas_are_found_where_a_reference_leads():
    old = document({}, openapi="3.0.3", components={"schemas": {"A": {"$ref": "#/x-mine/B"}}})
    old["x-mine"] = {"B": {"items": {"type": "string", "nullable": True}}, "C": {"type": "string", "nullable": True}}
    assert upgrade(old)["x-mine"] == {"B": {"items": {"type": ["string", "null"]}}, "C": old["x-mine"]["C"]}


@pytest.mark.parametrize(
    "user",
    [
        {"$ref": "#/components/schemas/A/properties/b"},
        {"anyOf": [{"$ref": "#/components/schemas/A/properties/b"}]},
        {"nullable": True, "$ref": "#/components/schemas/A/properties/b"},
    ],
)
def test_a_reference_into_what_may_be_null_still_leads_there(user: dict[str, Any]):
    schemas = {
        "A": {"nullable": True, "properties": {"b": {"type": "integer"}}},
        "B": user,
        "C": {"$ref": "#/components/schemas/A"},
    }
    made = upgrade(document({}, openapi="3.0.3", components={"schemas": schemas}))["components"]["schemas"]
    reference = made["B"].get("$ref") or made["B"]["anyOf"][0]["$ref"]
    assert reference == "#/components/schemas/A/anyOf/0/properties/b"
    assert made["C"] == {"$ref": "#/components/schemas/A"}


def test_what_moves_is_found_where_it_stood():
    inner = {"nullable": True, "properties": {"b": {"nullable": True, "enum": ["x"]}}}
    spec = document({}, openapi="3.0.3", components={"schemas": {"A": inner}})
    origins: Origins = {}
    upgrade_3_0(spec, origins)
    place, b = "/components/schemas/A", "/anyOf/0/properties/b"
    assert spec["components"]["schemas"]["A"]["anyOf"][0]["properties"]["b"]["anyOf"][0] == {"enum": ["x"]}
    assert original(origins, f"{place}{b}/anyOf/0/enum/0") == f"{place}/properties/b/enum/0"
    assert original(origins, f"{place}{b}/anyOf/1") == f"{place}/properties/b/anyOf/1"
    assert original(origins, "/paths/~1a") == "/paths/~1a"
