"""Tell the ids that a spec itself gives for a resource, and those that stand for any.

Documentation, and tools that call every operation once, use these, and nobody means somebody else's item by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.generate.examples import examples
from mockserver.openapi.merged import Pointers
from mockserver.openapi.model import Parameter
from mockserver.openapi.schemas import Schemas
from mockserver.resources.model import Place, Resource
from mockserver.resources.paths import item_parameter, key_text

PLACEHOLDERS = frozenset(
    (
        *("0", "abc", "string", "text", "test", "example"),
        *("3fa85f64-5717-4562-b3fc-2c963f66afa6", "497f6eca-6276-4993-bfeb-53cbbdba6f08"),
        *("123e4567-e89b-12d3-a456-426614174000", "00000000-0000-4000-8000-000000000000"),
    )
)
"""What tools fill in where a spec gives no id."""
SHORTEST = 3
"""Letters that an id has at least which means somebody."""


class KnownIds:
    """The ids of a resource by which nobody in particular is meant; ``places`` are the schemas of its items' ids."""

    def __init__(self, schemas: Schemas, resource: Resource, places: Pointers) -> None:
        parameters = [
            parameter
            for use in resource.uses
            for parameter in use.operation.parameters
            if parameter.where == "path" and parameter.name in (resource.parameter, item_parameter(use.operation.path))
        ]
        named = [value for parameter in parameters for value in _of_parameter(schemas, parameter)]
        named += examples(schemas.document, places)
        for use in resource.uses:
            for case in use.operation.cases.values() if use.answered else ():
                if case.response is use.operation.success:
                    named += [id for body in case.bodies.values() for id in _in_answer(body, use.answered, resource.id)]
        self._keys = frozenset({resource.parameter, *map(key_text, named)}) | PLACEHOLDERS

    def __contains__(self, key: str) -> bool:
        return key in self._keys or (len(key) < SHORTEST and not key.isdecimal())


def _of_parameter(schemas: Schemas, parameter: Parameter) -> Iterator[Any]:
    if parameter.example is not None:
        yield parameter.example
    if parameter.schema is not None:
        yield from examples(schemas.document, (parameter.schema,))
        for part, _ in schemas.parts(parameter.schema):
            choices = part.get("enum")
            yield from choices if isinstance(choices, list) else ()


def _in_answer(body: Any, place: Place | None, id: str) -> Iterator[Any]:
    """The ids of the items in an answer's example."""
    inside = place.of(body) if place else None
    for item in inside if isinstance(inside, list) else [inside]:
        if isinstance(item, dict) and isinstance(item.get(id), str | int):
            yield item[id]
