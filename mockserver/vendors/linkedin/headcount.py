"""Who works at a company, in numbers: by function, how that grew, and whom it looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import openings
from mockserver.vendors.linkedin.fields import FIELDS

_SHARES = (2, 3, 5, 6, 8, 12, 20)


def insights(inventor: Inventor, number: int, known: Mapping[str, Any]) -> dict[str, Any]:
    """The headcount by function, which adds up to all employees, its growth, and the openings."""
    random, employees = inventor.random("headcount", number), int(known["employee_count"])
    functions = by_function(random, employees)
    count = openings.count(inventor.seed, number, employees)
    numbers = (openings.opening(inventor.seed, number, index) for index in range(count))
    wanted = Counter(FIELDS[openings.kind_of(one).field] for one in numbers)
    half = random.between("6m", -4, 9)
    year = half + random.between("1y", -4, 12)
    return {
        "headcount_by_function": {
            name: {"count": some, "percentage": round(100 * some / employees)} for name, some in functions.items()
        },
        "headcount_growth": {"6m": f"{half}%", "1y": f"{year}%", "2y": f"{year + random.between('2y', -5, 20)}%"},
        "headcount_growth_by_function": {name: _growth(random, name) for name in functions},
        "job_openings": dict(wanted),
        "jobs_count": count,
    }


def by_function(random: SeededRandom, employees: int) -> dict[str, int]:
    """How many work in which function; those that are too small to be told of are left out."""
    shares = {name: random.pick(f"share {name}", _SHARES) for name in FIELDS}
    total, left, made = sum(shares.values()), employees, dict[str, int]()
    for name, share in sorted(shares.items(), key=lambda one: one[1]):
        some = min(left, employees * share // total)
        made[name], left = some, left - some
    made[max(shares, key=lambda name: shares[name])] += left
    return {name: made[name] for name in FIELDS if made[name]}


def _growth(random: SeededRandom, name: str) -> dict[str, str]:
    half = random.between(f"6m {name}", -6, 12)
    return {"6m": f"{half}%", "1y": f"{half + random.between(f'1y {name}', -5, 14)}%"}
