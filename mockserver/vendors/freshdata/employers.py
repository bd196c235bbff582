"""Which company a search is for: by id, name, size, industry, place, followers and openings.

Of companies that are named by id those stay that match all else. Others are invented to match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.generate.tables import INDUSTRIES, PLACES
from mockserver.random import Inventor
from mockserver.values import dataclass
from mockserver.vendors.freshdata import filters, sought
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.linkedin import companies, company_numbers, openings
from mockserver.vendors.linkedin.companies import Company
from mockserver.vendors.linkedin.links import pinned, told

Fits = Callable[[Inventor, int], bool]


@dataclass(frozen=True, slots=True)
class Employers:
    """What a company is to be. ``places`` are those of its headquarters; ``excluded`` are numbers; ``offers`` is a job.

    Lists of indices are None where anything will do, and empty where nothing does.
    """

    ids: Sequence[int] = ()
    excluded: Sequence[int] = ()
    names: Sequence[str] = ()
    about: str = ""
    offers: str = ""
    sizes: Sequence[int] | None = None
    industries: Sequence[int] | None = None
    places: Sequence[int] | None = None
    fits: Sequence[Fits] = field(default=())

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked for."""
        named = (self.ids, self.excluded, self.names, self.about, self.offers, self.fits)
        return not any(named) and self.sizes is self.industries is self.places is None

    @property
    def pins(self) -> list[str]:
        """Of each company that may be invented, what its number can't tell: ``Company.pins``, or what it offers."""
        if self.ids or not (self.names or self.about or self.offers):
            return []
        if self.offers:
            return [sought.offering(self.offers)]
        return [Company(0, pinned(name), pinned(self.about)).pins for name in self.names or [""]]

    def one(self, inventor: Inventor, state: State, scope: str) -> Company | None:
        """A company that matches, for a scope; None where none does."""
        if any(indices is not None and not indices for indices in (self.sizes, self.industries, self.places)):
            return None
        random = inventor.random("wanted company", scope)
        if self.ids:
            known = [sought.company(state, number) for number in self.ids]
            some = [company for company in known if self.matches(inventor, company)]
            return random.pick("company", some) if some else None
        pins = random.pick("name", self.pins or [""])
        number = company_numbers.matching(
            inventor,
            scope,
            sizes=self.sizes or (),
            industries=self.industries or (),
            places=self.places or (),
            block=sought.block_for(state, pins),
            fits=lambda number: number not in self.excluded and all(fits(inventor, number) for fits in self.fits),
        )
        return None if number is None else sought.with_pins(number, pins)

    def matches(self, inventor: Inventor, company: Company) -> bool:
        """Whether a company is as wanted."""
        if company.number in self.excluded or (self.ids and company.number not in self.ids):
            return False
        if not all(fits(inventor, company.number) for fits in self.fits):
            return False
        known = companies.profile(inventor, company)
        return (
            (not self.names or filters.says(known["name"], self.names))
            and (not self.about or filters.says(f"{known['name']} {known['description']}", [told(pinned(self.about))]))
            and (self.sizes is None or company_numbers.size_of(known["employee_range"]) in self.sizes)
            and (self.industries is None or known["industry"] in [tuple(INDUSTRIES)[one] for one in self.industries])
            and (self.places is None or known["hq_city"] in [PLACES[one].city for one in self.places])
        )


def of_employees(asked: Filters) -> Employers:
    """The present employers of the people that a search is for."""
    return Employers(
        ids=filters.numbers(asked, "current_company_ids"),
        excluded=filters.numbers(asked, "current_company_ids_exclude"),
        names=filters.texts(asked, "current_company_names"),
        sizes=_sizes(asked),
        industries=_codes(asked, "industry_codes", len(INDUSTRIES)),
        places=_codes(asked, "company_headquarter_location_ids", len(PLACES)),
    )


def of_the_past(asked: Filters) -> Employers:
    """The employers before of the people that a search is for."""
    return Employers(
        ids=filters.numbers(asked, "past_company_ids"),
        excluded=filters.numbers(asked, "past_company_ids_exclude"),
        names=filters.texts(asked, "past_company_names"),
    )


def of_companies(asked: Filters) -> Employers:
    """The companies that a search is for."""
    fits: list[Fits] = []
    if follower_spans := filters.spans(asked, "number_of_followers", filters.span_of):
        fits.append(lambda inventor, number: _within(companies.followers(inventor, number), follower_spans))
    if "hiring_on_linkedin" in asked:
        fits.append(lambda inventor, number: bool(hiring(inventor, number)))
    return Employers(
        about=next(iter(filters.texts(asked, "keywords")), ""),
        sizes=_sizes(asked),
        industries=_codes(asked, "industry_codes", len(INDUSTRIES)),
        places=_codes(asked, "headquarters_location", len(PLACES)),
        fits=tuple(fits),
    )


def hiring(inventor: Inventor, number: int) -> int:
    """How many openings a company has by its number."""
    return openings.count(inventor.seed, number, companies.employees(inventor, number))


def found(inventor: Inventor, state: State, scope: str, asked: Filters) -> Mapping[str, Any] | None:
    """A company that matches the filters of a search for companies, with all that is known of it."""
    company = of_companies(asked).one(inventor, state, scope)
    return companies.profile(inventor, company) if company else None


def _sizes(asked: Filters) -> Sequence[int] | None:
    some = [company_numbers.size_of(text) for text in filters.texts(asked, "company_headcounts")]
    return [size for size in some if size is not None] or None


def _codes(asked: Filters, name: str, count: int) -> Sequence[int] | None:
    return filters.codes(asked, name, count) if filters.is_set(asked, name) else None


def _within(value: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= value <= high for low, high in spans)
