"""Invented companies.

A company is a number, its LinkedIn ID: whatever else is known of it follows from the seed and that number. Size,
industry and place are told by the number alone, so that one can be made for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.generate.tables import IMAGES, INDUSTRIES, PLACES, Place
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin.gaps import with_gaps
from mockserver.vendors.linkedin.links import part_of, slug, text_of, whole

FIRST_ID, LAST_ID = 1_000, 99_999_999
LINK = "https://www.linkedin.com/company/{key}"
_LINK = re.compile(r"/company/([^/?#]+)", re.IGNORECASE)
_ID = re.compile(r"0*([1-9][0-9]{0,29})")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d][\w-]*)/?", re.IGNORECASE)
_RANGES = ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000), (10001, 80000))
_KINDS = len(_RANGES) * len(INDUSTRIES) * len(PLACES)
_GAPS = {"tagline": 5, "phone": 3, "email": 4, "specialties": 6, "year_founded": 8, "funding_info": 3}
_STREETS = ("Harbour Street", "Mill Lane", "Station Road", "Market Street", "Oak Avenue", "Canal Street", "Park Row")
_NUMBERED = re.compile(r"(.+-)?([1-9][0-9]{0,29})")


def identify(given: Any) -> str | None:
    """The key of a company: of a link its public id, else the number or the domain itself."""
    text = text_of(given)
    return part_of(_LINK, text) or whole(_ID, text) or whole(_DOMAIN, text)


def invent(inventor: Inventor, scope: str) -> str:
    """The public id of a company invented for a scope, such as ``search_companies/5d41402a/3``."""
    return public_id(inventor, by_chance(inventor, scope))


def identity(inventor: Inventor, key: str) -> str:
    """One name for all keys of a company: its number."""
    return str(number_of(inventor, key))


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a company. What the client sent is told back as it was sent."""
    return profile(inventor, number_of(inventor, key)) | _sent(key, given)


def number_of(inventor: Inventor, key: str) -> int:
    """The number that a key stands for: ``"77"``, ``hill-ltd-77`` and ``hill-ltd-77.example`` all mean 77.

    A name that isn't of our making (``hill-ltd``, or ``acme-77`` where 77 isn't Acme) gets one by chance.
    """
    name = key.removesuffix(".example")
    numbered = _NUMBERED.fullmatch(name)
    if numbered and (numbered[2] == key or public_id(inventor, int(numbered[2])) == name):
        return int(numbered[2])
    return by_chance(inventor, key)


def matching(
    inventor: Inventor,
    scope: str,
    *,
    sizes: Sequence[int] = (),
    industries: Sequence[int] = (),
    places: Sequence[int] = (),
) -> int:
    """The number of a company invented for a scope: of one of these sizes, industries and places, where some are named.

    They are indices: of a range of employees (``size_of``), of an industry and of a place.
    """
    random, chance = inventor.random("company", scope), by_chance(inventor, scope)
    size = random.pick("size", sizes or range(len(_RANGES)))
    industry = random.pick("industry", industries or range(len(INDUSTRIES)))
    place = random.pick("place", places or range(len(PLACES)))
    base = chance // _KINDS * _KINDS or _KINDS
    return base + (place * len(INDUSTRIES) + industry) * len(_RANGES) + size


def size_of(text: str) -> int | None:
    """The index of the range that a text such as ``51-200`` or ``10,001+`` begins in; None where it names none."""
    number = re.match(r"\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})", text)
    least = int(number[1].replace(",", "")) if number else 0
    return next((index for index, (low, high) in enumerate(_RANGES) if low <= least <= high), None)


def by_chance(inventor: Inventor, scope: str) -> int:
    """The number of some company or other, for a scope."""
    return inventor.random("company", scope).between("number", FIRST_ID, LAST_ID)


def name_of(inventor: Inventor, number: int) -> str:
    return inventor.words.company(inventor.random("company", number).bits("name"))


