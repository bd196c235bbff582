"""The numbers of invented companies: each tells a size, an industry and a place, so that one can be made for them.

Those of companies that were searched for by name or words lie in blocks of their own, beyond all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mockserver.generate.tables import INDUSTRIES, PLACES, Place
from mockserver.random import Inventor

FIRST_ID, LAST_ID = 1_000, 99_999_999
RANGES = ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000), (10001, 80000))
_KINDS = len(RANGES) * len(INDUSTRIES) * len(PLACES)
_VARIANTS, _TURNS = 1_500, 200
FIRST_PINNED = 200_000_000 // _KINDS * _KINDS
BLOCKS = 1_000
"""Blocks of numbers for companies searched for by name or words; all fit into 32 bits."""


def range_of(number: int) -> tuple[int, int]:
    """How many employees a company has, from and to."""
    return RANGES[number % len(RANGES)]


def industry_of(number: int) -> str:
    return tuple(INDUSTRIES)[number // len(RANGES) % len(INDUSTRIES)]


def place_of(number: int) -> Place:
    """Where a company's headquarters are."""
    return PLACES[number // (len(RANGES) * len(INDUSTRIES)) % len(PLACES)]


def matching(
    inventor: Inventor,
    scope: str,
    *,
    sizes: Sequence[int] = (),
    industries: Sequence[int] = (),
    places: Sequence[int] = (),
    block: int | None = None,
    fits: Callable[[int], bool] | None = None,
) -> int | None:
    """The number of a company invented for a scope: of one of these sizes, industries and places, where some are named.

    They are indices: of a range of employees (``size_of``), of an industry and of a place. ``block`` is where numbers
    of companies lie that were searched for by more than that. None where none of many ``fits``.
    """
    for turn in range(_TURNS if fits else 1):
        of = scope if not turn else f"{scope}/{turn}"
        random, chance = inventor.random("company", of), by_chance(inventor, of)
        size = random.pick("size", sizes or range(len(RANGES)))
        industry = random.pick("industry", industries or range(len(INDUSTRIES)))
        place = random.pick("place", places or range(len(PLACES)))
        base = chance // _KINDS * _KINDS or _KINDS
        if block is not None:
            base = FIRST_PINNED + (block * _VARIANTS + chance % _VARIANTS) * _KINDS
        number = base + (place * len(INDUSTRIES) + industry) * len(RANGES) + size
        if fits is None or fits(number):
            return number
    return None


def block_of(number: int) -> int | None:
    """The block in which the number of a company lies that was searched for by name or words; None of any other."""
    block = (number - FIRST_PINNED) // (_VARIANTS * _KINDS)
    return block if 0 <= block < BLOCKS else None


def size_of(text: str) -> int | None:
    """The index of the range that a text such as ``51-200`` or ``10,001+`` begins in; None where it names none."""
    number = re.match(r"\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})", text)
    least = int(number[1].replace(",", "")) if number else 0
    return next((index for index, (low, high) in enumerate(RANGES) if low <= least <= high), None)


def by_chance(inventor: Inventor, scope: str) -> int:
    """The number of some company or other, for a scope."""
    return inventor.random("company", scope).between("number", FIRST_ID, LAST_ID)
