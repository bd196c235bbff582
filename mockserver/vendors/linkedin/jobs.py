"""Invented job postings.

What a job was searched for is told by its key (``data-analyst--c77-4000000042``: title and employer 77), and its type
and where the work is done by the number, so that its details agree with the search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import companies
from mockserver.vendors.linkedin.careers import RUNGS, SKILLS
from mockserver.vendors.linkedin.links import part_of, pinned, text_of, told

LINK = "https://www.linkedin.com/jobs/view/{key}"
_LINK = re.compile(r"(?:/jobs/view/(?:[^/?#]*-)?|[?&]currentJobId=)([0-9]+)(?![^/?#&])", re.IGNORECASE)
_WANTED = re.compile(r"(?:(?P<title>[^/?#]+?)--)?c(?P<company>[0-9]{1,30})-(?P<id>[0-9]{10})")
_WANTED_LINK = re.compile(rf"/jobs/view/({_WANTED.pattern})(?![^/?#&])", re.IGNORECASE)
REMOTE = ("On-site", "Hybrid", "Remote")
_LEVELS = ("Entry level", "Associate", "Mid-Senior level", "Director", "Director")
JOB_TYPES = ("Full-time", "Full-time", "Full-time", "Part-time", "Contract")
_KINDS = len(REMOTE) * len(JOB_TYPES)
_FIRST_SALARY = (38, 52, 68, 95, 120)


def identify(given: Any) -> str | None:
    """The key of a job: the number in a link, else the text itself."""
    text = text_of(given)
    return part_of(_WANTED_LINK, text) or part_of(_LINK, text) or text or None


def invent(inventor: Inventor, scope: str) -> str:
    """The number of a job invented for a scope."""
    return str(_job_id(inventor.random("job", scope)))


def matching(
    inventor: Inventor,
    scope: str,
    *,
    company: int,
    title: str = "",
    remote: Sequence[int] = (),
    types: Sequence[int] = (),
) -> str:
    """The key of a job of a company, invented for a scope: with a title, a place and hours as wanted."""
    random = inventor.random("job", scope)
    where, kind = (
        random.pick("remote", remote or range(len(REMOTE))),
        random.pick("type", types or range(len(JOB_TYPES))),
    )
    number = _job_id(random) // _KINDS * _KINDS + kind * len(REMOTE) + where
    return "--".join(filter(None, [pinned(title), f"c{company}-{number}"]))


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a job. A link that the client sent is told back as it was sent."""
    random, wanted = inventor.random("job", key), _WANTED.fullmatch(key)
    job_id = wanted["id"] if wanted else key if key.isascii() and key.isdigit() else str(_job_id(random))
    number = int(wanted["company"]) if wanted else companies.by_chance(inventor, f"job/{key}")
    company = companies.profile(inventor, number)
    field, rung = random.pick("field", tuple(SKILLS)), random.between("rung", 0, len(RUNGS) - 1)
    title = told(wanted["title"]) if wanted and wanted["title"] else RUNGS[rung].format(field)
    skills = random.some("skills", SKILLS[field], 3)
    purpose = inventor.words.purpose(random.bits("description"))
    kind = int(job_id[-12:]) % _KINDS
    remote = REMOTE[kind % len(REMOTE)]
    return {
        **company,
        **companies.employer(company),
        "job_id": job_id,
        "job_url": given if isinstance(given, str) and "/" in given else LINK.format(key=quote(key)),
        "job_urn": f"urn:li:jobPosting:{job_id}",
        "job_title": title,
        "job_description": f"{company['name']} is looking for a {title} to {purpose}. You bring: {', '.join(skills)}.",
        "job_location": f"{company['hq_city']}, {company['hq_region']}, {company['hq_country']}",
        "job_type": JOB_TYPES[kind // len(REMOTE)],
        "experience_level": _LEVELS[rung],
        "remote": remote,
        "remote_allow": remote == "Remote",
        "skills": skills,
        **_salary(random, rung),
    }


def _salary(random: SeededRandom, rung: int) -> dict[str, Any]:
    """The salary as it is shown, and in numbers; of some jobs it isn't."""
    if random.bits("salary") % 3 == 0:
        return {"salary": "", "salary_display": "", "salary_details": None}
    low = _FIRST_SALARY[rung] + random.between("low", 0, 12)
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


def _job_id(random: SeededRandom) -> int:
    return random.between("id", 3_000_000_000, 4_299_999_999)