def public_id(inventor: Inventor, number: int) -> str:
    return f"{slug(name_of(inventor, number))}-{number}"


def profile(inventor: Inventor, number: int) -> dict[str, Any]:
    """All that there is to know of a company, by its number."""
    random, name = inventor.random("company", number), name_of(inventor, number)
    affiliates = range(random.between("affiliates", 0, 2))
    known = {
        **_names(random, number, name),
        **_business(inventor, random, name, tuple(INDUSTRIES)[number // len(_RANGES) % len(INDUSTRIES)]),
        **_size(random, _RANGES[number % len(_RANGES)]),
        **_headquarters(random, PLACES[number // (len(_RANGES) * len(INDUSTRIES)) % len(PLACES)]),
        "affiliated_companies": [name_of(inventor, by_chance(inventor, f"{number}/{index}")) for index in affiliates],
    }
    return with_gaps(random, known, _GAPS)


def employer(company: Mapping[str, Any]) -> dict[str, Any]:
    """A company as somebody who works there, or a job there, tells of it."""
    names = (
        "name",
        "description",
        "domain",
        "employee_range",
        "industry",
        "linkedin_url",
        "logo_url",
        "public_id",
        "website",
        "year_founded",
    )
    attributes = {f"company_{name}": company[name] for name in names}
    return {"company": company["name"], "company_id": company["company_id"], **attributes}


def _sent(key: str, given: Any) -> dict[str, Any]:
    """What of a company's attributes the client sent itself."""
    if not isinstance(given, str):
        return {}
    if _LINK.search(given):
        return {"linkedin_url": given} | ({} if key.isdigit() else {"public_id": key})
    return {"domain": key if "/" in given else given} if _DOMAIN.fullmatch(given.strip()) else {}


def _names(random: SeededRandom, number: int, name: str) -> dict[str, Any]:
    public_id = f"{slug(name)}-{number}"
    domain = f"{public_id}.example"
    return {
        "company_id": str(number),
        "company_name": name,
        "name": name,
        "public_id": public_id,
        "linkedin_url": LINK.format(key=public_id),
        "domain": domain,
        "website": f"https://www.{domain}",
        "email": f"info@{domain}",
        "phone": random.phone(),
        "logo_url": f"{IMAGES}/logos/{number}.png",
    }


def _business(inventor: Inventor, random: SeededRandom, name: str, industry: str) -> dict[str, Any]:
    purpose = inventor.words.purpose(random.bits("aim"))
    return {
        "industry": industry,
        "industries": [industry],
        "specialties": random.some("specialties", INDUSTRIES[industry], 3),
        "tagline": inventor.words.slogan(random.bits("tagline")),
        "description": f"{name} is a company in {industry.lower()} that helps its customers {purpose}.",
    }


def _size(random: SeededRandom, employees: tuple[int, int]) -> dict[str, Any]:
    low, high = employees
    count = random.between("employees", low, high)
    return {
        "employee_count": count,
        "employee_range": "10001+" if low > 10000 else f"{low}-{high}",
        "follower_count": count * random.between("followers", 3, 40),
        "year_founded": random.between("founded", 1950, 2018),
    }


def _headquarters(random: SeededRandom, place: Place) -> dict[str, Any]:
    line1 = f"{random.between('house', 1, 400)} {random.pick('street', _STREETS)}"
    line2 = f"Suite {random.between('suite', 1, 40) * 10}"
    city, region, country, code = place
    full = f"{line1}, {line2}, {city}, {region} {code}, {country}"
    parts = {"line1": line1, "line2": line2, "city": city, "region": region, "country": country}
    return {
        "hq_address_line1": line1,
        "hq_address_line2": line2,
        "hq_city": city,
        "hq_region": region,
        "hq_country": country,
        "hq_postalcode": code,
        "hq_full_address": full,
        "locations": [{**parts, "zipcode": code, "full_address": full, "is_headquarter": True}],
    }
