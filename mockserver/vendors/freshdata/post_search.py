"""FreshData's search for posts: of authors who are named those that match, else of people invented to have some.

Nothing is remembered: a post that is found is in its author's list before anybody searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mockserver.clock import DAY
from mockserver.generate.tables import INDUSTRIES
from mockserver.plugin import Call
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.vendors.freshdata import authored, filters, sought
from mockserver.vendors.freshdata.authored import Post, Topic
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.freshdata.employers import Employers
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.freshdata.pages import Outcome, example, of_example, page, page_count
from mockserver.vendors.linkedin import companies, people

_DAYS = {"Past 24 hours": 1, "Past week": 7, "Past month": 30, "past-year": 365, "past-2y": 730, "past-3y": 1095}
_TYPES = {
    "Videos": "video",
    "Images": "image",
    "Job posts": "job",
    "Live videos": "live video",
    "Documents": "document",
    "Collaborative articles": "article",
}
_OF_PEOPLE = frozenset(("from_member", "author_company", "author_industry", "author_keyword"))
_LONGEST_URN = 1000
Who = Callable[[Inventor], Mapping[str, Any]]
_HIDDEN = 12  # one count in so many is hidden by LinkedIn


@dataclass(frozen=True, slots=True)
class Found:
    """A post, and who wrote it."""

    post: Post
    who: Who
    is_company: bool = False


def search_posts(state: State, call: Call) -> Outcome:
    """A page of the posts that match, the latest first, or the most liked."""
    body = call.body or {}
    asked = filters.in_use(body)
    size = call.policies["lists"]["found_posts_per_page"]
    start = (int(body.get("page", 1)) - 1) * size
    if shown := of_example(call, start):
        return charge(state, call, shown)
    search = _Search(state, call, asked)
    found = sorted(search.found(), key=lambda one: -one.post.posted)
    if body.get("sort_by") == "Top match":
        found.sort(key=lambda one: -one.post.likes)

    def known(inventor: Inventor, place: int) -> Mapping[str, Any]:
        return _told(inventor, call.seed, found[place])

    count = page_count(len(found), start, size)
    shown = page({**example(call), "total": len(found)}, f"posts/{search.scope}", start, count, known)
    return charge(state, call, shown)


class _Search:
    """One search under way."""

    def __init__(self, state: State, call: Call, asked: Filters) -> None:
        table = call.policies["searches"]
        self._asked = {**filters.kept(asked, table), **_members_of(asked, table)}
        self._state, self._call = state, call
        self._inventor = Inventor(call.seed, FakerWords())
        self.scope = filters.digest(self._asked)

    def found(self) -> Iterator[Found]:
        """The posts that match, in any order."""
        asked = self._asked
        if "from_company" in asked:
            yield from () if asked.keys() & _OF_PEOPLE else self._of_companies()
        elif "from_member" in asked:
            yield from self._of_members()
        else:
            yield from self._of_strangers()

    def _of_companies(self) -> Iterator[Found]:
        for number in dict.fromkeys(filters.numbers(self._asked, "from_company")):
            who = _company(sought.company(self._state, number))
            some = (Found(post, who, is_company=True) for post in authored.of_company(self._call, number))
            yield from (one for one in some if self._matches(one))

    def _of_members(self) -> Iterator[Found]:
        keys = [people.of_urn(self._inventor, urn) for urn in filters.texts(self._asked, "from_member")]
        for key in dict.fromkeys(keys):
            who = _person(key)
            if self._is_wanted(who(self._inventor)):
                some = (Found(post, who) for post in authored.of_person(self._call, key))
                yield from (one for one in some if self._matches(one))

    def _of_strangers(self) -> Iterator[Found]:
        """Posts of people invented for the search, one of each: who they are tells what they post of."""
        employers = self._employers
        if not employers.is_any and employers.one(self._inventor, self._state, f"found/{self.scope}/0") is None:
            return
        topic = self._topic().told()
        most = self._call.policies["lists"]["most_found"]
        for number in range(SeededRandom(self._call.seed, "found", self.scope).between("count", 1, most)):
            scope = f"found/{self.scope}/{number}"
            company = None if employers.is_any else employers.one(self._inventor, self._state, scope)
            key = people.matching(self._inventor, scope, people.Wanted(title=self._title, company=company, topic=topic))
            yield Found(authored.on_topic(self._call, key)[-1], _person(key))

    def _topic(self) -> Topic:
        words = next(iter(filters.texts(self._asked, "search_keywords")), "")
        days = self._days or int(self._call.policies["lists"]["found_days"])
        return Topic(days, self._attached, next(iter(self._mentioned), ""), words)

    def _matches(self, one: Found) -> bool:
        """Whether a post of an author who was named is as asked for."""
        if self._days and self._call.now - one.post.posted > self._days * DAY:
            return False
        if self._attached and one.post.attached != self._attached:
            return False
        words = filters.texts(self._asked, "search_keywords")
        if not words and "mentioning_company" not in self._asked:
            return True
        text = one.post.make(self._inventor, one.who(self._inventor))["text"]
        is_said = not words or filters.says(text, words)
        return is_said and ("mentioning_company" not in self._asked or filters.says(text, self._mentioned))

    def _is_wanted(self, known: Mapping[str, Any]) -> bool:
        """Whether somebody who was named is as asked for."""
        company = companies.Company(int(known["company_id"]))
        is_titled = not self._title or filters.says(known["headline"], [self._title])
        return is_titled and (self._employers.is_any or self._employers.matches(self._inventor, company))

    @property
    def _days(self) -> int:
        """How many days ago a post may be at most; 0 where that isn't asked."""
        return _DAYS.get(str(next(iter(self._asked.get("date_posted", ())), "")), 0)

    @property
    def _attached(self) -> str:
        return _TYPES.get(str(next(iter(self._asked.get("content_type", ())), "")), "")

    @property
    def _mentioned(self) -> Sequence[str]:
        """The names of the companies that are to be named."""
        numbers = filters.numbers(self._asked, "mentioning_company")
        some = [sought.company(self._state, number) for number in numbers]
        return [str(companies.profile(self._inventor, company)["name"]) for company in some]

    @property
    def _title(self) -> str:
        return next(iter(filters.texts(self._asked, "author_keyword")), "")

    @property
    def _employers(self) -> Employers:
        asked = self._asked
        industries = filters.codes(asked, "author_industry", len(INDUSTRIES)) if "author_industry" in asked else None
        return Employers(ids=filters.numbers(asked, "author_company"), industries=industries)


