"""FreshData's filters: whoever a search finds matches what was asked for.

People, companies and jobs are made to match: by title, name, place, employer, its size and industry, function and
seniority. Codes of places and industries aren't published: each stands for one of those that invented data have. The
other filters make a search another one, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.generate.tables import INDUSTRIES, PLACES
from mockserver.random import Inventor
from mockserver.vendors.linkedin import companies, jobs, people
from mockserver.vendors.linkedin.careers import RUNGS, SKILLS

Filters = Mapping[str, Any]

UNSET: tuple[Any, ...] = (None, "", "false", [], {}, [""])
MATCHED = (
    *("first_name", "last_name", "title_keywords", "functions", "seniority_levels", "geo_codes", "geo_codes_exclude"),
    *("current_company_ids", "company_headcounts", "industry_codes", "industry_codes_exclude"),
    *("company_headquarter_location_ids", "headquarters_location", "headquarters_location_exclude"),
)
"""The filters of both searches that what is found is made to match."""
MOST = 2**53 - 1
_RUNGS = (("entry", 0), ("train", 0), ("senior", 1), ("manager", 2), ("head", 3), ("vice", 3), ("vp", 3))
_TOP = len(RUNGS) - 1


def in_use(body: Filters) -> dict[str, Any]:
    """The filters that are set, their values in an order of their own: they mean the same in any.

    An empty one, as public clients send those that they don't use, isn't. Nor is what asks for a page.
    """
    paging = ("limit", "page", "start", "sort_by")
    return {name: _in_order(value) for name, value in body.items() if name not in paging and value not in UNSET}


def digest(filters: Filters) -> str:
    """What the same filters have in common."""
    return hashlib.blake2b(json.dumps(filters, sort_keys=True).encode(), digest_size=8).hexdigest()


def kept(filters: Filters, most: int, longest: int) -> dict[str, list[Any]]:
    """Of the filters what is to be matched, in a bounded form: so many values each, texts so long."""
    values = {name: _several(filters[name])[:most] for name in MATCHED if name in filters}
    return {
        name: [one[:longest] for one in some if isinstance(one, str)] or numbers(some) for name, some in values.items()
    }


def numbers(values: Iterable[Any]) -> list[int]:
    """The whole numbers from 1 to ``MOST`` among some values: others are nobody's ids or codes."""
    return [int(value) for value in values if isinstance(value, int | float) and 1 <= value <= MOST]


def employee(inventor: Inventor, scope: str, filters: Filters) -> Mapping[str, Any]:
    """Somebody invented for a scope who matches the filters, with all that is known of them."""
    return people.attributes(inventor, people.matching(inventor, scope, wanted(inventor, scope, filters)), None)


def company(inventor: Inventor, scope: str, filters: Filters) -> Mapping[str, Any]:
    """A company invented for a scope that matches the filters, with all that is known of it."""
    return companies.profile(inventor, company_number(inventor, scope, filters))


def wanted(inventor: Inventor, scope: str, filters: Filters) -> people.Wanted:
    """Who is searched for: of several values of a filter, one by chance."""
    random = inventor.random("wanted", scope)

    def one(name: str) -> Any:
        values = filters.get(name)
        return random.pick(name, values) if values else ""

    fields = list(SKILLS)
    functions = [index for index, field in enumerate(fields) if _names(filters.get("functions", ()), field)]
    field = random.pick("function", functions or range(len(fields)))
    title = one("title_keywords")
    if not title and filters.get("seniority_levels"):
        title = RUNGS[_rung(one("seniority_levels"))].format(fields[field])
    employer = one("current_company_ids")
    if not employer and filters.keys() & {"company_headcounts", "industry_codes", "company_headquarter_location_ids"}:
        employer = company_number(inventor, scope, filters)
    return people.Wanted(
        first=one("first_name"),
        last=one("last_name"),
        title=title,
        company=employer or None,
        place=random.pick("place", _indices(filters, "geo_codes", len(PLACES)) or range(len(PLACES))),
        field=field,
    )


def company_number(inventor: Inventor, scope: str, filters: Filters) -> int:
    """The number of a company that matches the filters of size, industry and place."""
    sizes = [companies.size_of(str(text)) for text in filters.get("company_headcounts", ())]
    places = "headquarters_location" if "headquarters_location" in filters else "company_headquarter_location_ids"
    if "headquarters_location_exclude" in filters:
        places = "headquarters_location"
    return companies.matching(
        inventor,
        scope,
        sizes=[size for size in sizes if size is not None],
        industries=_indices(filters, "industry_codes", len(INDUSTRIES)),
        places=_indices(filters, places, len(PLACES)),
    )


def job(inventor: Inventor, scope: str, filters: Filters) -> Mapping[str, Any]:
    """A job invented for a scope that matches the filters of a search for jobs."""
    random = inventor.random("wanted", scope)
    ids = numbers(filters.get("company_ids", ()))
    places = _indices({"geo": numbers([filters.get("geo_code")])}, "geo", len(PLACES))
    employer = random.pick("company", ids) if ids else companies.matching(inventor, scope, places=places)
    remote = [index for index, where in enumerate(jobs.REMOTE) if _names(filters.get("onsite_remotes", ()), where)]
    types = [index for index, kind in enumerate(jobs.JOB_TYPES) if _names(filters.get("job_types", ()), kind)]
    title = str(filters.get("keywords", ""))
    key = jobs.matching(inventor, scope, company=employer, title=title, remote=remote, types=types)
    return jobs.attributes(inventor, key, None)


def _indices(filters: Filters, name: str, count: int) -> Sequence[int]:
    """The indices that a filter's codes stand for, without those of its ``_exclude``; none where it isn't set."""
    chosen = {code % count for code in filters.get(name, ())}
    excluded = {code % count for code in filters.get(f"{name}_exclude", ())}
    if not chosen and not excluded:
        return ()
    return sorted((chosen or set(range(count))) - excluded) or sorted(chosen)


def _names(texts: Iterable[Any], name: str) -> bool:
    """Whether one of the texts is a name, but for capitals, spaces and hyphens."""
    return _letters(name) in {_letters(str(text)) for text in texts}


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _rung(level: str) -> int:
    """How high a level of seniority is: one that isn't known is the top."""
    return next((rung for word, rung in _RUNGS if word in level.lower()), _TOP)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _in_order(value: Any) -> Any:
    return sorted(value, key=lambda one: json.dumps(one, sort_keys=True)) if isinstance(value, list) else value
