"""The branches of a ``oneOf`` are told apart by the discriminator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from tests.support.specs import document, operation, saved

PET = "/components/schemas/Pet"
CAT, DOG = "#/components/schemas/Cat", "#/components/schemas/Dog"
KIND = {"properties": {"kind": {"type": "string"}, "age": {"type": "integer"}}}
SCHEMAS: dict[str, Any] = {
    "Pet": {
        "oneOf": [{"$ref": CAT}, {"$ref": DOG}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": CAT, "dog": "Dog", "puppy": DOG}},
    },
    "Cat": {"allOf": [KIND], "properties": {"bark": False}},
    "Dog": {"properties": {**KIND["properties"], "bark": {"type": "string"}}},
}


def read(folder: Path, *, openapi: str = "3.1.0", **changes: Any) -> Spec:
    return load(
        saved(folder, document(operation(), openapi=openapi, components={"schemas": SCHEMAS | changes})), "pets"
    )


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ({"kind": "cat"}, True),
        ({"kind": "dog"}, True),
        ({"kind": "puppy"}, True),
        ({"kind": "Cat"}, True),
        ({"kind": "fish"}, False),
        ({"kind": "fish", "bark": "loud"}, True),
        ({"kind": "dog", "bark": 1}, False),
        ({"kind": "cat", "age": "x"}, False),
        ({}, False),
    ],
)
def test_a_value_is_of_the_branch_that_it_names(tmp_path: Path, value: dict[str, Any], is_valid: bool):
    spec = read(tmp_path)
    assert spec.notes == ()
    assert Schemas(spec).of_requests.is_valid(PET, value) is is_valid


def discriminating(**changes: Any) -> dict[str, Any]:
    return {**SCHEMAS["Pet"], **changes}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Cat": {"properties": {"kind": {"const": "c"}}}}, id="a branch that says it itself"),
        pytest.param({"Dog": {"properties": {"kind": {"type": "integer"}}}}, id="numbers"),
        pytest.param({"Pet": discriminating(oneOf=[{"$ref": CAT}, {"type": "object"}])}, id="a branch without a name"),
        pytest.param({"Pet": discriminating(discriminator={"mapping": {}})}, id="no property"),
        pytest.param(
            {"Pet": {"anyOf": SCHEMAS["Pet"]["oneOf"], "discriminator": {"propertyName": "kind"}}}, id="any of"
        ),
    ],
)
def test_what_is_clear_or_can_not_be_told_stays_as_it_is(tmp_path: Path, changes: dict[str, Any]):
    schemas = Schemas(read(tmp_path, **changes))
    assert schemas.of_requests is schemas


def test_what_is_answered_keeps_to_json_schema_alone(tmp_path: Path):
    schemas = Schemas(read(tmp_path))
    assert schemas.of_responses is schemas
    assert not schemas.is_valid(PET, {"kind": "cat"})
    assert schemas.is_valid(PET, {"kind": "cat", "bark": "loud"})


def test_one_that_may_be_null(tmp_path: Path):
    valid = Schemas(read(tmp_path, openapi="3.0.3", Pet={**SCHEMAS["Pet"], "nullable": True})).of_requests.is_valid
    assert [valid(PET, value) for value in (None, {"kind": "dog"}, {"kind": "cat"}, {})] == [True, True, True, False]
