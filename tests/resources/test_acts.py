"""Actions on an item: they answer with it, and do to it what its schema has a word for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from mockserver.resources.detect import understand
from mockserver.resources.model import Role
from tests.support.library import LATER, NOON, Library

ORDER = {"$ref": "#/components/schemas/Order"}
ORDERS = "/orders/orders"


def answers(schema: Any) -> dict[str, Any]:
    return {
        "200": {"description": "Done.", "content": {"application/json": {"schema": schema}}},
        "404": {"description": "No such order."},
    }


def spec_with(**paths: Any) -> dict[str, Any]:
    """Orders, and paths that go on behind an order's: ``/cancel``."""
    order = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "note": {"type": "string"},
            "status": {"enum": ["open", "paid", "cancelled", "closing", "closed"], "default": "open"},
            "archived": {"type": "boolean", "default": False, "readOnly": True},
            "paid": {"type": "boolean", "default": False, "readOnly": True},
            "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
        },
    }
    parameter = {"name": "orderId", "in": "path", "required": True, "schema": {"type": "integer"}}
    content = {"application/json": {"schema": ORDER}}
    more = {f"/orders/{{orderId}}{path}": {"parameters": [parameter], **methods} for path, methods in paths.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {
            "/orders": {
                "get": {"operationId": "list", "responses": answers({"type": "array", "items": ORDER})},
                "post": {"operationId": "make", "requestBody": {"content": content}, "responses": answers(ORDER)},
            },
            "/orders/{orderId}": {
                "parameters": [parameter],
                "get": {"operationId": "read", "responses": answers(ORDER)},
                "delete": {"operationId": "end", "responses": {"204": {"description": "Gone."}}},
            },
            **more,
        },
        "components": {"schemas": {"Order": order}},
    }


def act(schema: Any = ORDER, method: str = "post", **more: Any) -> dict[str, Any]:
    return {method: {"responses": answers(schema), **more}}


def opened(folder: Path, **settings: Any) -> Library:
    file = folder / "orders.yaml"
    paths = {"/cancel": act(), "/archive": act(), "/pay": act(method="put"), "/weigh": act(), ":close": act()}
    file.write_text(yaml.safe_dump(spec_with(**paths)))
    return Library(file, **settings)


@pytest.fixture
def orders(tmp_path: Path) -> Library:
    made = opened(tmp_path)
    assert made.ask("POST", ORDERS, {"note": "first"}).json["status"] == "open"
    assert made.ask("POST", ORDERS, {"note": "second"}).json["id"] == 2
    return made


@pytest.mark.parametrize(
    ("method", "action", "expected"),
    [
        ("POST", "/cancel", {"status": "cancelled"}),
        ("POST", "/archive", {"archived": True}),
        ("PUT", "/pay", {"status": "paid", "paid": True}),
        ("POST", "/weigh", {}),
        ("POST", ":close", {"status": "closed"}),
    ],
)
def test_an_action_answers_with_its_item(orders: Library, method: str, action: str, expected: dict[str, Any]):
    before = orders.get(f"{ORDERS}/2").json
    assert (before["note"], before["updated_at"]) == ("second", NOON)
    orders.at(LATER)
    answer = orders.ask(method, f"{ORDERS}/2{action}")
    assert (answer.status, answer.json) == (200, {**before, **expected, "updated_at": LATER})
    assert orders.get(f"{ORDERS}/2").json == answer.json
    assert orders.get(f"{ORDERS}/1").json["note"] == "first"
    assert orders.get(f"{ORDERS}/1").json["updated_at"] == NOON
    reason = "is kept in this" if expected else "from this sandbox's state, which doesn't tell what the call does to it"
    assert reason in answer.headers["x-mock-reason"]


def test_an_action_on_what_isnt_there_is_not_found(orders: Library):
    assert orders.ask("POST", f"{ORDERS}/3/cancel").status == 404
    orders.ask("DELETE", f"{ORDERS}/2")
    assert orders.ask("POST", f"{ORDERS}/2/cancel").status == 404


@pytest.mark.parametrize(("settings", "expected"), [({}, 200), ({"strict_state": True}, 404)])
def test_an_action_on_an_id_that_nobody_made_is_as_without_a_memory(
    settings: dict[str, Any], expected: int, tmp_path: Path
):
    orders = opened(tmp_path, **settings)
    assert orders.ask("POST", f"{ORDERS}/7/cancel").status == expected
    assert orders.ask("DELETE", f"{ORDERS}/7").status == (204 if expected == 200 else 404)
    assert orders.get(f"{ORDERS}/7").status == 404
    assert orders.ask("POST", f"{ORDERS}/7/cancel").status == expected


def test_actions_are_told_by_their_paths_and_answers():
    found = understood(spec_with(**{"/cancel": act(), "/weigh": act()}))
    assert found == {"POST /orders/{orderId}/cancel": {"status": "cancelled"}, "POST /orders/{orderId}/weigh": {}}


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param({"/copy": act()}, id="makes another one"),
        pytest.param({"/orders": act()}, id="makes one below"),
        pytest.param({"/twin": {**act(), **act(method="get")}}, id="something to be read"),
        pytest.param({"/sub": act(), "/sub/{subId}": act(method="get")}, id="a collection"),
        pytest.param({"/parts/refresh": act()}, id="two steps below"),
        pytest.param(
            {"/cancel": act({"type": "object", "properties": {"id": {"type": "integer"}}})}, id="another kind"
        ),
        pytest.param({"/cancel": act({"type": "array", "items": ORDER})}, id="several"),
        pytest.param({"/cancel": {"post": {"responses": {"204": {"description": "Done."}}}}}, id="nothing answered"),
        pytest.param({"/cancel": act(**{"x-resource": "off"})}, id="told to be off"),
    ],
)
def test_what_may_be_something_else_is_no_action(paths: dict[str, Any]):
    assert understood(spec_with(**paths)) == {}


@pytest.mark.parametrize(
    ("action", "expected"),
    [("/mark_paid", {"status": "paid", "paid": True}), ("/reopen", {"status": "open"}), ("/cancel_later", {})],
)
def test_the_words_of_an_action_are_understood(action: str, expected: dict[str, Any]):
    assert understood(spec_with(**{action: act()})) == {f"POST /orders/{{orderId}}{action}": expected}


def test_a_word_that_fits_twice_is_not_sure():
    spec = spec_with(**{"/cancel": act()})
    spec["components"]["schemas"]["Order"]["properties"]["status"]["enum"] += ["canceled"]
    assert understood(spec) == {"POST /orders/{orderId}/cancel": {}}


def understood(document: dict[str, Any]) -> dict[str, Any]:
    """The actions of a spec, each with what it sets."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "orders.yaml"
        file.write_text(yaml.safe_dump(document))
        spec = load(file, "orders")
    resources = understand(spec, Schemas(spec), {}).resources
    uses = [use for resource in resources for use in resource.uses if use.role is Role.ACT and not use.is_off]
    return {f"{use.operation.method} {use.operation.path}": dict(use.outcome) for use in uses}
