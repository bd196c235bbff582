"""Infers a schema from what was seen, as narrow as one may conclude from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_DEEPEST = 8


def type_of(value: Any) -> str:
    """The JSON type of a value: ``integer`` for 5."""
    return _NAMES.get(type(value), "null")


def infer(value: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of a value: its types, fields and items; no values, which may be anybody's data."""
    name = type_of(value)
    if depth > _DEEPEST:
        return {"type": name}
    if name == "object":
        properties = {str(key): infer(one, depth + 1) for key, one in value.items()}
        return {"type": name, **({"properties": properties} if properties else {})}
    if name == "array" and value:
        items: dict[str, Any] = infer(value[0], depth + 1)
        for one in value[1:]:
            items = merge(items, infer(one, depth + 1))
        return {"type": name, "items": items}
    return {"type": name}


def merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that allows what either does."""
    merged: dict[str, Any] = {"type": widened(_listed(one["type"]), _listed(other["type"]))}
    left, right = one.get("properties", {}), other.get("properties", {})
    if left or right:
        names = [*left, *(name for name in right if name not in left)]
        both = {name: (left.get(name), right.get(name)) for name in names}
        merged["properties"] = {name: merge(a, b) if a and b else a or b for name, (a, b) in both.items()}
    items = [schema["items"] for schema in (one, other) if "items" in schema]
    if items:
        merged["items"] = merge(items[0], items[-1])
    return merged


def widened(types: list[str], more: list[str]) -> str | list[str]:
    """Types and more of them; a number is an integer too."""
    together = [*types, *(name for name in more if name not in types)]
    if "number" in together and "integer" in together:
        together.remove("integer")
    return together[0] if len(together) == 1 else together


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else list(types)
