"""FreshData's search for posts: what is found is among its author's posts, and matches.

A search is remembered: its posts are from then on in the lists of those who wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.clock import DAY
from mockserver.plugin import Call
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.vendors.freshdata import filters, sought
from mockserver.vendors.freshdata.credits import State, charge, charged
from mockserver.vendors.freshdata.filters import Filters
from mockserver.vendors.freshdata.pages import Outcome, example, of_example, page, page_count
from mockserver.vendors.freshdata.post_authors import Authors
from mockserver.vendors.linkedin import companies, post_texts, posts

_DAYS = {"Past 24 hours": 1, "Past week": 7, "Past month": 30, "past-year": 365, "past-2y": 730, "past-3y": 1095}
_STEPS = 24
"""A search that is as old as one of so many parts of its window is new again: nothing that it finds is too old."""
_TYPES = {
    "Videos": "video",
    "Images": "image",
    "Job posts": "job",
    "Live videos": "live video",
    "Documents": "document",
    "Collaborative articles": "article",
}
_HIDDEN = 12  # one count in so many is hidden by LinkedIn


def search_posts(state: State, call: Call) -> Outcome:
    """A page of the posts that match, the latest first, or the most liked."""
    asked = filters.in_use(call.body or {})
    size = call.policies["lists"]["found_posts_per_page"]
    start = (int((call.body or {}).get("page", 1)) - 1) * size
    if shown := of_example(call, start):
        return charge(state, call, shown)
    kept = filters.kept(asked, call.policies["searches"])
    after = sought.with_search(state, call, "posts", kept, call.now, _window(call, kept) // _STEPS)
    search = next(one for one in sought.searches(after, "posts") if one["scope"] == filters.digest(kept))
    order = list(range(total(call, Authors(Inventor(call.seed, FakerWords()), after, search))))
    if (call.body or {}).get("sort_by") == "Top match":
        order.sort(key=lambda number: -posts.likes(call.seed, _author(search), number))

    def known(inventor: Inventor, place: int) -> Mapping[str, Any]:
        return _told(inventor, after, call, search, order[place])

    count = page_count(len(order), start, size)
    shown = page({**example(call), "total": len(order)}, f"posts/{search['scope']}", start, count, known)
    return charged(state, after, call, shown)


def of_person(inventor: Inventor, state: State, call: Call, key: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The posts of somebody that searches found: (search, number)."""
    for search in sought.searches(state, "posts"):
        authors = Authors(inventor, state, search)
        for number in range(0 if authors.company_ids else total(call, authors)):
            if authors.may_be(number, key) and authors.person(number) == key:
                yield search, number


def of_company(inventor: Inventor, state: State, call: Call, company: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    """The posts of a company that searches found: (search, number)."""
    for search in sought.searches(state, "posts"):
        authors = Authors(inventor, state, search)
        if company in authors.company_ids:
            yield from (
                (search, number) for number in range(total(call, authors)) if authors.company(number) == company
            )


def post(
    inventor: Inventor, state: State, call: Call, search: Mapping[str, Any], number: int, who: Mapping[str, Any]
) -> dict[str, Any]:
    """A post that a search found, whoever asks for it."""
    asked = search["filters"]
    mentioned = filters.numbers(asked, "mentioning_company")
    name = companies.profile(inventor, sought.company(state, mentioned[0]))["name"] if mentioned else ""
    words = next(iter(filters.texts(asked, "search_keywords")), "")
    attached = _TYPES.get(next(iter(asked.get("content_type", [])), ""), "")
    made = posts.post(
        inventor,
        _author(search),
        number,
        who=who,
        posted=posted(call, search, number),
        now=call.now,
        attached=attached,
    )
    return {**made, "text": post_texts.about(made["text"], words, name)}


def posted(call: Call, search: Mapping[str, Any], number: int) -> int:
    """When what a search found was posted: the later the number, the longer ago, within the time that is asked for."""
    room: int = _window(call, search["filters"]) * (_STEPS - 2) // _STEPS // (call.policies["lists"]["most_found"] + 1)
    random = SeededRandom(call.seed, _author(search), number)
    return int(search["at"]) - number * room - random.between("ago", posts.MINUTE, room)


def likes(call: Call, search: Mapping[str, Any], number: int) -> int:
    return posts.likes(call.seed, _author(search), number)


def total(call: Call, authors: Authors) -> int:
    """How many posts a search finds: none where nobody could have written them."""
    random = SeededRandom(call.seed, _author(authors.search))
    return random.between("count", 1, call.policies["lists"]["most_found"]) if authors.are_there else 0


def _told(inventor: Inventor, state: State, call: Call, search: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """A post as the search tells of it, with its author: some counts are hidden."""
    authors = Authors(inventor, state, search)
    who = authors.profile(number)
    author = who
    if authors.company_ids:
        shown_as = {"full_name": who["name"], "headline": f"{who['follower_count']:,} followers"}
        author = {"linkedin_url": who["linkedin_url"], **shown_as}
    made = post(inventor, state, call, search, number, who)
    random = SeededRandom(call.seed, "hidden", search["scope"], number)
    counts = {"num_comments": "num_comments", "num_likes": "num_likes", "num_shares": "num_reposts"}
    shown = {name: None if random.bits(name) % _HIDDEN == 0 else made[own] for name, own in counts.items()}
    own = {name: made[name] for name in ("post_type", "post_url", "posted", "text")}
    return {**author, **shown, **own, "post_urn": made["urn"]}


def _author(search: Mapping[str, Any]) -> str:
    return f"found/{search['scope']}"


def _window(call: Call, asked: Filters) -> int:
    """How long ago a post may be at most, in milliseconds."""
    named: Sequence[Any] = asked.get("date_posted", ())
    return _DAYS.get(str(next(iter(named), "")), int(call.policies["lists"]["found_days"])) * DAY
