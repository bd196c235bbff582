"""The verdicts, and which of them evidence makes: one function of guard clauses, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from mockserver.openapi.advice import Retry
from mockserver.resilience.evidence import Evidence
from mockserver.resilience.failure import Failure


class Verdict(StrEnum):
    RECOVERED = "recovered"
    REPORTED = "reported"
    CARRIED_ON = "carried-on"
    TOO_EARLY = "too-early"
    IN_VAIN = "retried-in-vain"
    UNFIRED = "unfired"
    STORM = "storm"
    HUNG = "hung"
    CRASHED = "crashed"
    LOST = "lost"
    ACTED_TWICE = "acted-twice"

    @property
    def rank(self) -> int:
        """How bad it is; a baseline lets nothing become worse."""
        return list(Verdict).index(self)


LETTERS = {
    Verdict.RECOVERED: "R",
    Verdict.REPORTED: "e",
    Verdict.CARRIED_ON: "o",
    Verdict.TOO_EARLY: "T",
    Verdict.IN_VAIN: "V",
    Verdict.UNFIRED: "U",
    Verdict.STORM: "S",
    Verdict.HUNG: "H",
    Verdict.CRASHED: "C",
    Verdict.LOST: "L",
    Verdict.ACTED_TWICE: "2",
}
"""A letter in the matrix. Small ones are those that aren't failures by default, and aren't recoveries either."""

MEANINGS = {
    Verdict.RECOVERED: "ended as the clean run did, and every vendor's state is that of the clean run",
    Verdict.REPORTED: "ended by itself with another exit code, and did nothing twice",
    Verdict.CARRIED_ON: "ended as the clean run did without having got the answer; nothing else differs",
    Verdict.TOO_EARLY: "asked again before Retry-After had passed",
    Verdict.IN_VAIN: "asked again what the spec says not to repeat",
    Verdict.UNFIRED: "never made the call, so the failure could not happen",
    Verdict.STORM: "asked again and again, more often than --storm allows",
    Verdict.HUNG: "did not end in time",
    Verdict.CRASHED: "ended by an exception that nobody handled, or by a signal",
    Verdict.LOST: "ended as the clean run did, but a vendor's state, or the output, is not that of the clean run",
    Verdict.ACTED_TWICE: "acted at a vendor more often than the clean run, and left more behind",
}

GOOD = (Verdict.RECOVERED, Verdict.REPORTED, Verdict.CARRIED_ON)
FAILING = tuple(verdict for verdict in Verdict if verdict not in GOOD)
"""What fails a run where nothing else is asked for."""


def judge(evidence: Evidence, failure: Failure, storm: int) -> Verdict:
    """The gravest verdict that the evidence makes. ``storm`` is how many repeats are none yet."""
    if evidence.has_fired and max(evidence.repeats, evidence.most_repeats) > storm:
        return Verdict.STORM
    if evidence.is_hung:
        return Verdict.HUNG
    if evidence.acted_again:
        return Verdict.ACTED_TWICE
    if evidence.crash:
        return Verdict.CRASHED
    if not evidence.has_fired:
        return Verdict.UNFIRED
    if evidence.same_exit and (evidence.differences or not evidence.same_output):
        return Verdict.LOST
    if evidence.too_early is not None:
        return Verdict.TOO_EARLY
    if evidence.repeats and (
        failure.retry is Retry.NEVER or (failure.retry is Retry.RECONNECT and not evidence.has_renewed)
    ):
        return Verdict.IN_VAIN
    if not evidence.same_exit:
        return Verdict.REPORTED
    return Verdict.RECOVERED if evidence.got_answer else Verdict.CARRIED_ON


def read_allowed(names: Iterable[str]) -> frozenset[Verdict]:
    """The verdicts of a list such as ``lost,hung``. Raises ValueError, whose text names the known ones."""
    words = [word.strip() for text in names for word in text.split(",") if word.strip()]
    for word in words:
        if word not in tuple(Verdict):
            raise ValueError(f"unknown verdict {word!r}; known are {', '.join(Verdict)}")
    return frozenset(map(Verdict, words))
