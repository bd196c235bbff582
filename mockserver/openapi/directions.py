"""Tell requests from responses: what is ``readOnly`` need not be sent, and what is ``writeOnly`` never comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.openapi.references import DanglingRef, lookup, objects, resolve, target, with_value

_COMPOSITION = ("allOf", "anyOf", "oneOf")


def without_required(document: dict[str, Any], marker: str) -> dict[str, Any]:
    """The document, with properties that bear a marker (``readOnly``) required nowhere; itself where that is so.

    What a schema is composed of is taken together: one part may require what another one marks.
    """
    changes: dict[str, set[str]] = {}
    for kind, schema, pointer in objects(document):
        if kind == "schema" and isinstance(schema, dict):
            _collect(document, schema, pointer, marker, changes)
    for pointer, names in changes.items():
        required = [name for name in lookup(document, pointer)["required"] if name not in names]
        document = with_value(document, f"{pointer}/required", required)
    return document


def _collect(document: Any, schema: dict[str, Any], pointer: str, marker: str, changes: dict[str, set[str]]) -> None:
    parts = list(_composition(document, schema, pointer))
    if not any("required" in part for part, _ in parts):
        return
    marked = {name for part, at in parts for name in _marked(document, part, at, marker)}
    for part, at in parts:
        if isinstance(part.get("required"), list) and marked.intersection(part["required"]):
            changes.setdefault(at, set()).update(marked)


def _composition(document: Any, schema: dict[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """A schema and those that it refers to or consists of, each with its pointer."""
    todo, seen = [(schema, pointer)], {pointer}
    for part, at in todo:
        yield part, at
        places = [f"{at}/{key}/{index}" for key in _COMPOSITION for index in range(len(_listed(part.get(key))))]
        try:
            places += [target(part["$ref"])] if "$ref" in part else []
            found = [(lookup(document, place), place) for place in places if place not in seen]
        except DanglingRef:
            continue
        seen.update(places)
        todo += [(child, place) for child, place in found if isinstance(child, dict)]


def _marked(document: Any, schema: dict[str, Any], pointer: str, marker: str) -> Iterator[str]:
    """The names of a schema's own properties that bear the marker, or refer to what bears it."""
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, dict) else ():
        if isinstance(part, dict) and (part.get(marker) is True or _is_marked_elsewhere(document, part, marker)):
            yield name


def _is_marked_elsewhere(document: Any, part: dict[str, Any], marker: str) -> bool:
    references = [part, *(one for one in _listed(part.get("allOf")) if isinstance(one, dict))]
    for one in references:
        if one.get(marker) is True:
            return True
        try:
            schema = resolve(document, target(one["$ref"]))[0] if "$ref" in one else {}
        except DanglingRef:
            continue
        if isinstance(schema, dict) and schema.get(marker) is True:
            return True
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
