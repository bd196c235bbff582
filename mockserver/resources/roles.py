"""Tell what the operations around an item do: list, replace, merge, delete. What isn't plain remembers nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockserver.openapi.model import Operation
from mockserver.patterns import pattern
from mockserver.resources.identity import Named, id_property
from mockserver.resources.model import Correction, Miss, Place, Resource, Role, Use
from mockserver.resources.paths import literals, singular, words
from mockserver.resources.shapes import Shapes
from mockserver.resources.vocabulary import ACTS, CHANGES, FINDS, LISTS

_TAGS = pattern(r"<[^>]*>")
LONGEST_OPENING, WORDS_OPENING = 200, 6
NOT_FOUND = 404
Paths = Mapping[str, Mapping[str, Operation]]


class Roles:
    """Tells the roles of operations by the shapes of what they take and answer."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def lists(self, operation: Operation | None, read: Place, named: Named, told: Correction) -> Iterator[Use]:
        body = self._shapes.answer(operation.success) if operation else ""
        if operation is None or not body:
            return
        places = self._shapes.lists_in(body, read.item, told.list)
        usual = [place for place in places if self._is_usual(place.wrapper, named.collection)]
        if not told.list and places and places[0].wrapper:
            places = usual if usual else [place for place in places if self._shapes.is_only_part(place)]
        places = places if len(places) == 1 else []
        for place in places:
            id = self._id_of_item(place.item, read.id, named)
            if id:
                answered = replace(place, id=id, is_list=True)
                yield Use(operation, Role.LIST, answered=answered)

    def _is_usual(self, wrapper: str, collection: str) -> bool:
        """Whether a list is called as lists are, or after the collection."""
        named = {singular(word) for word in words(wrapper)}
        return wrapper in LISTS or bool(named & {singular(word) for word in words(literals(collection)[-1])})

    def _id_of_item(self, item: str, id: str, named: Named) -> str:
        properties = self._shapes.properties(item)
        return id_property(self._shapes.schemas, properties, iter((id, *named.names)))

    def changes(self, on_item: Mapping[str, Operation], create: Use, read: Place, named: Named) -> Iterator[Use]:
        """PUT, PATCH and DELETE of an item; a POST only where it says that it updates, and nothing else does."""
        if "DELETE" in on_item:
            operation = on_item["DELETE"]
            yield Use(operation, Role.DELETE, answered=self._answered(operation, read, named, alike=False))
        methods = ["PUT", "PATCH"]
        if "POST" in on_item and not {"PUT", "PATCH"} & on_item.keys() and self._updates(on_item["POST"], read):
            methods.append("POST")
        for method in methods:
            if method in on_item:
                yield from self._change(on_item[method], create, read, named)

    def _updates(self, operation: Operation, read: Place) -> bool:
        """Whether a POST to an item says that it updates it, or answers it and says of nothing else that it does."""
        if _says(operation, CHANGES):
            return True
        body = self._shapes.answer(operation.success)
        return bool(body) and self._shapes.is_alike(body, read.item) and not _says(operation, ACTS)

    def _change(self, operation: Operation, create: Use, read: Place, named: Named) -> Iterator[Use]:
        request = self._shapes.request(operation.body.content) if operation.body else ""
        sent = self._shapes.sent_in(request, read) if request else None
        if sent is None:
            if operation.method == "PATCH" and operation.body and self._shapes.takes_patch(operation.body.content):
                yield Use(operation, Role.MERGE, answered=self._answered(operation, read, named))
            return
        role = Role.REPLACE if operation.method == "PUT" and self._is_whole(sent, create) else Role.MERGE
        answered = self._answered(operation, read, named)
        is_upsert = operation.method == "PUT" and any(one.key == "201" for one in operation.responses)
        yield Use(operation, role, sent, answered, *self.naming(sent, read), is_upsert)

    def naming(self, sent: Place | None, read: Place) -> tuple[frozenset[str], dict[str, str]]:
        """What a client may say of an item: the names of these properties there, and those written otherwise."""
        if sent is None:
            return frozenset(), {}
        renames, known = self._shapes.renames(sent.item, read.item), self._shapes.properties(read.item)
        named = {renames.get(name, name): places for name, places in self._shapes.properties(sent.item).items()}
        told = (
            name
            for name, places in named.items()
            if not self._shapes.is_marked((*places, *known.get(name, ())), "readOnly")
        )
        return frozenset(told), renames

    def _answered(self, operation: Operation, read: Place, named: Named, *, alike: bool = True) -> Place | None:
        body = self._shapes.answer(operation.success)
        place = self._shapes.item_in(body, named) if body else None
        return place if place and (not alike or self._shapes.is_alike(place.item, read.item)) else None

    def _is_whole(self, sent: Place, create: Use) -> bool:
        """Whether a PUT sends the whole item: what has to be there at the beginning has to be there again."""
        if create.sent is None:
            return True
        needed = self._required(create.sent.item) & self._shapes.properties(sent.item).keys()
        return needed <= self._required(sent.item)

    def _required(self, pointer: str) -> set[str]:
        """The properties that a client has to send."""
        parts, properties = self._shapes.schemas.parts(pointer, choices=False), self._shapes.properties(pointer)
        names = {name for part, _ in parts for name in part.get("required", ()) if isinstance(name, str)}
        return {name for name in names if not self._shapes.is_marked(properties.get(name, ()), "readOnly")}

    def changes_by_body(
        self, on_collection: Mapping[str, Operation], on_item: Mapping[str, Operation], create: Use, read: Place
    ) -> Iterator[Use]:
        """A PUT on the collection that says by an id in its body which item it replaces, and knows of unknown ones."""
        operation = on_collection.get("PUT")
        if operation is None or operation.body is None or {"PUT", "PATCH"} & on_item.keys():
            return
        request = self._shapes.request(operation.body.content)
        sent = self._shapes.sent_in(request, read) if request else None
        knows_unknown = any(one.key == str(NOT_FOUND) for one in operation.responses)
        if sent is None or create.sent is None or not knows_unknown or not self._shapes.is_alike(sent.item, read.item):
            return
        if read.id in self._shapes.properties(sent.item):
            body = self._shapes.answer(operation.success)
            answered = Place(body, body, "", read.id) if body and self._shapes.is_alike(body, read.item) else None
            yield Use(operation, Role.REPLACE, sent, answered, *self.naming(sent, read), id_in_body=True)

    def searches(self, paths: Paths, read: Place, named: Named) -> Iterator[Use]:
        """``GET /pet/findByStatus?status=…``: the items with that property, where all that it needs are such."""
        prefix = named.collection.rstrip("/") + "/"
        for path, methods in paths.items():
            last = path.removeprefix(prefix)
            if path.startswith(prefix) and "/" not in last and "{" not in last and "GET" in methods:
                operation = methods["GET"]
                if FINDS & {*words(last)} and self._are_properties(operation, read.item):
                    yield from self.lists(operation, read, named, Correction())

    def _are_properties(self, operation: Operation, item: str) -> bool:
        properties = self._shapes.properties(item)
        needed = [one.name for one in operation.parameters if one.where == "query" and one.required]
        scalar = {"string", "integer", "number", "boolean"}
        return bool(needed) and all(
            name in properties and self._shapes.types(properties[name]) <= scalar for name in needed
        )

    def misses(self, resource: Resource, paths: Paths) -> Iterator[Miss]:
        """The operations on a resource's paths that remember nothing all the same."""
        used = {use.operation for use in resource.uses}
        for path in (resource.collection, resource.item):
            for method, operation in paths[path].items():
                if operation not in used and method in ("GET", "PUT", "PATCH", "POST", "DELETE"):
                    yield Miss(f"{method} {path}", _doubt(method, path == resource.item))


def _doubt(method: str, is_item: bool) -> str:
    if method == "GET":
        return "what it answers has not just one list of such items"
    if is_item and method == "POST":
        return "it doesn't say that it updates the item, or PUT and PATCH do that"
    if is_item:
        return "what it sends are not properties of the item"
    return "it acts on several items at once"


def _says(operation: Operation, verbs: frozenset[str]) -> bool:
    """Whether an operation says by its id, its summary or how its description begins that it does such a thing."""
    opening = _TAGS.sub(" ", operation.description[:LONGEST_OPENING])
    return bool(verbs & {*words(operation.id), *words(operation.summary), *words(opening)[:WORDS_OPENING]})
