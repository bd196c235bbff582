"""Invented people. A person's employer has the name, size and address that asking for that company gives.

What somebody was searched for is told by the key (``ada--king--title_head-of-data--at_77--0a1b2c3d``: name, title,
employer 77), and place and field of work by its digits, so that whoever is asked about the person tells the same.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mockserver.generate.tables import IMAGES, PLACES, THIS_YEAR, Place
from mockserver.patterns import pattern
from mockserver.random import Inventor, SeededRandom
from mockserver.values import dataclass
from mockserver.vendors.linkedin import careers, companies, company_numbers
from mockserver.vendors.linkedin.fields import FIELDS, SKILLS
from mockserver.vendors.linkedin.gaps import with_gaps
from mockserver.vendors.linkedin.links import digits_of, key_of, link_to, part_of, pinned, read_key, slug, text_of, told
from mockserver.vendors.linkedin.profile_parts import parts
from mockserver.vendors.linkedin.purposes import OF_FIELDS

LINK = "https://www.linkedin.com/in/{key}"
_LINK = pattern(r"linkedin\.com/in/([^/?#]+)", re.IGNORECASE)
_TAGS = frozenset(
    ("title", "at", "named", "known", "was", "from", "once", "about", "speaks", "school", "since", "began", "topic")
)
_URN = "ACoAA"
_DIGITS = pattern(r"[0-9a-f]{8}")
_LONGEST_NUMBER = 30
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
    """What somebody is searched for: texts, employers, indices of a place and of a field of work, a school's number.

    ``since`` and ``began`` are the months in which the current position and the whole career began, ``topic`` what they
    post of, in letters and digits.
    """

    first: str = ""
    last: str = ""
    title: str = ""
    company: companies.Company | None = None
    place: int | None = None
    field: int | None = None
    past_title: str = ""
    past_company: companies.Company | None = None
    about: str = ""
    speaks: str = ""
    school: int | None = None
    since: int | None = None
    began: int | None = None
    topic: str = ""


def matching(inventor: Inventor, scope: str, wanted: Wanted) -> str:
    """The key of somebody invented for a scope who is as wanted."""
    bits = inventor.random("person", scope).bits("stranger") >> 32
    place = bits % len(PLACES) if wanted.place is None else wanted.place
    field = bits // 16 % len(FIELDS) if wanted.field is None else wanted.field
    digits = f"{bits >> 7 << 7 | field << 4 | place:08x}"
    name = _name_from(inventor, digits)
    first, last, tags = pinned(wanted.first), pinned(wanted.last), _tags_of(wanted)
    if not (first or last or any(tags.values())):
        return f"{slug(' '.join(name))}-{digits}"
    return key_of([first or slug(name[0]), last or slug(name[1]), digits], tags)


def topic_told(key: str) -> str:
    """What a key tells somebody posts of; empty for most."""
    return read_key(key)[1].get("topic", "") if "--topic_" in key else ""


def urn_of(key: str) -> str:
    """The URN of a member, which tells the key."""
    return _URN + base64.urlsafe_b64encode(key.encode("utf-8", "replace")).decode().rstrip("=")


def of_urn(inventor: Inventor, urn: str) -> str:
    """The key of the member whom a URN tells; of one that isn't of our making, somebody by chance."""
    own = urn.rpartition(":")[2]
    told = own.removeprefix(_URN)
    with suppress(ValueError):  # neither Base64 nor UTF-8
        key = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode()
        if urn_of(key) == own and key.isprintable() and identify(link_to(LINK, key)) == key:
            return key
    return invent(inventor, f"member/{urn}")


def _tags_of(wanted: Wanted) -> dict[str, str]:
    company, past = wanted.company, wanted.past_company
    return {
        "title": pinned(wanted.title),
        "at": str(company.number) if company else "",
        "named": company.name if company else "",
        "known": company.about if company else "",
        "was": pinned(wanted.past_title),
        "from": str(past.number) if past else "",
        "once": past.name if past else "",
        "about": pinned(wanted.about),
        "speaks": pinned(wanted.speaks),
        "school": str(wanted.school or ""),
        "since": str(wanted.since or ""),
        "began": str(wanted.began or ""),
        "topic": wanted.topic,
    }


