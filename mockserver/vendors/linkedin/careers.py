"""Invented careers: the positions that somebody held, the schools before, and what belongs to a field of work.

Dates are counted in months.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.generate.tables import PLACES, THIS_YEAR, Place
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import companies, schools

NOW = THIS_YEAR * 12
"""The month as of which lives are told at the earliest; later, as the sandbox's clock goes on."""
SKILLS: Mapping[str, tuple[str, ...]] = {
    "Sales": ("Negotiation", "Account Management", "Prospecting", "CRM", "Forecasting", "Cold Calling"),
    "Marketing": ("Content Strategy", "SEO", "Brand Management", "Market Research", "Copywriting", "Email Campaigns"),
    "Engineering": ("Python", "System Design", "Cloud Architecture", "Code Review", "Testing", "SQL"),
    "Product": ("Roadmapping", "User Research", "Prioritisation", "Prototyping", "A/B Testing", "Analytics"),
    "Finance": ("Budgeting", "Financial Modelling", "Reporting", "Auditing", "Controlling", "Tax"),
    "Operations": ("Process Improvement", "Procurement", "Planning", "Vendor Management", "Lean", "Logistics"),
    "Customer Success": ("Onboarding", "Retention", "Support", "Customer Journeys", "Training", "Escalations"),
    "Recruiting": (
        "Sourcing",
        "Interviewing",
        "Employer Branding",
        "Talent Pipelines",
        "Screening",
        "Job Descriptions",
    ),
}
RUNGS = ("{} Associate", "{} Specialist", "{} Manager", "Head of {}", "Director of {}")
_DEGREES = (("Master of Science", 2), ("Master of Business Administration", 2), ("Bachelor of Science", 4))
_STUDIES = ("Economics", "Business Administration", "Computer Science", "Psychology", "Communications", "Statistics")
_ACTIVITIES = ("Debating Society", "Student Council", "Chess Club", "Rowing Team", "Campus Radio", "Drama Club")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def present(inventor: Inventor) -> int:
    """The month as of which lives are told."""
    return max(NOW, inventor.month)


def positions(
    inventor: Inventor, random: SeededRandom, field: str, company: str, since: int, place: Place
) -> list[dict[str, Any]]:
    """The positions, the current one first, which is where somebody lives, and a rung lower each time."""
    count = random.between("jobs", 1, 4)
    rung = min(count - 1 + random.between("rung", 0, 2), len(RUNGS) - 1)
    held = [_position(random, 0, company, since, None, present(inventor)) | {"location": str(place)}]
    for index in range(1, count):
        since, end = since - random.between(f"months {index}", 14, 50), since
        number = random.between(f"company {index}", companies.FIRST_ID, companies.LAST_ID)
        held.append(_position(random, index, companies.name_of(inventor, number), since, end, end))
    for index, position in enumerate(held):
        purpose = inventor.words.purpose(random.bits(f"description {index}"))
        position["title"] = RUNGS[max(rung - index, 0)].format(field)
        position["description"] = f"Worked in {field.lower()} to {purpose}."
    return held


def educations(inventor: Inventor, random: SeededRandom, key: str, end_year: int) -> list[dict[str, Any]]:
    """The schools of a person, the last one first, which ended in a year."""
    attended = []
    for index in range(random.between("educations", 1, 2)):
        degree, years = ("Bachelor of Arts", 3) if index else random.pick("degree", _DEGREES)
        school = schools.attributes(inventor, schools.invent(inventor, f"person/{key}/{index}"))
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
    parts = ((months // 12, "yr"), (months % 12, "mo"))
    return " ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count)
