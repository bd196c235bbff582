"""What a request may leave out, and what a response may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas
from tests.support.specs import loaded, operation

A = "/components/schemas/A"
CARD: dict[str, Any] = {
    "type": "object",
    "required": ["id", "owner", "pin"],
    "properties": {"id": {"readOnly": True}, "owner": {"type": "string"}, "pin": {"writeOnly": True}},
}


def schemas(folder: Path, **named: Any) -> Schemas:
    return Schemas(loaded(folder, operation(), components={"schemas": named}))


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


WHOLE, SENT, RECEIVED = {"id": 1, "owner": "o", "pin": 1}, {"owner": "o", "pin": 1}, {"id": 1, "owner": "o"}


@pytest.mark.parametrize(
    "named",
    [
        pytest.param({"A": CARD}, id="alone"),
        pytest.param({"A": ref("B"), "B": CARD}, id="behind a reference"),
        pytest.param({"A": {"allOf": [ref("B")]}, "B": CARD}, id="in a sum"),
        pytest.param(
            {
                "A": {"allOf": [{"required": CARD["required"]}, ref("B")]},
                "B": {"properties": CARD["properties"]},
            },
            id="required by one part, marked by another",
        ),
        pytest.param({"A": {"oneOf": [{"type": "array"}, CARD]}}, id="in a choice"),
        pytest.param(
            {
                "A": {**CARD, "properties": {"id": ref("Id"), "pin": {"allOf": [ref("Pin")]}, "owner": {}}},
                "Id": {"readOnly": True},
                "Pin": {"writeOnly": True},
            },
            id="marked behind a reference",
        ),
        pytest.param({"A": {**CARD, "properties": {**CARD["properties"], "a/b": ref("A")}}}, id="that holds itself"),
    ],
)
def test_what_is_marked_may_be_left_out(tmp_path: Path, named: dict[str, Any]):
    whole = schemas(tmp_path, **named)
    expected = [(WHOLE, True, True), (SENT, True, False), (RECEIVED, False, True), ({"id": 1, "pin": 1}, False, False)]
    for value, in_request, in_response in expected:
        assert whole.of_requests.is_valid(A, value) is in_request, value
        assert whole.of_responses.is_valid(A, value) is in_response, value
        assert whole.is_valid(A, value) is (value == WHOLE)


def test_it_holds_at_every_depth(tmp_path: Path):
    listing = {"properties": {"cards": {"type": "array", "items": ref("B")}}}
    assert schemas(tmp_path, A=listing, B=CARD).of_requests.errors(A, {"cards": [SENT, RECEIVED]}) == [
        ("/cards/1", '"pin" is a required property')
    ]


def test_a_spec_that_marks_nothing_is_the_same_in_both_directions(tmp_path: Path):
    whole = schemas(tmp_path, A={"required": ["id"], "properties": {"id": {}}})
    assert whole.of_requests is whole.of_responses is whole


def test_the_document_stays_as_it_is(tmp_path: Path):
    spec = loaded(tmp_path, operation(), components={"schemas": {"A": CARD}})
    assert Schemas(spec).of_requests.document["components"]["schemas"]["A"]["required"] == ["owner", "pin"]
    assert spec.document["components"]["schemas"]["A"]["required"] == ["id", "owner", "pin"]
