"""Read the shapes of bodies: their schemas, the items in them, and whether two schemas describe one kind of item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.openapi.media_types import essence, is_json
from mockserver.openapi.model import MediaType, Response
from mockserver.openapi.references import DanglingRef, resolve
from mockserver.openapi.schemas import Pointers, Schemas
from mockserver.resources.identity import Named, id_property, plain
from mockserver.resources.model import Place
from mockserver.resources.paths import literals
from mockserver.resources.vocabulary import EMBEDDED

ALIKE = 0.5
"""Which share of the smaller schema's properties the other one has to have, too."""
FEWEST_SHARED = 2
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_PATCHES = ("application/json-patch+json",)
Properties = Mapping[str, Pointers]


class Shapes:
    """The shapes of one spec's bodies."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def properties(self, pointer: str) -> Properties:
        return self.schemas.members(pointer).properties

    def answer(self, response: Response) -> str:
        """The schema of a response's JSON; empty where it has none."""
        return next((media.schema for name, media in response.content.items() if is_json(name) and media.schema), "")

    def request(self, content: Mapping[str, MediaType]) -> str:
        """The schema of a request's JSON or form; empty where it has none."""
        readable = [media for name, media in content.items() if _is_readable(essence(name))]
        return next((media.schema for media in readable if media.schema), "")

    def takes_patch(self, content: Mapping[str, MediaType]) -> bool:
        """Whether a request is a JSON Patch: by its media type, or a list of objects with an ``op`` and a ``path``."""
        if any(essence(name) in _PATCHES for name in content):
            return True
        items = self.schemas.members(self.request(content)).items if self.request(content) else ()
        return any({"op", "path"} <= self.properties(place).keys() for place in items)

    def item_in(self, body: str, named: Named) -> Place | None:
        """Where the item stands: the body itself, or the only one of its properties, or in a list of its own name."""
        own = id_property(self.schemas, self.properties(body), named.names)
        if own:
            return Place(body, body, "", own)
        for name in named.names:
            inside = [place for place in self._objects(body) if self._has(place, name)]
            if len(inside) == 1:
                return Place(body, inside[0].item, inside[0].wrapper, self._id(inside[0], name))
        return next((place for place in self._lists_of_one(body, named)), None)

    def _lists_of_one(self, body: str, named: Named) -> Iterator[Place]:
        """A list that is called as the collection, of items with a property that is called as the parameter."""
        last = plain(literals(named.collection)[-1]) if literals(named.collection) else ""
        for name, pointers in self.properties(body).items():
            items = self._items(pointers)
            if plain(name) == last and len(items) == 1:
                place = Place(body, items[0], name, is_list=True)
                if self._has(place, named.parameter):
                    yield replace(place, id=self._id(place, named.parameter))

    def _has(self, place: Place, name: str) -> bool:
        return bool(self._id(place, name))

    def _id(self, place: Place, name: str) -> str:
        return id_property(self.schemas, self.properties(place.item), iter((name,)))

    def _objects(self, body: str) -> list[Place]:
        """The properties of a body that are objects, and the only thing of their kind."""
        return [
            Place(body, pointers[0], name)
            for name, pointers in self.properties(body).items()
            if len(pointers) == 1 and self.properties(pointers[0]) and "array" not in self.schemas.types(pointers[0])
        ]

    def sent_in(self, body: str, read: Place) -> Place | None:
        """Where a request has items: in the property that their answer has them in; else the body itself is one."""
        if read.is_list:
            items = self._items(self.properties(body).get(read.wrapper, ()))
            if len(items) == 1:
                return Place(body, items[0], read.wrapper, is_list=True)
        elif read.wrapper:
            inside = [place for place in self._objects(body) if place.wrapper == read.wrapper]
            if inside:
                return inside[0]
        return Place(body, body) if self.properties(body) and self.shared(body, read.item) else None

    def lists_in(self, body: str, item: str, wrapper: str = "") -> list[Place]:
        """Where a body has a list of such items: itself, or properties of it; only ``wrapper`` where that is given."""
        own = self.schemas.members(body).items
        if own and not self.properties(body):
            return [Place(body, own[0])] if len(own) == 1 and self.is_alike(own[0], item) else []
        embedded = [(EMBEDDED, pointer) for pointer in self.properties(body).get(EMBEDDED, ())]
        return [
            Place(body, items[0], name, within=within)
            for within, at in (("", body), *embedded)
            for name, pointers in self.properties(at).items()
            if (not wrapper or name == wrapper)
            and len(items := self._items(pointers)) == 1
            and (wrapper or self.is_alike(items[0], item))
        ]

    def is_only_part(self, place: Place) -> bool:
        """Whether a list is the only thing in a body that isn't a plain value; what is embedded is meant."""
        if place.within:
            return True
        others = [pointers for name, pointers in self.properties(place.body).items() if name != place.wrapper]
        return not any(self.types(pointers) & {"object", "array"} or self._has_parts(pointers) for pointers in others)

    def _has_parts(self, pointers: Pointers) -> bool:
        return any(self.properties(pointer) for pointer in pointers)

    def has_lists(self, body: str) -> bool:
        """Whether a body is, or has in a property, a list of objects."""
        members = self.schemas.members(body)
        items = [members.items, *(self._items(pointers) for pointers in members.properties.values())]
        return any(self.properties(place) for places in items for place in places)

    def _items(self, pointers: Pointers) -> Pointers:
        return tuple(place for pointer in pointers for place in self.schemas.members(pointer).items)

    def is_alike(self, first: str, second: str) -> bool:
        """Whether two schemas describe one kind of item: they are the same, or the smaller one is mostly in both."""
        if self.is_same(first, second):
            return True
        shared, mine, other = self.shared(first, second), self.properties(first), self.properties(second)
        if not mine or not other:
            return False
        smaller = min(len(mine), len(other))
        return shared >= min(FEWEST_SHARED, smaller) and shared >= ALIKE * smaller

    def is_same(self, first: str, second: str) -> bool:
        """Whether two schemas are one."""
        return self._target(first) == self._target(second)

    def shared(self, first: str, second: str) -> int:
        """How many names of properties two schemas have in common."""
        return len({plain(name) for name in self.properties(first)} & {plain(name) for name in self.properties(second)})

    def renames(self, sent: str, item: str) -> dict[str, str]:
        """What properties of a request are called in an item, where that is written otherwise."""
        known = {plain(name): name for name in self.properties(item)}
        told = {name: known.get(plain(name), name) for name in self.properties(sent)}
        return {name: other for name, other in told.items() if name != other and name not in self.properties(item)}

    def _target(self, pointer: str) -> str:
        try:
            return resolve(self.schemas.document, pointer)[1]
        except DanglingRef:
            return pointer

    def types(self, pointers: Sequence[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.schemas.types(pointer) for pointer in pointers))

    def is_marked(self, pointers: Sequence[str], marker: str) -> bool:
        """Whether a property bears ``readOnly`` or ``writeOnly``."""
        return any(part.get(marker) is True for pointer in pointers for part, _ in self.schemas.parts(pointer))


def _is_readable(kind: str) -> bool:
    return (is_json(kind) or kind in _FORMS) and kind not in _PATCHES
