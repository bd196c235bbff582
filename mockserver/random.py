"""Seeded randomness for invented data: numbers that follow from names alone, and words that follow from numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from mockserver.values import dataclass

if TYPE_CHECKING:
    from faker import Faker

T = TypeVar("T")
_AREA_CODES = (202, 206, 303, 312, 404, 415, 512, 617, 702)


class SeededRandom:
    """Numbers that follow from names alone: ``SeededRandom(seed, "person", "ada").between("age", 20, 60)``."""

    __slots__ = ("_of",)

    def __init__(self, *of: object) -> None:
        self._of = hashlib.blake2b(repr(of).encode(), digest_size=32)

    def bytes(self, what: str, count: int = 8) -> bytes:
        """Up to 32 of them, the same in every process."""
        hashed = self._of.copy()
        hashed.update(what.encode("utf-8", "surrogatepass"))
        return hashed.digest()[:count]

    def bits(self, what: str) -> int:
        """64 bits."""
        return int.from_bytes(self.bytes(what), "big")

    def pick(self, what: str, table: Sequence[T]) -> T:
        return table[self.bits(what) % len(table)]

    def between(self, what: str, low: int, high: int) -> int:
        """A number from low to high, both included."""
        return low + self.bits(what) % (high - low + 1)

    def some(self, what: str, table: Sequence[T], count: int) -> list[T]:
        """That many different entries, in any order."""
        return sorted(table, key=lambda entry: self.bits(f"{what} {entry}"))[:count]

    def phone(self) -> str:
        """A number of the range that is reserved for fiction: ``+1-202-555-0142``."""
        return f"+1-{self.pick('area', _AREA_CODES)}-555-01{self.between('phone', 0, 99):02}"


@dataclass(frozen=True, slots=True)
class Inventor:
    """What invented data is drawn from: a seed, and words.

    ``month`` is that of the sandbox's time (``clock.month_of``; 0 where there is none): what grows older depends on it.
    """

    seed: int
    words: FakerWords
    month: int = 0

    def random(self, *of: object) -> SeededRandom:
        """Numbers that follow from the seed and these names: ``inventor.random("ship", "hms-example")``."""
        return SeededRandom(self.seed, *of)


class FakerWords:
    """Names and phrases by number, from one Faker: made when first needed, since importing it takes long."""

    def __init__(self) -> None:
        self._made: Faker | None = None

    def _faker(self, number: int) -> Faker:
        if self._made is None:
            from faker import Faker

            self._made = Faker("en_US", use_weighting=False)
        self._made.seed_instance(number)
        return self._made

    def name(self, number: int) -> tuple[str, str]:
        """A first and a last name."""
        faker = self._faker(number)
        return faker.first_name(), faker.last_name()

    def company(self, number: int) -> str:
        return self._faker(number).company()

    def slogan(self, number: int) -> str:
        """``Optimized needs-based matrix``."""
        return self._faker(number).catch_phrase()

    def purpose(self, number: int) -> str:
        """``scale transparent methodologies``."""
        return self._faker(number).bs()

    def job(self, number: int) -> str:
        return self._faker(number).job()

    def post(self, number: int) -> str:
        """``How we scale transparent methodologies.``"""
        return f"How we {self.purpose(number)}."
