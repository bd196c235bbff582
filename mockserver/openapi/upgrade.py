"""Upgrade OpenAPI 3.0 to 3.1: the few keywords that mean something else in JSON Schema 2020-12."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from mockserver.openapi.references import DanglingRef, lookup, objects, target


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """The same document with 3.0's nullable and boolean bounds written as 3.1 writes them, in its schemas only."""
    document = deepcopy(document)
    schemas = {id(part): part for kind, part, _ in objects(document) if kind == "schema" and isinstance(part, dict)}
    todo = list(schemas.values())
    for schema in todo:  # a reference may lead to where nobody would look for a schema
        part = _referred(document, schema)
        if isinstance(part, dict) and id(part) not in schemas:
            within = [one for kind, one, _ in objects(part, root="schema") if kind == "schema"]
            new = {id(one): one for one in within if isinstance(one, dict) and id(one) not in schemas}
            schemas |= new
            todo += new.values()
    for schema in todo:
        _upgrade(schema)
    return document


def _referred(document: Any, schema: dict[str, Any]) -> Any:
    try:
        return lookup(document, target(schema["$ref"])) if "$ref" in schema else None
    except DanglingRef:
        return None


def _upgrade(schema: dict[str, Any]) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            if schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if isinstance(schema.get("nullable"), bool) and schema.pop("nullable"):
        _allow_null(schema)


def _allow_null(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    described = dict(schema)
    schema.clear()
    schema["anyOf"] = [described, {"type": "null"}]
