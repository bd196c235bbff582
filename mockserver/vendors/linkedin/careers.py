"""Invented careers: the positions that somebody held, the schools before, and what belongs to a field of work.

Dates are counted in months.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mockserver.generate.tables import PLACES, THIS_YEAR, Place
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import companies, company_numbers, schools
from mockserver.vendors.linkedin.fields import RUNGS
from mockserver.vendors.linkedin.purposes import OF_FIELDS

NOW = THIS_YEAR * 12
"""The month as of which lives are told at the earliest; later, as the sandbox's clock goes on."""
_DEGREES = (("Master of Science", 2), ("Master of Business Administration", 2), ("Bachelor of Science", 4))
_STUDIES = ("Economics", "Business Administration", "Computer Science", "Psychology", "Communications", "Statistics")
_ACTIVITIES = ("Debating Society", "Student Council", "Chess Club", "Rowing Team", "Campus Radio", "Drama Club")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def present(inventor: Inventor) -> int:
    """The month as of which lives are told."""
    return max(NOW, inventor.month)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a career before the current position: the month in which it began, and the position before."""

    began: int | None = None
    title: str = ""
    company: str = ""


def positions(
    inventor: Inventor, random: SeededRandom, field: str, company: str, since: int, place: Place, past: Past = Past()
) -> list[dict[str, Any]]:
    """The positions, the current one first, which is where somebody lives, and a rung lower each time."""
    starts = _starts(random, since, past)
    rung = min(len(starts) - 1 + random.between("rung", 0, 2), len(RUNGS) - 1)
    held = [_position(random, 0, company, since, None, present(inventor)) | {"location": str(place)}]
    for index, (end, start) in enumerate(pairwise(starts), 1):
        number = random.between(f"company {index}", company_numbers.FIRST_ID, company_numbers.LAST_ID)
        held.append(_position(random, index, companies.name_of(inventor, number), start, end, end))
    for index, position in enumerate(held):
        purpose = random.pick(f"description {index}", OF_FIELDS[field])
        position["title"] = RUNGS[max(rung - index, 0)].format(field)
        position["description"] = f"Worked in {field.lower()} to {purpose}."
    for position in held[1:] if past.title else ():
        position["title"] = past.title
    for position in held[1:2] if past.company else ():
        position["company"] = past.company
    return held


def _starts(random: SeededRandom, since: int, past: Past) -> list[int]:
    """When the positions began, the latest first: one to four, two at least where something is told of the past."""
    has_past = bool(past.title or past.company)
    count = random.between("jobs", 1, 4)
    if past.began is None:
        starts = [since]
        for index in range(1, max(count, 2) if has_past else count):
            starts.append(starts[-1] - random.between(f"months {index}", 14, 50))
        return starts
    span = since - past.began
    if span < 1:
        return [since, since - random.between("months 1", 1, 6)] if has_past else [since]
    before = max(1, min(count - 1, span // 12))
    return [since - span * index // before for index in range(before + 1)]


def educations(
    inventor: Inventor, random: SeededRandom, key: str, end_year: int, last: int | None = None
) -> list[dict[str, Any]]:
    """The schools of a person, the last one first, which ended in a year; the last may be that of a number."""
    attended = []
    for index in range(random.between("educations", 1, 2)):
        degree, years = ("Bachelor of Arts", 3) if index else random.pick("degree", _DEGREES)
        number = schools.invent(inventor, f"person/{key}/{index}") if index or last is None else str(last)
        school = schools.attributes(inventor, number)
        attended.append(
            {
                "school": school["name"],
                "degree": degree,
                "field_of_study": random.pick(f"study {index}", _STUDIES),
                "start_year": end_year - years,
                "end_year": end_year,
                "activities": random.pick(f"activities {index}", _ACTIVITIES),
            }
        )
        end_year -= years
    return attended


def _position(
    random: SeededRandom, index: int, company: str, start: int, end: int | None, until: int
) -> dict[str, Any]:
    return {
        "company": company,
        "location": str(random.pick(f"place {index}", PLACES)),
        "start_year": start // 12,
        "end_year": None if end is None else end // 12,
        "duration": _duration(until - start),
        "date_range": f"{_month(start)} - {'Present' if end is None else _month(end)}",
    }


def _month(month: int) -> str:
    return f"{_MONTHS[month % 12]} {month // 12}"


def _duration(months: int) -> str:
    """``3 yrs 1 mo``, as LinkedIn writes it."""
    months = max(months, 1)
    parts = ((months // 12, "yr"), (months % 12, "mo"))
    return " ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count)
