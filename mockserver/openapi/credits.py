"""Prices of calls: the extension ``x-credits`` of an operation, and the one formula that makes a price of it.

Amounts are decimals of the vendor's credits, exact: 3 results at 0.3 cost 0.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any

FREE = Decimal(0)
ROUNDINGS = ("down",)


@dataclass(frozen=True, slots=True)
class Credits:
    """What a call costs, as the spec writes it: ``rounding`` is ``down`` (to a whole credit) or empty.

    ``least`` is what one costs that asks for no option and brings no result.
    """

    base: float
    per_option: float = 0
    free_options: tuple[str, ...] = ()
    per_result: float = 0
    rounding: str = ""
    least: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "least", _total(self, 0, 0))

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Credits | None:
        """The price that an ``x-credits`` describes."""
        if raw is None:
            return None
        free = tuple(raw.get("free_options", ()))
        return cls(raw["base"], raw.get("per_option", 0), free, raw.get("per_result", 0), raw.get("rounding", ""))

    def price(self, inputs: Mapping[str, Any], results: int = 0) -> Decimal:
        """What a call costs that brings so many results. Each of its inputs that is true is an option, unless free.

        ``inputs`` are the declared ones by name, as data (``True``) or as they are sent (``"true"``).
        """
        options = 0
        if self.per_option:
            options = sum(value in (True, "true") and name not in self.free_options for name, value in inputs.items())
        return _total(self, options, results) if options or results else self.least


def price(credits: Credits | None, inputs: Mapping[str, Any], results: int = 0) -> Decimal:
    """What a call costs, as ``Credits.price`` says; nothing where no price is told."""
    return FREE if credits is None else credits.price(inputs, results)


def _total(credits: Credits, options: int, results: int) -> Decimal:
    total = _exact(credits.base) + options * _exact(credits.per_option) + results * _exact(credits.per_result)
    return total.to_integral_value(ROUND_FLOOR) if credits.rounding == "down" else total


def results_in(body: Any) -> int:
    """How many results an answer holds: what stands in its lists."""
    lists = body.values() if isinstance(body, dict) else [body]
    return sum(len(one) for one in lists if isinstance(one, list))


@lru_cache(maxsize=256)
def _exact(credits: float) -> Decimal:
    return Decimal(str(credits))
