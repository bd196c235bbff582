"""Invented companies.

A company is a number, its LinkedIn ID: whatever else is known of it follows from the seed and that number. Size,
industry and place are told by the number alone, so that one can be made for them. One that was searched for by a name
or by words tells them by its public id, too (``acme--open-banking--200000077``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.generate.tables import IMAGES, INDUSTRIES, Place
from mockserver.patterns import pattern
from mockserver.random import Inventor, SeededRandom
from mockserver.values import dataclass
from mockserver.vendors.linkedin import documented
from mockserver.vendors.linkedin.company_numbers import by_chance, industry_of, place_of, range_of
from mockserver.vendors.linkedin.funding import funding
from mockserver.vendors.linkedin.gaps import with_gaps
from mockserver.vendors.linkedin.headcount import insights
from mockserver.vendors.linkedin.links import link_to, part_of, slug, text_of, told, whole
from mockserver.vendors.linkedin.purposes import OF_INDUSTRIES, TAGLINES

LINK = "https://www.linkedin.com/company/{key}"
_LINK = pattern(r"/company/([^/?#]+)", re.IGNORECASE)
_ID = pattern(r"0*([1-9][0-9]{0,29})")
_DOMAIN = pattern(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d][\w-]*)/?", re.IGNORECASE)
_GAPS = {"tagline": 5, "phone": 3, "email": 4, "specialties": 6, "year_founded": 8, "funding_info": 3}
_STREETS = ("Harbour Street", "Mill Lane", "Station Road", "Market Street", "Oak Avenue", "Canal Street", "Park Row")
_NUMBERED = pattern(r"(.+-)?([1-9][0-9]{0,29})")


def identify(given: Any) -> str | None:
    """The key of a company: of a link its public id, else the number or the domain itself."""
    text = text_of(given)
    return part_of(_LINK, text) or whole(_ID, text) or whole(_DOMAIN, text)


@dataclass(frozen=True, slots=True)
class Company:
    """Which company: its number, and what it was searched for where its number can't tell, ``pinned``."""

    number: int
    name: str = ""
    about: str = ""

    @property
    def pins(self) -> str:
        """What the number doesn't tell, in one text: ``acme--open-banking``, ``--fintech``; empty for most."""
        return f"{self.name}--{self.about}" if self.about else self.name


def with_pins(number: int, pins: str) -> Company:
    """The company of a number with what ``Company.pins`` tells."""
    name, _, about = pins.partition("--")
    return Company(number, name, about)


def invent(inventor: Inventor, scope: str) -> str:
    """The public id of a company invented for a scope, such as ``search_companies/5d41402a/3``."""
    return public_id(inventor, Company(by_chance(inventor, scope)))


def identity(inventor: Inventor, key: str) -> str:
    """One name for all keys of a company: its number."""
    return str(company_of(inventor, key).number)


def attributes(inventor: Inventor, key: str, given: Any) -> Mapping[str, Any]:
    """What there is to know of a company. What the client sent is told back as it was sent."""
    company = company_of(inventor, key)
    known, number = profile(inventor, company), company.number
    raised = funding(inventor.random("funding", number), known, founded(inventor, number))
    return known | raised | insights(inventor, number, known) | _sent(key, given, known)


def company_of(inventor: Inventor, key: str) -> Company:
    """Which company a key means: ``"77"``, ``hill-ltd-77`` and ``hill-ltd-77.example`` all mean 77.

    A name that isn't of our making (``hill-ltd``, or ``acme-77`` where 77 isn't Acme) gets a number by chance.
    """
    name = key.removesuffix(".example")
    if name in (documented.PUBLIC_ID, documented.COMPANY["domain"]):
        return Company(documented.NUMBER)
    parts = name.split("--")
    if 1 < len(parts) < 4 and parts[0] and _ID.fullmatch(parts[-1]):
        number = int(parts[-1])
        is_own = slug(name_of(inventor, number)) == parts[0]
        return Company(number, "" if is_own else parts[0], parts[1] if len(parts) == 3 else "")
    numbered = _NUMBERED.fullmatch(name)
    if numbered and (numbered[2] == key or public_id(inventor, Company(int(numbered[2]))) == name):
        return Company(int(numbered[2]))
    return Company(by_chance(inventor, key))


