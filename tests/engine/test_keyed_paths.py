"""Paths with a query or a fragment in them, by which some specs tell operations apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.serving import Served
from tests.support.specs import JSON, document, saved


def named(name: str, **parts: Any) -> dict[str, Any]:
    """A GET that answers its own name."""
    return {"get": {"responses": {"200": {"description": name, "content": {JSON: {"example": name}}}}, **parts}}


def action(name: str) -> dict[str, Any]:
    parameter = {"name": "Action", "in": "query", "required": True, "schema": {"enum": [name]}}
    return named(name, parameters=[parameter])


PATHS = {
    "/files": named("files"),
    "/files?beta=true": named("beta files"),
    "/files?beta=true&all": named("all beta files"),
    "/models?beta=true": named("beta models"),
    "/files/{id}?beta=true": named("beta file"),
    "/#Action=List": action("List"),
    "/#Action=Drop": action("Drop"),
    "/{bucket}#acl": {
        "get": {
            **named("acl")["get"],
            "parameters": [
                {"name": "bucket", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^b"}},
                {"name": "acl", "in": "query", "required": True, "allowEmptyValue": True, "schema": {"type": "string"}},
            ],
        }
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Served:
    path: Path = saved(tmp_path_factory.mktemp("keyed"), document(PATHS, servers=[{"url": "/v1"}]), "store.json")
    return Served(Config(spec=(str(path),)))


@pytest.mark.parametrize("base", ["/store", "/store/v1", "/v1"])
@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/files", "files"),
        ("/files?x=1", "files"),
        ("/files?beta=false", "files"),
        ("/files?beta=true", "beta files"),
        ("/files?x=1&beta=true", "beta files"),
        ("/files?all=&beta=true", "all beta files"),
        ("/models?beta=true", "beta models"),
        ("/files/7?beta=true", "beta file"),
        ("/?Action=Drop", "Drop"),
        ("/?Action=List", "List"),
        ("/b1?acl", "acl"),
        ("/files%3Fbeta=true", "beta files"),
    ],
)
def test_the_query_tells_which_operation_is_meant(store: Served, base: str, target: str, name: str):
    assert store.get(base + target).json == name


@pytest.mark.parametrize(("target", "status"), [("/models", 400), ("/files/7", 404), ("/?Action=Else", 400)])
def test_what_no_operation_means_is_refused(store: Served, target: str, status: int):
    assert store.get(f"/store{target}").status == status
