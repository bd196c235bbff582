"""Invented job postings.

A job's number tells its level, field, hours and where the work is done (``openings``). Of one in a company's list the
key tells the company, and the title that it was searched for (``data-analyst--c77-4000000042``), so that details agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mockserver.patterns import pattern
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import companies, company_numbers, openings
from mockserver.vendors.linkedin.fields import FIELDS, SKILLS
from mockserver.vendors.linkedin.links import key_of, part_of, pinned, read_key, text_of, told
from mockserver.vendors.linkedin.purposes import OF_FIELDS

LINK = "https://www.linkedin.com/jobs/view/{key}"
_LINK = pattern(r"(?:/jobs/view/(?:[^/?#]*-)?|[?&]currentJobId=)([0-9]+)(?![^/?#&])", re.IGNORECASE)
_WANTED = pattern(r"(?:(?P<told>[^/?#]+?)--)?c(?P<company>[0-9]{1,30})-(?P<id>[0-9]{10})")
_WANTED_LINK = pattern(rf"/jobs/view/({_WANTED.pattern})(?![^/?#&])", re.IGNORECASE)
_TITLES = ("{} Intern", "Junior {} Associate", "{} Specialist", "{} Manager", "Director of {}", "Vice President of {}")
_FIRST_SALARY = (30, 42, 56, 84, 120, 165)


def identify(given: Any) -> str | None:
    """The key of a job: the number in a link, else the text itself."""
    text = text_of(given)
    return part_of(_WANTED_LINK, text) or part_of(_LINK, text) or text or None


def invent(inventor: Inventor, scope: str) -> str:
    """The number of a job invented for a scope."""
    return str(openings.made(inventor.random("job", scope)))


def posting(number: int, company: companies.Company, title: str = "") -> str:
    """The key of a posting of a company, with the title that it was searched for."""
    parts = [*filter(None, [pinned(title)]), f"c{company.number}-{number}"]
    return key_of(parts, {"named": company.name, "known": company.about})


def title_of(number: int) -> str:
    """The title of a posting by its number."""
    kind = openings.kind_of(number)
    return title_for(kind.level, kind.field)


def title_for(level: int, field: int) -> str:
    """The title of a level in a field, both indices."""
    return _TITLES[level].format(FIELDS[field])


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a job. A link that the client sent is told back as it was sent."""
    random, wanted = inventor.random("job", key), _WANTED.fullmatch(key)
    job_id = wanted["id"] if wanted else key if key.isascii() and key.isdigit() else invent(inventor, key)
    parts, tags = read_key(wanted["told"] or "" if wanted else "")
    number = int(wanted["company"]) if wanted else company_numbers.by_chance(inventor, f"job/{key}")
    company = companies.profile(inventor, companies.Company(number, tags.get("named", ""), tags.get("known", "")))
    kind = openings.kind_of(int(job_id[-12:]))
    field, remote = FIELDS[kind.field], openings.REMOTE[kind.remote]
    title = told("-".join(parts)) or title_of(int(job_id[-12:]))
    skills = random.some("skills", SKILLS[field], 3)
    purpose = random.pick("description", OF_FIELDS[field])
    needs = f"You bring: {', '.join(skills)}."
    return {
        **company,
        **companies.employer(company),
        "job_id": job_id,
        "job_url": given if isinstance(given, str) and "/" in given else LINK.format(key=quote(key)),
        "job_urn": job_id,
        "job_title": title,
        "job_description": f"{company['name']} is looking for a {title} to {purpose}. {needs}",
        "job_location": f"{company['hq_city']}, {company['hq_region']}, {company['hq_country']}",
        "job_type": openings.JOB_TYPES[kind.hours],
        "experience_level": openings.JOB_LEVELS[kind.level],
        "remote": remote,
        "remote_allow": remote == "Remote",
        "skills": skills,
        **_salary(random, kind.level),
    }


def _salary(random: SeededRandom, level: int) -> dict[str, Any]:
    """The salary as it is shown, and in numbers; of some jobs it isn't."""
    if random.bits("salary") % 3 == 0:
        return {"salary": "", "salary_display": "", "salary_details": None}
    low = _FIRST_SALARY[level] + random.between("low", 0, 12)
    high = low + random.between("high", 5, 40)
    shown = f"${low},000 - ${high},000"
    details = {
        "compensation_type": "BASE_SALARY",
        "currency_code": "USD",
        "min_salary": low * 1000,
        "max_salary": high * 1000,
        "pay_period": "YEARLY",
    }
    return {"salary": shown, "salary_display": shown, "salary_details": details}
