"""Keep items in a vendor's state: pure functions, from a state to the one after.

``{"/pet": {"made": 2, "used": true, "items": {"1": {…}, "2": {…}}}}`` is a state. ``made`` counts what was created, and
never falls. ``used`` says that a client has used an id that was made: it works with those, and any other is nobody's.
``assumed`` are ids that nobody made, and that were changed before that. ``ended`` are ids that were deleted, where they
would be somebody's else; ``denied`` those that nobody had made.
``sent`` says of each call that bore an ``Idempotency-Key`` what it had asked for and which items it made, by a digest
of the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.patterns import pattern

State = Mapping[str, Any]
Item = Mapping[str, Any]
_BOOKKEEPING = pattern("/~1[^/]*/(used$|sent(/|$))")
NOTHING_KEPT: Mapping[str, Any] = {"made": 0, "used": False, "items": {}}


def made(state: State, path: str) -> int:
    """How many items were ever created in a collection."""
    return _made(state.get(path, NOTHING_KEPT))


def _made(kept: Mapping[str, Any]) -> int:
    """How many items a collection has seen; a state that a person writes may leave it to the items."""
    count: int = kept.get("made", len(kept["items"]))
    return count


def is_used(state: State, path: str) -> bool:
    """Whether an id that was made has been used. A state that a person writes may leave that out: it has."""
    return _used(state.get(path, NOTHING_KEPT))


def _used(kept: Mapping[str, Any]) -> bool:
    return _made(kept) > 0 and kept.get("used", True)


def find(state: State, path: str, key: str) -> Item | None:
    item: Item | None = state.get(path, NOTHING_KEPT)["items"].get(key)
    return item


def is_made(state: State, path: str, key: str) -> bool:
    """Whether there is an item that was created, where one that nobody made may have been changed, too."""
    kept = state.get(path, NOTHING_KEPT)
    return key in kept["items"] and key not in kept.get("assumed", ())


def is_denied(state: State, path: str, key: str) -> bool:
    """Whether an id that nobody made was deleted. What stands below it is as before."""
    return key in state.get(path, NOTHING_KEPT).get("denied", ())


def is_ended(state: State, path: str, key: str, *, is_known: bool) -> bool:
    """Whether there is nothing of an id, and nothing below it: it was kept and deleted, or others are used there."""
    kept = state.get(path, NOTHING_KEPT)
    return key not in kept["items"] and (key in kept.get("ended", ()) or (_used(kept) and not is_known))


def is_gone(state: State, path: str, key: str, *, is_known: bool) -> bool:
    """Whether an id is sure to be nobody's: it was deleted, or a client uses others that were made there.

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
    own = {**kept, "made": _made(kept) + is_new, "used": _used(kept), "items": {**kept["items"], key: item}}
    if not is_new and key not in kept["items"]:
        own["assumed"] = [*kept.get("assumed", ()), key]
    return {**state, path: own}


def with_use(state: State, path: str) -> State:
    """The state in which what was made in a collection is used; the same one where that says nothing new."""
    if is_used(state, path) or made(state, path) == 0:
        return state
    return {**state, path: {**state[path], "used": True}}


def without_item(state: State, path: str, key: str, below: str, *, is_known: bool) -> State:
    """The state without an item, and without all that stands below it (``/customers/c1/``)."""
    others = {place: one for place, one in state.items() if not place.startswith(below)}
    kept = state.get(path, NOTHING_KEPT)
    left = {other: item for other, item in kept["items"].items() if other != key}
    own = {**kept, "made": _made(kept), "used": _used(kept), "items": left}
    if key in kept.get("assumed", ()):
        own["assumed"] = [other for other in kept["assumed"] if other != key]
    after = {**others, path: own}
    if is_gone(after, path, key, is_known=is_known):
        return after
    why = "ended" if is_made(state, path, key) else "denied"
    return {**after, path: {**after[path], why: [*kept.get(why, ()), key]}}
