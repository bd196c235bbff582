"""Invented posts of a person or a company: so many, newest first, each the same on whichever page it comes.

A post's age is counted from the time at which the sandbox began, so that posts grow older with the sandbox's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.clock import DAY, HOUR, to_datetime
from mockserver.generate.tables import IMAGES
from mockserver.random import Inventor, SeededRandom
from mockserver.vendors.linkedin import post_texts

REACTIONS = ("appreciations", "empathy", "interests", "praises")
MINUTE = HOUR // 60
_COUNTS = (0, 3, 9, 14, 26, 38, 50, 61, 87, 120)
_UNITS = (
    ("year", "yr", 365 * DAY),
    ("month", "mo", 30 * DAY),
    ("week", "w", 7 * DAY),
    ("day", "d", DAY),
    ("hour", "h", HOUR),
    ("minute", "m", MINUTE),
)
KINDS = ("text", "text", "image", "image", "video", "document")
"""What a post has attached, by chance; ``text`` is nothing."""


def count(seed: int, author: str) -> int:
    """How many posts there are of an author, such as ``person/ada/posts``."""
    random = SeededRandom(seed, "posts", author)
    most = random.pick("most", _COUNTS)
    return most and random.between("count", max(most - 2, 1), most + 2)


def likes(seed: int, author: str, number: int) -> int:
    return SeededRandom(seed, "post", author, number).between("likes", 0, 400)


def age(seed: int, author: str, number: int) -> int:
    """How old a post was when the sandbox began, in milliseconds: number 0 is the newest."""
    gap = SeededRandom(seed, "posts", author).between("gap", 1, 12) * DAY
    jitter = SeededRandom(seed, "post", author, number).between("minutes", 1, gap // MINUTE - 1)
    return number * gap + jitter * MINUTE


def kind(seed: int, author: str, number: int) -> str:
    """What a post has attached."""
    return SeededRandom(seed, "post", author, number).pick("attached", KINDS)


def post(
    inventor: Inventor,
    author: str,
    number: int,
    *,
    who: Mapping[str, Any],
    posted: int,
    now: int,
    attached: str = "",
) -> dict[str, Any]:
    """What there is to know of a post of somebody with some attributes."""
    random = inventor.random("post", author, number)
    liked = likes(inventor.seed, author, number)
    urn = f"7{random.between('urn', 0, 10**18 - 1):018}"
    url = f"https://www.linkedin.com/feed/update/urn:li:activity:{urn}/"
    shown = attached or kind(inventor.seed, author, number)
    return {
        **_attached(inventor, random, shown),
        **{f"num_{name}": random.between(name, 0, liked // 5) for name in REACTIONS},
        "num_likes": liked,
        "num_comments": random.between("comments", 0, liked // 4),
        "num_reposts": random.between("reposts", 0, liked // 10),
        "post_type": shown,
        "post_url": url,
        "url": url,
        "urn": urn,
        "reshared": random.bits("reshared") % 6 == 0,
        "text": post_texts.text(random, who, posted),
        "posted": posted_time(posted),
        "time": relative_time(now - posted),
    }


def posted_time(instant: int) -> str:
    """``2025-05-08 14:00:00``, as FreshData writes it."""
    return f"{to_datetime(instant):%Y-%m-%d %H:%M:%S}"


def relative_time(age: int) -> str:
    """``3 days ago``: an age of milliseconds, as LinkedIn shows it."""
    amount, unit, _ = _largest(age)
    return f"{amount} {unit}{'s' * (amount != 1)} ago"


def short_age(age: int) -> str:
    """``3d``: an age as LinkedIn abbreviates it."""
    amount, _, unit = _largest(age)
    return f"{amount}{unit}"


def _largest(age: int) -> tuple[int, str, str]:
    """An age in the largest unit of which there is one; at least a minute, at most 99 years."""
    for unit, short, length in _UNITS:
        if age >= length:
            return min(age // length, 99), unit, short
    return 1, "minute", "m"


def _attached(inventor: Inventor, random: SeededRandom, kind: str) -> Mapping[str, Any]:
    """Images, or a video, or a document, or nothing: None where there is none."""
    name = random.bytes("media").hex()
    pictures = random.between("images", 1, 3) if kind == "image" else 0
    video = {"duration": random.between("duration", 5_000, 600_000), "stream_url": f"{IMAGES}/posts/{name}.mp4"}
    document = {
        "page_count": random.between("pages", 2, 40),
        "title": inventor.words.slogan(random.bits("title")),
        "url": f"{IMAGES}/posts/{name}.pdf",
    }
    return {
        "images": [{"url": f"{IMAGES}/posts/{name}-{index}.png"} for index in range(pictures)],
        "video": video if kind in ("video", "live video") else None,
        "document": document if kind == "document" else None,
    }
