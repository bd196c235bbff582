"""FreshData's lists: what they hold follows from whom or what is asked for, and paging agrees with it.

A list has so many items by the seed, each the same one on whichever page it comes. Of the person, company or search
that the spec's example tells of, the example is the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.clock import DAY
from mockserver.generate.entities import about
from mockserver.plugin import Call, Listing, Refusal, Reply
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.linkedin import ENTITIES, companies, people, posts

Outcome = tuple[State, Reply | Refusal]
Known = Callable[[Inventor, int], Any]

_ACTIVITIES = ("posts", "comments", "reactions")


def profile_posts(state: State, call: Call) -> Outcome:
    """A page of what somebody posted, commented on or reacted to, with a token of the next one while there is one."""
    key = people.identify(call.parameters["linkedin_url"])
    activity = call.parameters.get("type", "posts")
    author = f"person/{key}/{activity}"
    start = _asked_start(call, author)
    if start is None:
        return state, Refusal("world", "the pagination_token is of no page of this list", case="bad_request")
    is_example = activity == "posts" and _is_example(call)
    if is_example and not start:
        return charge(state, call, Reply())
    total = 1 if is_example else posts.count(call.seed, author)
    size = call.policies["lists"]["posts_per_page"]
    count = page_count(total, start, size)
    token = _token(author, start + size) if start + size < total else ""
    body = {**example(call), "paging": {"count": count, "pagination_token": token, "start": start}}

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        return posts.post(inventor, author, number, start=call.start, now=call.now)

    return charge(state, call, page(body, author, start, count, known))


def company_posts(state: State, call: Call) -> Outcome:
    """A page of what a company posted, the latest or the most liked first."""
    given = call.parameters["linkedin_url"]
    author = f"company/{companies.identify(given)}/posts"
    start = int(call.parameters.get("start", 0))
    if call.parameters.get("pagination_token"):
        return state, Refusal("world", "this list gives out no pagination_token", case="bad_request")
    is_example = _is_example(call)
    if is_example and not start:
        return charge(state, call, Reply())
    total = 1 if is_example else posts.count(call.seed, author)
    size = call.policies["lists"]["posts_per_page"]
    current = start // size + 1
    paging = {
        "total": total,
        "per_page": size,
        "current_page": current,
        "next_page": current + 1 if start + size < total else 0,
    }
    order: Sequence[int] = range(total)
    if call.parameters.get("sort_by") == "top":
        order = sorted(order, key=lambda number: -posts.likes(call.seed, author, number))

    def known(inventor: Inventor, place: int) -> Mapping[str, Any]:
        company = ENTITIES["company"].attributes(inventor, companies.identify(given) or "", given)
        poster = {"linkedin_url": company["linkedin_url"], "name": company["name"]}
        return {**posts.post(inventor, author, order[place], start=call.start, now=call.now), "poster": poster}

    body = {**example(call), "paging": paging}
    return charge(state, call, page(body, author, start, page_count(total, start, size), known))


def recent_activity(state: State, call: Call) -> Outcome:
    """The age of somebody's latest post, comment or reaction; of one who never did any, a year and more."""
    if _is_example(call):
        return charge(state, call, Reply())
    key = people.identify(call.parameters["linkedin_url"])
    authors = [f"person/{key}/{activity}" for activity in _ACTIVITIES]
    ages = [posts.age(call.seed, author, 0) for author in authors if posts.count(call.seed, author)]
    never = call.policies["lists"]["inactive_days"] * DAY
    latest = min(ages, default=never) + call.now - call.start
    return charge(state, call, Reply(body={**example(call), "data": {"recent_activity_time": posts.short_age(latest)}}))


def recommendations(direction: str, state: State, call: Call) -> Outcome:
    """The recommendations that somebody gave or received: few, and by or for somebody with a profile."""
    if _is_example(call):
        return charge(state, call, Reply())
    key = people.identify(call.parameters["linkedin_url"])
    scope = f"recommended/{direction}/{key}"
    total = SeededRandom(call.seed, scope).between("count", 0, call.policies["lists"]["most_recommendations"])

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        other = people.attributes(inventor, people.invent(inventor, f"{scope}/{number}"), None)
        praised = other if direction == "given" else people.attributes(inventor, key or "", None)
        purpose = inventor.words.purpose(inventor.random(scope, number).bits("text"))
        return {**other, "text": f"{praised['first_name']} knows how to {purpose}, and is a pleasure to work with."}

    return charge(state, call, page(example(call), scope, 0, total, known))


def _asked_start(call: Call, author: str) -> int | None:
    """Where the page begins: by its token, which goes before ``start``; None for a token of no page of this list."""
    token = call.parameters.get("pagination_token")
    if not token:
        return int(call.parameters.get("start", 0))
    number = token.partition("-")[0]
    is_ours = number.isascii() and number.isdigit() and len(number) < 10 and token == _token(author, int(number))
    return int(number) if is_ours else None


def _token(author: str, start: int) -> str:
    """``50-1f3870be274f6c49``: the token of the page of an author's posts that begins there."""
    return f"{start}-{hashlib.blake2b(f'{author} {start}'.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"


def page_count(total: int, start: int, size: int) -> int:
    return max(0, min(size, total - start))


def page(body: Mapping[str, Any], scope: str, first: int, count: int, known: Known) -> Reply:
    """A page in the shape of the example, with so many of the list's items."""
    empty = {**body, "data": []}
    return Reply(body=empty, listing=Listing(scope, first, count, known=known)) if count else Reply(body=empty)


def _is_example(call: Call) -> bool:
    """Whether the call is about the one that the spec's example tells of."""
    return about(ENTITIES, call.operation, call.parameters, call.body).is_documented_example


def example(call: Call) -> dict[str, Any]:
    """The body that the spec shows for this operation: its texts are ours."""
    shown = call.operation.default
    return dict(next(iter(shown.bodies.values()))) if shown is not None else {}
