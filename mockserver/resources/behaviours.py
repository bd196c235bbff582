"""What the operations of a resource do: functions ``(state, call) -> (state, reply or refusal)``, as any vendor has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mockserver.generate.errors import CannotGenerate
from mockserver.plugin import Behaviour, Call, Refusal, Reply
from mockserver.resources import keeping
from mockserver.resources.collection import Collection
from mockserver.resources.keeping import Item, State
from mockserver.resources.model import Role, Use
from mockserver.resources.patching import PatchFailed, is_patch, patched
from mockserver.resources.paths import key_text
from mockserver.resources.telling import ACTED, FROM, GONE, KEPT, SENT_BEFORE, Teller

CONFLICT = "conflict"
Outcome = tuple[State, Reply | Refusal]


class Behaviours:
    """What the operations on one collection do."""

    def __init__(self, collection: Collection, teller: Teller) -> None:
        self._collection = collection
        self._resource = collection.resource
        self._teller = teller

    def __iter__(self) -> Iterator[tuple[str, Behaviour]]:
        """What each operation of the resource does, by its id."""
        acts = {
            Role.CREATE: self._create,
            Role.READ: self._read,
            Role.LIST: self._list,
            Role.REPLACE: self._change,
            Role.MERGE: self._change,
            Role.DELETE: self._delete,
            Role.ACT: self._act,
        }
        for use in self._resource.uses:
            if not use.is_off:
                yield use.operation.id, self._bound(acts[use.role], use)

    def _bound(self, act: Callable[[Use, State, Call], Outcome], use: Use) -> Behaviour:
        def behave(state: State, call: Call) -> Outcome:
            return act(use, self._collection.with_uses(state, call), call)

        return behave

    def _create(self, use: Use, state: State, call: Call) -> Outcome:
        path, listed = self._collection.path(call), self._collection.given(use, call.body)
        orphan = self._collection.orphan(state, call)
        if orphan is not None or listed is None:
            return state, orphan or Reply()
        again = self._again(use, state, path, call) if call.idempotency_key else None
        if again is not None:
            return state, again
        after, kept = keeping.with_use(state, path), list[tuple[str, Item]]()  # who makes a second one uses made ids
        try:
            for given in listed:
                key, item = self._new(use, after, path, given, call)
                is_new = keeping.find(after, path, key) is None
                if not is_new and not use.is_upsert:
                    return state, Refusal(CONFLICT, f"there is {self._collection.called(key)} in this sandbox already")
                after = keeping.with_item(after, path, key, item, is_new=is_new)
                kept.append((key, item))
        except CannotGenerate as error:
            return state, Reply(note=f"{self._resource.name} was not kept: {error}")
        if call.idempotency_key and kept:
            sent = _digest(use.operation.id, call.idempotency_key)
            after = keeping.with_sent(after, path, sent, _digest(call.body), [key for key, _ in kept])
        return after, self._made(use, path, kept, call, KEPT)

    def _made(self, use: Use, path: str, kept: Sequence[tuple[str, Item]], call: Call, how: str) -> Reply:
        """The answer that tells what was created, and where it is."""
        reply, location = self._teller.items(use.answered, path, kept, call, how), self._collection.location
        return replace(reply, headers=location.headers(kept[0][0])) if location and kept else reply

    def _again(self, use: Use, state: State, path: str, call: Call) -> Reply | Refusal | None:
        """The answer to a call whose ``Idempotency-Key`` came before: what it made then; None where that is gone."""
        before = keeping.sent(state, path, _digest(use.operation.id, call.idempotency_key))
        if before is None:
            return None
        if before["asked"] != _digest(call.body):
            return Refusal(CONFLICT, "this Idempotency-Key came with another body before")
        kept = [(key, item) for key in before["items"] if (item := keeping.find(state, path, key)) is not None]
        return self._made(use, path, kept, call, SENT_BEFORE) if kept else None

    def _new(self, use: Use, state: State, path: str, given: Item, call: Call) -> tuple[str, Item]:
        """A new item and its key; an old one that is changed, where the operation does that, too."""
        id = self._collection.own_id(given)
        old = keeping.find(state, path, key_text(id)) if id is not None else None
        if old is not None:
            return key_text(id), self._collection.changed(use, old, given, key_text(id), call.now)
        whole = {**self._collection.told_by_path(call.parameters), **given}
        item = self._collection.begun(state, path, whole, id, call.now, call.seed)
        return key_text(item[self._resource.id]), item

    def _named(self, state: State, call: Call) -> tuple[str, str, Item | None]:
        """The item that a call's path names: where it is kept, its key, and itself where it is there."""
        path = self._collection.path(call)
        key = self._collection.key(state, path, call)
        return path, key, keeping.find(state, path, key)

    def _read(self, use: Use, state: State, call: Call) -> Outcome:
        path, key, item = self._named(state, call)
        if item is None:
            return state, self._collection.unknown(state, call, path, key) or Reply()
        return state, self._teller.items(use.answered, path, [(key, item)], call, FROM)

    def _list(self, use: Use, state: State, call: Call) -> Outcome:
        path, orphan = self._collection.path(call), self._collection.orphan(state, call)
        if orphan is not None or use.answered is None:
            return state, orphan or Reply()
        kept = list(keeping.items(state, path))
        if not kept and not self._collection.is_begun(state, path) and not self._collection.is_strict:
            return state, Reply()
        return state, self._teller.list(use.operation, use.answered, path, kept, call)

    def _change(self, use: Use, state: State, call: Call) -> Outcome:
        if use.operation.method == "PATCH" and is_patch(call.body):
            return self._patch(use, state, call)
        path, listed = self._collection.path(call), self._collection.given(use, call.body) if use.sent else None
        if not listed or (use.id_in_body and listed[0].get(self._resource.id) is None):
            return state, Reply()
        given = listed[0]
        id = given.get(self._resource.id)
        key = key_text(id) if use.id_in_body else self._collection.key(state, path, call)
        item, is_new = keeping.find(state, path, key), False
        if item is None:
            unknown = self._collection.unknown(state, call, path, key)
            if unknown is not None and not (use.is_upsert and self._collection.orphan(state, call) is None):
                return state, unknown
            is_new = unknown is not None
        after = self._collection.changed(use, item or {}, given, key, call.now)
        kept = keeping.with_item(state, path, key, after, is_new=is_new)
        return kept, self._teller.items(use.answered, path, [(key, after)], call, KEPT)

    def _patch(self, use: Use, state: State, call: Call) -> Outcome:
        """Change an item by a JSON Patch, which is of the item as GET tells it."""
        path, key, item = self._named(state, call)
        if item is None:
            return state, self._collection.unknown(state, call, path, key) or Reply()
        try:
            told = self._teller.read(path, key, item, call)
            after = self._collection.patched(item, told, patched(told, call.body), call.now)
        except PatchFailed as error:
            return state, Refusal(CONFLICT, str(error))
        except CannotGenerate as error:
            return state, Reply(note=f"{self._collection.called(key)} was not changed: {error}")
        kept = keeping.with_item(state, path, key, after, is_new=False)
        return kept, self._teller.items(use.answered, path, [(key, after)], call, KEPT)

    def _act(self, use: Use, state: State, call: Call) -> Outcome:
        """Do with an item what is sure of an action."""
        path, key, item = self._named(state, call)
        if item is None:
            return state, self._collection.unknown_below(state, call, path, key) or Reply()
        after = self._collection.changed(use, item, use.outcome, key, call.now)
        kept = keeping.with_item(state, path, key, after, is_new=False)
        how = KEPT if use.outcome else ACTED
        return kept, self._teller.items(use.answered, path, [(key, after)], call, how)

    def _delete(self, use: Use, state: State, call: Call) -> Outcome:
        path, key, item = self._named(state, call)
        unknown = self._collection.unknown(state, call, path, key) if item is None else None
        if unknown is not None:
            return state, unknown
        is_known = key in self._collection.known_ids
        after = keeping.without_item(state, path, key, self._collection.below(call), is_known=is_known)
        last = {"deleted": True, **(item or {self._resource.id: self._collection.typed(key)})}
        return after, self._teller.items(use.answered, path, [(key, last)], call, GONE)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
