"""What each version of OpenAPI allows: no key that it has is a defect, and a later version's is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.findings import ERRORS, NOTES
from mockserver.openapi.loader import examine, load
from tests.support.specs import JSON, document, loaded, only, operation, saved

THINGS = "/paths/~1things"
TEXT = {"type": "string"}


def told(folder: Path, spec: dict[str, Any]) -> list[tuple[str, str]]:
    """The errors of a spec: (pointer, rule) each."""
    return [(one.pointer, one.rule) for one in examine(saved(folder, spec)) if one.rule not in NOTES]


NEW: dict[str, Any] = {
    "openapi": "3.2.0",
    "$self": "https://a.example/api.yaml",
    "info": {"title": "T", "version": "1", "summary": "S", "license": {"name": "MIT", "identifier": "MIT"}},
    "servers": [{"url": "https://a.example/{v}", "name": "main", "variables": {"v": {"enum": ["1"], "default": "1"}}}],
    "tags": [{"name": "a", "summary": "A", "kind": "nav"}, {"name": "b", "parent": "a", "externalDocs": {"url": "x"}}],
    "security": [{"device": []}],
    "paths": {
        "/things": {
            "query": {
                "operationId": "search",
                "requestBody": {"content": {JSON: {"schema": TEXT}}},
                "responses": {"200": {"summary": "found", "content": {JSON: {"$ref": "#/components/mediaTypes/Pet"}}}},
            },
            "get": {
                "parameters": [
                    {
                        "name": "q",
                        "in": "querystring",
                        "content": {
                            "application/x-www-form-urlencoded": {
                                "schema": {
                                    "required": ["n"],
                                    "properties": {"n": {"type": "integer"}, "tags": {"type": "array", "items": TEXT}},
                                },
                                "example": {"n": 1},
                            }
                        },
                    },
                    {"name": "c", "in": "cookie", "style": "cookie", "schema": TEXT},
                ],
                "responses": {
                    "200": {
                        "content": {
                            "text/event-stream": {
                                "itemSchema": {"properties": {"data": TEXT}},
                                "itemEncoding": {"contentType": JSON},
                            },
                            JSON: {
                                "examples": {
                                    "data": {"dataValue": {"a": 1}},
                                    "text": {"serializedValue": '{"a": 2}'},
                                    "wrong": {"serializedValue": "{"},
                                }
                            },
                        }
                    }
                },
            },
            "additionalOperations": {"COPY": {"responses": {"201": {"content": {"multipart/mixed": {}}}}}},
        }
    },
    "components": {
        "mediaTypes": {"Pet": {"schema": {"$ref": "#/components/schemas/Pet"}}},
        "schemas": {
            "Pet": {
                "properties": {"kind": TEXT, "x": {"xml": {"nodeType": "attribute"}, "type": "string"}},
                "discriminator": {"propertyName": "kind", "defaultMapping": "Pet"},
            }
        },
        "securitySchemes": {
            "device": {
                "type": "oauth2",
                "deprecated": True,
                "oauth2MetadataUrl": "https://a.example",
                "flows": {"deviceAuthorization": {"deviceAuthorizationUrl": "x", "tokenUrl": "x", "scopes": {}}},
            }
        },
    },
}


def test_what_3_2_has_is_no_defect(tmp_path: Path):
    assert examine(saved(tmp_path, NEW)) == ()


def test_what_3_2_has_is_read(tmp_path: Path):
    spec = load(saved(tmp_path, NEW), "things")
    search, copy = spec.operation("search"), spec.operation("copy_things")
    get = spec.operation("get_things")
    assert search is not None
    assert copy is not None
    assert get is not None
    assert (search.method, copy.method, spec.mounts, spec.notes) == ("QUERY", "COPY", ("/1",), ())
    assert search.responses[0].content[JSON].schema == "/components/mediaTypes/Pet/schema"
    assert [(one.where, one.name, one.required, one.style, one.example) for one in get.parameters] == [
        ("query", "n", True, "form", 1),
        ("query", "tags", False, "form", None),
        ("cookie", "c", False, "form", None),
    ]
    assert {name: case.bodies[JSON] for name, case in get.cases.items()} == {
        "data": {"a": 1},
        "text": {"a": 2},
        "wrong": "{",
    }


def test_what_3_2_has_is_an_error_in_3_1(tmp_path: Path):
    assert {place for place, rule in told(tmp_path, {**NEW, "openapi": "3.1.1"}) if rule == "unknown-key"} == {
        "/$self",
        "/servers/0/name",
        "/tags/0/summary",
        "/tags/0/kind",
        "/tags/1/parent",
        f"{THINGS}/query",
        f"{THINGS}/additionalOperations",
        f"{THINGS}/query/responses/200/summary",
        f"{THINGS}/get/responses/200/content/text~1event-stream/itemSchema",
        f"{THINGS}/get/responses/200/content/text~1event-stream/itemEncoding",
        f"{THINGS}/get/responses/200/content/application~1json/examples/data/dataValue",
        f"{THINGS}/get/responses/200/content/application~1json/examples/text/serializedValue",
        f"{THINGS}/get/responses/200/content/application~1json/examples/wrong/serializedValue",
        "/components/mediaTypes",
        "/components/securitySchemes/device/deprecated",
        "/components/securitySchemes/device/oauth2MetadataUrl",
        "/components/securitySchemes/device/flows/deviceAuthorization",
        "/components/securitySchemes/device/flows/deviceAuthorization/deviceAuthorizationUrl",
        "/components/schemas/Pet/discriminator/defaultMapping",
        "/components/schemas/Pet/properties/x/xml/nodeType",
    }


def test_a_query_string_that_is_no_form_is_not_looked_into(tmp_path: Path):
    parameter = {"name": "q", "in": "querystring", "content": {JSON: {"schema": {"type": "object"}}}}
    spec = loaded(tmp_path, operation(parameters=[parameter]), openapi="3.2.0")
    assert (only(spec).parameters, only(spec).disabled) == ((), "")
    assert [note[1] for note in spec.notes] == ["unsupported"]


def test_a_security_scheme_may_be_told_by_reference(tmp_path: Path):
    schemes = {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    paths = operation(security=[{"#/components/securitySchemes/k": []}])
    spec = loaded(tmp_path, paths, openapi="3.2.0", components={"securitySchemes": schemes})
    assert (only(spec).security, spec.notes) == (({"k": ()},), ())


def schema_in(version: str, schema: dict[str, Any]) -> dict[str, Any]:
    return document(operation(), openapi=version, components={"schemas": {"A": schema}})


A = "/components/schemas/A"


@pytest.mark.parametrize(
    ("version", "schema", "errors"),
    [
        pytest.param("3.0.3", {"type": "string", "nullable": True}, [], id="nullable in 3.0"),
        pytest.param("3.1.0", {"type": "string", "nullable": True}, [], id="nullable in 3.1 is somebody's keyword"),
        pytest.param("3.1.0", {"minLenght": 1}, [], id="so is a misspelt one"),
        pytest.param("3.0.3", {"minLenght": 1}, [(f"{A}/minLenght", "unknown-key")], id="in 3.0 there are none"),
        pytest.param("3.0.3", {"const": 1}, [(f"{A}/const", "unknown-key")], id="const in 3.0"),
        pytest.param("3.0.3", {"type": ["string", "null"]}, [(f"{A}/type", "schema")], id="two types in 3.0"),
        pytest.param("3.0.3", {"type": "array"}, [(A, "required")], id="an array without items in 3.0"),
        pytest.param("3.1.0", {"type": "array"}, [], id="an array without items in 3.1"),
        pytest.param("3.0.3", {"exclusiveMinimum": True, "minimum": 1}, [], id="an exclusive bound in 3.0"),
        pytest.param(
            "3.1.0",
            {"exclusiveMinimum": True, "minimum": 1},
            [(f"{A}/exclusiveMinimum", "schema")],
            id="an exclusive bound in 3.1",
        ),
        pytest.param(
            "3.0.3",
            {"type": "string", "default": 1},
            [(f"{A}/default", "default-type")],
            id="a default of another type",
        ),
        pytest.param("3.1.0", {"type": "string", "default": 1}, [], id="a default of another type in 3.1"),
        pytest.param("3.0.3", {"type": "number", "default": 1}, [], id="a whole number is a number"),
        pytest.param("3.0.3", {"type": "string", "maxLength": 1, "default": "ab"}, [], id="a default that is too long"),
        pytest.param("3.0.3", {"type": "string", "example": 1}, [], id="an example, which only should be valid"),
        pytest.param("3.1.0", {"pattern": "(["}, [], id="a pattern, which only should be one"),
        pytest.param("3.1.0", {"discriminator": {}}, [(f"{A}/discriminator", "required")], id="a discriminator"),
        pytest.param("3.1.0", {"type": "strng"}, [(f"{A}/type", "schema")], id="a type that is none"),
    ],
)
def test_what_a_schema_may_be(tmp_path: Path, version: str, schema: dict[str, Any], errors: list[tuple[str, str]]):
    assert told(tmp_path, schema_in(version, schema)) == errors


@pytest.mark.parametrize(
    ("parts", "errors"),
    [
        pytest.param({"parameters": [{"name": "a", "in": "query"}]}, ["parameter"], id="neither schema nor content"),
        pytest.param(
            {"parameters": [{"name": "a", "in": "query", "schema": TEXT, "content": {JSON: {}}}]},
            ["parameter"],
            id="both schema and content",
        ),
        pytest.param(
            {"parameters": [{"name": "a", "in": "query", "content": {JSON: {}, "text/plain": {}}}]},
            ["parameter"],
            id="two contents",
        ),
        pytest.param({"parameters": [{"name": "a", "in": "query", "schema": TEXT}] * 2}, ["parameter"], id="twice"),
        pytest.param({"responses": {}}, ["required"], id="no status"),
        pytest.param({"responses": {"201": {"$ref": "#/nowhere"}}}, ["dangling-ref"], id="a response that isn't there"),
        pytest.param({"summary": None}, ["type"], id="null for a text"),
        pytest.param({"deprecated": "yes"}, ["type"], id="a text for a switch"),
        pytest.param({"externalDocs": {}}, ["required"], id="documents without an address"),
        pytest.param({"x-anything": 5}, [], id="somebody's own key"),
        pytest.param({"x-request-id": 5}, [], id="a key of ours in another place"),
        pytest.param({"security": [{"no": []}]}, ["security-scheme"], id="a scheme that isn't there"),
        pytest.param({"servers": [{"url": "/{a}", "variables": {"a": {}}}]}, ["required"], id="no default"),
        pytest.param(
            {"parameters": [{"name": "a", "in": "query", "schema": TEXT, "example": "a", "examples": {}}]},
            ["exclusive"],
            id="example and examples",
        ),
        pytest.param(
            {"responses": {"200": {"description": "ok", "headers": {"X-A": {"description": "no schema"}}}}},
            ["parameter"],
            id="a header without a schema",
        ),
        pytest.param(
            {"servers": [{"url": "/{a}", "variables": {"a": {"default": "x", "enum": ["y"]}}}]},
            ["server"],
            id="another",
        ),
    ],
)
def test_what_an_operation_may_have(tmp_path: Path, parts: dict[str, Any], errors: list[str]):
    assert [rule for _, rule in told(tmp_path, document(operation(**parts)))] == errors


@pytest.mark.parametrize(
    ("version", "spec", "errors"),
    [
        ("3.0.3", {"/things": {"get": {}}}, [(f"{THINGS}/get", "required")]),
        ("3.1.0", {"/things": {"get": {}}}, []),
        ("3.1.0", {"/things": {"get": {"responses": {"200": {}}}}}, [(f"{THINGS}/get/responses/200", "required")]),
        ("3.2.0", {"/things": {"get": {"responses": {"200": {}}}}}, []),
    ],
)
def test_what_is_required(tmp_path: Path, version: str, spec: dict[str, Any], errors: list[tuple[str, str]]):
    assert told(tmp_path, document(spec, openapi=version)) == errors


@pytest.mark.parametrize(
    ("tags", "errors"),
    [
        ([{"name": "a"}, {"name": "b"}], []),
        ([{"name": "a"}, {"name": "a"}], [("/tags/1", "tag")]),
        ([{"name": "a", "parent": "b"}], [("/tags/0/parent", "tag")]),
        ([{}], [("/tags/0", "required")]),
    ],
)
def test_tags(tmp_path: Path, tags: list[dict[str, Any]], errors: list[tuple[str, str]]):
    assert told(tmp_path, document(operation(), openapi="3.2.0", tags=tags)) == errors


@pytest.mark.parametrize(
    ("version", "scheme", "errors"),
    [
        ("3.1.0", {"type": "mutualTLS"}, []),
        ("3.0.3", {"type": "mutualTLS"}, ["type"]),
        ("3.1.0", {"type": "basic"}, ["type"]),
        ("3.1.0", {"type": {}}, ["type"]),
        ("3.1.0", {"type": "apiKey"}, ["required", "required"]),
        ("3.1.0", {"type": "http"}, ["required"]),
        ("3.1.0", {"type": "oauth2", "flows": {"implicit": {"scopes": {}}}}, ["required"]),
        ("3.1.0", {"type": "oauth2", "flows": {"password": {"tokenUrl": "x", "scopes": {}}}}, []),
        ("3.1.0", {"type": "openIdConnect", "openIdConnectUrl": "x"}, []),
    ],
)
def test_security_schemes(tmp_path: Path, version: str, scheme: dict[str, Any], errors: list[str]):
    spec = document(operation(), openapi=version, components={"securitySchemes": {"k": scheme}})
    assert [rule for _, rule in told(tmp_path, spec)] == errors


@pytest.mark.parametrize("path", ["/things#add", "/things?a=b"])
def test_a_path_that_no_request_has_is_a_note(tmp_path: Path, path: str):
    assert [one.rule for one in examine(saved(tmp_path, document(operation(path=path))))] == ["path-characters"]
    assert [note[1] for note in loaded(tmp_path, operation(path=path)).notes] == ["path-characters"]


def test_every_rule_is_an_error_or_a_note():
    assert ERRORS.isdisjoint(NOTES)


# Webhooks and callbacks

SENT = {
    "summary": "Paid",
    "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Event"}}}},
    "responses": {"200": {"description": "taken"}},
}
SENDING: dict[str, Any] = {
    **document(
        operation(
            "post",
            operationId="subscribe",
            callbacks={
                "paid": {"{$request.body#/url}": {"post": SENT}, "x-note": 1},
                "shared": {"$ref": "#/components/callbacks/Shared"},
            },
        )
    ),
    "webhooks": {
        "newPet": {"post": {**SENT, "operationId": "petCame"}},
        "gone": {"$ref": "#/components/pathItems/Gone"},
    },
    "components": {
        "callbacks": {"Shared": {"http://a.example?id={$response.body#/id}": {"put": SENT}}},
        "pathItems": {"Gone": {"delete": {"responses": {"204": {"description": "taken"}}}}},
        "schemas": {"Event": {"type": "object", "properties": {"id": {"type": "integer", "example": 1}}}},
    },
}


def test_webhooks_and_callbacks_are_read(tmp_path: Path):
    spec = load(saved(tmp_path, SENDING), "things")
    shown = [(one.name, one.of, one.expression, one.operation.method, one.operation.id) for one in spec.webhooks]
    assert shown == [
        ("newPet", "", "", "POST", "petCame"),
        ("gone", "", "", "DELETE", "delete_gone"),
        ("paid", "subscribe", "{$request.body#/url}", "POST", "post_request_body_url"),
        (
            "shared",
            "subscribe",
            "http://a.example?id={$response.body#/id}",
            "PUT",
            "put_http_a_example_id_response_body_id",
        ),
    ]
    body = spec.webhooks[2].operation.body
    assert body is not None
    assert body.content[JSON].schema == (
        f"{THINGS}/post/callbacks/paid/{{$request.body#~1url}}/post/requestBody/content/application~1json/schema"
    )
    assert [found.id for found in spec.operations] == ["subscribe"]
    assert spec.notes == ()


def test_webhooks_and_callbacks_are_checked(tmp_path: Path):
    assert examine(saved(tmp_path, SENDING)) == ()
    schemas = {"Event": {"type": "object", "properties": {"id": {"type": "intger"}}}}
    broken = {
        **SENDING,
        "webhooks": {"newPet": {"post": {**SENT, "operationId": "subscribe", "respones": {}}}, "x": {"post": 5}},
        "components": {**SENDING["components"], "schemas": schemas},
    }
    assert sorted(told(tmp_path, broken)) == [
        ("/components/schemas/Event/properties/id/type", "schema"),
        ("/webhooks/newPet/post", "operation-id"),
        ("/webhooks/newPet/post/respones", "unknown-key"),
        ("/webhooks/x/post", "type"),
    ]
