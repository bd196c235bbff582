"""What stands around a list: an object that tells of pages, and what HAL embeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.serving import Served
from tests.support.specs import JSON, document, saved

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*properties], "properties": properties}


ORDER = thing(id={**NUMBER, "readOnly": True}, total=NUMBER)
CURSOR = {"type": ["string", "null"]}
LISTS = {
    "meta": thing(data={"type": "array", "items": ORDER}, meta=thing(total=NUMBER, next_cursor=CURSOR, by=TEXT)),
    "hal": thing(
        _embedded=thing(orders={"type": "array", "items": ORDER}), page=thing(totalElements=NUMBER, size=NUMBER)
    ),
}


def answer(status: str, schema: Any) -> dict[str, Any]:
    return {status: {"description": "ok", "content": {JSON: {"schema": schema}}}}


@pytest.fixture
def orders(request: pytest.FixtureRequest, tmp_path: Path) -> Served:
    query = [{"name": name, "in": "query", "schema": kind} for name, kind in (("cursor", TEXT), ("size", NUMBER))]
    body = {"content": {JSON: {"schema": thing(total=NUMBER)}}}
    id = {"name": "orderId", "in": "path", "required": True, "schema": NUMBER}
    paths = {
        "/orders": {
            "get": {"parameters": query, "responses": answer("200", LISTS[request.param])},
            "post": {"requestBody": body, "responses": answer("201", ORDER)},
        },
        "/orders/{orderId}": {"parameters": [id], "get": {"responses": answer("200", ORDER)}},
    }
    served = Served(Config(spec=(str(saved(tmp_path, document(paths), "shop.json")),)))
    for total in (5, 6, 7):
        assert served.ask("POST", "/shop/orders", None, {"total": total}).status == 201
    return served


@pytest.mark.parametrize("orders", ["meta"], indirect=True)
def test_an_object_that_is_about_pages_tells_of_them(orders: Served):
    first = orders.get("/shop/orders?size=2").json
    assert [one["total"] for one in first["data"]] == [5, 6]
    assert (first["meta"]["total"], first["meta"]["next_cursor"]) == (3, "2")
    assert first["meta"]["by"]  # as it is generated
    last = orders.get("/shop/orders?size=2&cursor=2").json
    assert [one["total"] for one in last["data"]] == [7]
    assert (last["meta"]["total"], last["meta"]["next_cursor"]) == (3, None)


@pytest.mark.parametrize("orders", ["hal"], indirect=True)
def test_what_is_embedded_is_a_list(orders: Served):
    listed = orders.get("/shop/orders?size=2").json
    assert [one["id"] for one in listed["_embedded"]["orders"]] == [1, 2]
    assert listed["page"] == {"totalElements": 3, "size": 2}
