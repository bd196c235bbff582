"""Who a search for people finds: somebody who matches every filter that an answer shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, product
from typing import Any

from mockserver.generate.tables import PLACES
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.freshdata import employers, filters
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.linkedin import careers, companies, people, posts
from mockserver.vendors.linkedin.fields import FIELDS, LEVELS, RUNGS
from mockserver.vendors.linkedin.links import capitalised

_TURNS, _GUESSES = 60, 20
_SAYING = {
    "cxo": ("chief", "ceo", "cfo", "cio", "cmo", "coo", "cpo", "cto"),
    "vicepresident": ("vp", "vice president"),
    "director": ("director",),
    "ownerpartner": ("owner", "partner", "founder"),
    "entrylevelmanager": ("manager",),
    "experiencedmanager": ("manager", "head"),
}
"""Words by which a title tells a level of seniority."""
_RECENT_MONTHS = 2


def found(inventor: Inventor, state: State, scope: str, asked: Filters, month: int) -> Mapping[str, Any] | None:
    """Somebody invented for a scope who matches, with all that is known of them; None where nobody can.

    Lengths of time are as of a ``month`` (``clock.month_of``), that of the search.
    """
    wanted = _wanted(inventor, state, scope, asked, max(month, careers.NOW))
    if wanted is None:
        return None
    key = people.matching(inventor, scope, wanted)
    for turn in range(1, _TURNS if "posted_on_linkedin" in asked else 1):
        if posts.count(inventor.seed, f"person/{key}/posts"):
            break
        key = people.matching(inventor, f"{scope}/{turn}", wanted)
    return people.attributes(inventor, key, None)


def _wanted(inventor: Inventor, state: State, scope: str, asked: Filters, now: int) -> people.Wanted | None:
    random = inventor.random("wanted", scope)
    places = sorted(set(filters.codes(asked, "geo_codes", len(PLACES))) & set(_zips(asked)))
    title = _title(random, asked)
    past_title = _past_title(random, asked)
    months = _months(random, asked, now)
    if not places or title is None or past_title is None or months is None:
        return None
    since, began = months
    wanted = people.Wanted(
        first=_one(random, asked, "first_name"),
        last=_one(random, asked, "last_name"),
        title=title[0],
        field=title[1],
        place=random.pick("place", places),
        past_title=past_title,
        about=_one(random, asked, "keywords"),
        speaks=_one(random, asked, "profile_languages"),
        school=_school(random, asked),
        since=since,
        began=began,
    )
    return _employed(inventor, state, scope, asked, wanted)


def _employed(
    inventor: Inventor, state: State, scope: str, asked: Filters, wanted: people.Wanted
) -> people.Wanted | None:
    """Who is wanted, with employers that match: now, and before."""
    present, past = employers.of_employees(asked), employers.of_the_past(asked)
    if wanted.since and not present.ids:
        year = wanted.since // 12
        present = replace(present, fits=(lambda inventor, number: companies.founded(inventor, number) <= year,))
    if not present.is_any:
        company = present.one(inventor, state, scope)
        if company is None:
            return None
        wanted = replace(wanted, company=company)
    if not past.is_any:
        company = past.one(inventor, state, f"{scope}/past")
        if company is None:
            return None
        wanted = replace(wanted, past_company=company)
    return wanted


def _one(random: SeededRandom, asked: Filters, name: str) -> str:
    values = filters.texts(asked, name)
    return random.pick(name, values) if values else ""


def _zips(asked: Filters) -> Sequence[int]:
    return filters.codes({"zip": asked.get("zipcode_ids", [])}, "zip", len(PLACES))


def _title(random: SeededRandom, asked: Filters) -> tuple[str, int | None] | None:
    """A title that matches, and the index of its field; no title where any will do, None where none does."""
    names = ("title_keywords", "functions", "seniority_levels")
    if not filters.is_set(asked, *names):
        return "", None
    unwanted = [*filters.texts(asked, "title_keywords_exclude"), *filters.texts(asked, "functions_exclude")]
    unwanted_levels = filters.texts(asked, "seniority_levels_exclude")
    functions = [capitalised(name) for name in filters.texts(asked, "functions")]
    titles = [capitalised(title) for title in filters.texts(asked, "title_keywords")]
    levels = filters.texts(asked, "seniority_levels") or _levels_but(unwanted_levels)
    tables = (titles or [""], functions or list(FIELDS), levels)
    for keyword, name, level in chain(_guesses(random, tables), product(*tables)):
        if filters.letters(level) in map(filters.letters, unwanted_levels):
            continue
        title = _phrase(keyword, name if functions or not titles else "", level, asked)
        if not filters.says(title, unwanted):
            return title, next(iter(filters.named({"field": [name]}, "field", FIELDS)), None)
    return None


def _guesses(random: SeededRandom, tables: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Some combinations of entries by chance, before all are tried in their order; none where a table is empty."""
    for turn in range(_GUESSES if all(tables) else 0):
        yield [random.pick(f"title {turn} {place}", table) for place, table in enumerate(tables)]


