"""Swagger 2.0, served as OpenAPI 3.1, and checked as what it is."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.compiled import CompiledVendor
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.runner import Engine
from mockserver.openapi.loader import load
from mockserver.openapi.model import Operation, Spec
from mockserver.plugin import Vendor
from mockserver.stores.memory import MemoryStore
from tests.support.serving import answer_of, request_of
from tests.support.specs import saved

FOLDER = Path(__file__).parent / "swagger"
FORM = "application/x-www-form-urlencoded"


def spec_of(name: str) -> Spec:
    (file,) = FOLDER.glob(f"{name}.*")
    return load(file, name)


def operation_of(name: str, operation: str) -> Operation:
    found = spec_of(name).operation(operation)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def engine() -> Engine:
    files = {file.stem: file for file in FOLDER.iterdir() if file.is_file()}
    vendors = {name: CompiledVendor(Vendor(name, file, strict=False), 10_000) for name, file in files.items()}
    store = MemoryStore(most=10, journal_bytes=10**6, journal_total=10**6)
    return Engine(Pipeline(vendors), store, raises_bugs=True)


PET = b'{"name": "a", "photoUrls": []}'
KEY = {"Authorization": "Bearer t"}
TENANT = {"X-Tenant": "t"}
PARTS = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\nPNG\r\n--x--\r\n'
ORDERS = "/shop/api/orders"


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"),
    [
        pytest.param("POST", "/petstore/v2/pet", KEY, PET, 200, id="a body"),
        pytest.param("POST", "/petstore/v2/pet", KEY, b'{"name": 1}', 400, id="one that breaks its definition"),
        pytest.param("POST", "/petstore/v2/pet", {}, PET, 401, id="no token"),
        pytest.param("GET", "/petstore/v2/pet/findByStatus?status=sold&status=pending", KEY, None, 200, id="multi"),
        pytest.param("GET", "/petstore/v2/pet/findByStatus?status=sold,pending", KEY, None, 400, id="no multi"),
        pytest.param("GET", "/petstore/v2/pet/7", {"api_key": "k"}, None, 200, id="a key in a header"),
        pytest.param("GET", "/petstore/v2/pet/x", {"api_key": "k"}, None, 400, id="a path parameter of another type"),
        pytest.param("POST", "/petstore/v2/pet/7", {**KEY, "Content-Type": FORM}, b"status=sold", 204, id="a form"),
        pytest.param("POST", "/petstore/v2/pet/7", {**KEY, "Content-Type": FORM}, b"status=x", 400, id="a wrong field"),
        pytest.param(
            "POST",
            "/petstore/v2/pet/7/uploadImage",
            {**KEY, "Content-Type": "multipart/form-data; boundary=x"},
            PARTS,
            200,
            id="a file",
        ),
        pytest.param(
            "POST",
            "/petstore/v2/pet/7/uploadImage",
            {**KEY, "Content-Type": "multipart/form-data; boundary=x"},
            PARTS.replace(b"file", b"life"),
            400,
            id="no file",
        ),
        pytest.param("GET", f"{ORDERS}?ids=1%7C2&tags=a,b&tabs=1%091&since=", TENANT, None, 200, id="lists"),
        pytest.param("GET", f"{ORDERS}?ids=1%7Cx", TENANT, None, 400, id="a wrong item between pipes"),
        pytest.param("GET", f"{ORDERS}?tags=a,b,c", TENANT, None, 400, id="too many items"),
        pytest.param("GET", ORDERS, {}, None, 400, id="no shared parameter"),
        pytest.param("POST", ORDERS, TENANT, b'{"total": 1, "kind": "Order"}', 201, id="a shared body"),
        pytest.param("POST", ORDERS, TENANT, b'{"total": 0}', 400, id="one at an exclusive bound"),
        pytest.param("POST", ORDERS, TENANT, b"", 400, id="no body"),
        pytest.param("GET", "/shop/api/orders/a1/receipt", {}, None, 200, id="a file as an answer"),
        pytest.param(
            "POST",
            "/shop/api/orders/a/notes",
            {"Content-Type": FORM},
            b"note=ab&labels=x&labels=y&codes=1,2&urgent=true",
            200,
            id="lists in a form",
        ),
        pytest.param(
            "POST", "/shop/api/orders/a/notes", {"Content-Type": FORM}, b"note=ab&codes=x", 400, id="a wrong item"
        ),
        pytest.param(
            "POST", "/shop/api/orders/a/notes", {"Content-Type": FORM}, b"note=ab&urgent=5", 400, id="a shared field"
        ),
    ],
)
def test_it_is_served(
    engine: Engine, method: str, target: str, headers: dict[str, str], body: bytes | None, status: int
):
    if body is not None:
        headers = {"Content-Type": "application/json", **headers}
    assert answer_of(engine.respond(request_of(method, target, headers, body), 10**12)).status == status


def test_an_example_is_answered(engine: Engine):
    answer = answer_of(engine.respond(request_of("GET", ORDERS, TENANT, None), 10**12))
    assert answer.json == [{"id": 1, "total": 5}]


def test_servers():
    assert [(spec.mounts, spec.hosts) for spec in map(spec_of, ("petstore", "shop"))] == [
        (("/v2",), ("petstore.swagger.io",)),
        (("/api",), ()),
    ]


def test_security_schemes():
    shown = {name: (one.where, one.parameter, one.prefix) for name, one in spec_of("shop").schemes.items()}
    assert shown == {"basic": ("header", "Authorization", "basic"), "app": ("header", "Authorization", "bearer")}


@pytest.mark.parametrize(
    ("operation", "types"),
    [
        ("makeOrder", ["application/json"]),
        ("replaceOrders", ["application/vnd.shop+json", "text/plain"]),
        ("addNotes", ["multipart/form-data", FORM]),
    ],
)
def test_the_media_types_of_a_body(operation: str, types: list[str]):
    body = operation_of("shop", operation).body
    assert body is not None
    assert (list(body.content), body.required) == (types, True)


@pytest.mark.parametrize(
    ("operation", "status", "types"),
    [
        ("listOrders", "200", ["application/json", "text/csv"]),
        ("getReceipt", "200", ["application/pdf"]),
        ("replaceOrders", "204", []),
    ],
)
def test_the_media_types_of_an_answer(operation: str, status: str, types: list[str]):
    (found,) = [one for one in operation_of("shop", operation).responses if one.key == status]
    assert list(found.content) == types


def test_styles_and_examples_of_parameters():
    shown = [(one.name, one.style, one.explode, one.example) for one in operation_of("shop", "listOrders").parameters]
    assert shown == [
        ("X-Tenant", "simple", False, None),
        ("ids", "pipeDelimited", False, None),
        ("tags", "form", False, None),
        ("matrix", "form", False, None),
        ("tabs", "form", True, None),
        ("since", "form", True, "2024-01-01"),
    ]


# What is wrong stands where it was written

GOOD: dict[str, Any] = {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": {}}
OK = {"200": {"description": "ok"}}
THINGS = "/paths/~1things"
NO_TYPE = "\"strng\" is not valid under any of the schemas listed in the 'anyOf' keyword [schema]"


def checked(folder: Path, document: dict[str, Any]) -> list[str]:
    path = saved(folder, {**GOOD, **document})
    stdout = StringIO()
    main(["check", str(path)], {}, stdout)
    return [line.partition(": ")[2] for line in stdout.getvalue().splitlines()[:-1]]


def posting(*parameters: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"paths": {"/things": {"post": {"parameters": list(parameters), "responses": OK, **parts}}}}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param({"host": "a.example"}, [], id="nothing"),
        pytest.param(
            {"definitions": {"A": {"type": "strng"}}},
            [f"/definitions/A/type: {NO_TYPE}"],
            id="a definition",
        ),
        pytest.param(
            {"definitions": {"A": {"x-nullable": True, "properties": {"a": {"minLength": "1"}}}}},
            ['/definitions/A/properties/a/minLength: "1" is not of type "integer" [schema]'],
            id="one that may be null",
        ),
        pytest.param(
            posting({"name": "q", "in": "query", "type": "strng"}),
            [f"{THINGS}/post/parameters/0/type: {NO_TYPE}"],
            id="a parameter's type",
        ),
        pytest.param(
            posting(
                {"name": "b", "in": "body", "schema": {"properties": {"a": {"minLength": "1"}}}},
                {"name": "q", "in": "query", "type": "integer", "default": "x"},
            ),
            [
                f'{THINGS}/post/parameters/0/schema/properties/a/minLength: "1" is not of type "integer" [schema]',
                f'{THINGS}/post/parameters/1: the example of parameter \'q\': "x" is not of type "integer" '
                "[example] (note)",
                f'{THINGS}/post/parameters/1/default: the default breaks its schema: "x" is not of type "integer" '
                "[default-type]",
            ],
            id="a body, and a parameter behind it",
        ),
        pytest.param(
            posting({"name": "f", "in": "formData", "type": "string", "minLength": "1"}),
            [f'{THINGS}/post/parameters/0/minLength: "1" is not of type "integer" [schema]'],
            id="a field of a form",
        ),
        pytest.param(
            posting(responses={"200": {"description": "ok", "schema": {"$ref": "#/definitions/No"}}}),
            [f"{THINGS}/post/responses/200/schema/$ref: there is no 'definitions' in #/ [dangling-ref]"],
            id="a reference",
        ),
        pytest.param(
            posting({"name": "q", "in": "query"}),
            [f"{THINGS}/post/parameters/0: parameter in query needs 'type' [required]"],
            id="no type",
        ),
        pytest.param(
            posting(requestBody={}),
            [f"{THINGS}/post/requestBody: operation has no key 'requestBody' [unknown-key]"],
            id="a key of version 3",
        ),
        pytest.param(
            {"components": {"schemas": {}}},
            ["/components: swagger has no key 'components' [unknown-key]"],
            id="components",
        ),
        pytest.param({"consumes": "json"}, ['/consumes: must be a list, not "json" [type]'], id="a word for a list"),
        pytest.param(
            {"paths": {"/things": {"post": {}}}},
            [f"{THINGS}/post: operation needs 'responses' [required]"],
            id="no answer",
        ),
    ],
)
def test_what_check_tells(tmp_path: Path, document: dict[str, Any], told: list[str]):
    assert [line for line in checked(tmp_path, document) if "[success]" not in line] == told


def test_a_place_is_told_as_it_was_written():
    spec = spec_of("shop")
    (schema,) = [one.schema for one in operation_of("shop", "listOrders").parameters if one.name == "ids"]
    assert schema is not None
    lines = (FOLDER / "shop.yaml").read_text().splitlines()
    location = spec.source.location(f"{schema}/items")
    assert location["pointer"] == "/paths/~1orders/get/parameters/0/items"
    assert "name: ids" in lines[location["line"] - 1]


def test_parts_in_other_files(tmp_path: Path):
    other = {
        "parameters": {"body": {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/A"}}},
        "definitions": {"A": {"type": "object", "properties": {"a": {"type": "integer", "x-nullable": True}}}},
        "responses": {"R": {"description": "ok", "schema": {"$ref": "#/definitions/A"}}},
    }
    (tmp_path / "other.json").write_text(json.dumps(other))
    document = posting({"$ref": "other.json#/parameters/body"}, responses={"200": {"$ref": "other.json#/responses/R"}})
    spec = load(saved(tmp_path, {**GOOD, **document}), "things")
    (found,) = spec.operations
    assert spec.notes == ()
    assert found.body is not None
    assert found.body.required
    vendor = CompiledVendor(Vendor("things", tmp_path / "things.yaml", strict=False), 1000)
    places = [found.body.content["application/json"].schema, found.responses[0].content["application/json"].schema]
    assert [[vendor.schemas.is_valid(at, {"a": value}) for value in (1, None, "x")] for at in places] == [
        [True, True, False]
    ] * 2
