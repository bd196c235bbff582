"""Walks the places of a body, each with what the schema asks for there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.generate.errors import CannotGenerate
from mockserver.generate.values import Generator
from mockserver.openapi.merged import Pointers, Shape
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef

Path = tuple[str | int, ...]


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Any = _Absent()
"""The value of a field that isn't there."""


@dataclass(frozen=True, slots=True)
class Location:
    """A value's place. ``open`` is what the schema asks for before the alternatives that the value took are known."""

    path: Path
    value: Any
    shape: Shape
    unresolved: Shape
    pointers: Pointers

    @property
    def pointer(self) -> str:
        return pointer_of(self.path)

    @property
    def generic(self) -> str:
        """The same for each item of a list."""
        return pointer_of(tuple("*" if isinstance(part, int) else part for part in self.path))


class SchemaWalker:
    """Knows the schemas of one vendor."""

    def __init__(self, compiled: CompiledVendor) -> None:
        self.schemas = compiled.schemas.of_responses
        entities, formats = compiled.plugin.entities, compiled.plugin.formats
        self._generator = Generator(compiled.spec, self.schemas, entities, formats)

    def locations(self, pointers: Pointers, value: Any, path: Path = ()) -> Iterator[Location]:
        """Every place of a value, the whole first; of a list's items only the first."""
        unresolved = self._generator.blueprint.shape(pointers)
        shape = self._resolved(unresolved, value)
        yield Location(path, value, shape, unresolved, pointers)
        if isinstance(value, dict):
            for name, below in value.items():
                pointers_below = shape.properties.get(name) or shape.others
                if pointers_below:
                    yield from self.locations(pointers_below, below, (*path, name))
        elif isinstance(value, list) and value:
            items = shape.prefix[0] if shape.prefix else shape.items
            if items:
                yield from self.locations(items, value[0], (*path, 0))

    def _resolved(self, shape: Shape, value: Any) -> Shape:
        """The shape with the alternatives that a value took."""
        while shape.choices:
            name, options = shape.choices[0]
            taken = next((option for option in options if option and self._generator.blueprint.fits(option, value)), ())
            shape = self._generator.blueprint.shape((*shape.roots, *taken), shape.settled | {name})
        return shape

    def shape(self, pointers: Pointers) -> Shape:
        return self._generator.blueprint.shape(pointers)

    def others(self, location: Location) -> Iterator[tuple[int, Any]]:
        """A value of each alternative that a place has and its value didn't take, with the alternative's number."""
        for _, options in location.unresolved.choices:
            for number, option in enumerate(options):
                if len(option) == 1 and not self._generator.blueprint.fits(option, location.value):
                    made = self.made(option)
                    if made is not ABSENT:
                        yield number, made

    def made(self, pointers: Pointers) -> Any:
        """A value for some schemas, ABSENT where none could be made."""
        try:
            made = self._generator.generate(pointers[0], seed=0, scope="fuzz") if pointers else ABSENT
        except (CannotGenerate, DanglingRef):
            return ABSENT
        return made if made is ABSENT or self._generator.blueprint.fits(pointers, made) else ABSENT


def pointer_of(path: Path) -> str:
    return "".join(f"/{escape(str(part))}" for part in path)


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value at a place, or without the field there; what isn't on the way is shared."""
    if not path:
        return new
    first, *rest = path
    made = copy(value)
    if rest:
        made[first] = put(value[first], tuple(rest), new)
    elif new is ABSENT:
        made.pop(first, None) if isinstance(made, dict) else made.pop(first)
    else:
        made[first] = new
    return made


def take(value: Any, path: Path) -> Any:
    """The value at a place, ABSENT where there is none."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


def written(value: Any) -> str:
    """JSON, the same for equal data; 1 and 1.0 differ, as they do on the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
