"""What a generated client is to call: every operation of a spec once, with the values of its examples."""

from __future__ import annotations

from typing import Any

from contracts.clients.sandbox import Sandbox
from contracts.generated.generators import SPECS
from mockserver.openapi.loader import load
from mockserver.openapi.model import Operation, Spec

KEYS = {
    "postpress": ("X-API-KEY", "pp_live"),
    "sonarly": ("Authorization", "Bearer sk_live"),
    "linkedapi": ("linked-api-token", "linked"),
    "freshdata": ("x-rapidapi-key", "rapid"),
}
"""The header of each vendor's credential, and how the credential begins."""
SEARCHES = {"search_status": "search_employees", "search_results": "search_employees"} | {
    "search_companies_status": "search_companies",
    "search_companies_results": "search_companies",
}


def spec(vendor: str) -> Spec:
    return load(SPECS / vendor / "openapi.yaml", vendor, strict=True)


def jobs(vendor: str, sandbox: Sandbox, request_ids: dict[str, str]) -> dict[str, Any]:
    """The calls for a driver, where to make them, and with which header."""
    found = spec(vendor)
    header, begins = KEYS[vendor]
    return {
        "url": sandbox.server.vendor_url(vendor) + found.mounts[0],
        "header": header,
        "key": sandbox.key(begins),
        "calls": [_call(operation, found, request_ids) for operation in found.operations],
    }


def _call(operation: Operation, of: Spec, request_ids: dict[str, str]) -> dict[str, Any]:
    required = [parameter for parameter in operation.parameters if parameter.required]
    bodies = [example for media in _media(operation) for example in media.examples.values()]
    given = {parameter.name: parameter.example for parameter in required}
    if "request_id" in given:
        given["request_id"] = request_ids[SEARCHES[operation.id.partition("_")[2]]]
    return {
        "operation": operation.id,
        "parameters": [{"name": one.name, "in": one.where, "value": given[one.name]} for one in required],
        "optional": len(operation.parameters) - len(required),
        "body": bodies[0] if bodies else None,
    }


def _media(operation: Operation) -> list[Any]:
    return list(operation.body.content.values()) if operation.body else []