def _members_of(asked: Filters, table: Mapping[str, int]) -> dict[str, list[str]]:
    """The URNs that are asked for, whole: each tells who is meant."""
    urns = filters.texts(asked, "from_member")[: table["most_values"]]
    return {"from_member": [urn[:_LONGEST_URN] for urn in urns]} if urns else {}


def _person(key: str) -> Who:
    """What there is to know of a person, worked out once for all of their posts."""
    return cache(lambda inventor: people.attributes(inventor, key, None))


def _company(company: companies.Company) -> Who:
    return cache(lambda inventor: companies.profile(inventor, company))


def _told(inventor: Inventor, seed: int, found: Found) -> Mapping[str, Any]:
    """A post as the search tells of it, with its author: some counts are hidden."""
    who = author = found.who(inventor)
    if found.is_company:
        shown_as = {"full_name": who["name"], "headline": f"{who['follower_count']:,} followers"}
        author = {"linkedin_url": who["linkedin_url"], **shown_as}
    made = found.post.make(inventor, who)
    random = SeededRandom(seed, "hidden", made["urn"])
    counts = {"num_comments": "num_comments", "num_likes": "num_likes", "num_shares": "num_reposts"}
    shown = {name: None if random.bits(name) % _HIDDEN == 0 else made[own] for name, own in counts.items()}
    own = {name: made[name] for name in ("post_type", "post_url", "posted", "text")}
    return {**author, **shown, **own, "post_urn": made["urn"]}
