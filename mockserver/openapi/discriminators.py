"""Tell the branches of a ``oneOf`` apart by their discriminator, as OpenAPI means it.

To JSON Schema a discriminator says nothing: a value that two branches describe breaks the ``oneOf``, whatever it says
of itself. So where branches leave the discriminator's value open, those that stand for one are none of another's. That
holds for what is sent; what is answered keeps to JSON Schema alone, as whoever checks it may know no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mockserver.openapi.references import DanglingRef, lookup, objects, target, with_value

_SCHEMAS = "/components/schemas/"
_MOST_PARTS = 50


def told_apart(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with the branches of each ``oneOf`` kept from values that stand for others; itself if none is."""
    found = [
        (schema, pointer)
        for kind, schema, pointer in objects(document)
        if kind == "schema" and isinstance(schema, dict) and "discriminator" in schema and "oneOf" in schema
    ]
    made = document
    for schema, pointer in found:
        branches = _bound(document, schema)
        made = with_value(made, f"{pointer}/oneOf", branches) if branches else made
    return made


def _bound(document: Any, schema: Mapping[str, Any]) -> list[Any]:
    """The branches of a schema as they are meant; none where they are clear, or nothing tells them apart."""
    discriminator, branches = schema["discriminator"], schema["oneOf"]
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if not isinstance(name, str) or not isinstance(branches, list) or len(branches) < 2:
        return []
    values = [_values(discriminator, branch) for branch in branches]
    if not all(values) or any("properties" in one or _is_bound(document, one, name) for one in branches):
        return []
    everything = dict.fromkeys(value for told in values for value in told)
    return [
        {**branch, "properties": {name: {"not": {"enum": [value for value in everything if value not in own]}}}}
        for branch, own in zip(branches, values, strict=True)
    ]


def _values(discriminator: Mapping[str, Any], branch: Any) -> list[str]:
    """The values that stand for a branch: those that are mapped to it, and its own name; none of one without a name."""
    raw_reference = branch.get("$ref") if isinstance(branch, dict) else None
    if not isinstance(raw_reference, str) or not raw_reference.startswith("#"):
        return []
    reference = unquote(raw_reference)
    name = reference.rpartition("/")[2]
    raw = discriminator.get("mapping")
    mapped = raw.items() if isinstance(raw, dict) else ()
    told = [key for key, to in mapped if isinstance(to, str) and unquote(to) in (reference, name)]
    own = [name] if reference.startswith(f"#{_SCHEMAS}") and name not in dict(mapped) else []
    return [*told, *own]


def _is_bound(document: Any, branch: Any, name: str) -> bool:
    """Whether a branch says itself what the discriminator may be, or that it isn't text."""
    for part in _parts(document, branch):
        properties = part.get("properties")
        for own in _parts(document, properties[name]) if isinstance(properties, dict) and name in properties else ():
            if own.keys() & {"enum", "const"} or own.get("type", "string") not in ("string", ["string", "null"]):
                return True
    return False


def _parts(document: Any, schema: Any) -> Iterator[dict[str, Any]]:
    """A schema, with those that it refers to and consists of."""
    todo = [schema]
    for number, part in enumerate(todo):
        if not isinstance(part, dict) or number > _MOST_PARTS:
            continue
        yield part
        if isinstance(part.get("allOf"), list):
            todo += part["allOf"]
        try:
            todo += [lookup(document, target(part["$ref"]))] if "$ref" in part else []
        except DanglingRef:
            continue
