"""Ids that a spec itself gives: tools that call every operation once use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.serving import Served
from tests.support.specs import JSON, document, saved

CAR: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "readOnly": True, "example": "c-schema"}, "name": {"type": "string"}},
}
PARAMETER = {
    "name": "carId",
    "in": "path",
    "required": True,
    "example": "c-parameter",
    "schema": {"type": "string", "default": "c-default"},
}


def answer(status: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {status: {"description": "ok", "content": {JSON: {"schema": schema, **more}}}}


PATHS = {
    "/cars": {
        "post": {"requestBody": {"content": {JSON: {"schema": CAR}}}, "responses": answer("201", CAR)},
        "get": {"responses": answer("200", {"type": "array", "items": CAR}, example=[{"id": "c-list"}])},
    },
    "/cars/{carId}": {
        "parameters": [PARAMETER],
        "get": {"responses": answer("200", CAR, example={"id": "c-answer"})},
        "put": {"requestBody": {"content": {JSON: {"schema": CAR}}}, "responses": answer("200", CAR)},
        "delete": {"responses": {"204": {"description": "gone"}}},
    },
    "/cars/{carId}/trips": {
        "parameters": [PARAMETER],
        "get": {"responses": answer("200", {"type": "array", "items": CAR})},
        "post": {"requestBody": {"content": {JSON: {"schema": CAR}}}, "responses": answer("201", CAR)},
    },
    "/cars/{carId}/trips/{tripId}": {
        "parameters": [PARAMETER, {**PARAMETER, "name": "tripId"}],
        "get": {"responses": answer("200", CAR)},
    },
}


@pytest.fixture
def cars(tmp_path: Path) -> Served:
    """Where a car was made, and used."""
    served = Served(Config(spec=(str(saved(tmp_path, document(PATHS), "cars.json")),)))
    made = served.ask("POST", "/cars/cars", None, {"name": "Red"})
    assert made.status == 201
    assert served.get(f"/cars/cars/{made.json['id']}").json["name"] == "Red"
    return served


@pytest.mark.parametrize(
    "id",
    [
        "c-parameter",
        "c-default",
        "c-schema",
        "c-answer",
        "c-list",
        "carId",
        "string",
        "a1",
        "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    ],
)
def test_an_id_that_the_spec_gives_is_somebodys_until_it_is_deleted(cars: Served, id: str):
    assert cars.get(f"/cars/cars/{id}").status == 200
    assert cars.get(f"/cars/cars/{id}/trips").status == 200
    assert cars.ask("DELETE", f"/cars/cars/{id}").status == 204
    assert cars.get(f"/cars/cars/{id}").status == 404
    assert cars.get(f"/cars/cars/{id}/trips").status == 200


@pytest.mark.parametrize("id", ["c-other", "nope", "999", "00000000-0000-0000-0000-000000000000"])
def test_any_other_id_is_nobodys_once_one_that_was_made_is_used(cars: Served, id: str):
    for target in (f"/cars/cars/{id}", f"/cars/cars/{id}/trips", f"/cars/cars/{id}/trips/c-parameter"):
        assert cars.get(target).status == 404


def test_one_that_a_client_made_and_deleted_is_nobodys(cars: Served):
    listed = cars.get("/cars/cars").json
    assert [one["name"] for one in listed] == ["Red"]
    assert cars.ask("DELETE", f"/cars/cars/{listed[0]['id']}").status == 204
    assert cars.get(f"/cars/cars/{listed[0]['id']}").status == 404
    assert cars.get(f"/cars/cars/{listed[0]['id']}/trips").status == 404


def test_one_that_the_spec_gives_and_a_client_changed_is_kept_until_it_is_deleted(cars: Served):
    assert cars.ask("PUT", "/cars/cars/c-schema", None, {"name": "Blue"}).status == 200
    assert cars.get("/cars/cars/c-schema").json["name"] == "Blue"
    assert cars.ask("DELETE", "/cars/cars/c-schema").status == 204
    assert cars.get("/cars/cars/c-schema").status == 404
    assert cars.get("/cars/cars/c-schema/trips").status == 200, "as below any that nobody made"
