"""FreshData's search for jobs: what is found is among its company's openings, and matches.

A company has the openings that its number tells: of companies that are named those are found that match. Otherwise
companies are found that offer what is searched for: nobody has heard of them before, so nothing changes that anybody
has seen. An opening is posted anew every 30 days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any, NamedTuple

from mockserver.clock import DAY
from mockserver.generate.tables import INDUSTRIES, PLACES
from mockserver.plugin import Call, Reply
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.values import dataclass
from mockserver.vendors.freshdata import filters, sought
from mockserver.vendors.freshdata.credits import State, charge, charged
from mockserver.vendors.freshdata.employers import Employers, hiring
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.freshdata.pages import Outcome, example, is_example, of_example, page, page_count
from mockserver.vendors.linkedin import jobs, openings, posts
from mockserver.vendors.linkedin.companies import Company
from mockserver.vendors.linkedin.fields import FIELDS
from mockserver.vendors.linkedin.links import capitalised

_WINDOWS = {"Past 24 hours": DAY, "Past week": 7 * DAY, "Past month": 30 * DAY}
_ANEW = 30 * DAY
_LEAST_AGE = 60_000
_SCANNED = 400
_PINNING = ("keywords", "title_ids", "experience_levels", "onsite_remotes", "functions", "job_types")
_TITLES = len(openings.JOB_LEVELS) * len(FIELDS)


class Posting(NamedTuple):
    """One of a company's openings: the key of its job, and how long ago it was posted."""

    key: str
    number: int
    title: str
    age: int


@dataclass(frozen=True, slots=True)
class Wants:
    """What a job is to be: words of its title, and indices of the tables of openings.

    ``tells_field`` says that the title is to tell the field, too: nothing else in a list does. ``within`` is how long
    ago it may have been posted, in milliseconds.
    """

    title: str
    tells_field: bool
    remote: Sequence[int]
    hours: Sequence[int]
    levels: Sequence[int]
    fields: Sequence[int]
    within: int = _ANEW

    @property
    def text(self) -> str:
        """All of it in a text, as the state keeps it."""
        return json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def told(cls, text: str) -> Wants:
        """What a text tells; anything where it isn't of our making, as in a state that somebody wrote."""
        try:
            title, tells_field, remote, hours, levels, fields, within = json.loads(text)
            if isinstance(title, str) and min(map(min, (remote, hours, levels, fields))) >= 0 and within > _LEAST_AGE:
                return cls(title, bool(tells_field), remote, hours, levels, fields, within)
        except (ValueError, TypeError):
            pass
        return _wants({})

    def fits(self, posting: Posting) -> bool:
        kind = openings.kind_of(posting.number)
        return (
            (not self.title or filters.says(posting.title, [self.title]))
            and kind.remote in self.remote
            and kind.hours in self.hours
            and kind.level in self.levels
            and kind.field in self.fields
        )

    def title_in(self, field: int) -> str:
        """The title of a job in a field that is made to match; empty where any will do."""
        is_told = not self.title or not self.tells_field or filters.says(self.title, [FIELDS[field]])
        return self.title if is_told else f"{self.title} {FIELDS[field]}"

    @property
    def is_possible(self) -> bool:
        return all((self.remote, self.hours, self.levels, self.fields))


def search_jobs(state: State, call: Call) -> Outcome:
    """A page of the jobs that match, the latest first, or the most relevant."""
    body = call.body or {}
    asked = filters.in_use(body)
    start, size = int(body.get("start", 0)), call.policies["lists"]["jobs_per_page"]
    if shown := of_example(call, start):
        return charge(state, call, shown)
    kept = filters.kept(asked, call.policies["searches"])
    employers = _employers(kept)
    after = sought.with_companies(state, employers.pins, call.policies["searches"]["most_companies"])
    found = list(_found(after, call, kept, employers))
    if body.get("sort_by") == "Most relevant":
        found.sort(key=lambda one: SeededRandom(call.seed, "relevance", one.key).bits("order"))
    else:
        found.sort(key=lambda one: one.age)

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        posting = found[number]
        posted = posts.posted_time(call.now - posting.age)
        return {**jobs.attributes(inventor, posting.key, None), "posted_time": posted}

    count = page_count(len(found), start, size)
    scope = f"jobs/{filters.digest(kept)}"
    shown = page({**example(call), "total": len(found)}, scope, start, count, known)
    return charged(state, after, call, shown)


def jobs_count(state: State, call: Call) -> Outcome:
    """How many openings a company has."""
    if is_example(call):
        return charge(state, call, Reply())
    company = sought.company(state, int(call.parameters["company_id"]))
    count = sum(1 for _ in postings(Inventor(call.seed, FakerWords()), state, call, company))
    return charge(state, call, Reply(body={**example(call), "data": {"jobs_count": count}}))


