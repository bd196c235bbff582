"""Several specs of one host, as one API is often cut up: each request leads to the one that knows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.serving import Served
from tests.support.specs import JSON, document, saved

HOST = {"host": "api.acme.example"}


def named(name: str) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": name, "content": {JSON: {"example": name}}}}}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("specs")
    files = [
        spec(folder, "users", "https://api.acme.example/users/v1", {"/items": named("users")}),
        spec(folder, "orders", "https://api.acme.example/orders/v1", {"/items": named("orders")}),
        spec(folder, "bills", "https://api.acme.example/v2", {"/bills": named("bills")}),
        spec(folder, "bill_lines", "https://api.acme.example/v2", {"/bills/{id}/lines": named("lines")}),
        spec(folder, "all", "https://api.acme.example", {"/status": named("all"), "/v2/bills": named("not this one")}),
        spec(folder, "elsewhere", "https://elsewhere.example", {"/status": named("elsewhere")}),
    ]
    return Served(Config(spec=tuple(files)))


def spec(folder: Path, name: str, url: str, paths: dict[str, Any]) -> str:
    return str(saved(folder, document(paths, servers=[{"url": url}]), f"{name}.yaml"))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/users/v1/items", "users"),
        ("/orders/v1/items", "orders"),
        ("/v2/bills", "bills"),
        ("/v2/bills/7/lines", "lines"),
        ("/status", "all"),
        ("/~mine/users/v1/items", "users"),
    ],
)
def test_a_path_leads_to_the_vendor_that_knows_it(served: Served, path: str, answer: str):
    assert served.get(path, HOST).json == answer


def test_another_host_is_left_to_its_own_vendor(served: Served):
    assert served.get("/status", {"host": "elsewhere.example"}).json == "elsewhere"


@pytest.mark.parametrize(("path", "vendor"), [("/orders/v1/nothing", "orders"), ("/users/v1/nothing", "users")])
def test_an_unknown_path_is_told_of_the_nearest_vendor(served: Served, path: str, vendor: str):
    answer = served.get(path, HOST)
    assert answer.status == 404
    assert served.entry(answer)["vendor"] == vendor
