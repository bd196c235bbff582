"""A small valid value for a schema: the example where it is valid, else what is required and no more."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import rstr

from benchmarks.anyspec.documents import Document

DEEPEST = 14
MOST = 60  # values that are tried for one schema
_FORMATS = {
    "date": "2024-05-17",
    "date-time": "2024-05-17T10:20:30Z",
    "time": "10:20:30Z",
    "duration": "P1D",
    "email": "anna@example.com",
    "idn-email": "anna@example.com",
    "hostname": "www.example.com",
    "idn-hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "uri-reference": "/a",
    "iri": "https://example.com/a",
    "iri-reference": "/a",
    "uri-template": "/a/{b}",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "json-pointer": "/a",
    "relative-json-pointer": "0",
    "regex": "a",
    "byte": "YWJj",
}
_MERGED = ("allOf", "anyOf", "oneOf", "$ref")


class Sampler:
    """Makes values for the schemas of one document; ``problem`` says what is wrong with one, given its pointer.

    ``hidden`` is the keyword of properties that don't go this way (``readOnly`` in a request).
    """

    def __init__(self, document: Document, problem: Callable[[str | None, Any], str], hidden: str) -> None:
        self._document = document
        self._problem = problem
        self._hidden = hidden

    def value(self, pointer: str | None, example: Any, *, may_be_empty: bool = True) -> tuple[Any, bool]:
        """A value, and whether it is valid; without a schema the example, else a short text."""
        if pointer is None:
            return ("a" if example is None else example), True
        first: Any = None
        for index, value in enumerate(islice(self._tries(pointer, example), MOST)):
            if (may_be_empty or value not in ({}, [], "")) and not self._problem(pointer, value):
                return value, True
            first = value if index == 0 else first
        return first, False

    def _tries(self, pointer: str, example: Any) -> Iterator[Any]:
        if example is not None:
            yield example
        schema = self._document.at(pointer)[0]
        if isinstance(schema, dict):
            yield from self._given(schema)
            yield from self._values(schema, 0)
        yield from ("a", 1, {}, [], True, None)

    def _given(self, schema: Mapping[str, Any]) -> Iterator[Any]:
        for keyword in ("example", "const", "default"):
            if schema.get(keyword) is not None:
                yield schema[keyword]
        if isinstance(schema.get("examples"), list):
            yield from schema["examples"]

    def _values(self, schema: Any, depth: int) -> Iterator[Any]:
        """Values that may fit, likely ones first."""
        if not isinstance(schema, dict):
            yield "a"
            return
        if depth > DEEPEST:
            return
        for plain in self._plain(schema, depth):
            yield from self._of_plain(plain, depth)

    def _plain(self, schema: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        """The schema with its references and ``allOf`` merged, once for each choice of its ``anyOf`` and ``oneOf``."""
        if depth > DEEPEST:
            return
        reference = schema.get("$ref")
        merged = {key: one for key, one in schema.items() if key not in _MERGED}
        if isinstance(reference, str) and reference.startswith("#"):
            for below in self._plain(_object(self._document.at(reference[1:])[0]), depth + 1):
                yield from self._with_choices(_merge(below, merged), schema, depth)
            return
        yield from self._with_choices(merged, schema, depth)

    def _with_choices(self, merged: dict[str, Any], schema: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        parts = [[part] for part in schema.get("allOf") or () if isinstance(part, dict)]
        parts += [schema[key] for key in ("oneOf", "anyOf") if isinstance(schema.get(key), list) and schema[key]]
        yield from self._combined(merged, parts, depth)

    def _combined(self, merged: dict[str, Any], parts: list[list[Any]], depth: int) -> Iterator[dict[str, Any]]:
        if not parts:
            yield merged
            return
        for option in parts[0]:
            for below in self._plain(_object(option), depth + 1):
                yield from self._combined(_merge(merged, below), parts[1:], depth)

    def _of_plain(self, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
        enum = schema.get("enum")
        if isinstance(enum, list) and enum:
            yield from sorted(enum, key=lambda value: value is None)
            return
        yield from self._given(schema)
        kinds = schema.get("type")
        for kind in [kinds] if isinstance(kinds, str) else kinds or [_guess(schema)]:
            match kind:
                case "object":
                    yield from self._objects(schema, depth)
                case "array":
                    yield from self._arrays(schema, depth)
                case "string":
                    yield from _texts(schema)
                case "integer" | "number":
                    yield from _numbers(schema, whole=kind == "integer")
                case "boolean":
                    yield from (True, False)
                case "null":
                    yield None

    def _objects(self, schema: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        properties = _object(schema.get("properties"))
        required = [name for name in schema.get("required") or () if isinstance(name, str)]
        needed = {name: properties.get(name, {}) for name in required if not self._is_hidden(properties.get(name))}
        yield from self._filled(needed, depth)
        least = schema.get("minProperties", 0)
        more = [name for name in properties if name not in needed and not self._is_hidden(properties[name])]
        spare = {f"a{index}": _object(schema.get("additionalProperties")) for index in range(least)}
        enough = {**needed, **{name: properties[name] for name in more[: max(least - len(needed), 1)]}}
        yield from self._filled(enough if len(enough) >= least else {**enough, **spare}, depth)

    def _filled(self, members: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        """Objects with a first value for each member; then, in turn, another one for each."""
        values = {name: list(islice(self._good(one, depth + 1), 4)) for name, one in members.items()}
        if all(values.values()):
            first = {name: some[0] for name, some in values.items()}
            yield first
            for name, some in values.items():
                for other in some[1:]:
                    yield {**first, name: other}

    def _good(self, schema: Any, depth: int) -> Iterator[Any]:
        """Values of a member: those that its own schema allows, where that stands at a pointer of its own."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        pointer = reference[1:] if isinstance(reference, str) and reference.startswith("#") else None
        for value in islice(self._values(schema, depth), MOST):
            if not (pointer and self._problem(pointer, value)):
                yield value

    def _arrays(self, schema: Mapping[str, Any], depth: int) -> Iterator[list[Any]]:
        least = schema.get("minItems", 0)
        items = list(islice(self._good(schema.get("items", {}), depth + 1), max(least, 3)))
        if schema.get("uniqueItems"):
            yield items[: max(least, 1)]
        for count in (max(least, 1), least):
            yield [items[0]] * count if items else []

    def _is_hidden(self, schema: Any) -> bool:
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(reference, str) and reference.startswith("#"):
            return _object(self._document.at(reference[1:])[0]).get(self._hidden) is True
        return _object(schema).get(self._hidden) is True


