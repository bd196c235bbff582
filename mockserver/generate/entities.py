"""Whose data a call asks for: which entity, and whether it is the one that the hand-written example tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import EntitySource, Operation
from mockserver.plugin import EntityKind
from mockserver.values import dataclass

Kinds = Mapping[str, EntityKind]


@dataclass(frozen=True, slots=True)
class Entity:
    """Whose data is asked for: an entity's kind and key (``EntityKind.identify``), and what the client sent."""

    kind: str
    key: str
    given: object = None


@dataclass(frozen=True, slots=True)
class EntityRef:
    """What a call is about: the entity, if there is one, and whether the example is about it.

    ``scope`` tells this call's generated data from that of any other: the operation's, for just this input.
    """

    subject: Entity | None
    is_documented_example: bool
    scope: str

    def of_key(self, key: str) -> EntityRef:
        """The same about the entity of another key."""
        subject = self.subject and replace(self.subject, key=key)
        return EntityRef(subject, is_documented_example=False, scope=f"{self.scope} {key}")


def about(kinds: Kinds, operation: Operation, parameters: Mapping[str, Any], body: Any) -> EntityRef:
    """What a call is about, by its valid input. ``kinds`` are those that the vendor's spec may name."""
    subject, is_documented_example = _subject(kinds, operation, parameters, body)
    return EntityRef(subject, is_documented_example, _scope(operation, parameters, body, subject))


def _subject(
    kinds: Kinds, operation: Operation, parameters: Mapping[str, Any], body: Any
) -> tuple[Entity | None, bool]:
    entity = operation.entity
    if entity is None:
        return None, True
    if entity.by == "*":
        return None, _is_example_input(operation, parameters, body)
    given = parameters.get(entity.by)
    if given is None and isinstance(body, dict):
        given = body.get(entity.by)
    kind = kinds.get(entity.kind)
    if kind is None or given is None:
        return None, True
    key = kind.identify(given)
    if key is None:  # nobody that is known: not the one of the example either
        return None, False
    return Entity(entity.kind, key, given), key == kind.identify(_example_of(operation, entity))


def _example_of(operation: Operation, entity: EntitySource) -> Any:
    for parameter in operation.parameters:
        if parameter.name == entity.by:
            return parameter.example
    return example_body(operation).get(entity.by)


def example_body(operation: Operation) -> dict[str, Any]:
    """The first example of an operation's JSON request body."""
    for media in operation.body.content.values() if operation.body else ():
        for example in media.examples.values():
            if is_json(media.name) and isinstance(example, dict):
                return example
    return {}


def _is_example_input(operation: Operation, parameters: Mapping[str, Any], body: Any) -> bool:
    """Whether a call without a single entity asks just what the example asks, or nothing in particular."""
    if operation.body is not None:
        return not body or bool(body == example_body(operation))
    examples = {parameter.name: parameter.example for parameter in operation.parameters if parameter.name in parameters}
    return examples == parameters


def _scope(operation: Operation, parameters: Mapping[str, Any], body: Any, subject: Entity | None) -> str:
    try:
        given = json.dumps([dict(parameters), body], sort_keys=True, default=str)
    except RecursionError:  # nested deeper than can be written: then it is the entity's, whatever else was sent
        given = subject.key if subject else ""
    return f"{operation.id} {given}"