def name_of(inventor: Inventor, number: int) -> str:
    """The name that a company has by its number."""
    if number == documented.NUMBER:
        return str(documented.COMPANY["name"])
    return inventor.words.company(inventor.random("company", number).bits("name"))


def public_id(inventor: Inventor, company: Company) -> str:
    if company.number == documented.NUMBER:
        return documented.PUBLIC_ID
    name = company.name or slug(name_of(inventor, company.number))
    if not company.pins:
        return f"{name}-{company.number}"
    return "--".join([name, *filter(None, [company.about]), str(company.number)])


def followers(inventor: Inventor, number: int) -> int:
    """How many follow a company, by its number."""
    size = _size(inventor.random("company", number), range_of(number))
    return int(documented.COMPANY["follower_count"] if number == documented.NUMBER else size["follower_count"])


def employees(inventor: Inventor, number: int) -> int:
    """How many work for a company, by its number."""
    size = _size(inventor.random("company", number), range_of(number))
    return int(documented.COMPANY["employee_count"] if number == documented.NUMBER else size["employee_count"])


def founded(inventor: Inventor, number: int) -> int:
    """The year in which a company was founded, whether or not it tells."""
    return int(_size(inventor.random("company", number), range_of(number))["year_founded"])


def profile(inventor: Inventor, company: Company) -> dict[str, Any]:
    """What others tell of a company, by its number and by what it was searched for."""
    number = company.number
    random = inventor.random("company", number)
    name = told(company.name) if company.name else name_of(inventor, number)
    affiliates = range(random.between("affiliates", 0, 2))
    known = {
        **_names(random, company, name, public_id(inventor, company)),
        **_business(random, name, industry_of(number)),
        **_size(random, range_of(number)),
        **_headquarters(random, place_of(number)),
        "affiliated_companies": [name_of(inventor, by_chance(inventor, f"{number}/{index}")) for index in affiliates],
        "funding_info": {},
    }
    if company.about:
        known["description"] += f" It is known for {told(company.about)}."
    known = with_gaps(random, known, _GAPS)
    return {**known, **documented.COMPANY} if number == documented.NUMBER else known


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


def _sent(key: str, given: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """What of a company's attributes the client sent itself: with a domain the website and the mail of it."""
    if not isinstance(given, str):
        return {}
    if _LINK.search(given):
        return {"linkedin_url": given} | ({} if key.isdigit() else {"public_id": key})
    if not _DOMAIN.fullmatch(given.strip()):
        return {}
    email = known["email"] and f"{known['email'].partition('@')[0]}@{key}"
    return {"domain": key if "/" in given else given, "website": f"https://www.{key}", "email": email}


def _names(random: SeededRandom, company: Company, name: str, public_id: str) -> dict[str, Any]:
    number, domain = company.number, f"{public_id}.example"
    return {
        "company_id": str(number),
        "company_name": name,
        "name": name,
        "public_id": public_id,
        "linkedin_url": link_to(LINK, public_id),
        "domain": domain,
        "website": f"https://www.{domain}",
        "email": f"info@{domain}",
        "phone": random.phone(),
        "logo_url": f"{IMAGES}/logos/{number}.png",
    }


def _business(random: SeededRandom, name: str, industry: str) -> dict[str, Any]:
    purpose = random.pick("aim", OF_INDUSTRIES[industry])
    specialties = random.some("specialties", INDUSTRIES[industry], 3)
    return {
        "industry": industry,
        "industries": [industry],
        "specialties": specialties,
        "tagline": random.pick("tagline", TAGLINES).format(*specialties),
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
