"""Tell what is kept: the answers of a resource's operations as their schemas want them, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Call, Reply
from mockserver.resources.collection import Collection
from mockserver.resources.completing import Completed, Completer, Whose
from mockserver.resources.keeping import Item
from mockserver.resources.model import Place, Role
from mockserver.resources.paging import Keyed, Pager
from mockserver.resources.shapes import Shapes

KEPT = "{} is kept in this sandbox's state"
FROM = "{} from this sandbox's state"
ACTED = "{} from this sandbox's state, which doesn't tell what the call does to it"
SENT_BEFORE = "{} was made by the call that bore this Idempotency-Key before"
GONE = "{} is gone from this sandbox's state"


class Teller:
    """Makes the answers about one collection."""

    def __init__(self, collection: Collection, schemas: Schemas, completer: Completer) -> None:
        shapes = Shapes(schemas)
        self._collection = collection
        self._completer = completer
        self._pagers = {
            use.operation: Pager(shapes, use.operation, use.answered)
            for use in collection.resource.uses
            if use.role is Role.LIST and use.answered is not None
        }

    def items(self, place: Place | None, path: str, items: Sequence[Keyed], call: Call, how: str) -> Reply:
        """The answer that tells an item, or several where its schema has a list of them; and what was done with it."""
        note = how.format(", ".join(self._collection.called(key) for key, _ in items) or "nothing")
        if place is None:
            return Reply(note=note)
        try:
            done = [self._completed(place, path, key, item, call.seed) for key, item in items]
        except CannotGenerate as error:
            return Reply(note=f"{note}, but answered without it: {error}")
        lost = dict.fromkeys(name for one in done for name in one.lost)
        if lost:
            note += f", but for {', '.join(lost)}, which the answer's schema has otherwise"
        values = [one.value for one in done]
        body: Any = values if place.is_list else values[0]
        if place.wrapper:
            scope = path if len(items) != 1 else f"{path} {items[0][0]}"
            body = self._completer.body(place, body, Whose(call.seed, scope), {})
        return Reply(body=body, note=note)

    def read(self, path: str, key: str, item: Item, call: Call) -> Item:
        """An item as GET tells it. Raises CannotGenerate."""
        return self._completed(self._collection.place, path, key, item, call.seed).value

    def list(self, operation: Operation, place: Place, path: str, kept: Sequence[Keyed], call: Call) -> Reply:
        """The answer that lists what a call asks for."""
        try:

            def whole(keyed: Keyed) -> Item:
                return self._completed(place, path, *keyed, call.seed).value

            page = self._pagers[operation].page(kept, call.parameters, whole)
            body: Any = [whole(keyed) for keyed in page.items]
            note = f"{len(body)} of {len(kept)} from this sandbox's state"
            if place.wrapper:
                body = self._completer.body(place, body, Whose(call.seed, path), page.told)
        except CannotGenerate as error:
            return Reply(note=f"not from the state: {error}")
        return Reply(body=body, note=note)

    def _completed(self, place: Place, path: str, key: str, item: Item, seed: int) -> Completed:
        id = self._collection.resource.id
        kept = {**item, place.id: item[id]} if place.id and place.id != id else item
        return self._completer.item(place.item, kept, self._collection.sendable, Whose(seed, f"{path} {key}"))
