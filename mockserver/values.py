"""Parameters from their text: percent-decoding, style and explode, and the types of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.decision import Violation
from mockserver.forms import Texts
from mockserver.magic import Token, find
from mockserver.spec.model import Parameter
from mockserver.spec.references import resolve
from mockserver.spec.schemas import Schemas, coerce

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class ParameterReader:
    """One parameter of one operation, compiled: text in, a value or violations out."""

    def __init__(self, parameter: Parameter, schemas: Schemas, document: Mapping[str, Any]) -> None:
        self.parameter = parameter
        self._schemas = schemas
        self._types = schemas.types(parameter.schema)
        self._is_array = "array" in self._types and not parameter.json
        self._is_object = "object" in self._types and not self._is_array and not parameter.json
        self._members: dict[str, frozenset[str]] = {}
        self._items: frozenset[str] = frozenset()
        if parameter.schema and (self._is_array or self._is_object):
            schema, at = resolve(document, parameter.schema)
            if isinstance(schema.get("items"), dict):
                self._items = schemas.types(f"{at}/items")
            self._members = {name: schemas.types(f"{at}/properties/{name}") for name in schema.get("properties", ())}

    def read_query(self, query: Mapping[str, Texts]) -> tuple[Any, list[Violation], Token | None]:
        """The parameter's value in a parsed query: (value or None, violations, magic token)."""
        if self.parameter.style == "deepObject":
            prefix = f"{self.parameter.name}["
            parts = {name[len(prefix) : -1]: texts for name, texts in query.items() if name.startswith(prefix)}
            return self._read_members({name: texts[0] for name, texts in parts.items()})
        if self._is_object and self.parameter.explode and self.parameter.style == "form":
            return self._read_members({name: query[name][0] for name in self._members if name in query})
        return self.read(query.get(self.parameter.name, []))

    def read(self, texts: Texts) -> tuple[Any, list[Violation], Token | None]:
        """The value of the parameter's texts, as many as the request had: (value or None, violations, magic token)."""
        if not texts:
            missing = [self.violation("is required and missing")] if self.parameter.required else []
            return None, missing, None
        if None in texts:
            return None, [self.violation("is not percent-encoded UTF-8")], None
        known = [text for text in texts if text is not None]
        token = next(
            filter(None, (find(text, f"{self.parameter.where} {self.parameter.name}") for text in known)), None
        )
        if len(known) > 1 and not self._is_array:
            return known[0], [self.violation(f"occurs {len(known)} times")], token
        if token:
            return (known if self._is_array else known[0]), [], token
        return *self._checked(known), None

    def _checked(self, texts: list[str]) -> tuple[Any, list[Violation]]:
        if self.parameter.json:
            try:
                value = orjson.loads(texts[0])
            except ValueError as error:
                return texts[0], [self.violation(f"is no JSON: {error}")]
        elif self._is_array:
            value = [coerce(text, self._items) for text in self._split(texts)]
        elif self._is_object:
            return self._read_members(dict(self._pairs(texts[0])))[:2]
        else:
            value = coerce(self._unstyled(texts[0]), self._types)
        return value, self._violations(value)

    def _violations(self, value: Any) -> list[Violation]:
        errors = self._schemas.errors(self.parameter.schema, value)
        return [self.violation(message, pointer) for pointer, message in errors]

    def violation(self, message: str, pointer: str = "") -> Violation:
        """What is wrong with this parameter."""
        where, name = self.parameter.where, self.parameter.name
        spec = self.parameter.schema if pointer and self.parameter.schema else self.parameter.pointer
        return Violation("invalid_parameter", where, name, message, spec, pointer)

    def _unstyled(self, text: str) -> str:
        if self.parameter.style == "label":
            return text.removeprefix(".")
        if self.parameter.style == "matrix":
            return text.removeprefix(f";{self.parameter.name}=")
        return text

    def _split(self, texts: list[str]) -> list[str]:
        style, explode = self.parameter.style, self.parameter.explode
        if len(texts) > 1 or (explode and style in ("form", *_SEPARATORS)):
            return texts
        text = self._unstyled(texts[0])
        if explode and style == "matrix":
            return text.split(f";{self.parameter.name}=")
        separator = "." if explode and style == "label" else _SEPARATORS.get(style, ",")
        return text.split(separator) if text else []

    def _pairs(self, text: str) -> list[tuple[str, str]]:
        parts = self._unstyled(text).split(",")
        if self.parameter.explode:
            return [(part.partition("=")[0], part.partition("=")[2]) for part in parts]
        return list(zip(parts[::2], parts[1::2], strict=False))

    def _read_members(self, texts: Mapping[str, str | None]) -> tuple[Any, list[Violation], Token | None]:
        if not texts:
            return self.read([])
        if None in texts.values():
            return None, [self.violation("is not percent-encoded UTF-8")], None
        value = {name: coerce(text or "", self._members.get(name, frozenset())) for name, text in texts.items()}
        tokens = (find(text or "", f"{self.parameter.where} {self.parameter.name}") for text in texts.values())
        token = next(filter(None, tokens), None)
        return value, [] if token else self._violations(value), token
