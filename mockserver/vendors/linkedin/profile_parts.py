"""The further parts of a profile: certifications, courses, honors, projects and the like, of somebody's own field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.random import SeededRandom

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AUTHORITIES = ("Open Skills Institute", "Guild of Practitioners", "Northern Academy", "Professional Board")
_PUBLISHERS = ("The Practice Review", "Field Notes Quarterly", "Work in Progress Journal", "Monday Papers")
_CHARITIES = (
    ("Riverside Food Bank", "Driver", "Collects from supermarkets on Saturdays."),
    ("Code Club for Girls", "Mentor", "Teaches a first programming course."),
    ("City Animal Shelter", "Dog Walker", "Walks dogs twice a week."),
    ("Reading Together", "Reading Partner", "Reads with children in the school library."),
)
_GUILDS = (
    ("Women in Leadership Network", "Member", "Takes part in the mentoring programme."),
    ("Local Chamber of Commerce", "Board Member", "Organises the yearly fair."),
    ("Association of Practitioners", "Speaker", "Speaks at the regional meetings."),
)


def parts(random: SeededRandom, known: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a profile that are shown on demand, by what is known of the person."""
    skills, company = known["skills"], known["company"]
    school, first_year = known["school"], known["experiences"][-1]["start_year"]
    last_year = max(first_year, known["current_company_join_year"] or first_year)

    def some(what: str) -> Iterator[tuple[str, int, str]]:
        """A few skills, each with a year and a month."""
        chosen = random.some(what, skills, random.between(what, 1, 2))
        for index, skill in enumerate(chosen):
            year = random.between(f"{what} year {index}", first_year, last_year)
            yield skill, year, random.pick(f"{what} month {index}", _MONTHS)

    volunteered = random.some("volunteers", _CHARITIES, random.between("volunteers", 1, 2))
    joined = f"{random.pick('joined', _MONTHS)} {random.between('joined', first_year - 3, first_year)}"
    return {
        "certifications": [
            {
                "name": f"Certified in {skill}",
                "authority": random.pick(f"authority {skill}", _AUTHORITIES),
                "issued": f"Issued {month} {year}",
                "url": f"https://certificates.example.org/{random.bits(f'certificate {skill}'):016x}",
            }
            for skill, year, month in some("certifications")
        ],
        "courses": [{"title": f"Introduction to {skill}", "associated": school} for skill, _, _ in some("courses")],
        "honors_and_awards": [
            {
                "title": f"{skill} Award",
                "issuer": company,
                "description": f"For outstanding work in {skill.lower()}.",
                "date": f"{month} {year}",
            }
            for skill, year, month in some("honors")
        ],
        "projects": [
            {
                "name": f"{skill} at {company}",
                "description": f"A new start for {skill.lower()}, from idea to daily use.",
            }
            for skill, _, _ in some("projects")
        ],
        "publications": [
            {
                "title": f"What {skill} can learn from its mistakes",
                "publisher": random.pick(f"publisher {skill}", _PUBLISHERS),
                "date": f"{month} {random.between(f'day {skill}', 1, 28)}, {year}",
                "description": f"Five years of {skill.lower()}, and what they taught.",
            }
            for skill, year, month in some("publications")
        ],
        "patents": [
            {
                "name": f"System and method for {skill.lower()}",
                "patent_number": f"US {random.between(f'patent {skill}', 9_000_000, 11_999_999)}",
                "issued": f"Issued {month} {year}",
            }
            for skill, year, month in some("patents")
        ],
        "volunteers": [{"organization": name, "role": role, "description": text} for name, role, text in volunteered],
        "organizations": [
            {"name": name, "role": role, "description": text}
            for name, role, text in random.some("organizations", _GUILDS, random.between("organizations", 1, 2))
        ],
        "profile_status": {
            "joined_date": joined,
            "verified": random.bits("verified") % 2 == 0,
            "profile_photo_updated": random.bits("photo updated") % 3 == 0,
            "contact_info_updated": random.bits("contact updated") % 5 == 0,
        },
    }
