"""Numbers and texts for a schema: what its format, its pattern or its name says that they should be."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mockserver.generate.likeness import LONGEST_TEXT, like
from mockserver.generate.tables import IMAGES, INDUSTRIES, PLACES, THIS_YEAR
from mockserver.plugin import Format
from mockserver.random import FakerWords, SeededRandom


def _date(random: SeededRandom) -> str:
    return f"{THIS_YEAR - 1}-{random.between('month', 1, 12):02}-{random.between('day', 1, 28):02}"


def _time(random: SeededRandom) -> str:
    return (
        f"{random.between('hour', 0, 23):02}:{random.between('minute', 0, 59):02}:{random.between('second', 0, 59):02}"
    )


FORMATS: Mapping[str, Format] = {
    "date-time": lambda random, _: f"{_date(random)}T{_time(random)}Z",
    "date": lambda random, _: _date(random),
    "time": lambda random, _: f"{_time(random)}Z",
    "duration": lambda random, _: f"P{random.between('days', 1, 30)}D",
    "email": lambda random, words: "{}.{}@example.com".format(*words.name(random.bits("name"))).lower(),
    "hostname": lambda random, _: f"host-{random.between('host', 1, 9999)}.example.com",
    "ipv4": lambda random, _: f"192.0.2.{random.between('host', 1, 254)}",
    "ipv6": lambda random, _: f"2001:db8::{random.between('host', 1, 65535):x}",
    "uri": lambda random, _: f"https://www.example.com/{random.bytes('uri').hex()}",
    "uuid": lambda random, _: str(uuid.UUID(bytes=random.bytes("uuid", 16), version=4)),
    "json-pointer": lambda random, _: f"/items/{random.between('index', 0, 9)}",
    "relative-json-pointer": lambda random, _: str(random.between("index", 0, 9)),
    "regex": lambda random, _: f"^[a-z]{{{random.between('length', 1, 9)}}}$",
    "byte": lambda random, _: base64.b64encode(random.bytes("byte", 12)).decode(),
    "first name": lambda random, words: words.name(random.bits("name"))[0],
    "last name": lambda random, words: words.name(random.bits("name"))[1],
    "full name": lambda random, words: " ".join(words.name(random.bits("name"))),
    "phone": lambda random, _: random.phone(),
    "image": lambda random, _: f"{IMAGES}/{random.bytes('image').hex()}.jpg",
    "currency": lambda random, _: random.pick("currency", ("USD", "EUR", "GBP")),
    "salary": lambda random, _: f"${random.between('salary', 50, 180)},000/yr",
    "company": lambda random, words: words.company(random.bits("company")),
    "place": lambda random, _: str(random.pick("place", PLACES)),
    "city": lambda random, _: random.pick("place", PLACES).city,
    "country": lambda random, _: random.pick("place", PLACES).country,
    "industry": lambda random, _: random.pick("industry", tuple(INDUSTRIES)),
    "skill": lambda random, _: random.pick("skill", [skill for several in INDUSTRIES.values() for skill in several]),
    "language": lambda random, _: random.pick("language", ("English", "French", "German", "Spanish")),
    "years": lambda random, _: f"{random.between('years', 2, 9)} yrs",
    "job": lambda random, words: words.job(random.bits("job")),
    "number": lambda random, _: str(random.between("number", 10_000_000, 999_999_999)),
    "token": lambda random, _: random.bytes("token").hex(),
    "urn": lambda random, _: f"urn:example:item:{random.between('urn', 1_000_000, 999_999_999)}",
    "sort": lambda random, _: random.pick("sort", ("standard", "regular", "basic")),
    "title": lambda random, words: words.slogan(random.bits("title")).title(),
    "post": lambda random, words: words.post(random.bits("post")),
}
"""Texts by what they are: a format of JSON Schema, or one of the kit's. A vendor's own take their place."""

_SAME = {"idn-email": "email", "idn-hostname": "hostname", "url": "uri", "iri": "uri", "uri-template": "uri"} | {
    "uri-reference": "uri",
    "iri-reference": "uri",
}
_SHORTEST: Mapping[str, Sequence[str]] = {
    "email": ("me@a.co", "a@b.c"),
    "hostname": ("a.example", "a.co"),
    "uri": ("https://a.co", "urn:a:b"),
    "ipv6": ("::1",),
}
"""Texts of a format for where there is little room."""
_CALLED = (
    ("first_?name", "first name"),
    ("last_?name|surname", "last name"),
    ("e_?mail", "email"),
    ("phone|mobile", "phone"),
    ("image|photo|picture|logo|avatar|thumbnail", "image"),
    ("(url|uri|link|website|href)$", "uri"),
    ("(domain|host)$", "hostname"),
    ("currency", "currency"),
    ("salary(_display|_text|_range)?$", "salary"),
    ("(full|person|poster|author|member|user|owner|sender)s?[ _]name", "full name"),
    ("(company|employer|organi[sz]ation|issuer|authority|publisher|investor)s?([ _]name)?$", "company"),
    ("(location|place|address)$", "place"),
    ("(city)$", "city"),
    ("(country)$", "country"),
    ("(industry)$", "industry"),
    ("skills?$", "skill"),
    ("languages?$", "language"),
    ("duration$", "years"),
    ("(time|_at|posted)$", "date-time"),
    ("(date|issued)$", "date"),
    ("urn$", "urn"),
    (r"\bid$|_id$|_number$", "number"),
    ("(uuid|token|cursor|hash|key)$", "token"),
    ("(role|position|occupation|job_?title)$", "job"),
    ("(type|kind|category|period)$", "sort"),
    ("(title|name|subject|headline|label)$", "title"),
    ("(text|about|summary|description|comment|content|bio|body)$", "post"),
)
"""What a text is by its name (``certifications name``: with its parent's): the first pattern found says it."""


@lru_cache(maxsize=4096)
def called(path: str) -> str:
    """The name of what stands at a path, and its parent's: ``/jobOffers/3/minSalary`` is ``job_offers min_salary``."""
    names = [name for name in path.split("/") if not name.isdigit()]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", " ".join(names[-2:])).lower()


@lru_cache(maxsize=4096)
def _meant(name: str) -> str:
    return next((what for pattern, what in _CALLED if re.search(pattern, name)), "")


def texts(
    facts: Mapping[str, Any],
    patterns: Sequence[str],
    path: str,
    random: SeededRandom,
    words: FakerWords,
    formats: Mapping[str, Format],
) -> Iterator[str]:
    """Texts that may do, the most telling ones first."""
    what = facts.get("format", "")
    what = _SAME.get(what, what)
    what = what if what in formats else _meant(called(path))
    if what:
        yield from _sized(formats[what](random, words), facts)
    if what == "date-time":
        ends = (".000Z", "+00:00", ".000000Z", ".000000+00:00", "")
        yield from (f"{_date(random)}T{_time(random)}{end}" for end in ends)
        yield from (f"{_date(random)} {_time(random)}", _date(random))
    yield from like(patterns, random, facts.get("minLength", 0), facts.get("maxLength"))
    if what:
        yield from _SHORTEST.get(what, ())
        yield formats[what](random, words).ljust(min(facts.get("minLength", 0), LONGEST_TEXT), "x")
    yield from (facts[key] for key in ("example", "default") if key in facts)
    yield from facts.get("examples", ())
    yield from _sized(words.slogan(random.bits("text")), facts)


def _sized(text: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """A text as it is, and cut or repeated to the length that is wanted."""
    yield text
    least, most = facts.get("minLength", 0), facts.get("maxLength", len(text))
    if least > LONGEST_TEXT:
        return
    longer = " ".join([text] * (least // (len(text) + 1) + 1)) if least > len(text) else text
    yield longer.ljust(least, "x")[: max(least, most)]