def _told(inventor: Inventor, key: str) -> Wanted | None:
    """What a key tells; None for one that isn't of our making."""
    names, tags = read_key(key)
    if len(names) == 3 and all(names) and _DIGITS.fullmatch(names[2]) and tags.keys() <= _TAGS:
        bits = int(names[2], 16)
        return Wanted(
            first=told(names[0]),
            last=told(names[1]),
            title=told(tags.get("title", "")),
            company=_company(tags, "at", "named", "known"),
            place=bits % 16,
            field=bits // 16 % 8,
            past_title=told(tags.get("was", "")),
            past_company=_company(tags, "from", "once", ""),
            about=told(tags.get("about", "")),
            speaks=told(tags.get("speaks", "")),
            school=_number(tags, "school"),
            since=_number(tags, "since"),
            began=_number(tags, "began"),
        )
    digits = digits_of(key)
    name = _name_from(inventor, digits) if digits else ("", "")
    if not digits or f"{slug(' '.join(name))}-{digits}" != key:
        return None
    return Wanted(*name, place=int(digits, 16) % 16, field=int(digits, 16) // 16 % 8)


def _company(tags: Mapping[str, str], number: str, name: str, about: str) -> companies.Company | None:
    found = _number(tags, number)
    return companies.Company(found, tags.get(name, ""), tags.get(about, "")) if found else None


def _number(tags: Mapping[str, str], name: str) -> int | None:
    text = tags.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else None


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a person. A link that the client sent is told back as it was sent."""
    known = _profile(inventor, key)
    further = parts(inventor.random("profile parts", key), known)
    return known | further | ({"linkedin_url": given} if isinstance(given, str) else {})


def _profile(inventor: Inventor, key: str) -> dict[str, Any]:
    random, made = inventor.random("person", key), _told(inventor, key)
    asked = made or Wanted(*_name_from(inventor, key))
    employer = asked.company or companies.Company(company_numbers.by_chance(inventor, f"person/{key}"))
    company = companies.profile(inventor, employer)
    field = random.pick("field", FIELDS) if asked.field is None else FIELDS[asked.field]
    place = random.pick("place", PLACES) if asked.place is None else PLACES[asked.place]
    since = _since(random, asked)
    past_name = asked.past_company and companies.profile(inventor, asked.past_company)["name"]
    past = careers.Past(asked.began, asked.past_title, past_name or "")
    experiences = careers.positions(inventor, random, field, company["name"], since, place, past)
    if asked.title:
        experiences[0]["title"] = asked.title
    title = experiences[0]["title"]
    years = careers.present(inventor) // 12 - experiences[-1]["start_year"]
    educations = careers.educations(inventor, random, key, experiences[-1]["start_year"], asked.school)
    profile = {
        **_account(random, key),
        "about": "",
        "first_name": asked.first,
        "last_name": asked.last,
        "full_name": f"{asked.first} {asked.last}",
        "headline": f"{title} at {company['name']}",
        "email": f"{_mailbox(random, asked)}@{company['domain']}",
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
        "skills": random.some("skills", SKILLS[field], random.between("skills", 3, 5)),
        "languages": _languages(random, asked.speaks),
    }
    known = with_gaps(random, profile, _GAPS)
    if known["about"] is not None or asked.about:
        known["about"] = _about(random, title, years, field, asked.about)
    return known


def _since(random: SeededRandom, asked: Wanted) -> int:
    """The month in which the current position began: later than any company was founded, unless that was asked for."""
    if asked.since is not None:
        return asked.since
    since = random.between("since", (THIS_YEAR - 7) * 12, careers.NOW - 2)
    return since if asked.began is None else max(since, asked.began)


def _about(random: SeededRandom, title: str, years: int, field: str, topic: str) -> str:
    tenure = f"{years} year{'s' * (years != 1)} of experience"
    within = f" in {topic}" if topic else ""
    return f"{title} with {tenure}{within}. I help teams {random.pick('about', OF_FIELDS[field])}."


def _mailbox(random: SeededRandom, asked: Wanted) -> str:
    """``jurgen.muller``; a number where a name has no Latin letters."""
    names = [slug(name) for name in (asked.first, asked.last)]
    return ".".join(filter(None, names)) or f"member.{random.between('mailbox', 1_000, 9_999)}"


def _languages(random: SeededRandom, spoken: str) -> list[str]:
    others = random.some("languages", _LANGUAGES, random.between("languages", 0, 2))
    return list(dict.fromkeys(["English", *filter(None, [spoken]), *others]))


def _name_from(inventor: Inventor, basis: str) -> tuple[str, str]:
    return inventor.words.name(inventor.random("person", basis).bits("name"))


def _account(random: SeededRandom, key: str) -> dict[str, Any]:
    connections = random.between("connections", 12, 500)
    return {
        "linkedin_url": link_to(LINK, key),
        "public_id": key,
        "profile_id": str(random.between("profile", 1_000_000, 1_199_999_999)),
        "urn": urn_of(key),
        "profile_image_url": f"{IMAGES}/people/{random.bits('image'):016x}.jpg",
        "follower_count": connections + random.between("followers", 0, 9_000),
        "connection_count": connections,
        "pdf_url": f"{IMAGES}/cv/{random.bits('cv'):016x}.pdf",
        "phone": random.phone(),
    }


def _residence(place: Place) -> dict[str, Any]:
    return {"location": str(place), "city": place.city, "state": place.state, "country": place.country}
