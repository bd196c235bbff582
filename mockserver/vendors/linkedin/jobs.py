"""Invented job postings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import companies
from mockserver.vendors.linkedin.careers import RUNGS, SKILLS
from mockserver.vendors.linkedin.links import part_of, text_of

LINK = "https://www.linkedin.com/jobs/view/{key}"
_LINK = re.compile(r"(?:/jobs/view/(?:[^/?#]*-)?|[?&]currentJobId=)([0-9]+)(?![^/?#&])", re.IGNORECASE)
_LEVELS = ("Entry level", "Associate", "Mid-Senior level", "Director", "Director")
_JOB_TYPES = ("Full-time", "Full-time", "Full-time", "Part-time", "Contract")


def identify(given: Any) -> str | None:
    """The key of a job: the number in a link, else the text itself."""
    text = text_of(given)
    return part_of(_LINK, text) or text or None


def invent(inventor: Inventor, scope: str) -> str:
    """The number of a job invented for a scope."""
    return str(_job_id(inventor.random("job", scope)))


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a job. A link that the client sent is told back as it was sent."""
    random = inventor.random("job", key)
    job_id = key if key.isascii() and key.isdigit() else str(_job_id(random))
    company = companies.profile(inventor, companies.by_chance(inventor, f"job/{key}"))
    field, rung = random.pick("field", tuple(SKILLS)), random.between("rung", 0, len(RUNGS) - 1)
    title = RUNGS[rung].format(field)
    skills = ", ".join(random.some("skills", SKILLS[field], 3))
    purpose = inventor.words.purpose(random.bits("description"))
    return {
        **company,
        **companies.employer(company),
        "job_id": job_id,
        "job_url": given if isinstance(given, str) and "/" in given else LINK.format(key=job_id),
        "job_urn": f"urn:li:jobPosting:{job_id}",
        "job_title": title,
        "job_description": f"{company['name']} is looking for a {title} to {purpose}. You bring: {skills}.",
        "job_location": f"{company['hq_city']}, {company['hq_region']}, {company['hq_country']}",
        "job_type": random.pick("type", _JOB_TYPES),
        "experience_level": _LEVELS[rung],
    }


def _job_id(random: SeededRandom) -> int:
    return random.between("id", 3_000_000_000, 4_299_999_999)
