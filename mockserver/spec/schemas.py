"""The compiled JSON Schemas of one spec, each named by its pointer in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from mockserver.spec.model import Spec
from mockserver.spec.pointers import escape
from mockserver.spec.references import DanglingRef, resolve, walk

LONGEST_MESSAGE = 300
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.0+)?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?")
_URI = "urn:spec:"


class Schemas:
    """Validators of a spec's schemas, compiled when first used."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._registry: jsonschema_rs.Registry | None = None
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema at a pointer. Raises ValueError where it is no schema."""
        found = self._compiled.get(pointer)
        if found is None:
            if self._registry is None:
                self._registry = jsonschema_rs.Registry([(_URI, self._spec.document)])
            reference = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            found = jsonschema_rs.Draft202012Validator(reference, registry=self._registry, validate_formats=True)
            self._compiled[pointer] = found
        return found

    def is_valid(self, pointer: str | None, value: Any) -> bool:
        return pointer is None or self.validator(pointer).is_valid(value)

    def errors(self, pointer: str | None, value: Any) -> list[tuple[str, str]]:
        """What is wrong with a value: (JSON pointer into it, message) each; empty where it is valid."""
        if pointer is None or self.validator(pointer).is_valid(value):
            return []
        return [
            (place(error.instance_path), _short(error.message)) for error in self.validator(pointer).iter_errors(value)
        ]

    def broken(self) -> Iterator[tuple[str, str]]:
        """The schemas of the document that are no schemas: (pointer, reason)."""
        for pointer in self._all():
            schema = resolve(self._spec.document, pointer)[0]
            try:
                jsonschema_rs.meta.validate(schema)
                self.validator(pointer)
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                yield pointer, _short(str(error).partition("\n")[0])

    def _all(self) -> Iterator[str]:
        for name in self._spec.document.get("components", {}).get("schemas", ()):
            yield f"/components/schemas/{escape(name)}"
        for pointer, value in walk(self._spec.document.get("paths"), "/paths"):
            if pointer.endswith("/schema") and isinstance(value, dict):
                yield pointer

    def schema(self, pointer: str) -> Any:
        """The schema at a pointer, references followed; an empty one where they lead nowhere."""
        try:
            return resolve(self._spec.document, pointer)[0]
        except DanglingRef:
            return {}

    def types(self, pointer: str | None) -> frozenset[str]:
        """The JSON types that a schema names, in its parts too; empty where it names none."""
        return frozenset(self._types(self.schema(pointer), 0)) if pointer else frozenset()

    def _types(self, schema: Any, depth: int) -> Iterator[str]:
        if not isinstance(schema, dict) or depth > 8:
            return
        if "$ref" in schema:
            yield from self._types(self.schema(schema["$ref"][1:]), depth + 1)
        named = schema.get("type", ())
        yield from [named] if isinstance(named, str) else named
        for value in [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]:
            yield _type_of(value)
        for keyword in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(keyword, ()):
                yield from self._types(part, depth + 1)

    def coerce(self, pointer: str | None, text: str) -> Any:
        """The value that a text stands for under a schema: ``"5"`` is 5 where a number may stand, else itself."""
        return coerce(text, self.types(pointer))


def coerce(text: str, types: frozenset[str]) -> Any:
    """``text`` as the first of the types that it can be: null, boolean, integer, number; else text."""
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if "number" in types and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


def place(path: Sequence[str | int]) -> str:
    """A JSON pointer from the parts of a path."""
    return "".join(f"/{escape(str(part))}" for part in path)


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _short(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
