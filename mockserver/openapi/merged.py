"""Merge schemas: their references and ``allOf`` followed, the tightest of each keyword."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from mockserver.openapi.pointers import escape
from mockserver.openapi.references import lookup, target

Pointers = tuple[str, ...]


_TIGHTEST: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Schemas taken together, with their references and ``allOf``: the tightest of each keyword, parts by pointer.

    ``choices`` are the alternatives (``anyOf``, ``oneOf``, ``if``) still open, each with its name; ``settled``
    names those that aren't.
    """

    roots: Pointers
    settled: frozenset[str]
    facts: Mapping[str, Any]
    types: tuple[str, ...] | None
    values: Sequence[Any] | None
    required: tuple[str, ...]
    properties: Mapping[str, Pointers]
    prefix: tuple[Pointers, ...]
    items: Pointers
    others: Pointers
    content: Pointers
    choices: tuple[tuple[str, tuple[Pointers, ...]], ...]

    @property
    def is_open(self) -> bool:
        """Whether it says nothing of what stands in an object or a list: ``{}``, ``{type: object}``."""
        return not (self.properties or self.others or self.items or self.prefix or self.choices)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types it allows; where it names none, the one that its keywords are about."""
        if self.types is not None:
            return self.types
        if self.properties or self.required or self.others:
            return ("object",)
        if self.items or self.prefix:
            return ("array",)
        return ("number",) if self.facts.keys() & {"minimum", "maximum", "multipleOf"} else ("string",)


def shape_of(document: Any, pointers: Pointers, settled: frozenset[str]) -> Shape:
    members = list(_taken_together(document, pointers))
    schemas = [schema for _, schema in members]
    parts: defaultdict[str, Pointers] = defaultdict(tuple)
    for pointer, schema in members:
        for name, part in _parts(pointer, schema):
            parts[name] += (part,)
    return Shape(
        roots=pointers,
        settled=settled,
        facts=_facts(schemas),
        types=_types(schemas),
        values=_values(schemas),
        required=tuple(dict.fromkeys(name for schema in schemas for name in schema.get("required", ()))),
        properties=_allowed(
            schemas, {name.removeprefix("properties/"): part for name, part in parts.items() if name.startswith("prop")}
        ),
        prefix=tuple(part for name, part in parts.items() if name.startswith("prefixItems/")),
        items=parts["items"],
        others=parts["additionalProperties"],
        content=parts["contentSchema"],
        choices=tuple(choice for place in members for choice in _choices(*place) if choice[0] not in settled),
    )


def _allowed(schemas: Sequence[Mapping[str, Any]], properties: dict[str, Pointers]) -> dict[str, Pointers]:
    """The properties that no other part of the whole forbids, by ``additionalProperties: false``."""
    closed = [
        schema.get("properties", {})
        for schema in schemas
        if schema.get("additionalProperties") is False and "patternProperties" not in schema
    ]
    return {name: part for name, part in properties.items() if all(name in known for known in closed)}


def _facts(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for schema in schemas:
        for key, fact in schema.items():
            facts[key] = _TIGHTEST[key](facts.get(key, fact), fact) if key in _TIGHTEST else facts.get(key, fact)
    return facts


def _types(schemas: Sequence[Mapping[str, Any]]) -> tuple[str, ...] | None:
    named = [schema["type"] for schema in schemas if "type" in schema]
    return (
        reduce(_in_both, [(types,) if isinstance(types, str) else tuple(types) for types in named]) if named else None
    )


def _in_both(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    """The types in both lists; an integer is a number."""
    exact = [name for name in left if name in right]
    whole = "integer" in (*left, *right) and "integer" not in exact and {"integer", "number"} <= {*left, *right}
    return (*exact, "integer") if whole else tuple(exact)


def _values(schemas: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    """The values that every ``enum`` and ``const`` allows; None where there is none of these."""
    allowed = [schema["enum"] for schema in schemas if "enum" in schema]
    allowed += [[schema["const"]] for schema in schemas if "const" in schema]
    return [value for value in allowed[0] if all(value in values for values in allowed)] if allowed else None


def _parts(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in schema.get("properties", ()):
        yield f"properties/{name}", f"{pointer}/properties/{escape(name)}"
    for index in range(len(schema.get("prefixItems", ()))):
        yield f"prefixItems/{index}", f"{pointer}/prefixItems/{index}"
    for name in ("items", "additionalProperties", "contentSchema"):
        if isinstance(schema.get(name), dict) and schema[name]:
            yield name, f"{pointer}/{name}"


def _taken_together(document: Any, pointers: Pointers) -> Iterator[tuple[str, dict[str, Any]]]:
    todo, seen = list(pointers), set()
    for pointer in todo:
        if pointer in seen:
            continue
        seen.add(pointer)
        value = lookup(document, pointer)
        schema = value if isinstance(value, dict) else {} if value else {"enum": []}  # what true and false mean
        yield pointer, schema
        if "$ref" in schema:
            todo.append(target(schema["$ref"]))
        todo += [f"{pointer}/allOf/{index}" for index in range(len(schema.get("allOf", ())))]


def _choices(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Pointers, ...]]]:
    for key in ("anyOf", "oneOf"):
        if key in schema:
            yield f"{pointer}/{key}", tuple((f"{pointer}/{key}/{index}",) for index in range(len(schema[key])))
    if "if" in schema:
        then = tuple(f"{pointer}/{key}" for key in ("if", "then") if key in schema)
        yield f"{pointer}/if", (then, (f"{pointer}/else",) if "else" in schema else ())
