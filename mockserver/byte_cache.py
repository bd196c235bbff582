"""Remember values by key, bounded by the bytes that they weigh: what was kept first is forgotten first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
MOST_ONCE = 4096  # keys that came once of late


class ByteCache(Generic[Value]):
    """Values by key. Where they weigh too much the oldest go, an eighth at once, but for the newest one.

    ``on_forget`` is told of each value that isn't kept any more.
    """

    def __init__(self, most_bytes: int, on_forget: Callable[[Value], None] | None = None) -> None:
        self._values: dict[Any, Value] = {}
        self._sizes: dict[Any, int] = {}
        self._most = most_bytes
        self._size = 0
        self._once: set[int] = set()
        self._on_forget = on_forget
        self.get: Callable[[Any], Value | None] = self._values.get

    def keep(self, key: Any, value: Value, size: int) -> Value:
        """Remember a value that weighs about so many bytes, as the newest, and return it."""
        self.forget(key)
        self._values[key] = value
        self._sizes[key] = size
        self._size += size
        if self._size > self._most:
            self._make_room(key)
        return value

    def keep_repeated(self, key: Any, value: Value, size: int) -> Value:
        """The same for a key that came before: what comes but once isn't worth the room."""
        mark = hash(key)
        if mark in self._once:
            return self.keep(key, value, size)
        if len(self._once) >= MOST_ONCE:
            self._once.clear()
        self._once.add(mark)
        return value

    def forget(self, key: Any) -> None:
        """Keep no value under a key."""
        size = self._sizes.pop(key, None)
        if size is not None:
            self._size -= size
            value = self._values.pop(key)
            if self._on_forget is not None:
                self._on_forget(value)

    def _make_room(self, newest: Any) -> None:
        excess, oldest = self._size - self._most + self._most // 8, []
        for key, size in self._sizes.items():
            if excess <= 0 or key == newest:
                break
            oldest.append(key)
            excess -= size
        for key in oldest:
            self.forget(key)
