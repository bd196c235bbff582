"""Remember which sandboxes other processes change too, for a moment: what works better then is done differently."""

from __future__ import annotations

from time import monotonic

LASTING = 1.0  # seconds for which a sandbox is held to be contested after the last sign of it
_MOST = 1000  # sandboxes


class Contested:
    """The sandboxes of one store that another process was just seen to change."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}  # by sandbox
        self._all_until = 0.0

    def note(self, name: str) -> None:
        if len(self._until) >= _MOST:
            self._until.clear()
        self._until[name] = self._all_until = monotonic() + LASTING

    @property
    def are_any(self) -> bool:
        return self._all_until > 0 and monotonic() < self._all_until

    def has(self, name: str) -> bool:
        return self.are_any and self._until.get(name, 0.0) > monotonic()
