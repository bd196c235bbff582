"""What this process saw last of a store that others change too."""

from __future__ import annotations

from collections import OrderedDict

from mockserver.stores.base import Versioned

MOST_BYTES = 16 * 1024 * 1024


class RecentDocuments:
    """Documents by sandbox, the ones used lately, up to so many packed bytes. Each may be old."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._held: OrderedDict[str, tuple[Versioned, int]] = OrderedDict()
        self._most = most_bytes
        self._size = 0

    def get(self, name: str) -> Versioned | None:
        found = self._held.get(name)
        if found is None:
            return None
        self._held.move_to_end(name)
        return found[0]

    def keep(self, name: str, versioned: Versioned, size: int) -> Versioned:
        """Remember what is held now, in the place of what was; it weighs so many bytes."""
        self.forget(name)
        self._held[name] = (versioned, size)
        self._size += size
        while self._size > self._most and len(self._held) > 1:
            self.forget(next(iter(self._held)))
        return versioned

    def forget(self, name: str) -> None:
        found = self._held.pop(name, None)
        if found is not None:
            self._size -= found[1]
