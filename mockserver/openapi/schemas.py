"""The compiled JSON Schemas of one spec, each named by its pointer in the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from mockserver.openapi.model import Spec
from mockserver.openapi.passwords import has_passwords, password_fields
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, lookup, objects, resolve, target

LONGEST_MESSAGE = 300
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})(?:\.0+)?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_URI = "urn:spec:"
_MASK = "***"


class Schemas:
    """Validators of a spec's schemas, compiled when first used."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._registry: jsonschema_rs.Registry | None = None
        self._compiled: dict[tuple[str, str | None], jsonschema_rs.Draft202012Validator] = {}
        self._has_passwords: bool | None = None
        self._credentials = frozenset(scheme.parameter.lower() for scheme in spec.schemes.values())

    def validator(self, pointer: str, mask: str | None = None) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema at a pointer; its messages have ``mask`` for values. Raises ValueError: no schema."""
        found = self._compiled.get((pointer, mask))
        if found is None:
            if self._registry is None:
                self._registry = jsonschema_rs.Registry([(_URI, self._spec.document)])
            reference = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            found = jsonschema_rs.Draft202012Validator(
                reference, registry=self._registry, validate_formats=True, mask=mask
            )
            self._compiled[pointer, mask] = found
        return found

    def is_valid(self, pointer: str | None, value: Any) -> bool:
        return pointer is None or self.validator(pointer).is_valid(value)

    def is_secret(self, name: str, pointer: str | None) -> bool:
        """Whether a parameter is a credential of a security scheme, or a password by its schema."""
        return name.lower() in self._credentials or bool(self.password_fields(pointer))

    def password_fields(self, pointer: str | None) -> frozenset[str]:
        """The names of the properties that are passwords by a schema."""
        if self._has_passwords is None:
            self._has_passwords = has_passwords(self._spec.document)
        return password_fields(self._spec.document, pointer) if self._has_passwords else frozenset()

    def errors(
        self, pointer: str | None, value: Any, is_hidden: Callable[[jsonschema_rs.ValidationError], bool] | None = None
    ) -> list[tuple[str, str]]:
        """What is wrong with a value: (JSON pointer into it, message) each; empty where it is valid.

        The messages of what is hidden don't quote it.
        """
        if pointer is None:
            return []
        validator = self.validator(pointer)
        if validator.is_valid(value):
            return []
        try:
            found = validator.iter_errors(value)
            if is_hidden is None:
                return [(place(error.instance_path), message_of(error)) for error in found]
            masked = self.validator(pointer, _MASK).iter_errors(value)
            pairs = zip(found, masked, strict=True)
            return [(place(one.instance_path), message_of(safe if is_hidden(one) else one)) for one, safe in pairs]
        except ValueError:  # what can't be written into a message
            return [("", "is nested too deeply")]

    def broken(self) -> Iterator[tuple[str, str]]:
        """The schemas of the document that are no schemas: (pointer of what is wrong, reason)."""
        for kind, schema, pointer in objects(self._spec.document, into_schemas=False):
            if kind == "schema":
                yield from self._broken(schema, pointer)

    def _broken(self, schema: Any, pointer: str) -> Iterator[tuple[str, str]]:
        root = pointer
        try:
            jsonschema_rs.meta.validate(schema)
            root = ""
            self.validator(pointer)
        except jsonschema_rs.ValidationError as error:
            yield f"{root}{place(error.instance_path)}" or pointer, _short(error.message)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            yield pointer, _short(str(error).partition("\n")[0])

    def reason(self, pointer: str) -> str:
        """Why a schema can't be used; empty where it can."""
        try:
            schema, at = resolve(self._spec.document, pointer)
        except DanglingRef as error:
            return str(error)
        return next((f"{message} (at {where})" for where, message in self._broken(schema, at)), "")

    def schema(self, pointer: str) -> Any:
        """The schema at a pointer, references followed; an empty one where they lead nowhere."""
        try:
            return resolve(self._spec.document, pointer)[0]
        except DanglingRef:
            return {}

    def properties(self, pointer: str, depth: int = 0) -> dict[str, str]:
        """The properties of an object's schema, those of its ``allOf`` too: {name: pointer}."""
        try:
            schema, at = resolve(self._spec.document, pointer)
        except DanglingRef:
            return {}
        if not isinstance(schema, dict) or depth > 8:
            return {}
        found: dict[str, str] = {}
        for index in range(len(schema.get("allOf", ()))):
            found |= self.properties(f"{at}/allOf/{index}", depth + 1)
        return found | {name: f"{at}/properties/{escape(name)}" for name in schema.get("properties", ())}

    def items(self, pointer: str) -> frozenset[str]:
        """The types of an array's items; empty where its schema names none."""
        try:
            return self.types(f"{resolve(self._spec.document, pointer)[1]}/items")
        except DanglingRef:
            return frozenset()

    def types(self, pointer: str | None) -> frozenset[str]:
        """The JSON types that a schema names, in its parts too; empty where it names none."""
        try:
            return frozenset(self._types(lookup(self._spec.document, pointer), 0)) if pointer else frozenset()
        except DanglingRef:
            return frozenset()

    def _types(self, schema: Any, depth: int) -> Iterator[str]:
        if not isinstance(schema, dict) or depth > 8:
            return
        if "$ref" in schema:
            yield from self._types(self.schema(target(schema["$ref"])), depth + 1)
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
    """``text`` as the first of the types that it can be: integer, number (a finite one), boolean; else text."""
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if "number" in types and _NUMBER.fullmatch(text) and isfinite(float(text)):
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


def message_of(error: jsonschema_rs.ValidationError) -> str:
    """The validator's words; of a ``not`` that describes itself, its description; of a choice, what each one lacks."""
    kinds = jsonschema_rs.ValidationErrorKind
    match error.kind:
        case kinds.Not(schema={"description": str(said)}):
            return said
        case kinds.AnyOf(context=choices) | kinds.OneOfNotValid(context=choices) if choices:
            lacks = dict.fromkeys(message_of(found[0]) for found in choices if found)
            return _short(f"is valid under none of the choices: {'; or '.join(lacks)}")
    return _short(error.message)


def _short(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
