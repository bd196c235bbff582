"""Compile and ask the JSON Schemas of one spec, each named by its pointer in the document."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from mockserver.openapi.model import Spec
from mockserver.openapi.passwords import has_passwords, password_fields
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, lookup, resolve, target
from mockserver.openapi.validators import Validators
from mockserver.patterns import pattern
from mockserver.values import dataclass

if TYPE_CHECKING:
    import jsonschema_rs

    from mockserver.openapi.explain import IsHidden, Problem

MOST_PARTS = 500
_INTEGER = pattern(r"-?(?:0|[1-9][0-9]{0,99})(?:\.0+)?")
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_CHOICES = ("anyOf", "oneOf")
Pointers = tuple[str, ...]
_ONLY_LENGTHS = frozenset(
    ("type", "minLength", "maxLength", "title", "description", "default", "example", "examples", "deprecated")
)


@dataclass(frozen=True, slots=True)
class Members:
    """Where the schemas of an object's properties and of an array's items stand; ``others`` is for undeclared ones.

    It is empty where patterns decide, too.
    """

    properties: Mapping[str, Pointers]
    others: Pointers
    prefix: tuple[Pointers, ...]
    items: Pointers


class Schemas:
    """Validators of a document's schemas, compiled when first used."""

    def __init__(self, spec: Spec) -> None:
        credentials = frozenset(scheme.parameter.lower() for scheme in spec.schemes.values())
        self._keep(spec.document, spec.source.texts, credentials)

    @classmethod
    def of(
        cls, document: dict[str, Any], texts: tuple[bytes, ...] = (), credentials: frozenset[str] = frozenset()
    ) -> Schemas:
        """The schemas of any document, or one schema at ``""``. ``texts`` are what the document was read from."""
        schemas = cls.__new__(cls)
        schemas._keep(document, texts, credentials)
        return schemas

    def _keep(self, document: dict[str, Any], texts: tuple[bytes, ...], credentials: frozenset[str]) -> None:
        self.document = document
        self._texts = texts
        self._validators = Validators(document)
        self._credentials = credentials
        self._has_passwords: bool | None = None
        self._types: dict[str, frozenset[str]] = {}
        self._members: dict[tuple[str, bool], Members] = {}

    @cached_property
    def of_requests(self) -> Schemas:
        """The schemas as a request has to keep them: what is ``readOnly`` may be left out, discriminators decide."""
        schemas = self._without_required("readOnly")
        if not schemas._mentions("discriminator"):
            return schemas
        from mockserver.openapi.discriminators import told_apart

        document = told_apart(schemas.document)
        return schemas if document is schemas.document else Schemas.of(document, self._texts, self._credentials)

    @cached_property
    def of_responses(self) -> Schemas:
        """The schemas as a response has to keep them: what is ``writeOnly`` may be left out."""
        return self._without_required("writeOnly")

    def _without_required(self, marker: str) -> Schemas:
        if not self._mentions(marker):
            return self
        from mockserver.openapi.directions import without_required

        document = without_required(self.document, marker)
        return self if document is self.document else Schemas.of(document, self._texts, self._credentials)

    def _mentions(self, word: str) -> bool:
        return any(word.encode() in text for text in self._texts)

    # Validity

    def validator(
        self, pointer: str, keyword: str = "", *, is_masked: bool = False
    ) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema at a pointer, or one that asks it of all members (``keyword`` is ``items``, for example).

        The messages of a masked one have stars for values. Raises ValueError where it is no schema.
        """
        return self._validators.own(pointer, keyword, is_masked=is_masked)

    def is_valid(self, pointer: str | None, value: Any) -> bool:
        return pointer is None or self._validators.is_valid(pointer, value)

    def is_secret(self, name: str, pointer: str | None) -> bool:
        """Whether a parameter is a credential of a security scheme, or a password by its schema."""
        return name.lower() in self._credentials or bool(self.password_fields(pointer))

    def password_fields(self, pointer: str | None) -> frozenset[str]:
        """The names of the properties that are passwords by a schema."""
        if self._has_passwords is None:
            self._has_passwords = has_passwords(self.document)
        return password_fields(self.document, pointer) if self._has_passwords else frozenset()

    def errors(self, pointer: str | None, value: Any, is_hidden: IsHidden | None = None) -> list[tuple[str, str]]:
        """What is wrong with a value: (JSON pointer into it, message) each; empty where it is valid."""
        return [(problem.pointer, problem.message) for problem in self.problems(pointer, value, is_hidden)]

    def problems(self, pointer: str | None, value: Any, is_hidden: IsHidden | None = None) -> list[Problem]:
        """What is wrong with a value, the first hundred problems; empty where it is valid.

        The messages of what is hidden don't quote it.
        """
        if pointer is None or self.is_valid(pointer, value):
            return []
        from mockserver.openapi.explain import explain

        return explain(self, pointer, value, is_hidden)

    def text_lengths(self, pointer: str) -> tuple[int, int] | None:
        """The least and the greatest length of a text that is all a schema asks for; None where it asks otherwise."""
        schema = lookup(self.document, self._validators.named(pointer))
        if not isinstance(schema, dict) or schema.get("type") != "string" or schema.keys() - _ONLY_LENGTHS:
            return None
        least, most = schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)
        return (least, most) if type(least) is type(most) is int else None

    # Structure

    def schema(self, pointer: str) -> Any:
        """The schema at a pointer, references followed; an empty one where they lead nowhere."""
        try:
            return resolve(self.document, pointer)[0]
        except DanglingRef:
            return {}

    def parts(self, pointer: str, *, choices: bool = True) -> Iterator[tuple[dict[str, Any], str]]:
        """The schemas at a pointer, behind its references, in its ``allOf`` and (``choices``) in its alternatives."""
        todo, seen = [pointer], {pointer}
        keywords = ("allOf", *_CHOICES) if choices else ("allOf",)
        for at in todo:
            try:
                schema = lookup(self.document, at)
                if not isinstance(schema, dict):
                    continue
                places = [target(schema["$ref"])] if "$ref" in schema else []
            except DanglingRef:
                continue
            yield schema, at
            for keyword in keywords:
                places += [f"{at}/{keyword}/{index}" for index in range(len(_listed(schema, keyword)))]
            if len(seen) < MOST_PARTS:
                todo += [found for found in places if found not in seen]
                seen.update(places)

    def properties(self, pointer: str, depth: int = 0) -> dict[str, str]:
        """The properties of an object's schema, those of its ``allOf`` too: {name: pointer}."""
        try:
            schema, at = resolve(self.document, pointer)
        except DanglingRef:
            return {}
        if not isinstance(schema, dict) or depth > 8:
            return {}
        places: dict[str, str] = {}
        for index in range(len(_listed(schema, "allOf"))):
            places |= self.properties(f"{at}/allOf/{index}", depth + 1)
        return places | {name: f"{at}/properties/{escape(name)}" for name in _named(schema)}

    def members(self, pointer: str, *, choices: bool = True) -> Members:
        """The schemas of what stands in a value of the schema at a pointer."""
        found = self._members.get((pointer, choices))
        if found is None:
            found = self._members[pointer, choices] = _members(self.parts(pointer, choices=choices))
        return found

    def types(self, pointer: str | None) -> frozenset[str]:
        """The JSON types that a schema names, in its parts too; empty where it names none."""
        if pointer is None:
            return frozenset()
        types = self._types.get(pointer)
        if types is None:
            types = self._types[pointer] = frozenset(_named_types(self.parts(pointer)))
        return types

    def coerce(self, pointer: str | None, text: str) -> Any:
        """The value that a text stands for under a schema: ``"5"`` is 5 where a number may stand, else itself."""
        return coerce(text, self.types(pointer))


