"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a run. Each round visits every contender: ``starts`` starts, a warm-up, ``seconds`` of load.

    ``operations`` and ``sandboxes`` are how many the crowded servers hold.
    """

    rounds: int
    seconds: float
    warmup: float
    starts: int
    connections: int
    operations: int
    sandboxes: int


FULL = Plan(rounds=5, seconds=3, warmup=1, starts=2, connections=16, operations=600, sandboxes=10_000)
QUICK = Plan(rounds=1, seconds=0.5, warmup=0, starts=1, connections=4, operations=60, sandboxes=100)
