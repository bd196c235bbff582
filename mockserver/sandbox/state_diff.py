"""What differs between two JSON values, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, overload

from mockserver.openapi.pointers import escape

MOST = 100
GONE = object()
SMALL = 4096  # bytes as JSON: of a larger state, only what changed is kept
_BOTH, _WIDE = 500, 4
_NESTED = (dict, list)

Change = Mapping[str, Any]
Changes = Sequence[Change]
Hide = Callable[[frozenset[str], Sequence[str], Changes], Changes]
_NO_NAMES: frozenset[str] = frozenset()


def _unhidden(names: frozenset[str], known: Sequence[str], changes: Changes) -> Changes:
    return changes


class LazyChanges(Changes):
    """The changes between two small states, worked out when somebody reads them. Until then both states are kept.

    ``hide`` takes secrets out of changes, those of fields of some names, and known ones: nobody sees them without that.
    ``weight`` is about the bytes kept alive. All stands in slots of its own, for a journal may hold many of these.
    """

    __slots__ = ("_after", "_before", "_found", "hide", "known_secrets", "secret_names", "weight")

    def __init__(self, before: Any, after: Any, size: int) -> None:
        self._before, self._after = before, after
        self._found: tuple[Change, ...] | None = None
        self.hide: Hide = _unhidden
        self.secret_names: frozenset[str] = _NO_NAMES
        self.known_secrets: Sequence[str] = ()
        self.weight = _BOTH + _WIDE * size

    def _changes(self) -> tuple[Change, ...]:
        if self._found is None:
            found = differences(self._before, self._after)
            self._found = tuple(self.hide(self.secret_names, self.known_secrets, found))
            self._before = self._after = None
        return self._found

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Changes: ...
    def __getitem__(self, index: int | slice) -> Change | Changes:
        return self._changes()[index]

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes())

    def __len__(self) -> int:
        return len(self._changes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._changes() == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def told(changes: Changes) -> tuple[Change, ...]:
    """Changes as they are written."""
    return changes._changes() if type(changes) is LazyChanges else tuple(changes)


def changes_between(before: Any, after: Any, size: int) -> Changes:
    """What changed from one state to another one, which is so many bytes long as JSON."""
    return LazyChanges(before, after, size) if size <= SMALL else differences(before, after)


def differences(before: Any, after: Any) -> tuple[Mapping[str, Any], ...]:
    """The places that differ, the first hundred: ``{"pointer": "/spent", "before": 3, "after": 4}``.

    ``before`` is left out where the place is new, ``after`` where it is gone. What both values share isn't looked into.
    """
    changes: list[Change] = []
    if before is not after:
        _compare(before, after, "", changes)
    return tuple(changes)


def _compare(before: Any, after: Any, pointer: str, changes: list[Change]) -> None:
    """Note where two values differ. What both share isn't looked into."""
    if isinstance(before, dict) and isinstance(after, dict):
        get, kept = after.get, 0
        for key, old in before.items():
            new = get(key, GONE)
            kept += new is not GONE
            if new is not old:
                _note(f"{pointer}/{escape(str(key))}", old, new, changes)
        if len(after) > kept:
            for key in [key for key in after if key not in before]:
                _note(f"{pointer}/{escape(str(key))}", GONE, after[key], changes)
    elif isinstance(before, list) and isinstance(after, list):
        for index, (old, new) in enumerate(zip_longest(before, after, fillvalue=GONE)):
            if new is not old:
                _note(f"{pointer}/{index}", old, new, changes)
    elif before != after or type(before) is not type(after):
        changes.append({"pointer": pointer, "before": before, "after": after})


def _note(pointer: str, old: Any, new: Any, changes: list[Change]) -> None:
    if len(changes) >= MOST:
        return
    if new is GONE:
        changes.append({"pointer": pointer, "before": old})
    elif old is GONE:
        changes.append({"pointer": pointer, "after": new})
    elif isinstance(old, _NESTED):
        _compare(old, new, pointer, changes)
    elif old != new or type(old) is not type(new):
        changes.append({"pointer": pointer, "before": old, "after": new})
