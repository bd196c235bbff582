"""Know one collection: where its items are kept, which ids are somebody's, what of a request is kept of an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Call, Refusal
from mockserver.requests.secret_names import sounds_secret
from mockserver.resources import keeping
from mockserver.resources.identity import plain
from mockserver.resources.ids import Ids
from mockserver.resources.keeping import Item, State
from mockserver.resources.known_ids import KnownIds
from mockserver.resources.lineage import Lineage
from mockserver.resources.location import location_of
from mockserver.resources.model import Place, Resource, Role, Use
from mockserver.resources.moments import moments, times
from mockserver.resources.patching import PatchFailed, merged
from mockserver.resources.paths import concrete, item_parameter, key_text, parameters_in, pattern_of
from mockserver.resources.shapes import Properties, Shapes

if TYPE_CHECKING:
    from mockserver.generate.values import Generator

UNKNOWN = "not_found"


class Collection:
    """One resource. ``is_strict`` says that an id which nobody made is unknown from the beginning.

    ``place`` is where the item stands in what GET answers. ``sendable`` are the properties of an item that a client can
    say, ``properties`` all that it has.
    """

    def __init__(
        self,
        resource: Resource,
        lineage: Lineage,
        schemas: Schemas,
        generator: Callable[[], Generator],
        others: Callable[[str], Collection],
        *,
        is_strict: bool,
    ) -> None:
        shapes = Shapes(schemas)
        create, place = resource.use(Role.CREATE), _read(resource)
        self.resource = resource
        self.place = place
        self.is_strict = is_strict
        self.sendable = create.names if create else frozenset()
        self.properties = shapes.properties(place.item)
        self.location = location_of(schemas, create.operation, resource.item) if create else None
        self._lineage = lineage
        self._siblings = re.compile(pattern_of(resource.collection.rstrip("/")))
        marked = (name for name, places in self.properties.items() if shapes.is_marked(places, "readOnly"))
        self._unkept = frozenset(marked)
        self._hidden = {use.operation: _hidden(shapes, use.sent) for use in resource.uses if use.sent is not None}
        self._acts = {use.operation.path for use in resource.uses if use.role is Role.ACT}
        self._moments = tuple(moments(shapes, self.properties, self.sendable))
        places = self.properties[resource.id]
        read = resource.use(Role.READ)
        in_path = _in_path(read.operation, resource.parameter) if read else None
        self.ids = Ids(schemas, generator, places, in_path, f"/{resource.id}")
        self._id_types = shapes.types(places)
        self._scope = _scope(resource, self.properties)
        self._is_secret = sounds_secret(resource.parameter)
        self._others = others
        self.known_ids = KnownIds(schemas, resource, places)

    # Where

    def path(self, call: Call) -> str:
        """Where the items are kept that a call is about."""
        return concrete(self.resource.collection, call.parameters)

    def key(self, state: State, path: str, call: Call) -> str:
        """The key of the item that a call's path names."""
        key = key_text(call.parameters.get(self._parameter(call)))
        if not self.resource.also or keeping.find(state, path, key) is not None:
            return key
        named = (
            other
            for other, item in keeping.items(state, path)
            if key in {key_text(item[name]) for name in self.resource.also if name in item}
        )
        return next(named, key)

    def _parameter(self, call: Call) -> str:
        """The parameter in a call's path that names an item; nothing where none does."""
        path = call.operation.path
        return self.resource.parameter if path in self._acts else item_parameter(path)

    def below(self, call: Call) -> str:
        """The beginning of the paths of all that stands below the item of a call."""
        return concrete(self._lineage.below, call.parameters) + "/"

    def called(self, key: str) -> str:
        """An item as a reason names it: ``pet 7``."""
        return f"{self.resource.name} {'***' if self._is_secret else key}"

    # Who

    def unknown(self, state: State, call: Call, path: str, key: str) -> Refusal | None:
        """The refusal of an id that is nobody's; None where it may be somebody's whom nobody has made yet."""
        orphan = self.orphan(state, call)
        if orphan is not None:
            return orphan
        is_gone = keeping.is_gone(state, path, key, is_known=key in self.known_ids)
        if self.is_strict or is_gone or self._is_elsewhere(state, path, key):
            return Refusal(UNKNOWN, f"no {self.called(key)} in this sandbox")
        return None

    def unknown_below(self, state: State, call: Call, path: str, key: str) -> Refusal | None:
        """The same for a call below an item: there, an id that nobody made stays somebody's when it is deleted."""
        is_ended = self.is_strict or keeping.is_ended(state, path, key, is_known=key in self.known_ids)
        if keeping.is_denied(state, path, key) and not is_ended:
            return self.orphan(state, call)
        return self.unknown(state, call, path, key)

    def with_uses(self, state: State, call: Call) -> State:
        """The state in which the ids that a call's path names are used, if they were made."""
        named = [(path, key) for _, path, key, _ in self._lineage.above(call.parameters)]
        if self._parameter(call) == self.resource.parameter:
            path = self.path(call)
            named.append((path, self.key(state, path, call)))
        for path, key in named:
            if keeping.is_made(state, path, key):
                state = keeping.with_use(state, path)
        return state

    def is_begun(self, state: State, path: str) -> bool:
        """Whether something was created in a collection, below this parent or another one."""
        return keeping.made(state, path) > 0 or any(
            keeping.made(state, other) for other in self._elsewhere(state, path)
        )

    def _elsewhere(self, state: State, path: str) -> Iterator[str]:
        """Where the same is kept below other parents."""
        others = (other for other in state if other != path and self._siblings.fullmatch(other))
        return others if self._lineage else iter(())

    def _is_elsewhere(self, state: State, path: str, key: str) -> bool:
        """Whether an id was made below another parent, or can't be known as others were."""
        is_known = key in self.known_ids
        return any(
            keeping.find(state, other, key) is not None or (keeping.is_used(state, other) and not is_known)
            for other in self._elsewhere(state, path)
        )

    def orphan(self, state: State, call: Call) -> Refusal | None:
        """The refusal of a call below something that isn't there."""
        for resource, path, key, name in self._lineage.above(call.parameters):
            is_known = key in self._others(resource.collection).known_ids
            is_ended = keeping.is_ended(state, path, key, is_known=is_known)
            if is_ended or (self.is_strict and keeping.find(state, path, key) is None):
                return Refusal(UNKNOWN, f"no {name} in this sandbox")
        return None

    # What

    def given(self, use: Use, body: Any) -> list[dict[str, Any]] | None:
        """What a client sent of items, without what isn't its own to say; None where a body holds no items."""
        place = use.sent
        if body is None or place is None:
            return [{}]
        inside = body.get(place.wrapper) if place.wrapper and isinstance(body, dict) else body
        listed = inside if place.is_list else [inside]
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            return None
        hidden = self._hidden[use.operation] | self._unkept
        return [
            {name: value for sent, value in one.items() if (name := use.renames.get(sent, sent)) not in hidden}
            for one in listed
        ]

    def own_id(self, given: Item) -> Any:
        """The id that a client gives an item of its own; None where it gives none, or may not."""
        id = given.get(self.resource.id) if self.resource.is_given else None
        return id if id is not None and self.ids.may_be(id) else None

    def told_by_path(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of an item that its collection's path tells: ``{"customer": "c1"}``."""
        return {name: values[parameter] for parameter, name in self._scope.items() if parameter in values}

    def begun(self, state: State, path: str, given: Item, id: Any, now: int, seed: int) -> Item:
        """A new item of a collection, with an id of its own where none is given. Raises CannotGenerate."""
        if id is None:

            def is_taken(key: str) -> bool:
                return keeping.find(state, path, key) is not None

            id = self.ids.make(keeping.made(state, path) + 1, is_taken, seed=seed, scope=path)
        return {self.resource.id: id, **times(self._moments, now, is_new=True), **given, self.resource.id: id}

    def changed(self, use: Use, item: Item, given: Item, key: str, now: int) -> Item:
        """An item after a change: replaced as far as the request can say it, or merged with what was sent."""
        id = item.get(self.resource.id, self.typed(key))
        own = {**times(self._moments, now, is_new=not item), self.resource.id: id}
        if use.role is Role.REPLACE:
            left = {name: value for name, value in item.items() if name not in use.names}
            return {**left, **given, **own}
        return {**merged(item, given), **own}

    def patched(self, item: Item, told: Item, after: Any, now: int) -> Item:
        """What is kept of an item that was told so, and is otherwise after a patch. Raises PatchFailed."""
        if not isinstance(after, dict):
            raise PatchFailed("the item would be no object any more")
        fixed = {self.resource.id, *self._unkept}
        if any(after.get(name) != told.get(name) for name in fixed):
            raise PatchFailed(f"{', '.join(sorted(fixed))} can't be changed")
        kept = {name: value for name, value in after.items() if name in item or told.get(name) != value}
        left = {name: value for name, value in item.items() if name in fixed or name not in told}
        return {**left, **kept, **times(self._moments, now, is_new=False)}

    def typed(self, key: str) -> Any:
        """An id from a path as the item has it."""
        return int(key) if "integer" in self._id_types and key.lstrip("-").isdecimal() else key


class Collections(dict[str, Collection]):
    """The collections of a spec by their paths, each made ready when it is first asked for."""

    def __init__(
        self,
        resources: Mapping[str, Resource],
        schemas: Schemas,
        generator: Callable[[], Generator],
        *,
        is_strict: bool,
    ) -> None:
        self._resources = resources
        self._schemas = schemas
        self._generator = generator
        self._is_strict = is_strict

    def __missing__(self, path: str) -> Collection:
        resource = self._resources[path]
        lineage = Lineage(resource, self._resources)
        made = self[path] = Collection(
            resource, lineage, self._schemas, self._generator, self.__getitem__, is_strict=self._is_strict
        )
        return made


def _read(resource: Resource) -> Place:
    """Where what GET answers has the item."""
    read = resource.use(Role.READ)
    assert read is not None
    assert read.answered is not None
    return read.answered


def _in_path(operation: Operation, name: str) -> str | None:
    """The schema of a parameter in an operation's path."""
    return next((one.schema for one in operation.parameters if one.where == "path" and one.name == name), None)


def _scope(resource: Resource, properties: Properties) -> dict[str, str]:
    """The properties that say what an item stands below, by the path's parameters: ``{customerId: customer_id}``."""
    named = {plain(name): name for name in properties if name != resource.id}
    return {one: named[plain(one)] for one in parameters_in(resource.collection) if plain(one) in named}


def _hidden(shapes: Shapes, sent: Place) -> frozenset[str]:
    """The names of what a request sends and isn't kept: what is only to be written or to be read, and passwords."""
    names = shapes.properties(sent.item).items()
    marked = {
        name for name, places in names if shapes.is_marked(places, "writeOnly") or shapes.is_marked(places, "readOnly")
    }
    return frozenset(marked) | shapes.schemas.password_fields(sent.item)
