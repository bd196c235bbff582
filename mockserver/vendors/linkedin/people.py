"""Invented people. A person's employer has the name, size and address that asking for that company gives.

What somebody was searched for is told by the key (``ada--king--head-of-data--c77-0a1b2c3d``: name, title, employer 77),
and place and field of work by its digits, so that whoever is asked about the person tells the same.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.generate.tables import IMAGES, PLACES, THIS_YEAR, Place
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import careers, companies
from mockserver.vendors.linkedin.gaps import with_gaps
from mockserver.vendors.linkedin.links import digits_of, link_to, part_of, pinned, slug, text_of, told

LINK = "https://www.linkedin.com/in/{key}"
_LINK = re.compile(r"linkedin\.com/in/([^/?#]+)", re.IGNORECASE)
_WANTED = re.compile(
    r"(?P<first>.+?)--(?P<last>.+?)(?:--(?P<title>.+?))?--(?:c(?P<company>[0-9]{1,30})-)?(?P<digits>[0-9a-f]{8})"
)
_FIELDS = tuple(careers.SKILLS)
_GAPS = {"about": 5, "email": 4, "phone": 3, "profile_image_url": 6, "current_company_join_month": 8}
_LANGUAGES = ("Spanish", "French", "German", "Portuguese", "Italian", "Dutch", "Japanese")


def identify(given: Any) -> str | None:
    """The key of a person: the public id of a link."""
    return part_of(_LINK, text_of(given))


def invent(inventor: Inventor, scope: str) -> str:
    """The key of somebody invented for a scope, such as ``search_employees/5d41402a/3``; it says the name."""
    return matching(inventor, scope, Wanted())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is searched for: texts, the employer's number, indices of a place and of a field of work."""

    first: str = ""
    last: str = ""
    title: str = ""
    company: int | None = None
    place: int | None = None
    field: int | None = None


def matching(inventor: Inventor, scope: str, wanted: Wanted) -> str:
    """The key of somebody invented for a scope who is as wanted."""
    bits = inventor.random("person", scope).bits("stranger") >> 32
    place = bits % len(PLACES) if wanted.place is None else wanted.place
    field = bits // 16 % len(_FIELDS) if wanted.field is None else wanted.field
    digits = f"{bits >> 7 << 7 | field << 4 | place:08x}"
    name = _name_from(inventor, digits)
    first, last, title = pinned(wanted.first), pinned(wanted.last), pinned(wanted.title)
    if not (first or last or title or wanted.company):
        return f"{slug(' '.join(name))}-{digits}"
    parts = [first or slug(name[0]), last or slug(name[1]), *filter(None, [title])]
    return "--".join([*parts, f"c{wanted.company}-{digits}" if wanted.company else digits])


@dataclass(frozen=True, slots=True)
class _Told:
    """What a key of our making tells."""

    name: tuple[str, str]
    place: int
    field: int
    title: str = ""
    company: int | None = None


def _told(inventor: Inventor, key: str) -> _Told | None:
    """What a key tells; None for one that isn't of our making."""
    wanted, digits = _WANTED.fullmatch(key), digits_of(key)
    if wanted:
        bits, company = int(wanted["digits"], 16), wanted["company"]
        name = told(wanted["first"]), told(wanted["last"])
        return _Told(name, bits % 16, bits // 16 % 8, told(wanted["title"] or ""), int(company) if company else None)
    name = _name_from(inventor, digits) if digits else ("", "")
    if not digits or f"{slug(' '.join(name))}-{digits}" != key:
        return None
    return _Told(name, int(digits, 16) % 16, int(digits, 16) // 16 % 8)


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a person. A link that the client sent is told back as it was sent."""
    return _profile(inventor, key) | ({"linkedin_url": given} if isinstance(given, str) else {})


def _profile(inventor: Inventor, key: str) -> dict[str, Any]:
    random, made = inventor.random("person", key), _told(inventor, key)
    first, last = made.name if made else _name_from(inventor, key)
    number = made.company if made and made.company else companies.by_chance(inventor, f"person/{key}")
    company = companies.profile(inventor, number)
    field = _FIELDS[made.field] if made else random.pick("field", _FIELDS)
    place = PLACES[made.place] if made else random.pick("place", PLACES)
    since = random.between("since", (THIS_YEAR - 7) * 12, careers.NOW - 2)  # later than any company was founded
    experiences = careers.positions(inventor, random, field, company["name"], since, place)
    if made and made.title:
        experiences[0]["title"] = made.title
    title = experiences[0]["title"]
    years = careers.present(inventor) // 12 - experiences[-1]["start_year"]
    tenure = f"{years} year{'s' * (years != 1)} of experience"
    educations = careers.educations(inventor, random, key, experiences[-1]["start_year"])
    profile = {
        **_account(random, key),
        "first_name": first,
        "last_name": last,
        "full_name": f"{first} {last}",
        "headline": f"{title} at {company['name']}",
        "about": f"{title} with {tenure}. I help teams {inventor.words.purpose(random.bits('about'))}.",
        "email": f"{slug(first)}.{slug(last)}@{company['domain']}",
        **_residence(place),
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
    return with_gaps(random, profile, _GAPS)


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


def _residence(place: Place) -> dict[str, Any]:
    return {"location": str(place), "city": place.city, "state": place.state, "country": place.country}
