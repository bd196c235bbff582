"""Invented people. A person's employer has the name, size and address that asking for that company gives."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from mockserver.generate.tables import IMAGES, PLACES, THIS_YEAR
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import careers, companies
from mockserver.vendors.linkedin.links import digits_of, link_to, part_of, slug, text_of

LINK = "https://www.linkedin.com/in/{key}"
_LINK = re.compile(r"linkedin\.com/in/([^/?#]+)", re.IGNORECASE)
_LANGUAGES = ("Spanish", "French", "German", "Portuguese", "Italian", "Dutch", "Japanese")


def identify(given: Any) -> str | None:
    """The key of a person: the public id of a link."""
    return part_of(_LINK, text_of(given))


def invent(inventor: Inventor, scope: str) -> str:
    """The key of somebody invented for a scope, such as ``search_employees/5d41402a/3``; it says the name."""
    digits = f"{inventor.random('person', scope).bits('stranger') >> 32:08x}"
    return f"{slug(' '.join(_name_from(inventor, digits)))}-{digits}"


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a person. A link that the client sent is told back as it was sent."""
    return _profile(inventor, key) | ({"linkedin_url": given} if isinstance(given, str) else {})


def _profile(inventor: Inventor, key: str) -> dict[str, Any]:
    random, (first, last) = inventor.random("person", key), _name(inventor, key)
    company = companies.profile(inventor, companies.by_chance(inventor, f"person/{key}"))
    field = random.pick("field", tuple(careers.SKILLS))
    since = random.between("since", (THIS_YEAR - 7) * 12, careers.NOW - 2)  # later than any company was founded
    experiences = careers.positions(inventor, random, field, company["name"], since)
    title = experiences[0]["title"]
    years = THIS_YEAR - experiences[-1]["start_year"]
    tenure = f"{years} year{'s' * (years != 1)} of experience"
    educations = careers.educations(inventor, random, key, experiences[-1]["start_year"])
    return {
        **_account(random, key),
        "first_name": first,
        "last_name": last,
        "full_name": f"{first} {last}",
        "headline": f"{title} at {company['name']}",
        "about": f"{title} with {tenure}. I help teams {inventor.words.purpose(random.bits('about'))}.",
        "email": f"{slug(first)}.{slug(last)}@{company['domain']}",
        **_residence(random),
        **companies.employer(company),
        **{name: company[name] for name in ("hq_city", "hq_country", "hq_region")},
        "job_title": title,
        "current_job_duration": experiences[0]["duration"],
        "current_company_join_month": since % 12 + 1,
        "current_company_join_year": since // 12,
        "experiences": experiences,
        "years_of_experience": years,
        "school": educations[0]["school"],
        "educations": educations,
        "skills": random.some("skills", careers.SKILLS[field], random.between("skills", 3, 5)),
        "languages": ["English", *random.some("languages", _LANGUAGES, random.between("languages", 0, 2))],
    }


def _name(inventor: Inventor, key: str) -> tuple[str, str]:
    """A link of our making (``maria-lopez-0a1b2c3d``) says the name; any other gets one of its own."""
    digits = digits_of(key)
    if digits:
        name = _name_from(inventor, digits)
        if f"{slug(' '.join(name))}-{digits}" == key:
            return name
    return _name_from(inventor, key)


def _name_from(inventor: Inventor, basis: str) -> tuple[str, str]:
    return inventor.words.name(inventor.random("person", basis).bits("name"))


def _account(random: SeededRandom, key: str) -> dict[str, Any]:
    connections = random.between("connections", 12, 500)
    return {
        "linkedin_url": link_to(LINK, key),
        "public_id": key,
        "profile_id": str(random.between("profile", 1_000_000, 1_199_999_999)),
        "urn": "ACoAA" + base64.urlsafe_b64encode(random.bytes("urn", 24)).decode(),
        "profile_image_url": f"{IMAGES}/people/{random.bits('image'):016x}.jpg",
        "follower_count": connections + random.between("followers", 0, 9_000),
        "connection_count": connections,
        "phone": random.phone(),
    }


def _residence(random: SeededRandom) -> dict[str, Any]:
    place = random.pick("place", PLACES)
    return {"location": str(place), "city": place.city, "state": place.state, "country": place.country}
