"""Numbers for a schema: of the size that their name says, within its bounds, in its steps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mockserver.generate.errors import CannotGenerate
from mockserver.generate.strings import called
from mockserver.generate.tables import THIS_YEAR
from mockserver.random import SeededRandom

MOST_TRIED = 50
_RANGES = (
    ("end_?year$", THIS_YEAR, THIS_YEAR),
    ("start_?year$", THIS_YEAR - 12, THIS_YEAR - 4),
    ("year", THIS_YEAR - 10, THIS_YEAR - 1),
    ("month", 1, 12),
    ("percent|ratio|score", 1, 100),
    ("(start|offset)$", 0, 0),
    ("(page|rounds?)$", 1, 5),
    ("per_?page|page_?(size|count)|limit", 5, 50),
    ("min.*(salary|amount|price)", 40_000, 79_000),
    ("max.*(salary|amount|price)", 80_000, 160_000),
    ("salary|amount|price|revenue|funding", 10_000, 5_000_000),
    ("duration|millis|_ms$", 5_000, 600_000),
    (r"\bid$|_id$", 1_000_000, 999_999_999),
    ("headcount|employee|follower|view", 5, 5_000),
    ("", 0, 250),
)
"""How large a number is by its name: what the first pattern that is found in it says."""


@lru_cache(maxsize=4096)
def _usual(name: str) -> tuple[int, int]:
    return next((low, high) for pattern, low, high in _RANGES if re.search(pattern, name))


def numbers(facts: Mapping[str, Any], path: str, random: SeededRandom, *, whole: bool) -> Iterator[float]:
    """Numbers within the bounds, as multiples of the smallest step: one of usual size, then others near it."""
    step = Decimal(str(facts.get("multipleOf", 1 if whole else "0.01")))
    if whole and step % 1:
        step = step.scaleb(-int(step.as_tuple().exponent))
    low, high = _bounds(facts, step)
    if low is not None and high is not None and low > high and not whole and "multipleOf" not in facts:
        step /= 1_000_000
        low, high = _bounds(facts, step)
    usual_low, usual_high = (math.ceil(end / step) for end in _usual(called(path)))
    first = usual_low if low is None else max(low, usual_low)
    last = usual_high if high is None else min(high, usual_high)
    if first > last:
        first = low if low is not None else (high or 0) - 1000
        last = high if high is not None else first + 1000
    if first > last:
        raise CannotGenerate(path, "no number lies within its bounds")
    count = random.between("number", first, last)
    for index in range(min(last - first + 1, MOST_TRIED)):
        value = (first + (count - first + index) % (last - first + 1)) * step
        yield int(value) if whole else float(value)


def _bounds(facts: Mapping[str, Any], step: Decimal) -> tuple[int | None, int | None]:
    """The least and the largest number of steps that the bounds allow."""

    def steps(key: str) -> Iterator[Decimal]:
        if key in facts:
            yield Decimal(str(facts[key])) / step

    lows = [*map(math.ceil, steps("minimum")), *(math.floor(bound) + 1 for bound in steps("exclusiveMinimum"))]
    highs = [*map(math.floor, steps("maximum")), *(math.ceil(bound) - 1 for bound in steps("exclusiveMaximum"))]
    return max(lows, default=None), min(highs, default=None)
