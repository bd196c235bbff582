"""FreshData's searches through Google: URLs of the pages of people, companies and schools that match."""

from __future__ import annotations

from typing import Any

from mockserver.generate.tables import PLACES
from mockserver.plugin import Call
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.vendors.freshdata import filters, sought
from mockserver.vendors.freshdata.credits import State, charge, charged
from mockserver.vendors.freshdata.employers import Employers
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.freshdata.pages import Outcome, example, of_example, page
from mockserver.vendors.linkedin import companies, links, people, schools


def google(kind: str, state: State, call: Call) -> Outcome:
    """The URLs of the pages that match, as many as there are and the limit allows."""
    asked = filters.in_use(call.body or {})
    if shown := of_example(call, 0):
        return charge(state, call, shown)
    limit = int((call.body or {}).get("limit", call.policies["searches"]["default_limit"]))
    kept = filters.kept(asked, call.policies["searches"])
    employers = _employers(kind, kept)
    after = sought.with_companies(state, employers.pins, call.policies["searches"]["most_companies"])
    scope = f"google/{kind}/{filters.digest(kept)}"
    total = SeededRandom(call.seed, scope).between("count", 1, call.policies["lists"]["most_found"])
    if employers.one(Inventor(call.seed, FakerWords()), after, f"{scope}/0") is None or not _places(kept):
        total = 0

    def known(inventor: Inventor, number: int) -> str:
        return _link(inventor, after, kind, f"{scope}/{number}", kept, employers)

    return charged(state, after, call, page(example(call), scope, 0, min(limit, total), known))


def _employers(kind: str, asked: Filters) -> Employers:
    """The companies that are searched for, or for whom the people work who are."""
    names, keywords = filters.texts(asked, "company_name"), filters.texts(asked, "keywords")
    if kind == "schools":
        return Employers()
    if kind == "profiles":
        return Employers(names=names)
    names = names or filters.texts(asked, "school_name")
    places = _places(asked) if "location" in asked else None
    return Employers(names=names, about=next(iter(keywords), ""), places=places)


def _link(inventor: Inventor, state: State, kind: str, scope: str, asked: Filters, employers: Employers) -> str:
    if kind == "companies":
        company = employers.one(inventor, state, scope)
        return links.link_to(companies.LINK, companies.public_id(inventor, company or companies.Company(1)))
    if kind == "schools":
        name = next(iter([*filters.texts(asked, "school_name"), *filters.texts(asked, "keywords")]), "")
        return links.link_to(schools.LINK, schools.matching(inventor, scope, name))
    first, _, last = _text(asked, "name").partition(" ")
    wanted = people.Wanted(
        first,
        last,
        _text(asked, "job_title"),
        None if employers.is_any else employers.one(inventor, state, scope),
        place=inventor.random("place", scope).pick("place", _places(asked)),
        about=_text(asked, "keywords"),
    )
    return links.link_to(people.LINK, people.matching(inventor, scope, wanted))


def _places(asked: Filters) -> list[int]:
    """The places that a text names, by city, state or country: one that it names none of stands for one."""
    location = _text(asked, "location")
    named = [index for index, place in enumerate(PLACES) if _is_named(location, place)]
    unknown = int(filters.digest({"": location}), 16) % len(PLACES)
    return list(range(len(PLACES))) if not location else named or [unknown]


def _is_named(location: str, place: Any) -> bool:
    return any(filters.says(location, [part]) for part in (place.city, place.state, place.country))


def _text(asked: Filters, name: str) -> str:
    return next(iter(filters.texts(asked, name)), "")
