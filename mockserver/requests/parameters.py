"""Parameters from their text: percent-decoding, style and explode, and the types of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.openapi.model import Parameter
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas, coerce
from mockserver.requests.magic import Token, find
from mockserver.requests.query import Texts
from mockserver.requests.secret_names import sounds_secret
from mockserver.requests.violation import Violation

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_OBJECT_SEPARATORS = {"label": ".", "matrix": ";"}


class ParameterReader:
    """One parameter of one operation, compiled: text in, a value or violations out.

    ``is_secret`` says that its value may be neither kept nor shown.
    """

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        self.parameter = parameter
        self._schemas = schemas
        self._types = schemas.types(parameter.schema)
        self.is_secret = sounds_secret(parameter.name) or schemas.is_secret(parameter.name, parameter.schema)
        self._is_array = "array" in self._types and not parameter.json
        self._is_object = "object" in self._types and not self._is_array and not parameter.json
        self._members: dict[str, frozenset[str]] = {}
        self._member_items: dict[str, frozenset[str]] = {}
        self._items: frozenset[str] = frozenset()
        if parameter.schema and (self._is_array or self._is_object):
            places = schemas.properties(parameter.schema)
            self._items = schemas.items(parameter.schema)
            self._members = {name: schemas.types(place) for name, place in places.items()}
            self._member_items = {name: schemas.items(place) for name, place in places.items()}

    @property
    def query_names(self) -> list[str]:
        """The names that it has in a query: its own, or those of an object's members."""
        is_spread = self._is_object and self.parameter.explode and self.parameter.style == "form"
        return [*self._members] if is_spread else [self.parameter.name]

    def read_query(self, query: Mapping[str, Texts]) -> tuple[Any, list[Violation], Token | None]:
        """The parameter's value in a parsed query: (value or None, violations, magic token)."""
        if self.parameter.style == "deepObject":
            prefix = f"{self.parameter.name}["
            inside = [name for name in query if name.startswith(prefix) and name.endswith("]")]
            return self._read_members({name[len(prefix) : -1]: query[name] for name in inside})
        if self._is_object and self.parameter.explode and self.parameter.style == "form":
            return self._read_members({name: query[name] for name in self._members if name in query})
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
        if len(known) > 1 and (self.parameter.json or not self._is_array):
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
            parts = self._parts(texts[0])
            if len(parts) % 2:
                return texts[0], [self.violation("is no list of names and values")]
            members = zip(parts[::2], parts[1::2], strict=True)
            return self._read_members({name: [text] for name, text in members})[:2]
        else:
            value = coerce(self._unstyled(texts[0]), self._types)
        return value, self._violations(value)

    def _violations(self, value: Any) -> list[Violation]:
        is_hidden = _always if self.is_secret else None
        errors = self._schemas.errors(self.parameter.schema, value, is_hidden)
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
        if self.parameter.where == "header":
            return [text.strip() for text in ",".join(texts).split(",")] if any(texts) else []
        if len(texts) > 1 or (explode and style in ("form", *_SEPARATORS)):
            return texts
        text = self._unstyled(texts[0])
        if explode and style == "matrix":
            return text.split(f";{self.parameter.name}=")
        separator = "." if explode and style == "label" else _SEPARATORS.get(style, ",")
        return text.split(separator) if text else []

    def _parts(self, text: str) -> list[str]:
        """The names and values of an object, in turn: ``R=100,G=200`` is R, 100, G, 200."""
        style, explode = self.parameter.style, self.parameter.explode
        if style == "matrix" and explode:
            text = text.removeprefix(";")
        separator = _OBJECT_SEPARATORS.get(style, ",") if explode else _SEPARATORS.get(style, ",")
        parts = self._unstyled(text).split(separator)
        if self.parameter.where == "header":
            parts = [part.strip() for part in parts]
        return [half for part in parts for half in part.partition("=")[::2]] if explode else parts

    def _read_members(self, texts: Mapping[str, Texts]) -> tuple[Any, list[Violation], Token | None]:
        if not texts:
            return self.read([])
        if any(None in found for found in texts.values()):
            return None, [self.violation("is not percent-encoded UTF-8")], None
        value: dict[str, Any] = {}
        wrong: list[Violation] = []
        for name, found in texts.items():
            types, known = self._members.get(name, frozenset()), [text or "" for text in found]
            if "array" in types:
                value[name] = [coerce(text, self._member_items[name]) for text in known]
                continue
            value[name] = coerce(known[0], types)
            if len(known) > 1:
                wrong.append(self.violation(f"occurs {len(known)} times", f"/{escape(name)}"))
        where = f"{self.parameter.where} {self.parameter.name}"
        token = next(filter(None, (find(text or "", where) for found in texts.values() for text in found)), None)
        return value, wrong if token else wrong + self._violations(value), token


def _always(_: object) -> bool:
    return True