def _phrase(keyword: str, function: str, level: str, asked: Filters) -> str:
    """``Director of Sales`` of a level and a function; what a title says already isn't said again."""
    subject = keyword if not function or filters.says(keyword, [function]) else f"{keyword} {function}".strip()
    has_level = filters.is_set(asked, "seniority_levels")
    if keyword and not has_level:
        return subject
    told = any(filters.says(keyword, _words_of(one)) for one in filters.texts(asked, "seniority_levels"))
    return subject if keyword and told else _template(level).format(subject)


def _words_of(level: str) -> list[str]:
    """The words by which a title tells a level."""
    return [*_SAYING.get(filters.letters(level), ()), _template(level).replace("{}", "").strip()]


def _template(level: str) -> str:
    """The title of a level in a field: one that isn't known is said as it is."""
    known = {filters.letters(name): template for name, template in LEVELS.items()}
    return known.get(filters.letters(level), f"{level.replace('{', '').replace('}', '')} {{}}")


def _levels_but(unwanted: Sequence[str]) -> list[str]:
    return [level for level in LEVELS if filters.letters(level) not in {filters.letters(one) for one in unwanted}]


def _past_title(random: SeededRandom, asked: Filters) -> str | None:
    """A title of before that matches; None where none does."""
    if not filters.is_set(asked, "past_job_titles"):
        return ""
    unwanted = filters.texts(asked, "past_job_titles_exclude")
    some = filters.texts(asked, "past_job_titles") or [rung.format(name) for rung in RUNGS for name in FIELDS]
    fitting = [title for title in some if not filters.says(title, unwanted)]
    return random.pick("past title", fitting) if fitting else None


def _school(random: SeededRandom, asked: Filters) -> int | None:
    """The number of a school that matches."""
    ids = [
        one for one in filters.numbers(asked, "school_ids") if one not in filters.numbers(asked, "school_ids_exclude")
    ]
    return random.pick("school", ids) if ids else None


def _months(random: SeededRandom, asked: Filters, now: int) -> tuple[int | None, int | None] | None:
    """The months in which the position and the career began, None for each that may be any; None where none match."""
    tenures = [
        [months for low, high in spans for months in range(max(1, 12 * low), 12 * high + 12)]
        for name in ("year_in_current_company", "year_in_current_position")
        if (spans := filters.spans(asked, name, filters.years_of))
    ]
    if "changed_jobs" in asked:
        tenures.append(list(range(1, _RECENT_MONTHS + 1)))
    careers_asked = filters.spans(asked, "years_of_experience", filters.years_of)
    lengths = sorted({years for low, high in careers_asked for years in range(low, min(high, low + 14) + 1)})
    pairs = list(_pairs(now, tenures, lengths))
    if not tenures and not lengths:
        return None, None
    return random.pick("months", pairs) if pairs else None


def _pairs(
    now: int, tenures: Sequence[Sequence[int]], lengths: Sequence[int]
) -> Iterator[tuple[int | None, int | None]]:
    """(since, began) that fit the lengths of a position in months, and of a career in years."""
    months = sorted(set(tenures[0]).intersection(*tenures[1:])) if tenures else []
    months = [one for one in months if one <= months[0] + 60]
    if not lengths:
        yield from ((now - one, None) for one in months)
        return
    for years in lengths:
        first = (now // 12 - years) * 12
        begins = [month for month in range(first, first + 12, 3) if month <= now]
        for began in begins:
            if not tenures:
                yield max(began, now - 12 * max(1, years // 2)), began
            yield from ((now - one, began) for one in months[::3] if now - one >= began)
