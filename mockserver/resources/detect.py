"""Understand which paths of a spec are collections of items, and say of each why, or why not. Only what is sure counts.

Sure is: a POST on a collection and a GET on its items; a property that the item's path names; one kind of item in what
both answer, or in what is sent and read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockserver.openapi.model import Operation, Spec
from mockserver.openapi.references import lookup
from mockserver.openapi.schemas import Schemas
from mockserver.resources.acts import acts
from mockserver.resources.corrections import in_spec, is_off
from mockserver.resources.identity import Named, is_plain, others
from mockserver.resources.model import Correction, Miss, Place, Resource, Role, Understanding, Use
from mockserver.resources.paths import collections_of, item_parameter, literals, nearest_parent, noun, words
from mockserver.resources.roles import Roles
from mockserver.resources.shapes import Shapes
from mockserver.resources.vocabulary import CHANGES, MAKES, NOT_MAKING

_NOTHING = Correction()
Methods = Mapping[str, Operation]


class Unsure(Exception):
    """Why a collection is not taken for a resource."""


def understand(spec: Spec, schemas: Schemas, corrections: Mapping[str, Correction]) -> Understanding:
    """The resources of a spec. ``corrections`` are by the path of a collection, and win over those in the spec."""
    return _Detective(spec, schemas, {**in_spec(spec), **corrections}).understanding()


class _Detective:
    def __init__(self, spec: Spec, schemas: Schemas, corrections: Mapping[str, Correction]) -> None:
        self._shapes = Shapes(schemas)
        self._roles = Roles(self._shapes)
        self._corrections = corrections
        self._paths: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
        for operation in spec.operations:
            if not operation.disabled:
                self._paths[operation.path].setdefault(operation.method, operation)

    def understanding(self) -> Understanding:
        found: dict[str, Resource] = {}
        misses: list[Miss] = []
        for collection, item in self._pairs():
            try:
                first = found.get(collection)
                found[collection] = self._also_named(first, item) if first else self._resource(collection, item)
            except Unsure as reason:
                misses.append(Miss(item, str(reason)))
        items = {resource.item: path for path, resource in found.items()}
        ordered = [found[items[path]] for path in self._paths if path in items]
        resources = tuple(self._below(resource, items) for resource in ordered)
        misses += [miss for resource in resources for miss in self._roles.misses(resource, self._paths)]
        return Understanding(resources, tuple(misses))

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Paths that look like a collection, which POST can add to, and like one of its items; ids before numbers."""
        for item in sorted(self._paths, key=lambda path: not is_plain(item_parameter(path))):
            collection = next((path for path in collections_of(item) if path in self._paths), "")
            if collection and "POST" in self._paths[collection]:
                yield collection, item

    def _below(self, resource: Resource, items: Mapping[str, str]) -> Resource:
        """A resource that knows what it stands below."""
        others = (item for item, collection in items.items() if collection != resource.collection)
        parent = items.get(nearest_parent(resource.collection, others), "")
        told = (*resource.why, f"stands below {parent}: an item that is gone takes these with it") if parent else ()
        return replace(resource, parent=parent, why=told or resource.why)

    def _resource(self, collection: str, item: str) -> Resource:
        told = self._corrections.get(collection, _NOTHING)
        if told.off:
            raise Unsure("x-resource says that it is none")
        on_collection, on_item = self._paths[collection], self._paths[item]
        if "GET" not in on_item:
            raise Unsure(f"there is no GET {item}")
        parameter = item_parameter(item)
        named = Named(told.id or parameter, collection, is_exact=bool(told.id))
        read = self._read(on_item["GET"], named)
        creates, how = self._creates(on_collection, read, named)
        create = creates[0]
        is_given = self._is_given(create, read)
        uses = [*creates, Use(on_item["GET"], Role.READ, answered=read)]
        uses += self._roles.lists(on_collection.get("GET"), read, named, told)
        uses += self._roles.changes(on_item, create, read, named)
        uses += self._roles.changes_by_body(on_collection, on_item, create, read)
        uses += self._roles.searches(self._paths, read, named)
        uses += acts(self._shapes, self._paths, item, read, named)
        why = (
            f"{{{parameter}}} names {_shown(read)}{' (x-resource)' if told.id else ''}",
            how,
            "an id is the client's, where it sends one" if is_given else "ids are made here",
        )
        return Resource(
            told.name or noun(collection),
            collection,
            item,
            parameter,
            read.id,
            tuple(replace(use, is_off=self._is_off(use.operation)) for use in uses),
            is_given=is_given,
            also=others(self._shapes.properties(read.item), parameter, read.id),
            why=why,
        )

    def _is_off(self, operation: Operation) -> bool:
        return is_off(lookup(self._shapes.schemas.document, operation.pointer))

    def _also_named(self, resource: Resource, item: str) -> Resource:
        """A resource whose items a second path names by another property: ``/contacts/{contactNumber}``."""
        operation, parameter = self._paths[item].get("GET"), item_parameter(item)
        known = f"items of {resource.collection} are named by {{{resource.parameter}}} already"
        if operation is None:
            raise Unsure(known)
        named = Named(parameter, resource.collection)
        read, first = self._read(operation, named.exactly), resource.use(Role.READ)
        if first is None or first.answered is None or not self._shapes.is_alike(read.item, first.answered.item):
            raise Unsure(known)
        use = Use(operation, Role.READ, answered=replace(read, id=resource.id), is_off=self._is_off(operation))
        return replace(resource, uses=(*resource.uses, use), also=(*resource.also, read.id))

    def _read(self, operation: Operation, named: Named) -> Place:
        body = self._shapes.answer(operation.success)
        if not body:
            raise Unsure(f"what {_name(operation)} answers has no JSON schema")
        place = self._shapes.item_in(body, named)
        if place is None:
            raise Unsure(f"no property of what {_name(operation)} answers is named by {{{named.parameter}}}")
        return place

    def _creates(self, on_collection: Methods, read: Place, named: Named) -> tuple[list[Use], str]:
        """How items are made: by POST; by a PUT that says so, where POST does something else, or updates too."""
        put = on_collection.get("PUT")
        if put is not None and not MAKES & {*words(put.id), *words(put.summary)}:
            put = None
        try:
            post, how = self._create(on_collection["POST"], read, named)
        except Unsure:
            if put is None:
                raise
            made, how = self._create(put, read, named)
            return [made], how
        also = self._create(put, read, named)[:1] if put is not None and post.is_upsert else ()
        return [post, *also], how

    def _create(self, operation: Operation, read: Place, named: Named) -> tuple[Use, str]:
        """How an item is made, and why that is sure."""
        firsts = {said[0] for text in (operation.id, operation.summary) if (said := words(text))}
        doubt = (firsts | set(literals(named.collection)[-1:])) & NOT_MAKING
        request = self._shapes.request(operation.body.content) if operation.body else ""
        sent = self._shapes.sent_in(request, read) if request else None
        naming = self._roles.naming(sent, read)
        changes = bool(CHANGES & {*words(operation.id), *words(operation.summary)})
        answer = self._shapes.answer(operation.success)
        name, get = _name(operation), "GET"
        if doubt:
            raise Unsure(f"{name} sounds like something else than making one: {', '.join(sorted(doubt))}")
        place = self._shapes.item_in(answer, named) if answer else None
        if place is not None and self._shapes.is_alike(place.item, read.item):
            return Use(operation, Role.CREATE, sent, place, *naming, changes), f"{name} answers what {get} answers"
        exact = self._shapes.item_in(answer, named.exactly) if answer else None
        if exact is not None and named.parameter != "id":
            return Use(operation, Role.CREATE, sent, exact, *naming, changes), f"{name} answers with {_shown(exact)}"
        if answer and self._shapes.properties(answer):
            several = "a list" if self._shapes.has_lists(answer) else "something else than GET"
            raise Unsure(f"{name} answers {several}")
        if sent is None or not self._shapes.is_alike(sent.item, read.item):
            raise Unsure(f"{name} answers nothing that GET answers, nor does it send that")
        return Use(operation, Role.CREATE, sent, None, *naming, changes), f"{name} sends what {get} answers"

    def _is_given(self, create: Use, read: Place) -> bool:
        """Whether a client may say the id: it is among what is sent, and not only to be read."""
        if create.sent is None:
            return False
        sent = self._shapes.properties(create.sent.item)
        names = [name for name in sent if create.renames.get(name, name) == read.id]
        places = [place for name in names for place in sent[name]] + [*self._shapes.properties(read.item)[read.id]]
        return bool(names) and not self._shapes.is_marked(places, "readOnly")


def _name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _shown(place: Place) -> str:
    return f"`{place.wrapper}.{place.id}`" if place.wrapper else f"`{place.id}`"