def _object(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _merge(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas that must both hold, as one; of bounds and formats the later ones count."""
    made = {**one, **other}
    for keyword in ("properties",):
        if keyword in one and keyword in other:
            made[keyword] = {**_object(one[keyword]), **_object(other[keyword])}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        made["required"] = [*one["required"], *other["required"]]
    if isinstance(one.get("enum"), list) and isinstance(other.get("enum"), list):
        made["enum"] = [value for value in one["enum"] if value in other["enum"]]
    return made


def _guess(schema: Mapping[str, Any]) -> str:
    if any(key in schema for key in ("properties", "required", "additionalProperties")):
        return "object"
    if "items" in schema:
        return "array"
    return "number" if "minimum" in schema or "maximum" in schema else "string"


def _texts(schema: Mapping[str, Any]) -> Iterator[str]:
    least, most = int(schema.get("minLength") or 0), int(schema.get("maxLength") or 10**6)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        maker = rstr.Rstr(random.Random(0))
        for _ in range(6):
            try:
                yield maker.xeger(pattern)
            except Exception:  # an expression that Python doesn't know, whatever it raises
                break
    if schema.get("format") in _FORMATS:
        yield _FORMATS[schema["format"]]
    text = "a1" * (least // 2 + 1)
    yield text[: max(least, min(2, most))]


def _numbers(schema: Mapping[str, Any], *, whole: bool) -> Iterator[float]:
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf") or 1
    if above is True or (above and not isinstance(above, bool)):
        low = least if above is True else above
        yield from ((low or 0) + step, (low or 0) + 0.5) if not whole else ((low or 0) + step,)
    if below is True or (below and not isinstance(below, bool)):
        high = most if below is True else below
        yield (high or 0) - step
    if least is not None:
        yield -(-least // step) * step
        yield least
    if most is not None:
        yield most // step * step
    yield from (1 * step, 0)
