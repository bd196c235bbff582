"""Refusals, demanded statuses and examples of a foreign spec: what it documents, with the reason in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.serving import Served
from tests.support.specs import JSON, document, saved

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "code"],
            "properties": {"message": {"type": "string"}, "code": {"type": "integer"}, "trace": {"type": "string"}},
        }
    },
}
FLAT = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string", "example": "Not right"}, "kind": {"type": "string", "example": "bad"}},
}
PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True, "example": 10},
        "name": {"type": "string", "example": "doggie"},
        "pin": {"type": "string", "writeOnly": True, "example": "1234"},
        "tags": {"type": "array", "items": {"type": "string"}, "example": ["a"]},
    },
}
CAT = {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"meow": {"type": "boolean"}}}]}
DOG = {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"bark": {"type": "integer"}}}]}
ANIMAL = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"type": "string"}},
    "discriminator": {"propertyName": "type", "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"}},
}
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}


def responses(**schemas: Any) -> dict[str, Any]:
    """Responses by status (``s422``), each with a JSON schema, or with none."""
    return {
        key.removeprefix("s"): {"description": key, "content": {JSON: {"schema": schema}} if schema else {}}
        for key, schema in schemas.items()
    }


def called(responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    number = {"name": "n", "in": "query", "schema": {"type": "integer"}}
    return {"get": {"parameters": [number], "responses": responses, **more}}


WRITTEN = {"requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
PATHS: dict[str, Any] = {
    "/nested": called(responses(s200=None, s422=ERROR, s400=FLAT)),
    "/flat": called(responses(s200=None, s400=FLAT)),
    "/range": called(responses(s200=None, s4XX=FLAT)),
    "/default": called(responses(s200=None, default=FLAT)),
    "/bare": called(responses(s200=None, s422=None)),
    "/nothing": called(responses(default={"type": "object"})),
    "/choosy": called({**responses(s200=FLAT, s406=FLAT)}),
    "/secured": called(responses(s200=None, s401=FLAT), security=[{"token": []}, {"key": []}]),
    "/digest": called(responses(s200=None), security=[{"digest": []}]),
    "/pets": {
        "get": {"responses": responses(s200={"type": "array", "items": {"$ref": "#/components/schemas/Pet"}})},
        "post": {"responses": responses(s201={"$ref": "#/components/schemas/Pet"}, s400=FLAT, s422=ERROR), **WRITTEN},
    },
    "/whole": called(responses(s200={"type": "object", "example": {"a": 1}, "properties": {"b": {"example": 2}}})),
    "/wrong": called(
        responses(s200={"type": "object", "example": [], "properties": {"b": {"const": 5, "default": 6}}})
    ),
    "/cat": called(responses(s200={"$ref": "#/components/schemas/Cat"})),
    "/animal": called(responses(s200={"oneOf": [{"$ref": "#/components/schemas/Dog"}]})),
    "/base": called(responses(s200={"$ref": "#/components/schemas/Animal"})),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Served:
    schemas = {"Pet": PET, "Cat": CAT, "Dog": DOG, "Animal": ANIMAL}
    spec = document(PATHS, components={"securitySchemes": SCHEMES, "schemas": schemas})
    folder = tmp_path_factory.mktemp("spec")
    return Served(Config(vendor=("sonarly",), spec=(str(saved(folder, spec, "shop.yaml")),)))


WHY = 'query n: "x" is not of type "integer"'


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        pytest.param("/nested", 422, {"error": {"message": WHY, "code": 422}}, id="422 before 400, in an object"),
        pytest.param("/flat", 400, {"message": WHY, "kind": "bad"}, id="400, beside an example"),
        pytest.param("/range", 400, {"message": WHY, "kind": "bad"}, id="a range"),
        pytest.param("/default", 400, {"message": WHY, "kind": "bad"}, id="a default"),
        pytest.param("/bare", 422, {"title": "Invalid parameter", "status": 422}, id="a status without a body"),
        pytest.param("/nothing", 400, {"title": "Invalid parameter"}, id="a default that is the success"),
    ],
)
def test_a_refusal_is_what_the_operation_documents(shop: Served, path: str, status: int, body: dict[str, Any]):
    answer = shop.get(f"/shop{path}?n=x")
    assert answer.status == status
    assert _within(body, answer.json)
    assert answer.headers["x-mock-reason"] == WHY


def _within(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        return all(name in whole and _within(value, whole[name]) for name, value in part.items())
    return bool(part == whole)


def test_a_body_that_cannot_be_read_is_malformed_and_one_that_breaks_the_schema_unprocessable(shop: Served):
    kind = {"Content-Type": JSON}
    assert shop.ask("POST", "/shop/pets", kind, b"{").status == 400
    assert shop.ask("POST", "/shop/pets", kind, b"[]").status == 422


@pytest.mark.parametrize(
    ("path", "challenge"),
    [
        ("/secured", 'Bearer realm="shop", ApiKey realm="shop"'),
        ("/digest", 'Digest realm="shop", nonce="0", qop="auth"'),
    ],
)
def test_a_401_says_how_to_authenticate(shop: Served, path: str, challenge: str):
    answer = shop.get(f"/shop{path}")
    assert (answer.status, answer.headers["www-authenticate"]) == (401, challenge)


def test_our_own_vendors_refuse_as_their_specs_say(shop: Served):
    answer = shop.get("/sonarly/v1/accounts/a/prospecting/quota")
    assert answer.status == 401
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/choosy", "text/html, image/*", 406),
        ("/choosy", "text/html, */*;q=0.1", 200),
        ("/choosy", "", 200),
        ("/flat", "text/html", 200),
    ],
)
def test_what_is_not_acceptable_is_refused_where_the_spec_says_so(shop: Served, path: str, accept: str, status: int):
    answer = shop.get(f"/shop{path}", {"Accept": accept} if accept else {})
    assert answer.status == status


# Demands


def test_any_error_can_be_demanded(shop: Served):
    answer = shop.get("/shop/flat", {"Prefer": "code=503"})
    assert (answer.status, answer.headers["preference-applied"]) == (503, "code=503")
    assert (answer.json["title"], answer.json["status"]) == ("Service Unavailable", 503)
    assert shop.get("/shop/flat?n=mock_error_599").status == 599
    assert shop.get("/shop/range", {"Prefer": "code=499"}).json == {"message": "Not right", "kind": "bad"}


@pytest.mark.parametrize("preference", ["code=201", "example=nosuch", "code=100"])
def test_a_typo_is_never_a_success(shop: Served, preference: str):
    assert shop.get("/shop/flat", {"Prefer": preference}).status == 400


# Examples of schemas


def test_examples_of_properties_are_answered_below_what_the_client_sent(shop: Served):
    sent = shop.ask("POST", "/shop/pets", {"Content-Type": JSON}, b'{"name": "Rex", "pin": "1"}')
    assert (sent.status, sent.json) == (201, {"id": 10, "name": "Rex", "tags": ["a"]})


def test_of_a_list_the_first_item_is_the_example(shop: Served):
    first, *others = shop.get("/shop/pets").json
    assert first == {"id": 10, "name": "doggie", "tags": ["a"]}
    assert all(pet != first for pet in others)


def test_a_generated_body_is_had_where_it_is_asked_for(shop: Served):
    first = shop.get("/shop/pets", {"Prefer": "dynamic=true"}).json[0]
    assert first["id"] != 10


def test_the_example_of_an_object_comes_before_those_of_its_properties(shop: Served):
    assert shop.get("/shop/whole").json == {"a": 1}


def test_an_example_that_does_not_fit_is_left_out(shop: Served):
    assert shop.get("/shop/wrong").json == {"b": 5}


@pytest.mark.parametrize(("path", "types"), [("/cat", {"cat"}), ("/animal", {"dog"}), ("/base", {"cat", "dog"})])
def test_a_discriminator_tells_which_schema_it_is(shop: Served, path: str, types: set[str]):
    assert shop.get(f"/shop{path}").json["type"] in types


@pytest.mark.parametrize(
    ("name", "schema"),
    [("error", {"type": "string"}), ("errors", {"type": "array", "items": {"type": "string"}})],
)
def test_a_plain_text_has_the_reason(tmp_path: Path, name: str, schema: Any):
    wrong = {"type": "object", "required": [name], "properties": {name: schema}}
    spec = saved(tmp_path, document({"/plain": called(responses(s200=None, s400=wrong))}), "plain.json")
    answer = Served(Config(spec=(str(spec),))).get("/plain/plain?n=x")
    assert answer.status == 400
    said = answer.json[name]
    assert 'is not of type "integer"' in (said[0] if name == "errors" else said)
