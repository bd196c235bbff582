"""Finds the fields of a schema that are declared as passwords (``format: password``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, resolve

ALL = ""
"""Among the names of password fields: the value is one as a whole."""
_BY_NAME = ("patternProperties", "dependentSchemas")
_BY_INDEX = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE = ("items", "contains", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "if", "then", "else")


def has_passwords(document: Any) -> bool:
    """Whether a schema anywhere in a document is declared as a password."""
    return next(_declared(document), None) is not None


def password_names(document: Any) -> frozenset[str]:
    """The names of all properties of a document that are declared as passwords."""
    return frozenset(_declared(document))


def _declared(document: Any) -> Iterator[str]:
    todo = [("", document)]
    while todo:
        name, part = todo.pop()
        if isinstance(part, dict):
            if part.get("format") == "password":
                yield name
            todo += part.items()
        elif isinstance(part, list):
            todo += ((name, one) for one in part)


def password_fields(document: Mapping[str, Any], pointer: str | None) -> frozenset[str]:
    """The names of the properties at or below which a schema has ``format: password``; ``ALL`` for its own value."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = [(pointer, ALL)] if pointer else []
    while todo:
        place, name = todo.pop()
        try:
            schema, at = resolve(document, place)
        except DanglingRef:
            continue
        if not isinstance(schema, dict) or (at, name) in seen:
            continue
        seen.add((at, name))
        if schema.get("format") == "password":
            found.add(name)
        todo += _parts(schema, at, name)
    return frozenset(found)


def _parts(schema: Mapping[str, Any], at: str, name: str) -> Iterator[tuple[str, str]]:
    """The schemas within one, each with the name of the property that its value belongs to."""
    for keyword, value in schema.items():
        place = f"{at}/{keyword}"
        if keyword == "properties" and isinstance(value, dict):
            yield from ((f"{place}/{escape(key)}", key) for key in value)
        elif keyword in _BY_NAME and isinstance(value, dict):
            yield from ((f"{place}/{escape(key)}", name) for key in value)
        elif keyword in _BY_INDEX and isinstance(value, list):
            yield from ((f"{place}/{index}", name) for index in range(len(value)))
        elif keyword in _ONE:
            yield place, name
