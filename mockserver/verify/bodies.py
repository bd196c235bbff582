"""Compares a JSON body with its schema: what breaks it, and which fields the schema doesn't list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from mockserver.openapi.explain import place
from mockserver.openapi.merged import Pointers, Shape, shape_of
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas
from mockserver.verify.change import Change, Kind
from mockserver.verify.difference import Difference, Provenance
from mockserver.verify.infer import infer, type_of

_KINDS = {
    "required": "missing-field",
    "additionalProperties": "new-field",
    "unevaluatedProperties": "new-field",
    "type": "type",
    "enum": "value",
    "const": "value",
    "format": "format",
    "pattern": "format",
}
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_DROPPED = ("format", "pattern", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum")
_INDEX = re.compile(r"/[0-9]+(?=/|$)")
_DEEPEST = 24
SHOWN = 4  # known values in a message


def body_differences(
    document: Any, schemas: Schemas, schema: str, body: Any, provenance: Provenance
) -> list[Difference]:
    """All differences of a body from the schema at a pointer, one a place and kind."""
    differences = [
        difference for error in _leaves(_errors(schemas, schema, body)) for difference in _from_error(error, provenance)
    ]
    forbidden = {difference.place for difference in differences}
    for at, value, owner in _undocumented(document, (schema,), body, ""):
        where = _where(at)
        if where not in forbidden:
            change = Change(Kind.PROPERTY, owner, (at.rpartition("/")[2], infer(value)))
            message = "not a field of the spec"
            differences.append(
                Difference("new-field", where, message, owner, provenance(owner, at), value, True, (change,))
            )
    return differences


def _errors(schemas: Schemas, schema: str, body: Any) -> Iterable[Any]:
    validator = schemas.validator(schema)
    return () if validator.is_valid(body) else list(validator.iter_errors(body))


def _leaves(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors, those of the alternative that was nearest in place of ``anyOf`` and ``oneOf``."""
    for error in errors:
        branches = getattr(error.kind, "context", None) if error.kind.name in ("anyOf", "oneOf") else None
        depth = len(error.instance_path)
        nearest = min((branch for branch in branches or () if branch), key=partial(_distance, depth), default=None)
        yield from [error] if nearest is None else _leaves(nearest)


def _distance(depth: int, branch: list[Any]) -> tuple[bool, int]:
    """How far a value that stands so deep is from an alternative: far, where it isn't even of its type."""
    return any(error.kind.name == "type" and len(error.instance_path) == depth for error in branch), len(branch)


def _from_error(error: Any, provenance: Provenance) -> Iterator[Difference]:
    keyword, at, where = error.kind.name, place(error.instance_path), place(error.schema_path)
    kind = _KINDS.get(keyword, "bound" if keyword in _BOUNDS else "schema")
    if kind == "missing-field":
        name = error.kind.property
        change = Change(Kind.OPTIONAL, where, name)
        at = f"{at}/{escape(name)}"
        yield Difference(kind, _where(at), "required, and missing", where, provenance(where, at), changes=(change,))
    elif kind == "new-field":
        owner = where.rpartition("/")[0]
        for name in error.kind.unexpected:
            value, field = error.instance[name], f"{at}/{escape(name)}"
            changes = (Change(Kind.PROPERTY, owner, (name, infer(value))),)
            yield Difference(
                kind,
                _where(field),
                "not a field that the spec allows",
                where,
                provenance(owner, at),
                value,
                changes=changes,
            )
    else:
        message, value = _message(error), error.instance
        remedy = tuple(_change(error, where))
        yield Difference(kind, _where(at), message, where, provenance(where, at), value, changes=remedy)


def _message(error: Any) -> str:
    """What the spec says instead, without the value itself: that may be anybody's data."""
    facts = error.kind.as_dict()
    match error.kind.name:
        case "type":
            return f"is {type_of(error.instance)}; expected {' or '.join(facts['types'])}"
        case "enum":
            known = facts["options"]
            shown = ", ".join(str(value) for value in known[:SHOWN])
            return f"not one of the {len(known)} known values ({shown}{', …' if len(known) > SHOWN else ''})"
        case "const":
            return f"should be {facts['expected_value']}"
        case "format":
            return f"should have the format {facts['format']}"
        case "pattern":
            return f"should match {facts['pattern']}"
        case "oneOf":
            return "fits several of the alternatives, and should fit one"
        case name:
            return f"breaks {name} {facts.get('limit', '')}".rstrip()


def _change(error: Any, where: str) -> Iterator[Change]:
    keyword, value = error.kind.name, error.instance
    if keyword in ("enum", "const") and not isinstance(value, dict | list):
        yield Change(Kind.ALLOW_VALUE, where, value)
    elif keyword == "type":
        yield Change(Kind.ALLOW_TYPE, where, type_of(value))
    elif keyword in _BOUNDS:
        yield Change(Kind.WIDEN, where, value if keyword in ("minimum", "maximum") else len(value))
    elif keyword in _DROPPED:
        yield Change(Kind.DROP, where)


def _undocumented(document: Any, pointers: Pointers, value: Any, at: str) -> Iterator[tuple[str, Any, str]]:
    """The fields that no schema tells of, where some are told of and the rest is neither allowed nor forbidden.

    (where it is, its value, the pointer of the schema that could tell of it) each.
    """
    if at.count("/") > _DEEPEST or not isinstance(value, dict | list):
        return
    shapes = list(_shapes(document, pointers))
    if isinstance(value, list):
        for index, item in enumerate(value):
            parts = tuple(part for shape in shapes for part in _item(shape, index))
            yield from _undocumented(document, parts, item, f"{at}/{index}")
        return
    documented: dict[str, Pointers] = {}
    for shape in shapes:
        for name, parts in shape.properties.items():
            documented[name] = documented.get(name, ()) + parts
    rest = tuple(part for shape in shapes for part in shape.others)
    for name, one in value.items():
        field = f"{at}/{escape(name)}"
        if name in documented or rest:
            yield from _undocumented(document, documented.get(name, rest), one, field)
        elif documented and not any(_is_free(shape) for shape in shapes):
            yield field, one, next(iter(documented.values()))[0].rpartition("/properties/")[0]


def _item(shape: Shape, index: int) -> Pointers:
    return shape.prefix[index] if index < len(shape.prefix) else shape.items


def _shapes(document: Any, pointers: Pointers, depth: int = 0) -> Iterator[Shape]:
    """What schemas ask for, and what each of their alternatives does."""
    if not pointers:
        return
    shape = shape_of(document, pointers, frozenset())
    yield shape
    for _, alternatives in shape.choices if depth < _DEEPEST else ():
        for alternative in alternatives:
            yield from _shapes(document, alternative, depth + 1)


def _is_free(shape: Shape) -> bool:
    """Whether the schema says that any other field may be there."""
    facts = shape.facts
    return facts.get("additionalProperties") not in (None, False) or "patternProperties" in facts


def _where(at: str) -> str:
    """A place in a body, the same for all items of a list."""
    return f"body {_INDEX.sub('/*', at) or '/'}"
