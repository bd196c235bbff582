"""Whether a value is valid, by jsonschema-rs, in a request or in an answer: one validator for all schemas of a file."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from benchmarks.anyspec.documents import Document

_URI = "urn:document"


class View(Enum):
    """Which way a value goes; the value of a member is the keyword of properties that don't go that way."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Validator:
    """The schemas of one document, for one direction."""

    def __init__(self, document: Document, view: View, pointers: Sequence[str]) -> None:
        root = copy.deepcopy(document.root)
        is_old = str(root["openapi"]).startswith("3.0")
        for schema in _objects(root):
            _loosen(schema, document, view)
            if is_old:
                _upgrade(schema)
            _drop_bad_keywords(schema)
        self._registry = jsonschema_rs.Registry([(_URI, root)])
        self._single: dict[str, jsonschema_rs.Draft202012Validator | None] = {}
        self._shared = self._compile({"properties": {pointer: _reference(pointer) for pointer in pointers}})
        self._pointers = frozenset(pointers)

    def _compile(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator | None:
        try:
            return jsonschema_rs.Draft202012Validator(dict(schema), registry=self._registry, validate_formats=True)
        except (ValueError, jsonschema_rs.ReferencingError):
            return None

    def problem(self, pointer: str | None, value: Any) -> str:
        """What is wrong with a value, in short; nothing where it is valid, or the schema can't be compiled."""
        if pointer is None:
            return ""
        if self._shared is not None and pointer in self._pointers:
            return _first(self._shared, {pointer: value})
        if pointer not in self._single:
            self._single[pointer] = self._compile(_reference(pointer))
        single = self._single[pointer]
        return _first(single, value) if single is not None else ""


def _reference(pointer: str) -> dict[str, str]:
    return {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}


def _first(validator: jsonschema_rs.Draft202012Validator, value: Any) -> str:
    if validator.is_valid(value):
        return ""
    error = next(iter(validator.iter_errors(value)))
    place = "/".join(str(part) for part in error.instance_path)
    return f"/{place}: {error.message}"[-200:]


def _objects(root: Any) -> list[dict[str, Any]]:
    """Every object of a document; what isn't a schema has none of the keywords that are looked for."""
    found, todo = [], [root]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            found.append(value)
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return found


def _loosen(schema: dict[str, Any], document: Document, view: View) -> None:
    """Take properties that don't go this way from ``required``."""
    parts = [schema, *(part for part in _list(schema, "allOf") if isinstance(part, dict))]
    if not any(isinstance(part.get("required"), list) for part in parts):
        return
    named: dict[str, Any] = {}
    for part in parts:
        while isinstance(part.get("$ref"), str) and part["$ref"].startswith("#"):
            part = document.at(part["$ref"][1:])[0]
            break
        properties = part.get("properties") if isinstance(part, dict) else None
        named |= properties if isinstance(properties, dict) else {}
    hidden = {name for name, one in named.items() if _is_hidden(one, document, view)}
    for part in parts:
        if hidden and isinstance(part.get("required"), list) and "$ref" not in part:
            part["required"] = [name for name in part["required"] if name not in hidden]


def _is_hidden(schema: Any, document: Document, view: View) -> bool:
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str) and schema["$ref"].startswith("#"):
        schema = document.at(schema["$ref"][1:])[0] | {key: one for key, one in schema.items() if key != "$ref"}
    if not isinstance(schema, dict):
        return False
    return schema.get(view.value) is True or any(_is_hidden(part, document, view) for part in _list(schema, "allOf"))


def _upgrade(schema: dict[str, Any]) -> None:
    """OpenAPI 3.0's keywords as JSON Schema's."""
    if isinstance(schema.get("$ref"), str):
        for key in [key for key in schema if key != "$ref"]:
            del schema[key]
    if schema.get("nullable") is True:
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in schema and "type" not in schema:
                schema["anyOf"] = [{keyword: schema.pop(keyword)}, {"type": "null"}]
                break
    for keyword, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(keyword), bool):
            if schema.pop(keyword) and bound in schema:
                schema[keyword] = schema.pop(bound)


def _drop_bad_keywords(schema: dict[str, Any]) -> None:
    """Leave out what no validator understands, so that the rest of the file can be judged."""
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not _compiles(pattern):
        del schema["pattern"]
    for keyword in ("exclusiveMinimum", "exclusiveMaximum"):
        if isinstance(schema.get(keyword), bool):
            del schema[keyword]
    if isinstance(schema.get("required"), list):
        schema["required"] = list(dict.fromkeys(schema["required"]))
    if isinstance(schema.get("required"), bool):
        del schema["required"]
    for key in ("$id", "$schema", "$anchor", "id"):
        if isinstance(schema.get(key), str) and ("type" in schema or "properties" in schema):
            del schema[key]


_PATTERNS: dict[str, bool] = {}


def _compiles(pattern: str) -> bool:
    if pattern not in _PATTERNS:
        try:
            jsonschema_rs.Draft202012Validator({"pattern": pattern})
        except ValueError:
            _PATTERNS[pattern] = False
        else:
            _PATTERNS[pattern] = True
    return _PATTERNS[pattern]


def _list(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []
