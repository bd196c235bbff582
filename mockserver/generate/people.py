"""Invented people, companies, jobs and schools: each value follows from the seed, what it is of, and its name.

So the person behind a link has one name in every answer, test and process. Entities agree with each other: a
person's employer has the name, size and address that asking for that company gives.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mockserver.generate.companies import FIRST_ID, IMAGES, LAST_ID, PLACES, THIS_YEAR, Companies, slug
from mockserver.generate.identity import COMPANY, DOMAIN
from mockserver.random import FakerWords, SeededRandom

KINDS = ("person", "company", "job", "school")
_NOW = THIS_YEAR * 12  # dates are counted in months
_INVENTED = re.compile(r".+-([0-9a-f]{8})")

_SKILLS: Mapping[str, tuple[str, ...]] = {
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
_RUNGS = ("{} Associate", "{} Specialist", "{} Manager", "Head of {}", "Director of {}")
_LEVELS = ("Entry level", "Associate", "Mid-Senior level", "Director", "Director")
_DEGREES = (("Master of Science", 2), ("Master of Business Administration", 2), ("Bachelor of Science", 4))
_STUDIES = ("Economics", "Business Administration", "Computer Science", "Psychology", "Communications", "Statistics")
_ACTIVITIES = ("Debating Society", "Student Council", "Chess Club", "Rowing Team", "Campus Radio", "Drama Club")
_SCHOOLS = ("University", "College", "Institute of Technology", "Business School")
_LANGUAGES = ("Spanish", "French", "German", "Portuguese", "Italian", "Dutch", "Japanese")
_JOB_TYPES = ("Full-time", "Full-time", "Full-time", "Part-time", "Contract")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class PeopleDirectory:
    """Everybody and everything that one seed invents."""

    def __init__(self, seed: int, words: FakerWords | None = None) -> None:
        self._seed = seed
        self._words = words or FakerWords()
        self._companies = Companies(seed, self._words)

    def identity(self, kind: str, key: str) -> str:
        """One name for all keys of an entity: the link, the ID and the domain of a company mean one company."""
        return str(self._companies.number(key)) if kind == "company" else key

    def stranger(self, kind: str, scope: str) -> str:
        """The key of somebody invented for a scope, such as ``search_employees/5d41402a/3``."""
        if kind == "company":
            return self._companies.public_id(self._companies.by_chance(scope))
        random = self._random(kind, scope)
        if kind == "job":
            return str(_job_id(random))
        digits = f"{random.bits('stranger') >> 32:08x}"
        name = self._school_name(digits) if kind == "school" else " ".join(self._name_from(digits))
        return f"{slug(name)}-{digits}"

    def attributes(self, kind: str, key: str, given: object = None) -> Mapping[str, Any]:
        """What there is to know of an entity. What the client sent (``given``) is told back as it was sent."""
        match kind:
            case "person":
                return self._person(key) | ({"linkedin_url": given} if isinstance(given, str) else {})
            case "company":
                return self._companies.attributes(self._companies.number(key)) | _company_echo(key, given)
            case "job":
                return self._job(key) | ({"job_url": given} if isinstance(given, str) and "/" in given else {})
            case "school":
                return self._school(key) | ({"linkedin_url": given} if isinstance(given, str) and "/" in given else {})
        raise ValueError(f"nothing is known of kind {kind!r}; there are {', '.join(KINDS)}")

    def _random(self, kind: str, key: str) -> SeededRandom:
        return SeededRandom(self._seed, kind, key)

    # People

    def _person(self, key: str) -> dict[str, Any]:
        random, (first, last) = self._random("person", key), self._name(key)
        number = self._companies.by_chance(f"person/{key}")
        company = self._companies.attributes(number)
        field = random.pick("field", tuple(_SKILLS))
        since = random.between("since", (THIS_YEAR - 7) * 12, _NOW - 2)  # later than any company was founded
        experiences = self._career(random, field, company["name"], since)
        title = experiences[0]["title"]
        years = THIS_YEAR - experiences[-1]["start_year"]
        tenure = f"{years} year{'s' * (years != 1)} of experience"
        educations = self._educations(random, key, experiences[-1]["start_year"])
        return {
            **_account(random, key),
            "first_name": first,
            "last_name": last,
            "full_name": f"{first} {last}",
            "headline": f"{title} at {company['name']}",
            "about": f"{title} with {tenure}. I help teams {self._words.purpose(random.bits('about'))}.",
            "email": f"{slug(first)}.{slug(last)}@{company['domain']}",
            **_residence(random),
            **_employer(company),
            **{name: company[name] for name in ("hq_city", "hq_country", "hq_region")},
            "job_title": title,
            "current_job_duration": experiences[0]["duration"],
            "current_company_join_month": since % 12 + 1,
            "current_company_join_year": since // 12,
            "experiences": experiences,
            "years_of_experience": years,
            "school": educations[0]["school"],
            "educations": educations,
            "skills": random.some("skills", _SKILLS[field], random.between("skills", 3, 5)),
            "languages": ["English", *random.some("languages", _LANGUAGES, random.between("languages", 0, 2))],
        }

    def _name(self, key: str) -> tuple[str, str]:
        """A link of our making (``maria-lopez-0a1b2c3d``) says the name; any other gets one of its own."""
        invented = _INVENTED.fullmatch(key)
        if invented:
            name = self._name_from(invented[1])
            if f"{slug(' '.join(name))}-{invented[1]}" == key:
                return name
        return self._name_from(key)

    def _name_from(self, basis: str) -> tuple[str, str]:
        return self._words.name(self._random("person", basis).bits("name"))

    def _career(self, random: SeededRandom, field: str, company: str, since: int) -> list[dict[str, Any]]:
        """The jobs, the current one first, and a rung lower each time."""
        count = random.between("jobs", 1, 4)
        rung = min(count - 1 + random.between("rung", 0, 2), len(_RUNGS) - 1)
        jobs = [_job_held(random, 0, company, since, None)]
        for index in range(1, count):
            since, end = since - random.between(f"months {index}", 14, 50), since
            employer = self._companies.name(random.between(f"company {index}", FIRST_ID, LAST_ID))
            jobs.append(_job_held(random, index, employer, since, end))
        for index, job in enumerate(jobs):
            purpose = self._words.purpose(random.bits(f"description {index}"))
            job["title"] = _RUNGS[max(rung - index, 0)].format(field)
            job["description"] = f"Worked in {field.lower()} to {purpose}."
        return jobs

    def _educations(self, random: SeededRandom, key: str, end: int) -> list[dict[str, Any]]:
        educations = []
        for index in range(random.between("educations", 1, 2)):
            degree, years = ("Bachelor of Arts", 3) if index else random.pick("degree", _DEGREES)
            education = {
                "school": self._school(self.stranger("school", f"person/{key}/{index}"))["name"],
                "degree": degree,
                "field_of_study": random.pick(f"study {index}", _STUDIES),
                "start_year": end - years,
                "end_year": end,
                "activities": random.pick(f"activities {index}", _ACTIVITIES),
            }
            end -= years
            educations.append(education)
        return educations

    # Jobs and schools

    def _job(self, key: str) -> dict[str, Any]:
        random = self._random("job", key)
        job_id = key if key.isascii() and key.isdigit() else str(_job_id(random))
        company = self._companies.attributes(self._companies.by_chance(f"job/{key}"))
        field, rung = random.pick("field", tuple(_SKILLS)), random.between("rung", 0, len(_RUNGS) - 1)
        title = _RUNGS[rung].format(field)
        skills = ", ".join(random.some("skills", _SKILLS[field], 3))
        purpose = self._words.purpose(random.bits("description"))
        return {
            **company,
            **_employer(company),
            "job_id": job_id,
            "job_url": f"https://www.linkedin.com/jobs/view/{job_id}",
            "job_urn": f"urn:li:jobPosting:{job_id}",
            "job_title": title,
            "job_description": f"{company['name']} is looking for a {title} to {purpose}. You bring: {skills}.",
            "job_location": f"{company['hq_city']}, {company['hq_region']}, {company['hq_country']}",
            "job_type": random.pick("type", _JOB_TYPES),
            "experience_level": _LEVELS[rung],
        }

    def _school(self, key: str) -> dict[str, Any]:
        invented = _INVENTED.fullmatch(key)
        name = self._school_name(invented[1]) if invented else ""
        if not invented or f"{slug(name)}-{invented[1]}" != key:
            name = self._school_name(key)
        return {
            "name": name,
            "linkedin_url": f"https://www.linkedin.com/school/{quote(key, safe='', errors='replace')}",
        }

    def _school_name(self, basis: str) -> str:
        random = self._random("school", basis)
        family = self._words.name(random.bits("name"))[1]
        return (
            f"{family} {random.pick('sort', ('University', 'College', 'Institute of Technology', 'Business School'))}"
        )


def _company_echo(key: str, given: object) -> dict[str, Any]:
    """What of a company's attributes the client sent itself."""
    if not isinstance(given, str):
        return {}
    if COMPANY.search(given):
        return {"linkedin_url": given} | ({} if key.isdigit() else {"public_id": key})
    return {"domain": key if "/" in given else given} if DOMAIN.fullmatch(given.strip()) else {}


def _account(random: SeededRandom, key: str) -> dict[str, Any]:
    connections = random.between("connections", 12, 500)
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{quote(key, safe='', errors='replace')}",
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


def _employer(company: Mapping[str, Any]) -> dict[str, Any]:
    """A company as somebody who works there, or a job there, tells of it."""
    names = (
        "id",
        "name",
        "description",
        "domain",
        "employee_range",
        "industry",
        "linkedin_url",
        "logo_url",
        "public_id",
    )
    attributes = {f"company_{name}": company[name] for name in (*names[1:], "website", "year_founded")}
    return {"company": company["name"], "company_id": company["company_id"], **attributes}


def _job_held(random: SeededRandom, index: int, company: str, start: int, end: int | None) -> dict[str, Any]:
    until = "Present" if end is None else _month(end)
    return {
        "company": company,
        "location": str(random.pick("place" if index == 0 else f"place {index}", PLACES)),
        "start_year": start // 12,
        "end_year": None if end is None else end // 12,
        "duration": _duration((_NOW if end is None else end) - start),
        "date_range": f"{_month(start)} - {until}",
    }


def _month(month: int) -> str:
    return f"{_MONTHS[month % 12]} {month // 12}"


def _duration(months: int) -> str:
    """``3 yrs 1 mo``, as LinkedIn writes it."""
    parts = ((months // 12, "yr"), (months % 12, "mo"))
    return " ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count)


def _job_id(random: SeededRandom) -> int:
    return random.between("id", 3_000_000_000, 4_299_999_999)
