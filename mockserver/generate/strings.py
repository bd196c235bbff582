"""Numbers and texts for a schema: what its format, its pattern or its name says that they should be."""

from __future__ import annotations

import base64
import math
import re
import string
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

import rstr

from mockserver.generate.errors import CannotGenerate
from mockserver.generate.tables import IMAGES, INDUSTRIES, PLACES, THIS_YEAR
from mockserver.plugin import Format
from mockserver.random import FakerWords, SeededRandom

LONGEST_TEXT = 20_000
_RANGES = (
    ("end_?year$", THIS_YEAR, THIS_YEAR),
    ("start_?year$", THIS_YEAR - 12, THIS_YEAR - 4),
    ("year", THIS_YEAR - 10, THIS_YEAR - 1),
    ("month", 1, 12),
    ("percent|ratio|score", 1, 100),
    ("(start|offset)$", 0, 0),
    ("(page|rounds?)$", 1, 5),
    ("per_?page|page_?(size|count)|limit", 5, 50),
    ("min.*(salary|amount|price)", 40_000, 79_000),
    ("max.*(salary|amount|price)", 80_000, 160_000),
    ("salary|amount|price|revenue|funding", 10_000, 5_000_000),
    ("duration|millis|_ms$", 5_000, 600_000),
    (r"\bid$|_id$", 1_000_000, 999_999_999),
    ("headcount|employee|follower|view", 5, 5_000),
    ("", 0, 250),
)
"""How large a number is by its name: what the first pattern that is found in it says."""


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
def _called(path: str) -> str:
    """The name of what stands at a path, and its parent's: ``/jobOffers/3/minSalary`` is ``job_offers min_salary``."""
    names = [name for name in path.split("/") if not name.isdigit()]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", " ".join(names[-2:])).lower()


@lru_cache(maxsize=4096)
def _usual(name: str) -> tuple[int, int]:
    return next((low, high) for pattern, low, high in _RANGES if re.search(pattern, name))


@lru_cache(maxsize=4096)
def _meant(name: str) -> str:
    return next((what for pattern, what in _CALLED if re.search(pattern, name)), "")


def number(facts: Mapping[str, Any], path: str, random: SeededRandom, *, whole: bool) -> float:
    """A number of usual size within the bounds, as a multiple of the smallest step."""
    step = Decimal(str(facts.get("multipleOf", 1 if whole else "0.01")))
    if whole and step % 1:
        step = step.scaleb(-int(step.as_tuple().exponent))
    low, high = _bounds(facts, step)
    if low is not None and high is not None and low > high and not whole and "multipleOf" not in facts:
        step /= 1_000_000
        low, high = _bounds(facts, step)
    usual_low, usual_high = (math.ceil(end / step) for end in _usual(_called(path)))
    first = usual_low if low is None else max(low, usual_low)
    last = usual_high if high is None else min(high, usual_high)
    if first > last:
        first = low if low is not None else (high or 0) - 1000
        last = high if high is not None else first + 1000
    if first > last:
        raise CannotGenerate(path, "no number lies within its bounds")
    value = random.between("number", first, last) * step
    return int(value) if whole else float(value)


def _bounds(facts: Mapping[str, Any], step: Decimal) -> tuple[int | None, int | None]:
    """The least and the largest number of steps that the bounds allow."""

    def steps(key: str) -> Iterator[Decimal]:
        if key in facts:
            yield Decimal(str(facts[key])) / step

    lows = [*map(math.ceil, steps("minimum")), *(math.floor(bound) + 1 for bound in steps("exclusiveMinimum"))]
    highs = [*map(math.floor, steps("maximum")), *(math.ceil(bound) - 1 for bound in steps("exclusiveMaximum"))]
    return max(lows, default=None), min(highs, default=None)


def texts(
    facts: Mapping[str, Any], path: str, random: SeededRandom, words: FakerWords, formats: Mapping[str, Format]
) -> Iterator[str]:
    """Texts that may do, the most telling ones first."""
    what = facts.get("format", "")
    what = _SAME.get(what, what)
    what = what if what in formats else _meant(_called(path))
    if what:
        yield from _sized(formats[what](random, words), facts)
    if what == "date-time":
        yield from (f"{_date(random)}T{_time(random)}.000Z", f"{_date(random)} {_time(random)}", _date(random))
    if "pattern" in facts:
        yield from _like(facts["pattern"], random, facts.get("minLength", 0))
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


def _like(pattern: str, random: SeededRandom, least: int) -> Iterator[str]:
    """Some texts that should match a pattern; its repetitions are short, unless a long text is wanted."""
    least = min(least, LONGEST_TEXT)
    for turn, (low, high) in enumerate(((0, 6), (0, 0), (0, 1), (1, 3), (0, 12), (least // 2, least), (least, least))):
        try:
            text = _Texts(Random(random.bits(f"pattern {turn}")), low, high).xeger(_as_python(pattern))  # noqa: S311
        except (re.error, ValueError, LookupError, OverflowError, RecursionError):
            return
        yield text
        yield text.ljust(least, "x")


def _as_python(pattern: str) -> str:
    """What differs between JavaScript's patterns and Python's: names of groups, classes of letters and digits."""
    pattern = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", pattern)
    return re.sub(r"\\p\{(Lu|L|N)\w*\}", lambda category: {"Lu": "E", "L": "e"}.get(category[1], r"\d"), pattern)


class _Texts(rstr.Rstr):
    """Texts for patterns: printable, of bounded length, and the same in every process (sets have no order)."""

    def __init__(self, source: Random, low: int, high: int) -> None:
        readable = string.ascii_letters + string.digits + " -"
        super().__init__(source, printable=readable, whitespace=" ", nonword=" -", nonwhitespace=readable[:-2])
        self._low, self._high, self._spare = low, high, LONGEST_TEXT

    def _handle_in(self, value: Any) -> Any:
        if value[0][0].name != "NEGATE":
            candidates = [character for state in value for character in self._handle_state(state)]
            return self._random.choice([c for c in candidates if c.isascii() and c.isalnum()] or candidates)
        excluded = {character for state in value[1:] for character in self._handle_state(state)}
        return self._random.choice([c for c in string.ascii_letters + string.digits + " -_.,+!" if c not in excluded])

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        times = min(end_range, start_range + self._random.randint(self._low, self._high))
        self._spare -= times
        if self._spare < 0:
            raise OverflowError("too long")
        return "".join("".join(self._handle_state(state) for state in value) for _ in range(times))
