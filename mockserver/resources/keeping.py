"""Keep items in a vendor's state: pure functions, from a state to the one after.

``{"/pet": {"made": 2, "used": true, "items": {"1": {…}, "2": {…}}}}`` is a state. ``made`` counts what was created, and
never falls. ``used`` says that a client has used an id that was made: it works with those, and any other is nobody's.
``assumed`` are ids that nobody made, and that were changed or deleted before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

State = Mapping[str, Any]
Item = Mapping[str, Any]
_BOOKKEEPING = re.compile("/~1[^/]*/(used|assumed)(/|$)")
NOTHING_KEPT: Mapping[str, Any] = {"made": 0, "used": False, "items": {}}


def is_bookkeeping(pointer: str) -> bool:
    """Whether a place of a state says nothing of what a vendor holds, but of how a client has used it."""
    return _BOOKKEEPING.match(pointer) is not None


def made(state: State, path: str) -> int:
    """How many items were ever created in a collection."""
    return _made(state.get(path, NOTHING_KEPT))


def _made(kept: Mapping[str, Any]) -> int:
    """How many items a collection has seen; a state that a person writes may leave it to the items."""
    count: int = kept.get("made", len(kept["items"]))
    return count


def is_used(state: State, path: str) -> bool:
    """Whether an id that was made has been used. A state that a person writes may leave that out: it has."""
    kept = state.get(path, NOTHING_KEPT)
    return _made(kept) > 0 and kept.get("used", True)


def find(state: State, path: str, key: str) -> Item | None:
    item: Item | None = state.get(path, NOTHING_KEPT)["items"].get(key)
    return item


def is_assumed(state: State, path: str, key: str) -> bool:
    return key in state.get(path, NOTHING_KEPT).get("assumed", ())


def is_gone(state: State, path: str, key: str) -> bool:
    """Whether an id is sure to be nobody's: a client uses those that were made there, or it was deleted."""
    return find(state, path, key) is None and (is_used(state, path) or is_assumed(state, path, key))


def items(state: State, path: str) -> Iterator[tuple[str, Item]]:
    """The items of a collection in the order in which they came."""
    return iter(state.get(path, NOTHING_KEPT)["items"].items())


def with_item(state: State, path: str, key: str, item: Item, *, is_new: bool) -> State:
    """The state with an item, in place of the one that was there."""
    if not is_new and find(state, path, key) is None:
        state = _assuming(state, path, key)
    kept = state.get(path, NOTHING_KEPT)
    count = _made(kept) + 1 if is_new else _made(kept)
    return {**state, path: {**kept, "made": count, "used": is_used(state, path), "items": {**kept["items"], key: item}}}


def _assuming(state: State, path: str, key: str) -> State:
    if is_assumed(state, path, key):
        return state
    kept = state.get(path, NOTHING_KEPT)
    return {**state, path: {**kept, "used": is_used(state, path), "assumed": [*kept.get("assumed", ()), key]}}


def with_use(state: State, path: str, key: str) -> State:
    """The state in which an id is used, if it was made; the same one where that says nothing new."""
    if is_used(state, path) or find(state, path, key) is None or is_assumed(state, path, key):
        return state
    return {**state, path: {**state[path], "used": True}}


def without_item(state: State, path: str, key: str, below: str) -> State:
    """The state without an item, and without all that stands below it (``/customers/c1/``)."""
    if find(state, path, key) is None:
        state = _assuming(state, path, key)
    others = {place: one for place, one in state.items() if not place.startswith(below)}
    left = {other: item for other, item in state[path]["items"].items() if other != key}
    return {**others, path: {**state[path], "items": left}}
