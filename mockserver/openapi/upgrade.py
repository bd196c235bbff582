"""OpenAPI 3.0 read as 3.1: the few keywords that mean something else in JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

_DATA = {"example", "default", "enum", "const", "value"}


def upgrade(node: Any, inside: str = "") -> Any:
    """The same document with 3.0's nullable and boolean bounds written as 3.1 writes them."""
    if isinstance(node, list):
        return [upgrade(item, inside) for item in node]
    if not isinstance(node, dict):
        return node
    if inside == "properties":  # whose keys are names, and may be any word
        return {name: upgrade(schema) for name, schema in node.items()}
    return _schema({key: value if key in _DATA else upgrade(value, key) for key, value in node.items()})


def _schema(node: dict[str, Any]) -> dict[str, Any]:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(node.get(exclusive), bool):
            if node.pop(exclusive) and bound in node:
                node[exclusive] = node.pop(bound)
    if isinstance(node.get("nullable"), bool) and node.pop("nullable"):
        return _nullable(node)
    return node


def _nullable(node: dict[str, Any]) -> dict[str, Any]:
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if "enum" in node and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]
        return node
    return {"anyOf": [node, {"type": "null"}]}
