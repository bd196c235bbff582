"""Thins out scenarios over a limit, the same for the same seed: each call and each failure stays at least once.

Pairwise: of the pairs of a call and a failure, first those are kept that bring a call or a failure which isn't there
yet, then those of the calls and failures that have the fewest.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence

from mockserver.random import SeededRandom
from mockserver.resilience.scenario import Scenario


def thin(scenarios: Sequence[Scenario], most: int, seed: int) -> tuple[list[Scenario], list[Scenario]]:
    """Those that are kept, in their order, and those that are left out.

    More than ``most`` are kept only where each call and each failure needs one.
    """
    if len(scenarios) <= most:
        return list(scenarios), []
    kept = _covering(scenarios, seed)
    calls = Counter(str(scenarios[index].call) for index in kept)
    failures = Counter(scenarios[index].failure.name for index in kept)
    waiting = [(_rarity(one, calls, failures), _drawn(one, seed), index) for index, one in enumerate(scenarios)]
    waiting = [item for item in waiting if item[2] not in kept]
    heapq.heapify(waiting)
    while len(kept) < most and waiting:
        rarity, drawn, index = heapq.heappop(waiting)
        now = _rarity(scenarios[index], calls, failures)
        if now > rarity:  # others of its call or its failure were kept meanwhile
            heapq.heappush(waiting, (now, drawn, index))
            continue
        kept.add(index)
        calls[str(scenarios[index].call)] += 1
        failures[scenarios[index].failure.name] += 1
    return (
        [one for index, one in enumerate(scenarios) if index in kept],
        [one for index, one in enumerate(scenarios) if index not in kept],
    )


def _covering(scenarios: Sequence[Scenario], seed: int) -> set[int]:
    """Few scenarios that hold each call and each failure."""
    kept: set[int] = set()
    calls: set[str] = set()
    failures: set[str] = set()
    order = sorted(range(len(scenarios)), key=lambda index: _drawn(scenarios[index], seed))
    for wanted in (2, 1):
        for index in order:
            one = scenarios[index]
            if (str(one.call) not in calls) + (one.failure.name not in failures) >= wanted:
                kept.add(index)
                calls.add(str(one.call))
                failures.add(one.failure.name)
    return kept


def _rarity(one: Scenario, calls: Counter[str], failures: Counter[str]) -> int:
    return calls[str(one.call)] + failures[one.failure.name]


def _drawn(one: Scenario, seed: int) -> int:
    return SeededRandom(seed, "scenario", one.name, 0).bits("order")
