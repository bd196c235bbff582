"""What the values of one spec are made by: its schemas, kinds of entities and formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.generate.entities import Kinds
from mockserver.generate.examples import examples, told_apart
from mockserver.generate.strings import FORMATS
from mockserver.openapi.merged import Pointers, Shape, shape_of
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Format


class Blueprint:
    """The shapes of a spec's schemas, remembered, and what is valid by them."""

    def __init__(self, schemas: Schemas, kinds: Kinds, formats: Mapping[str, Format]) -> None:
        self.kinds = kinds
        self.formats = {**FORMATS, **formats}
        self._document = schemas.document
        self._schemas = schemas
        self._examples: dict[Pointers, tuple[Any, ...]] = {}
        self._shapes: dict[tuple[Pointers, frozenset[str]], Shape] = {}

    def examples(self, pointers: Pointers) -> tuple[Any, ...]:
        """What the spec gives as examples for some schemas, and is valid."""
        fitting = self._examples.get(pointers)
        if fitting is None:
            listed = examples(self._document, pointers)
            fitting = self._examples[pointers] = tuple(one for one in listed if self.fits(pointers, one))
        return fitting

    def discriminated(self, shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
        """An object with the value by which the spec tells it from those of other schemas."""
        discriminator = shape.facts.get("discriminator")
        for name, key in told_apart(self._document, shape.roots, discriminator) if discriminator else ():
            if name in value and (value[name] == key or self.fits(shape.roots, {**value, name: key})):
                return {**value, name: key}
        return value

    def fits(self, pointers: Pointers, value: object) -> bool:
        return all(self._schemas.is_valid(pointer, value) for pointer in pointers)

    def shape(self, pointers: Pointers, settled: frozenset[str] = frozenset()) -> Shape:
        """The schemas at some pointers taken together, with the choices that are made."""
        shape = self._shapes.get((pointers, settled))
        if shape is None:
            shape = self._shapes[pointers, settled] = shape_of(self._document, pointers, settled)
        return shape
