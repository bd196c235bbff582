"""What the operations of a resource do: functions ``(state, call) -> (state, reply or refusal)``, as any vendor has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Behaviour, Call, Refusal, Reply
from mockserver.requests.secret_names import sounds_secret
from mockserver.resources import keeping
from mockserver.resources.completing import Completed, Completer, Whose
from mockserver.resources.identity import plain
from mockserver.resources.ids import Ids
from mockserver.resources.keeping import Item, State
from mockserver.resources.lineage import Lineage
from mockserver.resources.location import location_of
from mockserver.resources.model import Place, Resource, Role, Use
from mockserver.resources.moments import moments, times
from mockserver.resources.paging import Pager
from mockserver.resources.patching import merged
from mockserver.resources.paths import concrete, key_text, parameters_in
from mockserver.resources.shapes import Properties, Shapes

if TYPE_CHECKING:
    from mockserver.generate.values import Generator

UNKNOWN, CONFLICT = "not_found", "conflict"
Outcome = tuple[State, Reply | Refusal]


class Collection:
    """One resource, ready to answer. ``is_strict`` says that an id which nobody made is unknown from the beginning."""

    def __init__(
        self,
        resource: Resource,
        lineage: Lineage,
        schemas: Schemas,
        generator: Callable[[], Generator],
        completer: Completer,
        *,
        is_strict: bool,
    ) -> None:
        shapes = Shapes(schemas)
        create, read = resource.use(Role.CREATE), resource.use(Role.READ)
        assert create is not None
        assert read is not None
        assert read.answered is not None
        self.resource = resource
        self._lineage = lineage
        self._completer = completer
        self._is_strict = is_strict
        self._item = read.answered
        self._sendable = create.names
        self.properties = shapes.properties(self._item.item)
        self._unkept = frozenset(
            name for name, places in self.properties.items() if shapes.is_marked(places, "readOnly")
        )
        self._hidden = {use.operation: _hidden(shapes, use) for use in resource.uses if use.sent is not None}
        self._moments = tuple(moments(shapes, self.properties, create.names))
        places = self.properties[resource.id]
        in_path = _in_path(read.operation, resource.parameter)
        self._ids = Ids(schemas, generator, places, in_path, f"/{resource.id}")
        self._id_types = shapes.types(places)
        self._pagers = {
            use.operation: Pager(shapes, use.operation, use.answered)
            for use in resource.uses
            if use.role is Role.LIST and use.answered is not None
        }
        self._scope = _scope(resource, self.properties)
        self._location = location_of(schemas, create.operation, resource.item)
        self._is_secret = sounds_secret(resource.parameter)

    def behaviours(self) -> Iterator[tuple[str, Behaviour]]:
        """What each operation of the resource does, by its id."""
        acts = {
            Role.CREATE: self._create,
            Role.READ: self._read,
            Role.LIST: self._list,
            Role.REPLACE: self._change,
            Role.MERGE: self._change,
            Role.DELETE: self._delete,
        }
        for use in self.resource.uses:
            if not use.is_off:
                yield use.operation.id, _bound(acts[use.role], use)

    # What operations do

    def _create(self, use: Use, state: State, call: Call) -> Outcome:
        path = concrete(self.resource.collection, call.parameters)
        orphan = self._orphan(state, call)
        if orphan is not None:
            return state, orphan
        given = self._given(use, call.body)
        id = given.get(self.resource.id) if self.resource.is_given else None
        id = id if id is not None and self._ids.may_be(id) else None
        if id is not None and keeping.find(state, path, key_text(id)) is not None:
            return state, Refusal(CONFLICT, f"there is {self._called(key_text(id))} in this sandbox already")
        try:
            return self._created(use, state, call, path, {**self.told_by_path(call.parameters), **given}, id)
        except CannotGenerate as error:
            return state, Reply(note=f"{self.resource.name} was not kept: {error}")

    def _created(self, use: Use, state: State, call: Call, path: str, given: Item, id: Any) -> Outcome:
        item = self.begun(state, path, given, id, call.now, call.seed)
        key = key_text(item[self.resource.id])
        after = keeping.with_item(state, path, key, item, is_new=True)
        reply = self._told(use.answered, path, key, item, call, "kept")
        return after, replace(reply, headers=self._location.headers(key)) if self._location else reply

    def told_by_path(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of an item that its collection's path tells: ``{"customer": "c1"}``."""
        return {name: values[parameter] for parameter, name in self._scope.items() if parameter in values}

    def begun(self, state: State, path: str, given: Item, id: Any, now: int, seed: int) -> Item:
        """A new item of a collection, with an id of its own where none is given. Raises CannotGenerate."""
        if id is None:

            def is_taken(key: str) -> bool:
                return keeping.find(state, path, key) is not None

            id = self._ids.make(keeping.made(state, path) + 1, is_taken, seed=seed, scope=path)
        return {self.resource.id: id, **times(self._moments, now, is_new=True), **given, self.resource.id: id}

    def _read(self, use: Use, state: State, call: Call) -> Outcome:
        path, key = self._at(state, call)
        item = keeping.find(state, path, key)
        if item is None:
            return state, self._unknown(state, call, path, key) or Reply()
        return state, self._told(use.answered, path, key, item, call, "from")

    def _list(self, use: Use, state: State, call: Call) -> Outcome:
        path, place = concrete(self.resource.collection, call.parameters), use.answered
        orphan = self._orphan(state, call)
        if orphan is not None or place is None:
            return state, orphan or Reply()
        kept = list(keeping.items(state, path))
        if not kept and not keeping.made(state, path) and not self._is_strict:
            return state, Reply()
        try:
            return state, self._listed(use, place, path, kept, call)
        except CannotGenerate as error:
            return state, Reply(note=f"not from the state: {error}")

    def _listed(self, use: Use, place: Place, path: str, kept: list[tuple[str, Item]], call: Call) -> Reply:
        told = [(key, self._completed(place, path, key, item, call.seed).value) for key, item in kept]
        page = self._pagers[use.operation].page(told, call.parameters)
        some = [item for _, item in page.items]
        whose = Whose(call.seed, path)
        body = self._completer.body(place.body, place.wrapper, some, whose, page.told) if place.wrapper else some
        return Reply(body=body, note=f"{len(some)} of {len(kept)} from this sandbox's state")

    def _change(self, use: Use, state: State, call: Call) -> Outcome:
        given = self._given(use, call.body)
        path, key = self._at(state, call, given if use.id_in_body else None)
        item = keeping.find(state, path, key)
        is_new = False
        if item is None:
            unknown = self._unknown(state, call, path, key)
            if unknown is not None and not (use.is_upsert and self._orphan(state, call) is None):
                return state, unknown
            is_new = unknown is not None
        after = self._changed(use, item or {}, given, key, call.now)
        kept = keeping.with_item(state, path, key, after, is_new=is_new)
        return kept, self._told(use.answered, path, key, after, call, "kept")

    def _changed(self, use: Use, item: Item, given: Item, key: str, now: int) -> Item:
        own = item.get(self.resource.id, self._typed(key))
        change = times(self._moments, now, is_new=not item)
        if use.role is Role.REPLACE:
            left = {name: value for name, value in item.items() if name not in use.names}
            return {**left, **given, **change, self.resource.id: own}
        return {**merged(item, given), **change, self.resource.id: own}

    def _delete(self, use: Use, state: State, call: Call) -> Outcome:
        path, key = self._at(state, call)
        item = keeping.find(state, path, key)
        if item is None:
            unknown = self._unknown(state, call, path, key)
            if unknown is not None:
                return state, unknown
        below = concrete(self._lineage.below, call.parameters) + "/"
        after = keeping.without_item(state, path, key, below)
        last = {"deleted": True, **(item or {self.resource.id: self._typed(key)})}
        return after, self._told(use.answered, path, key, last, call, "gone")

    # What they have in common

    def _at(self, state: State, call: Call, given: Item | None = None) -> tuple[str, str]:
        """The collection's path in the state, and the key of the item that a call is about."""
        id = call.parameters.get(self.resource.parameter) if given is None else given.get(self.resource.id)
        path, key = concrete(self.resource.collection, call.parameters), key_text(id)
        if self.resource.also and keeping.find(state, path, key) is None:
            named = (
                other
                for other, item in keeping.items(state, path)
                if key in {key_text(item[name]) for name in self.resource.also if name in item}
            )
            key = next(named, key)
        return path, key

    def _unknown(self, state: State, call: Call, path: str, key: str) -> Refusal | None:
        """The refusal of an id that is nobody's; None where it may be somebody's whom nobody has made yet."""
        orphan = self._orphan(state, call)
        if orphan is not None:
            return orphan
        if self._is_strict or keeping.is_gone(state, path, key):
            return Refusal(UNKNOWN, f"no {self._called(key)} in this sandbox")
        return None

    def _orphan(self, state: State, call: Call) -> Refusal | None:
        """The refusal of a call below something that isn't there."""
        for path, key, name in self._lineage.above(call.parameters):
            missing = keeping.find(state, path, key) is None
            if missing and (self._is_strict or keeping.is_gone(state, path, key)):
                return Refusal(UNKNOWN, f"no {name} {key} in this sandbox")
        return None

    def _called(self, key: str) -> str:
        return f"{self.resource.name} {'***' if self._is_secret else key}"

    def _given(self, use: Use, body: Any) -> dict[str, Any]:
        """What a client sent of an item, by the names that it has there, without what isn't the client's to say."""
        inside = body.get(use.sent.wrapper) if use.sent and use.sent.wrapper and isinstance(body, dict) else body
        if not isinstance(inside, dict) or use.sent is None:
            return {}
        hidden = self._hidden[use.operation]
        named = {use.renames.get(name, name): value for name, value in inside.items() if name not in hidden}
        return {name: value for name, value in named.items() if name not in self._unkept}

    def _typed(self, key: str) -> Any:
        """An id from a path as the item has it."""
        return int(key) if "integer" in self._id_types and key.lstrip("-").isdecimal() else key

    def _completed(self, place: Place, path: str, key: str, item: Item, seed: int) -> Completed:
        named = place.id or self.resource.id
        kept = {**item, named: item[self.resource.id]} if named != self.resource.id else item
        return self._completer.item(place.item, kept, self._sendable, Whose(seed, f"{path} {key}"))

    def _told(self, place: Place | None, path: str, key: str, item: Item, call: Call, how: str) -> Reply:
        """The answer that tells an item, and a note of what was done with it."""
        note = _NOTES[how].format(self._called(key))
        if place is None:
            return Reply(note=note)
        try:
            done = self._completed(place, path, key, item, call.seed)
        except CannotGenerate as error:
            return Reply(note=f"{note}, but answered without it: {error}")
        if done.lost:
            note += f", but for {', '.join(done.lost)}, which the answer's schema has otherwise"
        value: Any = done.value
        if place.wrapper:
            value = self._completer.body(place.body, place.wrapper, value, Whose(call.seed, f"{path} {key}"), {})
        return Reply(body=value, note=note)


