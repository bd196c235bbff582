"""FreshData's searches in one step: posts, jobs, and the pages of people, companies and schools that Google knows.

The same filters find the same, as many in all on every page; what is found matches them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.clock import DAY
from mockserver.generate.entities import example_body
from mockserver.plugin import Call, Reply
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.freshdata import filters
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.freshdata.lists import Outcome, example, page, page_count
from mockserver.vendors.linkedin import companies, links, people, posts, schools

_DAYS = {"Past 24 hours": 1, "Past week": 7, "Past month": 30, "past-year": 365, "past-2y": 730, "past-3y": 1095}
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
    """A page of the posts that match, newest first."""
    asked = call.body or {}

    def known(inventor: Inventor, scope: str, number: int) -> Mapping[str, Any]:
        author = people.attributes(inventor, people.matching(inventor, f"{scope}/{number}", _author(asked)), None)
        made = posts.post(inventor, scope, number, start=call.start, now=call.now)
        random = inventor.random("found post", scope, number)
        words = str(asked.get("search_keywords") or "").strip()
        counts = {name: random.between(name, 0, 80) for name in ("num_comments", "num_likes", "num_shares")}
        return {
            **author,
            **{name: None if random.bits(f"{name} hidden") % _HIDDEN == 0 else count for name, count in counts.items()},
            "post_type": _TYPES.get(asked.get("content_type", "")) or random.pick("type", tuple(_TYPES.values())),
            "post_url": made["post_url"],
            "posted": _posted(call, scope, number),
            "text": f"{made['text']} On {words}." if words else made["text"],
            "post_urn": made["urn"],
        }

    size = call.policies["lists"]["found_posts_per_page"]
    return _found(state, call, (int(asked.get("page", 1)) - 1) * size, size, known)


def search_jobs(state: State, call: Call) -> Outcome:
    """A page of the jobs that match, the latest first."""
    asked = filters.in_use(call.body or {})

    def known(inventor: Inventor, scope: str, number: int) -> Mapping[str, Any]:
        return {
            **filters.job(inventor, f"{scope}/{number}", asked),
            "posted_time": _posted(call, scope, number),
        }

    start = int((call.body or {}).get("start", 0))
    return _found(state, call, start, call.policies["lists"]["jobs_per_page"], known)


def google(kind: str, state: State, call: Call) -> Outcome:
    """The URLs of the pages that match, as many as there are and the limit allows."""
    asked = call.body or {}

    def known(inventor: Inventor, scope: str, number: int) -> str:
        return _link(inventor, kind, f"{scope}/{number}", asked)

    return _found(state, call, 0, int(asked.get("limit", call.policies["searches"]["default_limit"])), known)


def _found(state: State, call: Call, start: int, size: int, known: Callable[[Inventor, str, int], Any]) -> Outcome:
    """A page of what a search finds. What the spec's example asks for, or nothing, finds the example."""
    asked = filters.in_use(call.body or {})
    is_example = not asked or asked == filters.in_use(example_body(call.operation))
    if is_example and not start:
        return charge(state, call, Reply())
    scope = f"{call.operation.id}/{filters.digest(asked)}"
    most = call.policies["lists"]["most_found"]
    total = 1 if is_example else SeededRandom(call.seed, scope).between("count", 1, most)
    body = example(call)
    totals = {"total": total} if "total" in body else {}

    def numbered(inventor: Inventor, number: int) -> Any:
        return known(inventor, scope, number)

    return charge(state, call, page({**body, **totals}, scope, start, page_count(total, start, size), numbered))


def _author(asked: Mapping[str, Any]) -> people.Wanted:
    """Who wrote a post: an employee of the company, with the word in the title, where these are asked for."""
    employers = filters.numbers(asked.get("author_company") or ())
    return people.Wanted(title=str(asked.get("author_keyword") or ""), company=employers[0] if employers else None)


def _posted(call: Call, scope: str, number: int) -> str:
    """When what is found was posted: the later the number, the longer ago, within the time that is asked for."""
    days = _DAYS.get((call.body or {}).get("date_posted", ""), call.policies["lists"]["found_days"])
    room = days * DAY // (call.policies["lists"]["most_found"] + 1)
    ago = number * room + SeededRandom(call.seed, scope, number).between("ago", posts.MINUTE, room)
    return posts.posted_time(call.start - ago)


def _link(inventor: Inventor, kind: str, scope: str, asked: Mapping[str, Any]) -> str:
    if kind == "profiles":
        first, _, last = str(asked.get("name") or "").partition(" ")
        wanted = people.Wanted(first, last, str(asked.get("job_title") or ""))
        return links.link_to(people.LINK, people.matching(inventor, scope, wanted))
    if kind == "companies":
        return links.link_to(companies.LINK, companies.invent(inventor, scope))
    return links.link_to(schools.LINK, schools.invent(inventor, scope))
