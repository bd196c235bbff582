"""A cache that is bounded by the bytes that its values weigh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Values by key, forgotten all at once when they weigh too much."""

    def __init__(self, most_bytes: int) -> None:
        self.values: dict[Any, Value] = {}
        self._most = most_bytes
        self._size = 0
        self.get: Callable[[Any], Value | None] = self.values.get

    def keep(self, key: Any, value: Value, size: int) -> Value:
        """Remember a value that weighs about so many bytes, and return it."""
        self._size += size
        if self._size > self._most:
            self.values.clear()
            self._size = size
        self.values[key] = value
        return value
