"""Time as a value: instants are whole milliseconds since 1970 in UTC, and nobody here reads a real clock.

>>> format_time(parse_time("2026-01-31T12:00:00Z"))
'2026-01-31T12:00:00.000Z'
>>> format_time(parse_duration("P1M").after(parse_time("2026-01-31T00:00:00Z")))
'2026-02-28T00:00:00.000Z'
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from mockserver.patterns import pattern
from mockserver.values import dataclass

SECOND, HOUR, DAY = 1000, 3_600_000, 86_400_000  # in milliseconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = 946_684_800_000  # 2000-01-01T00:00:00Z
LATEST = 7_289_654_399_999  # 2200-12-31T23:59:59.999Z

_TIME = pattern(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DURATION = pattern(
    r"(?P<sign>-)?P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_UNITS = {"weeks": 604_800_000, "days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1_000}


def parse_time(text: str) -> int:
    """An RFC 3339 time with its offset, as milliseconds. Raises ValueError with what would be right."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not a time with an offset, such as 2026-01-31T09:00:00Z")
    try:
        moment = datetime.fromisoformat(text.upper())
        elapsed = moment - EPOCH
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time: {error}") from None
    return within_range(elapsed // timedelta(milliseconds=1))


def within_range(instant: int) -> int:
    """The instant itself, if it lies in the years 2000 to 2200; else ValueError."""
    if not EARLIEST <= instant <= LATEST:
        raise ValueError("a sandbox's time lies in the years 2000 to 2200")
    return instant


def to_datetime(instant: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return EPOCH + timedelta(milliseconds=instant)


def month_of(instant: int) -> int:
    """The month of an instant, counted from the year 0: January 2026 is 24,312."""
    return _month_of_day(instant // DAY)


@lru_cache(maxsize=64)
def _month_of_day(day: int) -> int:
    moment = to_datetime(day * DAY)
    return moment.year * 12 + moment.month - 1


def format_time(instant: int) -> str:
    """ISO 8601 with milliseconds and Z: ``2026-04-28T15:30:00.000Z``."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % SECOND:03d}Z"


def http_date(instant: int) -> bytes:
    """The value of a ``Date`` header: ``Tue, 28 Apr 2026 15:30:00 GMT``."""
    return format_datetime(to_datetime(instant), usegmt=True).encode()


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and of milliseconds; the months are counted first."""

    months: int = 0
    milliseconds: int = 0

    def after(self, instant: int) -> int:
        """The instant this long after another: 31 January and a month is the last of February."""
        moved = instant if not self.months else add_months(instant, self.months)
        return within_range(moved + self.milliseconds)


def add_months(instant: int, months: int) -> int:
    """The same day and time so many months later, or the last day of a shorter month."""
    moment = to_datetime(instant)
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise ValueError("a sandbox's time lies in the years 2000 to 2200")
    day = min(moment.day, monthrange(years, month + 1)[1])
    return (moment.replace(year=years, month=month + 1, day=day) - EPOCH) // timedelta(milliseconds=1)


def parse_duration(value: object) -> Duration:
    """Seconds as a number, or an ISO 8601 duration: ``P1M``, ``PT90S``. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return Duration(milliseconds=round(value * SECOND))
        except (ValueError, OverflowError):
            pass
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{_cut(value)} is neither seconds nor an ISO 8601 duration, such as P31D or PT1H30M")
    sign = -1 if match["sign"] else 1
    try:
        months = 12 * int(match["years"] or 0) + int(match["months"] or 0)
        span = sum(round(float(match[unit] or 0) * length) for unit, length in _UNITS.items())
    except (ValueError, OverflowError):
        raise ValueError(f"{_cut(value)} exceeds the supported range") from None
    return Duration(sign * months, sign * span)


def _cut(value: object) -> str:
    try:
        return repr(value)[:80]
    except ValueError:  # an integer of more digits than Python writes
        return "this number"


@dataclass(frozen=True, slots=True)
class Clock:
    """How a sandbox's time follows the real one: shifted by ``offset``, or standing still at ``frozen_at``."""

    offset: int = 0
    frozen_at: int | None = None

    def read(self, wall_ms: int) -> int:
        """This clock's time at a moment of the real clock."""
        if self.frozen_at is not None:
            return self.frozen_at
        return wall_ms + self.offset if self.offset else wall_ms  # the same number weighs nothing

    def moved(self, wall_ms: int, to: int) -> Clock:
        """The same clock showing another time at that real moment."""
        return replace(self, offset=to - wall_ms) if self.frozen_at is None else replace(self, frozen_at=to)

    def freeze(self, wall_ms: int, *, frozen: bool) -> Clock:
        """The clock stopped, or running on from where it stood."""
        shown = self.read(wall_ms)
        return Clock(frozen_at=shown) if frozen else Clock(offset=shown - wall_ms)
