"""Posts of people and companies: so many of each by the seed, and of whom a search for posts found what that was for.

What somebody was found by is told by the key, so that the post is in their list whoever asks, and whether or not
anybody has searched.
"""

from __future__ import annotations

import json
from base64 import b32decode, b32encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from functools import partial
from typing import Any

from mockserver.clock import DAY
from mockserver.plugin import Call
from mockserver.random import Inventor, SeededRandom
from mockserver.values import dataclass
from mockserver.vendors.linkedin import people, post_texts, posts

_MOST_ON_TOPIC = 30
_LONGEST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Post:
    """A post, not made yet: when it was posted, its likes, what it has attached, and what makes it of its author."""

    posted: int
    likes: int
    attached: str
    make: Callable[[Inventor, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Topic:
    """What somebody posts of once in so many days: words, a company's name, and what is attached; each may be empty."""

    days: int
    attached: str
    company: str
    words: str

    def told(self) -> str:
        """The topic as a person's key tells it."""
        text = json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))
        return b32encode(text.encode("utf-8", "replace")).decode().rstrip("=").lower()


def topic_of(key: str) -> Topic | None:
    """The topic that a person's key tells; None where it tells none."""
    told = people.topic_told(key)
    if not 0 < len(told) < _LONGEST_TOLD:
        return None
    try:
        days, attached, company, words = json.loads(b32decode(told.upper() + "=" * (-len(told) % 8)))
    except (ValueError, TypeError):
        return None
    are_texts = all(isinstance(one, str) for one in (attached, company, words))
    return Topic(days, attached, company, words) if are_texts and type(days) is int and 0 < days < 10_000 else None


def of_person(call: Call, key: str, activity: str = "posts") -> list[Post]:
    """What somebody posted, commented on or reacted to, the latest first."""
    own = of_author(call, f"person/{key}/{activity}")
    return newest_first([*own, *on_topic(call, key)]) if activity == "posts" else newest_first(own)


def of_company(call: Call, number: int) -> list[Post]:
    """What a company posted, the latest first."""
    return newest_first(of_author(call, f"company/{number}/posts"))


def of_author(call: Call, author: str) -> Iterator[Post]:
    """The posts that there are of an author by the seed."""
    for number in range(posts.count(call.seed, author)):
        yield _post(call, author, number, call.start - posts.age(call.seed, author, number))


def on_topic(call: Call, key: str) -> list[Post]:
    """What somebody posted on the topic that the key tells, the latest last: it is younger than the topic's days."""
    topic = topic_of(key)
    if topic is None:
        return []
    author, every = f"person/{key}/topic", topic.days * DAY
    first = call.start - SeededRandom(call.seed, author).between("ago", posts.MINUTE, every - 1)
    latest = max(0, call.now - first) // every
    numbers = range(max(0, latest - _MOST_ON_TOPIC + 1), latest + 1)
    return [_post(call, author, number, first + number * every, topic) for number in numbers]


def newest_first(some: Iterable[Post]) -> list[Post]:
    return sorted(some, key=lambda post: -post.posted)


def _post(call: Call, author: str, number: int, posted: int, topic: Topic | None = None) -> Post:
    attached = (topic and topic.attached) or posts.kind(call.seed, author, number)
    make = partial(_made, author, number, posted, call.now, attached, topic)
    return Post(posted, posts.likes(call.seed, author, number), attached, make)


def _made(
    author: str,
    number: int,
    posted: int,
    now: int,
    attached: str,
    topic: Topic | None,
    inventor: Inventor,
    who: Mapping[str, Any],
) -> dict[str, Any]:
    made = posts.post(inventor, author, number, who=who, posted=posted, now=now, attached=attached)
    return made if topic is None else {**made, "text": post_texts.about(made["text"], topic.words, topic.company)}
