"""FreshData's lists: what they hold follows from whom or what is asked for, and paging agrees with it.

A list has so many items by the seed, each the same one on whichever page it comes. Of the person, company or search
that the spec's example tells of, the example is the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from mockserver.clock import DAY
from mockserver.plugin import Call, Refusal, Reply
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.vendors.freshdata import authored
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.freshdata.pages import Outcome, example, is_example, page, page_count
from mockserver.vendors.linkedin import ENTITIES, companies, people, post_texts, posts

_ACTIVITIES = ("posts", "comments", "reactions")


def profile_posts(state: State, call: Call) -> Outcome:
    """A page of what somebody posted, commented on or reacted to, with a token of the next one while there is one."""
    key = people.identify(call.parameters["linkedin_url"]) or ""
    activity = call.parameters.get("type", "posts")
    author = f"person/{key}/{activity}"
    start = _asked_start(call, author)
    if start is None:
        return state, Refusal("world", "the pagination_token is of no page of this list", case="bad_request")
    is_sample = activity == "posts" and is_example(call)
    if is_sample and not start:
        return charge(state, call, Reply())
    listed = [] if is_sample else authored.of_person(call, key, activity)
    size = call.policies["lists"]["posts_per_page"]
    count = page_count(len(listed), start, size)
    token = _token(author, start + size) if start + size < len(listed) else ""
    body = {**example(call), "paging": {"count": count, "pagination_token": token, "start": start}}

    @cache
    def writer(inventor: Inventor, number: int) -> Mapping[str, Any]:
        return _writer(inventor, author, number, key if activity == "posts" else "")

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        return listed[number].make(inventor, writer(inventor, 0 if activity == "posts" else number))

    return charge(state, call, page(body, author, start, count, known))


def company_posts(state: State, call: Call) -> Outcome:
    """A page of what a company posted, the latest or the most liked first."""
    given = call.parameters["linkedin_url"]
    start = int(call.parameters.get("start", 0))
    if call.parameters.get("pagination_token"):
        return state, Refusal("world", "this list gives out no pagination_token", case="bad_request")
    if is_example(call) and not start:
        return charge(state, call, Reply())
    key = companies.identify(given) or ""
    number = companies.company_of(Inventor(call.seed, FakerWords()), key).number
    listed = [] if is_example(call) else authored.of_company(call, number)
    total, size = len(listed), call.policies["lists"]["posts_per_page"]
    current = start // size + 1
    paging = {
        "total": total,
        "per_page": size,
        "current_page": current,
        "next_page": current + 1 if start + size < total else 0,
    }
    if call.parameters.get("sort_by") == "top":
        listed.sort(key=lambda post: -post.likes)

    @cache
    def writer(inventor: Inventor) -> Mapping[str, Any]:
        return ENTITIES["company"].attributes(inventor, key, given)

    def known(inventor: Inventor, place: int) -> Mapping[str, Any]:
        company = writer(inventor)
        poster = {"linkedin_url": company["linkedin_url"], "name": company["name"]}
        return {**listed[place].make(inventor, company), "poster": poster}

    body, scope = {**example(call), "paging": paging}, f"company/{number}/posts/{call.parameters.get('sort_by')}"
    return charge(state, call, page(body, scope, start, page_count(total, start, size), known))


def recent_activity(state: State, call: Call) -> Outcome:
    """The age of somebody's latest post, comment or reaction; of one who never did any, a year and more."""
    if is_example(call):
        return charge(state, call, Reply())
    key = people.identify(call.parameters["linkedin_url"]) or ""
    lists = [authored.of_person(call, key, activity) for activity in _ACTIVITIES]
    never = call.start - call.policies["lists"]["inactive_days"] * DAY
    latest = call.now - max((listed[0].posted for listed in lists if listed), default=never)
    return charge(state, call, Reply(body={**example(call), "data": {"recent_activity_time": posts.short_age(latest)}}))


def _writer(inventor: Inventor, author: str, number: int, key: str) -> Mapping[str, Any]:
    """Who wrote a post of a list: the person whose list it is, else somebody on whose post that person commented."""
    return people.attributes(inventor, key or people.invent(inventor, f"{author}/{number}"), None)


def recommendations(direction: str, state: State, call: Call) -> Outcome:
    """The recommendations that somebody gave or received: few, and by or for somebody with a profile."""
    if is_example(call):
        return charge(state, call, Reply())
    key = people.identify(call.parameters["linkedin_url"])
    scope = f"recommended/{direction}/{key}"
    total = SeededRandom(call.seed, scope).between("count", 0, call.policies["lists"]["most_recommendations"])

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        other = people.attributes(inventor, people.invent(inventor, f"{scope}/{number}"), None)
        praised = other if direction == "given" else people.attributes(inventor, key or "", None)
        return {**other, "text": post_texts.praise(inventor.random(scope, number), praised)}

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
