"""LinkedIn's people, companies, schools and jobs, invented: what every vendor tells of that reads LinkedIn.

Each value follows from the seed, what it is of, and its name. So the person behind a link has one name in every
answer, test and process, and entities agree with each other.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.plugin import EntityKind, Format
from mockserver.vendors.linkedin import companies, jobs, people, schools

ENTITIES: Mapping[str, EntityKind] = {
    "person": EntityKind(people.identify, people.attributes, people.invent, link=people.LINK),
    "company": EntityKind(
        companies.identify, companies.attributes, companies.invent, companies.identity, companies.LINK
    ),
    "school": EntityKind(schools.identify, schools.attributes, schools.invent, link=schools.LINK),
    "job": EntityKind(jobs.identify, jobs.attributes, jobs.invent, link=jobs.LINK),
}
FORMATS: Mapping[str, Format] = {
    "urn": lambda random, _: f"urn:li:activity:{random.between('urn', 7 * 10**18, 73 * 10**17)}",
}
