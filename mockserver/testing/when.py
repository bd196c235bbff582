"""Translate times and durations from how tests write them to how the control API reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

UNITS = {
    "years": "Y",
    "months": "M",
    "weeks": "W",
    "days": "D",
    "hours": "H",
    "minutes": "M",
    "seconds": "S",
}
Time = str | date | datetime
_OF_DAY = ("hours", "minutes", "seconds")


def time_text(value: Time) -> str:
    """A time with its offset: ``2026-01-31`` is that day's midnight in UTC. Raises ValueError."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is not a time, such as 2026-01-31 or 2026-01-31T09:00:00Z") from None
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def duration_text(duration: str | float | timedelta | None, units: Mapping[str, float]) -> str | float:
    """Seconds, or an ISO 8601 duration: ``{"months": 1, "days": 2}`` is ``P1M2D``. Raises ValueError, TypeError."""
    if duration is not None and units:
        raise TypeError("takes one duration, or units such as days=31, not both")
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if duration is not None:
        return duration
    unknown = [name for name in units if name not in UNITS]
    if unknown or not units:
        what = f"{unknown[0]!r} is not a unit of time" if unknown else "takes a duration, such as days=31 or 'P1M'"
        raise TypeError(f"{what}; units are {', '.join(UNITS)}")
    signs = {amount < 0 for amount in units.values() if amount}
    if len(signs) > 1:
        raise ValueError("units of one duration must go the same way, all forwards or all back")
    parts = {name: f"{abs(units[name]):g}{sign}" for name, sign in UNITS.items() if name in units}
    days = "".join(part for name, part in parts.items() if name not in _OF_DAY)
    hours = "".join(part for name, part in parts.items() if name in _OF_DAY)
    return f"{'-' if True in signs else ''}P{days}{'T' + hours if hours else ''}"
