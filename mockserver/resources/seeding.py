"""Begin with items: what a world lists by collection (``/customers/c1/cards``) is kept as if a client had made it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import EventCall, FieldError, SeedFunction
from mockserver.resources import keeping
from mockserver.resources.collection import Collection
from mockserver.resources.keeping import Item, State
from mockserver.resources.paths import key_text, parameters_in, pattern_of
from mockserver.suggest import did_you_mean

Found = tuple[Collection, dict[str, str]]


def seeder(paths: Sequence[str], collections: Mapping[str, Collection], schemas: Schemas) -> SeedFunction:
    """A function that puts listed items into a state, and tells what is wrong with them.

    ``paths`` are those of the collections, which are looked up when they are needed.
    """

    def find(path: str) -> Found | None:
        for template in paths:
            match = re.match(pattern_of(template), path.rstrip("/"))
            if match:
                names = parameters_in(template)
                return collections[template], dict(zip(names, map(unquote, match.groups()), strict=True))
        return None

    def seeded(state: State, items: Mapping[str, Any], event: EventCall) -> tuple[State, Sequence[FieldError]]:
        wrong: list[FieldError] = []
        for path, listed in items.items():
            pointer, found = f"/{escape(path)}", find(path)
            if found is None:
                hint = did_you_mean(path, paths) or f"; there are {', '.join(paths)}"
                wrong.append((pointer, f"no items are kept at {path!r}{hint}"))
                continue
            for index, given in enumerate(listed):
                problems = [(f"{pointer}/{index}{at}", text) for at, text in _problems(found[0], schemas, given)]
                if not problems:
                    state, text = _with(state, path.rstrip("/"), found, given, event)
                    problems = [(f"{pointer}/{index}", text)] if text else []
                wrong += problems
        return state, wrong

    return seeded


def _problems(collection: Collection, schemas: Schemas, given: Item) -> Iterator[FieldError]:
    properties = collection.properties
    for name, value in given.items():
        if properties and name not in properties:
            text = f"unknown property{did_you_mean(name, properties)}; known are {', '.join(properties)}"
            yield f"/{escape(name)}", text
        for place in properties.get(name, ()):
            yield from ((f"/{escape(name)}{at}", text) for at, text in schemas.errors(place, value))


def _with(state: State, path: str, found: Found, given: Item, event: EventCall) -> tuple[State, str]:
    """The state with one more item, or as it was, and why."""
    collection, above = found
    resource = collection.resource
    id = given.get(resource.id)
    if id is not None and keeping.find(state, path, key_text(id)) is not None:
        return state, f"{resource.id} {key_text(id)} is listed twice"
    try:
        whole = {**collection.told_by_path(above), **given}
        item = collection.begun(state, path, whole, id, event.now, event.seed)
    except CannotGenerate as error:
        return state, str(error)
    key = key_text(item[resource.id])
    return keeping.with_use(keeping.with_item(state, path, key, item, is_new=True), path), ""
