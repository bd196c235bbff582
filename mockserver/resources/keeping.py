"""Keep items in a vendor's state: pure functions, from a state to the one after.

``{"/pet": {"made": 2, "items": {"1": {…}, "2": {…}}}}`` is a state. ``made`` counts what was created, and never falls.
``ended`` are ids that were deleted, where they would be somebody's else; ``denied`` those that nobody had made.
``sent`` says of each call that bore an ``Idempotency-Key`` what it had asked for and which items it made, by a digest
of the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.patterns import pattern

State = Mapping[str, Any]
Item = Mapping[str, Any]
_BOOKKEEPING = pattern("/~1[^/]*/sent(/|$)")
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


def is_denied(state: State, path: str, key: str) -> bool:
    """Whether an id that nobody made was deleted. What stands below it is as before."""
    return key in state.get(path, NOTHING_KEPT).get("denied", ())


def is_ended(state: State, path: str, key: str, *, is_known: bool) -> bool:
    """Whether there is nothing of an id, and nothing below it: it was kept and deleted, or others were made there."""
    kept = state.get(path, NOTHING_KEPT)
    return key not in kept["items"] and (key in kept.get("ended", ()) or (_made(kept) > 0 and not is_known))


def is_gone(state: State, path: str, key: str, *, is_known: bool) -> bool:
    """Whether an id is sure to be nobody's: it was deleted, or others were created there.

    One that the spec itself gives (it ``is_known``) is somebody's in any case.
    """
    if find(state, path, key) is not None:
        return False
    return is_denied(state, path, key) or is_ended(state, path, key, is_known=is_known)


def is_bookkeeping(pointer: str) -> bool:
    """Whether a place of a state says nothing of what a vendor holds, but of how it was asked for it."""
    return _BOOKKEEPING.match(pointer) is not None


def sent(state: State, path: str, key: str) -> Mapping[str, Any] | None:
    """What a call with an ``Idempotency-Key`` has asked for and made: ``{"asked", "items"}``; None where none has."""
    found: Mapping[str, Any] | None = state.get(path, NOTHING_KEPT).get("sent", {}).get(key)
    return found


def with_sent(state: State, path: str, key: str, asked: str, items: Sequence[str]) -> State:
    kept = state[path]
    return {**state, path: {**kept, "sent": {**kept.get("sent", {}), key: {"asked": asked, "items": list(items)}}}}


def items(state: State, path: str) -> Iterator[tuple[str, Item]]:
    """The items of a collection in the order in which they came."""
    return iter(state.get(path, NOTHING_KEPT)["items"].items())


def with_item(state: State, path: str, key: str, item: Item, *, is_new: bool) -> State:
    """The state with an item, in place of the one that was there."""
    kept = state.get(path, NOTHING_KEPT)
    count = _made(kept) + 1 if is_new else _made(kept)
    return {**state, path: {**kept, "made": count, "items": {**kept["items"], key: item}}}


def without_item(state: State, path: str, key: str, below: str, *, is_known: bool) -> State:
    """The state without an item, and without all that stands below it (``/customers/c1/``)."""
    others = {place: one for place, one in state.items() if not place.startswith(below)}
    kept = state.get(path, NOTHING_KEPT)
    left = {other: item for other, item in kept["items"].items() if other != key}
    after = {**others, path: {**kept, "made": _made(kept), "items": left}}
    if is_gone(after, path, key, is_known=is_known):
        return after
    why = "ended" if key in kept["items"] else "denied"
    return {**after, path: {**after[path], why: [*kept.get(why, ()), key]}}
