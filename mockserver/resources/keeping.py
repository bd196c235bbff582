"""Keep items in a vendor's state: pure functions, from a state to the one after.

``{"/pet": {"made": 2, "items": {"1": {…}, "2": {…}}}}`` is a state. ``made`` counts what was created, and never falls.
An item that was deleted is left out; it stays as None where nothing was ever created, so that it stays gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

State = Mapping[str, Any]
Item = Mapping[str, Any]
NOTHING_KEPT: Mapping[str, Any] = {"made": 0, "items": {}}


def made(state: State, path: str) -> int:
    """How many items were ever created in a collection."""
    return _made(state.get(path, NOTHING_KEPT))


def _made(kept: Mapping[str, Any]) -> int:
    """How many items a collection has seen; a state that a person writes may leave it to the items."""
    count: int = kept.get("made", len(kept["items"]))
    return count


def find(state: State, path: str, key: str) -> Item | None:
    item: Item | None = state.get(path, NOTHING_KEPT)["items"].get(key)
    return item


def is_gone(state: State, path: str, key: str) -> bool:
    """Whether an id is sure to be nobody's: others were created there, or it was deleted."""
    return find(state, path, key) is None and (made(state, path) > 0 or key in state.get(path, NOTHING_KEPT)["items"])


def items(state: State, path: str) -> Iterator[tuple[str, Item]]:
    """The items of a collection in the order in which they came."""
    kept = state.get(path, NOTHING_KEPT)["items"]
    return ((key, item) for key, item in kept.items() if item is not None)


def with_item(state: State, path: str, key: str, item: Item, *, is_new: bool) -> State:
    """The state with an item, in place of the one that was there."""
    kept = state.get(path, NOTHING_KEPT)
    count = _made(kept) + 1 if is_new else _made(kept)
    return {**state, path: {"made": count, "items": {**kept["items"], key: item}}}


def without_item(state: State, path: str, key: str, below: str) -> State:
    """The state without an item, and without all that stands below it (``/customers/c1/``)."""
    kept = state.get(path, NOTHING_KEPT)
    left = {other: item for other, item in kept["items"].items() if other != key}
    if not _made(kept):
        left[key] = None
    others = {place: one for place, one in state.items() if not place.startswith(below)}
    return {**others, path: {"made": _made(kept), "items": left}}
