"""Upgrade OpenAPI 3.0 to 3.1: the few keywords that mean something else in JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from mockserver.openapi.origins import Origins
from mockserver.openapi.references import DanglingRef, lookup, objects, target


def upgrade_3_0(document: dict[str, Any], origins: Origins) -> None:
    """Write 3.0's nullable and boolean bounds as 3.1 writes them: in place, in schemas only."""
    schemas = {
        id(part): (part, at) for kind, part, at in objects(document) if kind == "schema" and isinstance(part, dict)
    }
    todo = list(schemas.values())
    for schema, _ in todo:  # a reference may lead to where nobody would look for a schema
        part, place = _referred(document, schema)
        if isinstance(part, dict) and id(part) not in schemas:
            within = ((one, place + at) for kind, one, at in objects(part, root="schema") if kind == "schema")
            new = {id(one): (one, at) for one, at in within if isinstance(one, dict) and id(one) not in schemas}
            schemas |= new
            todo += new.values()
    for schema, pointer in todo:
        upgrade_schema(schema, pointer, origins)
    for schema, pointer in todo if origins else ():
        part = schema["anyOf"][0] if f"{pointer}/anyOf/0" in origins else schema
        if isinstance(part.get("$ref"), str):
            part["$ref"] = _behind_null(part["$ref"], origins)


def _behind_null(reference: str, origins: Origins) -> str:
    """Where a reference leads into what may be null now: one level deeper than before."""
    if not reference.startswith("#/"):
        return reference
    place = made = ""
    tokens = unquote(reference[1:]).split("/")[1:]
    for number, token in enumerate(tokens):
        place, made = f"{place}/{token}", f"{made}/{token}"
        if f"{place}/anyOf/0" in origins and number + 1 < len(tokens):
            made += "/anyOf/0"
    return reference if made == place else f"#{quote(made, safe='/~')}"


def _referred(document: Any, schema: dict[str, Any]) -> tuple[Any, str]:
    try:
        at = target(schema["$ref"]) if "$ref" in schema else ""
        return (lookup(document, at) if at else None), at
    except DanglingRef:
        return None, ""


def upgrade_schema(schema: dict[str, Any], pointer: str, origins: Origins) -> None:
    """The same for one schema, which stands at a pointer."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool):
            if schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
    if isinstance(schema.get("nullable"), bool) and schema.pop("nullable"):
        _allow_null(schema, pointer, origins)


def _allow_null(schema: dict[str, Any], pointer: str, origins: Origins) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    described = dict(schema)
    schema.clear()
    schema["anyOf"] = [described, {"type": "null"}]
    origins[f"{pointer}/anyOf/0"] = pointer
