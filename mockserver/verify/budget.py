"""Bounds what a verification may cost: so many calls, so many credits, so fast. Nothing is spent beyond it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.verify.errors import VerifyError

Clock = Callable[[], float]
_RATE = re.compile(r"([1-9][0-9]{0,5})/([smh])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(slots=True)
class Budget:
    """How many calls and credits may be spent, and how many were. ``most_credits`` is None where all may be."""

    most_calls: int
    most_credits: Decimal | None
    calls: int = 0
    credits: Decimal = Decimal(0)

    def reserve(self, price: Decimal | None) -> str:
        """Take a call that may cost as much from the budget; else why it must not be made.

        ``price`` is None where nobody can tell the most that it may cost.
        """
        if self.calls >= self.most_calls:
            return f"the cap of {self.most_calls} calls is reached"
        if self.most_credits is not None:
            if price is None:
                return "the spec sets no bound to what it costs"
            left = self.most_credits - self.credits
            if price > left:
                return f"it may cost {plain(price)} credits, and {plain(left)} of {plain(self.most_credits)} are left"
        self.calls += 1
        self.credits += price or 0
        return ""

    def settle(self, reserved: Decimal | None, paid: Decimal) -> None:
        """Put what a call really cost in place of what was taken for it."""
        self.credits += paid - (reserved or 0)


def plain(credits: Decimal) -> str:
    """``12.5``, ``50``."""
    return f"{credits.normalize():f}"


class Rate:
    """At most so many calls in any span of so many seconds: ``10/m``; ``none`` for as fast as it goes."""

    def __init__(self, text: str, clock: Clock, sleep: Callable[[float], object]) -> None:
        match = _RATE.fullmatch(text)
        if match is None and text != "none":
            raise VerifyError(f"--rate {text}: a rate is written as 2/s, 10/m or 100/h, or none")
        self._most, self._span = (int(match[1]), _SECONDS[match[2]]) if match else (0, 0.0)
        self._clock, self._sleep = clock, sleep
        self._made: deque[float] = deque()

    def wait(self) -> None:
        """Wait until a call may be made, and count it."""
        if not self._most:
            return
        while len(self._made) >= self._most:
            left = self._made[0] + self._span - self._clock()
            if left <= 0:
                self._made.popleft()
            else:
                self._sleep(left)
        self._made.append(self._clock())


def most_results(operation: Operation, schemas: Schemas) -> int | None:
    """How many results an answer may hold: as many as its lists; None where the spec doesn't say."""
    if operation.credits is None or not operation.credits.per_result:
        return 0
    bounds: list[int | None] = []
    for name, media in operation.success.content.items():
        if is_json(name) and media.schema:
            parts = [media.schema, *schemas.properties(media.schema).values()]
            lists = [schemas.schema(part) for part in parts if "array" in schemas.types(part)]
            bounds += [schema.get("maxItems") if isinstance(schema, dict) else None for schema in lists]
    return None if not bounds or None in bounds else sum(bound for bound in bounds if bound is not None)