def postings(inventor: Inventor, state: State, call: Call, company: Company) -> Iterator[Posting]:
    """A company's openings: those that its number tells, and of one that was found by what it offers, that."""
    for index in range(hiring(inventor, company.number)):
        number = openings.opening(inventor.seed, company.number, index)
        random = SeededRandom(inventor.seed, "posted", company.number, index)
        age = (random.between("age", _LEAST_AGE, _ANEW) + call.now - call.start) % _ANEW
        yield Posting(jobs.posting(number, company), number, jobs.title_of(number), age)
    offered = sought.offered_by(state, company.number)
    if offered:
        yield from _offered(inventor, call, company, offered)


def _offered(inventor: Inventor, call: Call, company: Company, offered: str) -> Iterator[Posting]:
    """What a company offers that was found by that: one or two openings, never older than was asked for."""
    wants = Wants.told(offered)
    scope = ("offered", company.number, offered)
    for index in range(inventor.random(*scope).between("count", 1, 2)):
        random = inventor.random(*scope, index)
        number = openings.made(random, remote=wants.remote, hours=wants.hours, levels=wants.levels, fields=wants.fields)
        title = wants.title_in(openings.kind_of(number).field) or jobs.title_of(number)
        age = (random.between("age", _LEAST_AGE, wants.within) + call.now - call.start) % wants.within
        yield Posting(jobs.posting(number, company, title if wants.title else ""), number, title, age)


def _found(state: State, call: Call, asked: Filters, employers: Employers) -> Iterator[Posting]:
    inventor, wants, scope = Inventor(call.seed, FakerWords()), _wants(asked), filters.digest(asked)
    total = SeededRandom(call.seed, "jobs", scope).between("count", 1, call.policies["lists"]["most_found"])
    left = total if not employers.ids else _SCANNED
    for company in _companies(inventor, state, employers, scope):
        for posting in postings(inventor, state, call, company):
            if posting.age <= wants.within and wants.fits(posting) and left:
                left -= 1
                yield posting
        if not left:
            return


def _employers(asked: Filters) -> Employers:
    """The companies whose openings are searched for: those named, else such as offer what is asked for."""
    ids, wants = filters.numbers(asked, "company_ids"), _wants(asked)
    is_offered = not ids and asked.keys() & set(_PINNING) and wants.is_possible
    return Employers(
        ids=ids,
        places=filters.codes(asked, "geo_code", len(PLACES)) if "geo_code" in asked else None,
        industries=_industries(asked),
        offers=wants.text if is_offered else "",
    )


def _companies(inventor: Inventor, state: State, employers: Employers, scope: str) -> Iterator[Company]:
    """The companies whose openings are looked through: each once."""
    if employers.ids:
        known = (sought.company(state, number) for number in dict.fromkeys(employers.ids))
        yield from (company for company in known if employers.matches(inventor, company))
        return
    seen: set[int] = set()
    for turn in range(_SCANNED):
        company = employers.one(inventor, state, f"jobs/{scope}/{turn}")
        if company is not None and company.number not in seen:
            seen.add(company.number)
            yield company


def _wants(asked: Filters) -> Wants:
    functions = [capitalised(name) for name in filters.texts(asked, "functions")]
    fields = filters.named(asked, "functions", FIELDS)
    title = capitalised(next(iter(filters.texts(asked, "keywords")), ""))
    tells_field = bool(functions and fields)
    if functions and not fields:  # none that invented jobs are in: the title says it
        title, fields = f"{title} {functions[0]}".strip(), list(range(len(FIELDS)))
    levels = filters.named(asked, "experience_levels", openings.JOB_LEVELS)
    titles = [int(one) % _TITLES for one in filters.texts(asked, "title_ids") if one.isascii() and one.isdigit()]
    if titles:
        level, field = divmod(titles[0], len(FIELDS))
        title = f"{jobs.title_for(level, field)} {title}" if title else title
        levels = [one for one in levels if one == level]
        fields = [one for one in fields if one == field]
    return Wants(
        title=title,
        tells_field=tells_field,
        remote=filters.named(asked, "onsite_remotes", openings.REMOTE),
        hours=filters.named(asked, "job_types", openings.JOB_TYPES),
        levels=levels,
        fields=fields,
        within=_WINDOWS.get(str(next(iter(asked.get("date_posted", [])), "")), _ANEW),
    )


def _industries(asked: Filters) -> Sequence[int] | None:
    """Industries by name; codes, and names of which there are no invented companies, each stand for one."""
    names = [filters.letters(name) for name in INDUSTRIES]
    some = [filters.letters(text) for text in filters.texts(asked, "industries")]
    return [names.index(one) if one in names else _code(one) % len(names) for one in some] or None


def _code(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else int(filters.digest({"": text}), 16)
