"""What references lead to, and what a document is made of."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.references import DanglingRef, lookup, objects, resolve, target
from tests.support.specs import JSON, document, operation

DOCUMENT: dict[str, Any] = {
    "a": {"b/c": [1, {"~": 2}], "": 3, "%41": 4, "0": 5},
    "one": {"$ref": "#/two"},
    "two": {"$ref": "#/three"},
    "three": {"value": 3},
    "loop": {"$ref": "#/pool"},
    "pool": {"$ref": "#/loop"},
    "self": {"$ref": "#/self"},
    "remote": {"$ref": "other.yaml#/a"},
    "nowhere": {"$ref": "#/nope"},
    "spaced name": 6,
    "é": 7,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/a/b~1c/0", 1),
        ("/a/b~1c/1/~0", 2),
        ("/a/", 3),
        ("/a/0", 5),
        ("/a/%41", 4),
    ],
)
def test_a_pointer_leads_to_a_value(pointer: str, value: object):
    assert lookup(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        ("/x", "there is no 'x' in #/"),
        ("/a/x", "there is no 'x' in #/a"),
        ("/a/b~1c/2", "there is no '2' in #/a/b~1c"),
        ("/a/b~1c/-1", "there is no '-1'"),
        ("/a/b~1c/-", "there is no '-'"),
        ("/a/b~1c/00", "there is no '00'"),
        ("/a/b~1c/²", "there is no '²'"),
        ("/a/b~1c/９", "there is no '９'"),
        (f"/a/b~1c/{'9' * 5000}", "there is no '999"),
        ("/a/b~1c/0/0", "there is no '0' in #/a/b~1c/0"),
        ("/three/value/x", "there is no 'x'"),
    ],
)
def test_a_pointer_that_leads_nowhere_names_where_it_ended(pointer: str, reason: str):
    with pytest.raises(DanglingRef) as caught:
        lookup(DOCUMENT, pointer)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("reference", "pointer"),
    [
        ("#", ""),
        ("#/a/b~1c", "/a/b~1c"),
        ("#/paths/~1things~1%7Bid%7D", "/paths/~1things~1{id}"),
        ("#/spaced%20name", "/spaced name"),
        ("#/%C3%A9", "/é"),
        ("#/é", "/é"),
    ],
)
def test_a_local_reference_names_a_pointer(reference: str, pointer: str):
    assert target(reference) == pointer
    assert target("#/a") == "/a"


@pytest.mark.parametrize(
    "reference",
    ["other.yaml", "other.yaml#/a", "http://example.com/a#/b", "#a", "", "/a", 5, None, {"type": "string"}, ["#/a"]],
)
def test_only_local_references_are_followed(reference: object):
    with pytest.raises(DanglingRef, match="leads neither into this file"):
        target(reference)


def test_references_are_followed_to_their_end():
    assert resolve(DOCUMENT, "/one") == ({"value": 3}, "/three")
    assert resolve(DOCUMENT, "/three/value") == (3, "/three/value")


@pytest.mark.parametrize(
    ("pointer", "reason"),
    [
        ("/loop", "#/loop leads to itself"),
        ("/self", "#/self leads to itself"),
        ("/remote", "leads neither into this file"),
        ("/nowhere", "there is no 'nope' in #/"),
        ("/x", "there is no 'x' in #/"),
    ],
)
def test_references_that_lead_nowhere(pointer: str, reason: str):
    with pytest.raises(DanglingRef, match=reason):
        resolve(DOCUMENT, pointer)


# Objects


def kinds(spec: dict[str, Any], **options: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, _, pointer in objects(spec, **options):
        found.setdefault(kind if isinstance(kind, str) else kind.__name__, set()).add(pointer)
    return found


SPEC = document(
    operation(
        parameters=[{"$ref": "#/components/parameters/P"}],
        responses={
            "200": {
                "description": "ok",
                "content": {
                    JSON: {
                        "schema": {"properties": {"example": {"type": "string"}, "value": {"items": {}}}},
                        "examples": {"ok": {"value": {"$ref": "#/just/data", "schema": {"type": "data"}}}},
                    }
                },
            },
            "x-note": {"not": "a response"},
        },
    ),
    components={
        "parameters": {"P": {"name": "p", "in": "query", "schema": {"default": {"$ref": "#/just/data"}}}},
        "schemas": {"x-named": {"$ref": "#/components/schemas/Other"}, "Other": {"const": {"$ref": "#/just/data"}}},
        "responses": {
            "Round": {"$ref": "#/components/responses/About"},
            "About": {"$ref": "#/components/responses/Round"},
        },
    },
)
AT = f"/paths/~1things/get/responses/200/content/{JSON.replace('/', '~1')}"


def test_every_part_is_one_of_its_kind():
    found = kinds(SPEC)
    assert found["operation"] == {"/paths/~1things/get"}
    assert found["parameter"] == {"/components/parameters/P"}
    assert found["response"] == {"/paths/~1things/get/responses/200"}
    assert found["example"] == {f"{AT}/examples/ok"}
    assert found["schema"] == {
        f"{AT}/schema",
        f"{AT}/schema/properties/example",
        f"{AT}/schema/properties/value",
        f"{AT}/schema/properties/value/items",
        "/components/parameters/P/schema",
        "/components/schemas/x-named",
        "/components/schemas/Other",
    }


def test_references_are_told_and_data_is_not():
    assert kinds(SPEC)["reference"] == {
        "/paths/~1things/get/parameters/0",
        "/components/responses/Round",
        "/components/responses/About",
    }


def test_the_inside_of_schemas_may_be_left_out():
    assert kinds(SPEC, into_schemas=False)["schema"] == {
        f"{AT}/schema",
        "/components/parameters/P/schema",
        "/components/schemas/x-named",
        "/components/schemas/Other",
    }


def test_a_part_is_told_once_as_each_kind_that_it_is_used_as():
    spec = document(operation(responses={"200": {"$ref": "#/info"}, "201": {"$ref": "#/info"}}))
    assert [pointer for kind, _, pointer in objects(spec) if kind == "response"] == ["/info"]
    assert [pointer for kind, _, pointer in objects(spec) if kind == "info"] == ["/info"]


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [{}], {"paths": []}, {"paths": {"/a": None}}])
def test_any_value_can_be_taken_apart(value: object):
    assert next(iter(objects(value))) == ("openapi", value, "")
