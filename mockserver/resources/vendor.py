"""Give a vendor that was made from a spec alone behaviours for the resources that its spec plainly has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Behaviour, Call, EventCall, Refusal, Remembering, Reply, SeedFunction, Summary
from mockserver.resources import keeping
from mockserver.resources.behaviours import Behaviours
from mockserver.resources.collection import Collections
from mockserver.resources.completing import Completer
from mockserver.resources.corrections import read_corrections
from mockserver.resources.detect import understand
from mockserver.resources.keeping import State
from mockserver.resources.model import Understanding
from mockserver.resources.paths import pattern_of
from mockserver.resources.seeding import seeder
from mockserver.resources.telling import Teller
from mockserver.rules import Rules
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.generate.values import Generator


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was understood of a spec, and what follows from it for its vendor."""

    understanding: Understanding
    behaviours: Mapping[str, Behaviour]
    rules: Rules
    seeded: SeedFunction


def remembered(
    spec: Spec, schemas: Schemas, generator: Callable[[], Generator], remembering: Remembering
) -> Remembered:
    """The resources of a spec and their behaviours. Raises SpecError where corrections are wrong."""
    corrections = read_corrections(remembering.corrections, spec) if remembering.corrections else {}
    understanding = understand(spec, schemas, corrections)
    by_collection = {resource.collection: resource for resource in understanding.resources}
    completer = Completer(schemas, generator)
    collections = Collections(by_collection, schemas, generator, is_strict=remembering.strict)

    @cache
    def acts(path: str) -> Mapping[str, Behaviour]:
        collection = collections[path]
        return dict(Behaviours(collection, Teller(collection, schemas, completer)))

    def first(path: str, operation: str) -> Behaviour:
        """A behaviour of a collection that is made ready when it is first called."""

        def behave(state: State, call: Call) -> tuple[State, Reply | Refusal]:
            return acts(path)[operation](state, call)

        return behave

    behaviours = {
        use.operation.id: first(resource.collection, use.operation.id)
        for resource in understanding.resources
        for use in resource.uses
        if not use.is_off
    }
    seeded = seeder(list(by_collection), collections, schemas)
    return Remembered(understanding, behaviours, _rules(understanding), seeded)


def summary(state: State, event: EventCall) -> Summary:
    """How many items each collection has, and how many were ever made there."""
    lines = [
        f"{path}: {sum(1 for _ in keeping.items(state, path))} kept, {keeping.made(state, path)} made" for path in state
    ]
    return Summary(tuple(lines) or ("nothing is kept",))


_SENT = {
    "type": "object",
    "required": ["asked", "items"],
    "additionalProperties": False,
    "properties": {"asked": {"type": "string"}, "items": {"type": "array", "items": {"type": "string"}}},
}


def _rules(understanding: Understanding) -> Rules:
    """What a state of these resources looks like: items by key, below the path of their collection."""
    if not understanding.resources:
        return Rules()
    plain: dict[str, Any] = {}
    patterns: dict[str, Any] = {}
    for resource in understanding.resources:
        items = {"type": "object", "required": [resource.id]}
        kept = {
            "type": "object",
            "required": ["items"],
            "additionalProperties": False,
            "properties": {
                "made": {"type": "integer", "minimum": 0},
                "used": {"type": "boolean"},
                "assumed": {"type": "array", "items": {"type": "string"}},
                "ended": {"type": "array", "items": {"type": "string"}},
                "denied": {"type": "array", "items": {"type": "string"}},
                "sent": {"type": "object", "additionalProperties": _SENT},
                "items": {"type": "object", "additionalProperties": items},
            },
        }
        path = resource.collection.rstrip("/")
        if "{" in path:
            patterns[pattern_of(path)] = kept
        else:
            plain[path] = kept
    schema = {"type": "object", "additionalProperties": False, "properties": plain, "patternProperties": patterns}
    return Rules(state=schema, initial={})
