"""Merge schemas: their references and ``allOf`` followed, the tightest of each keyword."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from math import lcm
from typing import Any

from mockserver.openapi.patterns import matches
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import lookup, target
from mockserver.values import dataclass

Pointers = tuple[str, ...]


def _multiple_of_both(one: float, other: float) -> float:
    """The smallest number that is a multiple of two: 12 for 4 and 6, 0.6 for 0.2 and 0.3."""
    from decimal import Decimal  # which a start without such a schema doesn't need

    left, right = Decimal(str(one)), Decimal(str(other))
    unit = Decimal(1).scaleb(min(0, int(left.as_tuple().exponent), int(right.as_tuple().exponent)))
    least = lcm(int(left / unit), int(right / unit)) * unit
    return int(least) if least % 1 == 0 else float(least)


_TIGHTEST: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"), min),
    "multipleOf": _multiple_of_both,
}


_OTHERS = ("additionalProperties", "unevaluatedProperties")
_SINGLE = (*_OTHERS, "propertyNames", "items", "unevaluatedItems", "contains", "contentSchema")
_TYPES = ("object", "array", "integer", "boolean", "string")
_ABOUT: Mapping[tuple[str, ...], frozenset[str]] = {
    ("number",): frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    ("object",): frozenset({"minProperties", "maxProperties", "dependentRequired"}),
    ("array",): frozenset({"minItems", "maxItems", "uniqueItems"}),
}
"""The types that a schema without a type means, by keywords that are about them alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Schemas taken together, with their references and ``allOf``: the tightest of each keyword, parts by pointer.

    ``choices`` are the alternatives (``anyOf``, ``oneOf``, ``if``, ``dependentSchemas``) still open, each with its
    name; ``settled`` names those that aren't. ``others`` are the schemas of properties that aren't listed and fit no
    pattern of ``named``; ``is_closed`` says that there may be none. ``names`` are the schemas of all names.
    """

    roots: Pointers
    settled: frozenset[str]
    facts: Mapping[str, Any]
    patterns: tuple[str, ...]
    types: tuple[str, ...] | None
    values: Sequence[Any] | None
    required: tuple[str, ...]
    dependents: Mapping[str, tuple[str, ...]]
    properties: Mapping[str, Pointers]
    named: tuple[tuple[str, str], ...]
    names: Pointers
    prefix: tuple[Pointers, ...]
    items: Pointers
    contains: Pointers
    others: Pointers
    is_closed: bool
    content: Pointers
    choices: tuple[tuple[str, tuple[Pointers, ...]], ...]

    @property
    def is_open(self) -> bool:
        """Whether it says nothing of what stands in an object or a list: ``{}``, ``{type: object}``."""
        parts = (self.properties, self.others, self.named, self.items, self.prefix, self.contains, self.choices)
        return not any(parts)

    def member(self, name: str) -> Pointers:
        """The schemas of a property by its name; none where any value may stand."""
        known = self.properties.get(name)
        return known if known is not None else _by_pattern(self.named, name) or self.others

    def allows(self, name: str) -> bool:
        """Whether there may be a property of a name."""
        return not self.is_closed or name in self.properties or bool(_by_pattern(self.named, name))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types it allows, without those that its ``not`` names."""
        denied = self.facts.get("not")
        if denied is None:
            return self._named_kinds
        named = denied.get("type", ()) if isinstance(denied, dict) and denied.keys() == {"type"} else ()
        excluded = (named,) if isinstance(named, str) else tuple(named)
        kinds = tuple(kind for kind in self._named_kinds if kind not in excluded)
        return kinds if kinds or self.types is not None else tuple(kind for kind in _TYPES if kind not in excluded)

    @property
    def _named_kinds(self) -> tuple[str, ...]:
        """The types it names; where it names none, the one that its keywords are about."""
        if self.types is not None:
            return self.types
        if self.properties or self.required or self.others or self.named or self.names:
            return ("object",)
        if self.items or self.prefix or self.contains:
            return ("array",)
        return next((kind for kind, keywords in _ABOUT.items() if self.facts.keys() & keywords), ("string",))

    @property
    def contained(self) -> int:
        """How many items of a list its ``contains`` asks for."""
        count: int = self.facts.get("minContains", 1) if self.contains else 0
        return count


def shape_of(document: Any, pointers: Pointers, settled: frozenset[str]) -> Shape:
    members = list(_taken_together(document, pointers))
    schemas = [schema for _, schema in members]
    parts: defaultdict[str, dict[str, Pointers]] = defaultdict(dict)
    for pointer, schema in members:
        for keyword, name, part in _parts(pointer, schema):
            parts[keyword][name] = (*parts[keyword].get(name, ()), part)
    named = tuple((pattern, part) for pattern, several in parts["patternProperties"].items() for part in several)
    properties = {name: (*part, *_by_pattern(named, name)) for name, part in parts["properties"].items()}
    return Shape(
        roots=pointers,
        settled=settled,
        facts=_facts(schemas),
        patterns=tuple(dict.fromkeys(schema["pattern"] for schema in schemas if "pattern" in schema)),
        types=_types(schemas),
        values=_values(schemas),
        required=tuple(dict.fromkeys(name for schema in schemas for name in schema.get("required", ()))),
        dependents=_dependents(schemas),
        properties=_allowed(schemas, properties),
        named=named,
        names=parts["propertyNames"].get("", ()),
        prefix=tuple(parts["prefixItems"].values()),
        items=parts["items"].get("", ()) or parts["unevaluatedItems"].get("", ()),
        contains=parts["contains"].get("", ()),
        others=parts["additionalProperties"].get("", ()) or parts["unevaluatedProperties"].get("", ()),
        is_closed=any(schema.get(key) is False for schema in schemas for key in _OTHERS),
        content=parts["contentSchema"].get("", ()),
        choices=tuple(choice for place in members for choice in _choices(*place) if choice[0] not in settled),
    )


def _by_pattern(named: Iterable[tuple[str, str]], name: str) -> Pointers:
    """The schemas of a property whose name fits a pattern."""
    return tuple(part for pattern, part in named if matches(pattern, name))


def _dependents(schemas: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """What is required where a property is there, by its name."""
    dependents: dict[str, tuple[str, ...]] = {}
    for schema in schemas:
        for name, needed in schema.get("dependentRequired", {}).items():
            dependents[name] = (*dependents.get(name, ()), *needed)
    return dependents


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


def _parts(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(keyword, name, pointer) of the schemas of parts; the name is empty where there is but one."""
    for keyword in ("properties", "patternProperties"):
        for name in schema.get(keyword, ()):
            yield keyword, name, f"{pointer}/{keyword}/{escape(name)}"
    for index in range(len(schema.get("prefixItems", ()))):
        yield "prefixItems", str(index), f"{pointer}/prefixItems/{index}"
    for keyword in _SINGLE:
        if isinstance(schema.get(keyword), dict) and schema[keyword]:
            yield keyword, "", f"{pointer}/{keyword}"


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
    for name in schema.get("dependentSchemas", ()):
        yield f"{pointer}/dependentSchemas/{escape(name)}", ((f"{pointer}/dependentSchemas/{escape(name)}",), ())
