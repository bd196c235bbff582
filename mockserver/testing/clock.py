"""The clock of a test's sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mockserver.testing.when import Time, duration_text, time_text

if TYPE_CHECKING:
    from mockserver.testing.mock import Mock


class MockClock:
    """What time it is for the vendors. Every method answers the time as it is then. Raises ControlError."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._sandbox = mock.sandbox

    @property
    def now(self) -> datetime:
        return _read(self._mock.control.get_clock(self._sandbox))

    @property
    def is_frozen(self) -> bool:
        return bool(self._mock.control.get_clock(self._sandbox)["frozen"])

    def advance(self, duration: str | float | timedelta | None = None, **units: float) -> datetime:
        """Move on: ``advance(days=31)``, ``advance(months=1)``, ``advance("PT90S")``, ``advance(90)`` seconds."""
        return _read(self._mock.server.control.set_clock(self._sandbox, advance=duration_text(duration, units)))

    def set(self, at: Time) -> datetime:
        """Go to a time: ``set("2026-01-31T09:00:00Z")``, or midnight UTC of a day; in a fresh sandbox the past too."""
        return _read(self._mock.server.control.set_clock(self._sandbox, now=time_text(at)))

    def freeze(self, at: Time | None = None) -> datetime:
        """Stop the clock, at a time or now."""
        now = None if at is None else time_text(at)
        return _read(self._mock.server.control.set_clock(self._sandbox, now=now, frozen=True))

    def resume(self) -> datetime:
        """Let a frozen clock run on from where it stands."""
        return _read(self._mock.server.control.set_clock(self._sandbox, frozen=False))


def _read(shown: dict[str, str]) -> datetime:
    return datetime.fromisoformat(shown["now"])