_NOTES = {
    "kept": "{} is kept in this sandbox's state",
    "from": "{} from this sandbox's state",
    "gone": "{} is gone from this sandbox's state",
}


def _in_path(operation: Operation, name: str) -> str | None:
    """The schema of a parameter in an operation's path."""
    return next((one.schema for one in operation.parameters if one.where == "path" and one.name == name), None)


def _scope(resource: Resource, properties: Properties) -> dict[str, str]:
    """The properties that say what an item stands below, by the path's parameters: ``{customerId: customer_id}``."""
    named = {plain(name): name for name in properties if name != resource.id}
    return {one: named[plain(one)] for one in parameters_in(resource.collection) if plain(one) in named}


def _bound(act: Callable[[Use, State, Call], Outcome], use: Use) -> Behaviour:
    def behave(state: State, call: Call) -> Outcome:
        return act(use, state, call)

    return behave


def _hidden(shapes: Shapes, use: Use) -> frozenset[str]:
    """The names of what a request sends and isn't kept: what is only to be written or to be read, and passwords."""
    assert use.sent is not None
    names = shapes.properties(use.sent.item).items()
    marked = {
        name for name, places in names if shapes.is_marked(places, "writeOnly") or shapes.is_marked(places, "readOnly")
    }
    return frozenset(marked) | shapes.schemas.password_fields(use.sent.item)
