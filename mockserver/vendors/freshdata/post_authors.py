"""Who wrote the posts that a search finds: a company, a member by URN, or somebody invented who is as asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.generate.tables import INDUSTRIES
from mockserver.random import Inventor
from mockserver.values import dataclass
from mockserver.vendors.freshdata import filters, sought
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.freshdata.employers import Employers
from mockserver.vendors.linkedin import companies, people

_OF_PEOPLE = frozenset(("from_member", "author_company", "author_industry", "author_keyword"))


@dataclass(frozen=True, slots=True)
class Authors:
    """The authors of one search that is remembered. Each of its posts has a number."""

    inventor: Inventor
    state: State
    search: Mapping[str, Any]

    @property
    def company_ids(self) -> Sequence[int]:
        """The numbers of the companies whose posts are asked for."""
        return filters.numbers(self.search["filters"], "from_company")

    @property
    def are_there(self) -> bool:
        """Whether anybody matches: a company is no member, and has no employer."""
        asked = self.search["filters"]
        if self.company_ids:
            return not asked.keys() & _OF_PEOPLE
        if "from_member" in asked:
            return bool(self._members())
        return self._employers.is_any or self._employer(0) is not None

    def company(self, number: int) -> int | None:
        """The number of the company that wrote a post; None where a person did."""
        ids = self.company_ids
        return ids[number % len(ids)] if ids else None

    def person(self, number: int) -> str:
        """The key of the person who wrote a post."""
        members = self._members()
        if members:
            return members[number % len(members)]
        return people.matching(
            self.inventor, self._scope(number), people.Wanted(title=self._title, company=self._employer(number))
        )

    def may_be(self, number: int, key: str) -> bool:
        """Whether a post may be of somebody: cheap to tell, and seldom wrong."""
        return "from_member" in self.search["filters"] or people.may_be_of(self.inventor, self._scope(number), key)

    def _members(self) -> list[str]:
        """The keys of the members that are named, who match what else is asked for: each URN is one member."""
        names = filters.texts(self.search["filters"], "from_member")
        keys = [people.matching(self.inventor, f"member/{name}", people.Wanted()) for name in names]
        return [key for key in keys if self._is_wanted(key)]

    def _is_wanted(self, key: str) -> bool:
        known = people.attributes(self.inventor, key, None)
        company = companies.Company(int(known["company_id"]))
        is_titled = not self._title or filters.says(known["headline"], [self._title])
        return is_titled and (self._employers.is_any or self._employers.matches(self.inventor, company))

    @property
    def _title(self) -> str:
        return next(iter(filters.texts(self.search["filters"], "author_keyword")), "")

    @property
    def _employers(self) -> Employers:
        asked = self.search["filters"]
        industries = filters.codes(asked, "author_industry", len(INDUSTRIES)) if "author_industry" in asked else None
        return Employers(ids=filters.numbers(asked, "author_company"), industries=industries)

    def _employer(self, number: int) -> companies.Company | None:
        return None if self._employers.is_any else self._employers.one(self.inventor, self.state, self._scope(number))

    def _scope(self, number: int) -> str:
        return f"found/{self.search['scope']}/{number}"

    def profile(self, number: int) -> Mapping[str, Any]:
        """What is known of who wrote a post."""
        company = self.company(number)
        if company is not None:
            return companies.profile(self.inventor, sought.company(self.state, company))
        return people.attributes(self.inventor, self.person(number), None)
