"""Runs what failed once more, alone: a busy machine makes a client late, and a late one may look like a bad one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from mockserver.resilience.report import Result
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.text import grouped

MOST = 10
"""So many failures are seen twice; with them the run has failed, whatever the others would do."""


def look_again(failed: Sequence[Result], run: Callable[[Scenario], Result]) -> Iterator[Result]:
    """Each failure as it is after a second look: the same, or what two of three runs say, with the verdicts of all.

    Failures of different calls and verdicts come first.
    """
    seen_twice = 0
    for first in _in_turn(failed):
        if seen_twice == MOST:
            return
        second = run(first.scenario)
        if second.verdict is first.verdict:
            seen_twice += 1
            yield first
        else:
            yield _decided(first, second, run(first.scenario))


def _in_turn(failed: Sequence[Result]) -> list[Result]:
    """The first of each group, then the second of each, and so on."""
    return [one for row in zip_longest(*grouped(failed)) for one in row if one is not None]


def _decided(*runs: Result) -> Result:
    """What most of the runs say; where all differ, the gravest."""
    verdicts = tuple(one.verdict for one in runs)
    counts = Counter(verdicts)
    verdict = max(verdicts, key=lambda one: (counts[one], one.rank))
    chosen = next(one for one in runs[::-1] if one.verdict is verdict)
    sentence = f"in {len(runs)} runs: {', '.join(verdicts)}; the last that was {verdict}: {chosen.sentence}"
    return replace(chosen, sentence=sentence, runs=verdicts)
