"""Invented companies.

A company is a number, its LinkedIn ID: whatever else is known of it follows from the seed and that number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.random import FakerWords, SeededRandom

FIRST_ID, LAST_ID = 1_000, 99_999_999
IMAGES = "https://media.example.com"
THIS_YEAR = 2026
"""Invented lives are told as of 1 January of this year, whatever the clock says."""


class Place(NamedTuple):
    city: str
    state: str
    country: str
    postal_code: str

    def __str__(self) -> str:
        return f"{self.city}, {self.state}, {self.country}"


PLACES = (
    Place("Austin", "Texas", "United States", "78701"),
    Place("Boston", "Massachusetts", "United States", "02108"),
    Place("Chicago", "Illinois", "United States", "60601"),
    Place("Denver", "Colorado", "United States", "80202"),
    Place("Seattle", "Washington", "United States", "98101"),
    Place("San Francisco", "California", "United States", "94105"),
    Place("New York", "New York", "United States", "10001"),
    Place("Toronto", "Ontario", "Canada", "M5V 2T6"),
    Place("London", "England", "United Kingdom", "EC1A 1BB"),
    Place("Manchester", "England", "United Kingdom", "M1 1AE"),
    Place("Berlin", "Berlin", "Germany", "10115"),
    Place("Munich", "Bavaria", "Germany", "80331"),
    Place("Amsterdam", "North Holland", "Netherlands", "1012 AB"),
    Place("Barcelona", "Catalonia", "Spain", "08001"),
    Place("Lyon", "Auvergne-Rhône-Alpes", "France", "69001"),
    Place("Melbourne", "Victoria", "Australia", "3000"),
)
RANGES = ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000), (10001, 80000))
INDUSTRIES: Mapping[str, tuple[str, ...]] = {
    "Software Development": ("Cloud Platforms", "Developer Tools", "Workflow Automation", "Data Integration"),
    "Financial Services": ("Payments", "Risk Analysis", "Wealth Management", "Open Banking"),
    "Hospitals and Health Care": ("Telemedicine", "Care Coordination", "Diagnostics", "Patient Records"),
    "Advertising Services": ("Brand Strategy", "Media Planning", "Content Production", "Campaign Analytics"),
    "Staffing and Recruiting": ("Executive Search", "Talent Mapping", "Contract Staffing", "Employer Branding"),
    "Renewable Energy": ("Solar Installation", "Wind Farms", "Energy Storage", "Grid Services"),
    "Transportation and Logistics": ("Freight Forwarding", "Warehousing", "Last-Mile Delivery", "Fleet Planning"),
    "Retail": ("E-Commerce", "Merchandising", "Supply Chain", "Customer Loyalty"),
    "Manufacturing": ("Precision Parts", "Robotics", "Quality Control", "Industrial Design"),
    "Education": ("Online Courses", "Curriculum Design", "Language Training", "Assessment"),
}
_STREETS = ("Harbour Street", "Mill Lane", "Station Road", "Market Street", "Oak Avenue", "Canal Street", "Park Row")
_NUMBERED = re.compile(r"(.+-)?([1-9][0-9]{0,29})")


class Companies:
    """The companies of one seed, by number."""

    def __init__(self, seed: int, words: FakerWords) -> None:
        self._seed = seed
        self._words = words

    def _random(self, number: int) -> SeededRandom:
        return SeededRandom(self._seed, "company", number)

    def number(self, key: str) -> int:
        """The number that a key stands for: ``"77"``, ``hill-ltd-77`` and ``hill-ltd-77.example`` all mean 77.

        A name that isn't of our making (``hill-ltd``, or ``acme-77`` where 77 isn't Acme) gets one by chance.
        """
        public_id = key.removesuffix(".example")
        numbered = _NUMBERED.fullmatch(public_id)
        if numbered and (numbered[2] == key or self.public_id(int(numbered[2])) == public_id):
            return int(numbered[2])
        return self.by_chance(key)

    def by_chance(self, scope: str) -> int:
        return SeededRandom(self._seed, "company", scope).between("number", FIRST_ID, LAST_ID)

    def name(self, number: int) -> str:
        return self._words.company(self._random(number).bits("name"))

    def public_id(self, number: int) -> str:
        return f"{slug(self.name(number))}-{number}"

    def attributes(self, number: int) -> dict[str, Any]:
        """All that there is to know of a company."""
        random, name = self._random(number), self.name(number)
        business = self._business(random, name)
        return {**self._identity(random, number, name), **business, **_size(random), **_headquarters(random)} | {
            "affiliated_companies": [
                self.name(self.by_chance(f"{number}/{index}")) for index in range(random.between("affiliates", 0, 2))
            ]
        }

    def _identity(self, random: SeededRandom, number: int, name: str) -> dict[str, Any]:
        public_id = f"{slug(name)}-{number}"
        domain = f"{public_id}.example"
        return {
            "company_id": str(number),
            "company_name": name,
            "name": name,
            "public_id": public_id,
            "linkedin_url": f"https://www.linkedin.com/company/{public_id}",
            "domain": domain,
            "website": f"https://www.{domain}",
            "email": f"info@{domain}",
            "phone": random.phone(),
            "logo_url": f"{IMAGES}/logos/{number}.png",
        }

    def _business(self, random: SeededRandom, name: str) -> dict[str, Any]:
        industry = random.pick("industry", tuple(INDUSTRIES))
        purpose = self._words.purpose(random.bits("aim"))
        return {
            "industry": industry,
            "industries": [industry],
            "specialties": random.some("specialties", INDUSTRIES[industry], 3),
            "tagline": self._words.slogan(random.bits("tagline")),
            "description": f"{name} is a company in {industry.lower()} that helps its customers {purpose}.",
        }


def _size(random: SeededRandom) -> dict[str, Any]:
    low, high = random.pick("range", RANGES)
    count = random.between("employees", low, high)
    return {
        "employee_count": count,
        "employee_range": "10001+" if low > 10000 else f"{low}-{high}",
        "follower_count": count * random.between("followers", 3, 40),
        "year_founded": random.between("founded", 1950, 2018),
    }


def _headquarters(random: SeededRandom) -> dict[str, Any]:
    line1 = f"{random.between('house', 1, 400)} {random.pick('street', _STREETS)}"
    line2 = f"Suite {random.between('suite', 1, 40) * 10}"
    city, region, country, code = random.pick("place", PLACES)
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


def slug(text: str) -> str:
    """A text as it stands in a link: ``Sims, Reyes and Mora`` becomes ``sims-reyes-and-mora``."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
