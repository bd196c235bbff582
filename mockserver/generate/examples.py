"""Find what a spec itself says of its values: the examples of schemas, and which value tells alternatives apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.openapi.merged import Pointers
from mockserver.openapi.references import DanglingRef, lookup, target

LONGEST_CHAIN = 20


def examples(document: Any, pointers: Pointers) -> Iterator[Any]:
    """The examples of the schemas at some pointers, the outermost first; then their defaults, where those are scalar.

    A schema that does nothing but extend one other (an ``allOf`` of one) has that one's, too.
    """
    schemas = [schema for pointer in pointers for schema, _ in _chain(document, pointer)]
    for schema in schemas:
        if schema.get("example") is not None:
            yield schema["example"]
        listed = schema.get("examples")
        yield from (one for one in (listed if isinstance(listed, list) else ()) if one is not None)
    for schema in schemas:
        if schema.get("default") is not None and not isinstance(schema["default"], dict | list):
            yield schema["default"]


def _chain(document: Any, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The schema at a pointer, and those that it merely stands for, each with its pointer."""
    for _ in range(LONGEST_CHAIN):
        try:
            schema = lookup(document, pointer)
            if not isinstance(schema, dict):
                return
            yield schema, pointer
            parts = schema.get("allOf")
            if "$ref" in schema:
                pointer = target(schema["$ref"])
            elif isinstance(parts, list) and len(parts) == 1 and "properties" not in schema:
                pointer = f"{pointer}/allOf/0"
            else:
                return
        except DanglingRef:
            return


def told_apart(document: Any, pointers: Pointers, discriminator: Any) -> Iterator[tuple[str, str]]:
    """(property, value) pairs that tell a value of these schemas from one of others, the likeliest first.

    That is the key that the discriminator maps to one of the schemas, else a schema's own name; for a schema that is
    mapped to others only, any key; for one that is mapped to nothing, the name of the one with the discriminator.
    """
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if not isinstance(name, str):
        return
    raw = discriminator.get("mapping")
    mapping = {key: _pointer(place) for key, place in raw.items()} if isinstance(raw, dict) else {}
    places = [place for pointer in reversed(pointers) for _, place in _chain(document, pointer)]
    for place in places:
        yield from ((name, key) for key, mapped in mapping.items() if mapped == place)
    for place in places:
        schema = lookup(document, place)
        if _component(place) and "discriminator" not in schema:
            yield name, _component(place)
    yield from ((name, key) for key in mapping)
    if not mapping:
        yield from ((name, own) for place in places if (own := _component(place)))


def _component(place: str) -> str:
    """The name of the component that stands at a pointer; empty for any other place."""
    return place.rpartition("/")[2] if place.startswith("/components/schemas/") and place.count("/") == 3 else ""


def _pointer(place: Any) -> str:
    """Where a mapping leads: by a reference, or by a component's name."""
    text = str(place)
    return text[1:] if text.startswith("#/") else f"/components/schemas/{text}"