def _listed(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def _named(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    value = schema.get("properties")
    return value if isinstance(value, dict) else {}


def _members(parts: Iterator[tuple[dict[str, Any], str]]) -> Members:
    properties: dict[str, Pointers] = {}
    prefix: dict[int, Pointers] = {}
    others: Pointers = ()
    items: Pointers = ()
    for schema, at in parts:
        for name in _named(schema):
            properties[name] = (*properties.get(name, ()), f"{at}/properties/{escape(name)}")
        for index in range(len(_listed(schema, "prefixItems"))):
            prefix[index] = (*prefix.get(index, ()), f"{at}/prefixItems/{index}")
        if isinstance(schema.get("additionalProperties"), dict) and "patternProperties" not in schema:
            others = (*others, f"{at}/additionalProperties")
        if isinstance(schema.get("items"), dict):
            items = (*items, f"{at}/items")
    return Members(properties, others, tuple(prefix[index] for index in sorted(prefix)), items)


def _named_types(parts: Iterator[tuple[dict[str, Any], str]]) -> Iterator[str]:
    for schema, _ in parts:
        named = schema.get("type", ())
        yield from [named] if isinstance(named, str) else named
        for value in [*_listed(schema, "enum"), *([schema["const"]] if "const" in schema else ())]:
            yield type_of(value)


def coerce(text: str, types: frozenset[str]) -> Any:
    """``text`` as the first of the types that it can be: integer, number (a finite one), boolean; else text."""
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if "number" in types and _NUMBER.fullmatch(text) and isfinite(float(text)):
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


def type_of(value: Any) -> str:
    """The JSON type of a value; a whole number is an integer if it is written as one."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
