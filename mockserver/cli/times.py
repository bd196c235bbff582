"""Times and durations as people write them: ``+1d``, ``2h30m``, ``1 month``, ``2026-01-31``, ``2026-01-31 09:00``."""

from __future__ import annotations

import re

_UNITS = {
    "mo": "M", "month": "M", "months": "M",
    "y": "Y", "year": "Y", "years": "Y",
    "w": "W", "week": "W", "weeks": "W",
    "d": "D", "day": "D", "days": "D",
    "h": "H", "hour": "H", "hours": "H",
    "m": "m", "min": "m", "minute": "m", "minutes": "m",
    "s": "S", "sec": "S", "second": "S", "seconds": "S",
}  # fmt: skip
_PART = re.compile(r"(\d+)\s*([a-z]+)")
_DATES = "YMWD"
_TIMES = "HmS"
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2})(:\d{2})?(\.\d+)?\s*(Z|[+-]\d{2}:\d{2})?)?")


def means_next(text: str) -> bool:
    """Whether a time is the next moment at which something is due: ``next``, ``next reset``."""
    return text.strip().lower() in ("next", "next reset", "next due")


def duration(text: str) -> str:
    """A duration as the control API takes it: ``+1d`` is ``P1D``; an ISO 8601 one stays. Raises ValueError."""
    plain = text.strip().removeprefix("+").lower()
    if plain.startswith("p"):
        return plain.upper()
    parts = {_UNITS.get(unit, "?"): number for number, unit in _PART.findall(plain)}
    rest = _PART.sub("", plain).replace(",", "").replace("and", "").strip()
    if rest or not parts or "?" in parts or len(parts) != len(_PART.findall(plain)):
        raise ValueError(f"{text!r} is not a duration; such as +1d, 2h30m, '1 month', or P1M")
    date = "".join(f"{parts[unit]}{unit}" for unit in _DATES if unit in parts)
    time = "".join(f"{parts[unit]}{unit.upper()}" for unit in _TIMES if unit in parts)
    return f"P{date}" + (f"T{time}" if time else "")


def moment(text: str) -> str:
    """A moment as the control API takes it; UTC where no offset is given. Raises ValueError."""
    parts = _MOMENT.fullmatch(text.strip().upper().replace("  ", " "))
    if parts is None:
        raise ValueError(f"{text!r} is not a time; such as 2026-01-31, '2026-01-31 09:00' or 2026-01-31T09:00Z")
    date, minutes, seconds, fraction, offset = parts.groups()
    return f"{date}T{(minutes or '00:00').zfill(len('00:00'))}{seconds or ':00'}{fraction or ''}{offset or 'Z'}"
