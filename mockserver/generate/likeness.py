"""Texts that match regular expressions."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from itertools import islice, product
from random import Random
from typing import Any

import rstr

from mockserver.random import SeededRandom

LONGEST_TEXT = 100_000
_SHORT = ((0, 6), (0, 0), (0, 1), (1, 3), (0, 12))
"""How often a repetition goes round beyond what it must: at least and at most, in one attempt after another."""
_MOST_TOGETHER = 3


def like(patterns: Sequence[str], random: SeededRandom, least: int = 0, most: int | None = None) -> Iterator[str]:
    """Some texts that should match all of some patterns, between two lengths; the likeliest first."""
    least = min(least, LONGEST_TEXT)
    for pattern in patterns:
        yield from _like_one(pattern, random, least, most)
    for one, other in product(patterns, patterns):
        if one != other:
            beginnings, ends = (islice(_drawn(pattern, random, 0), _MOST_TOGETHER) for pattern in (one, other))
            yield from ("".join(both) for both in product(beginnings, ends))


def _like_one(pattern: str, random: SeededRandom, least: int, most: int | None) -> Iterator[str]:
    """As they are drawn, and filled up; then cut, filled from the left, and with something before what has no start."""
    for text in _drawn(pattern, random, least):
        yield text
        yield text.ljust(least, "x")
    for text in _drawn(pattern, random, least):
        yield text[:most]
        yield text.rjust(least, "x")
        if not pattern.startswith("^"):
            yield f"item{text}".rjust(least, "x")


def _drawn(pattern: str, random: SeededRandom, least: int) -> Iterator[str]:
    """Texts for one pattern; its repetitions are short, then long enough for the length that is wanted."""
    long = ((least // 2, least), (least, least)) if least else ()
    for turn, (low, high) in enumerate((*_SHORT, *long)):
        source = Random(random.bits(f"pattern {turn}"))  # noqa: S311
        try:
            text = _Texts(source, low, high, is_whole=turn >= len(_SHORT)).xeger(_as_python(pattern))
        except (re.error, ValueError, LookupError, OverflowError, RecursionError):
            return
        yield text


def _as_python(pattern: str) -> str:
    """What differs between JavaScript's patterns and Python's: names of groups, classes of letters and digits."""
    pattern = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", pattern)
    return re.sub(r"\\p\{(Lu|L|N)\w*\}", lambda category: {"Lu": "E", "L": "e"}.get(category[1], r"\d"), pattern)


class _Texts(rstr.Rstr):
    """Texts for patterns: printable, of bounded length, and the same in every process (sets have no order)."""

    def __init__(self, source: Random, low: int, high: int, *, is_whole: bool) -> None:
        readable = string.ascii_letters + string.digits + " -"
        super().__init__(source, printable=readable, whitespace=" ", nonword=" -", nonwhitespace=readable[:-2])
        self._low, self._high, self._spare = low, high, LONGEST_TEXT
        self._is_whole = is_whole

    def _handle_in(self, value: Any) -> Any:
        if value[0][0].name != "NEGATE":
            candidates = [character for state in value for character in self._handle_state(state)]
            return self._random.choice([c for c in candidates if c.isascii() and c.isalnum()] or candidates)
        excluded = {character for state in value[1:] for character in self._handle_state(state)}
        return self._random.choice([c for c in string.ascii_letters + string.digits + " -_.,+!" if c not in excluded])

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        more = self._random.randint(self._low, self._high)
        times = min(end_range, max(start_range, more) if self._is_whole else start_range + more)
        self._spare -= times
        if self._spare < 0:
            raise OverflowError("too long")
        return "".join("".join(self._handle_state(state) for state in value) for _ in range(times))
