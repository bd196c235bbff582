"""What the values of one spec are made by: its schemas, kinds of entities and formats."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.generate.entities import Kinds
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
        self._shapes: dict[tuple[Pointers, frozenset[str]], Shape] = {}

    def fits(self, pointers: Pointers, value: object) -> bool:
        return all(self._schemas.is_valid(pointer, value) for pointer in pointers)

    def shape(self, pointers: Pointers, settled: frozenset[str] = frozenset()) -> Shape:
        """The schemas at some pointers taken together, with the choices that are made."""
        shape = self._shapes.get((pointers, settled))
        if shape is None:
            shape = self._shapes[pointers, settled] = shape_of(self._document, pointers, settled)
        return shape
