"""Learns from two runs without a fault: the calls in order, what they change, the end state; and what is unsteady."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mockserver.errors import MockServerError
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.run import Acting, Call, Question, Run, Usual
from mockserver.resilience.scenario import CallName
from mockserver.resilience.states import Steadiness, steadiness, together

LONGEST_OUTPUT = 2000
LATER = 61
"""The seconds by which the clock of the second run is later: times of whole seconds or minutes differ then, too."""


class CleanRunFailed(MockServerError):
    """A clean run that can't be compared with; the text says why, and what the subject wrote."""


@dataclass(frozen=True, slots=True)
class CleanRun:
    """``first`` is what scenarios are compared with. ``unstable`` are calls that the runs didn't both make alike.

    ``steady`` is what both states agree on, ``unsteady`` what differed, in sentences. ``unsteady_lines`` are lines of
    output that differ.
    """

    first: Run
    second: Run
    steady: Steadiness
    unstable: frozenset[CallName]
    unsteady: tuple[str, ...]
    unsteady_lines: frozenset[int]

    @property
    def seconds(self) -> float:
        return max(self.first.ending.seconds, self.second.ending.seconds)

    @property
    def names(self) -> list[CallName]:
        """The calls in order, those that both runs have made."""
        return [name for call in self.first.calls if (name := name_of(call)) and self._is_common(call)]

    def _is_common(self, call: Call) -> bool:
        return call.number <= self.second.counts.get(call.of, 0)

    @property
    def counts(self) -> Mapping[Acting, int]:
        """How often each operation is called: the more of the two."""
        both = self.first.counts, self.second.counts
        return {key: max(one.get(key, 0) for one in both) for key in dict.fromkeys((*both[0], *both[1]))}

    @property
    def usual(self) -> Usual:
        return Usual(self.counts, self.seconds)

    def call(self, name: CallName) -> Call:
        return next(call for call in self.first.calls if name_of(call) == name)

    def asked(self, question: Question) -> int:
        """How often a question is asked: the more of the two."""
        return max(run.questions.get(question, 0) for run in (self.first, self.second))

    def is_known(self, question: Question) -> bool:
        """Whether both runs have asked it, so that it isn't made anew each time."""
        return question in self.first.questions and question in self.second.questions

    def acts(self, name: CallName) -> bool:
        """Whether a call changed the vendor's state."""
        return bool(self.call(name).changes)


def name_of(call: Call) -> CallName:
    return CallName(call.vendor, call.operation, call.number)


def learn(laboratory: Laboratory) -> CleanRun:
    """Two clean runs, one after the other; a third in place of the first, where they differ. Raises CleanRunFailed."""
    remarks: list[str] = []
    first = _run(laboratory, "clean run", remarks)
    if not first.calls:
        raise CleanRunFailed(
            "the clean run called no vendor in its sandbox; the command finds them in <VENDOR>_BASE_URL and "
            f"<VENDOR>_API_KEY{_written(first)}"
        )
    if first.dropped:
        raise CleanRunFailed(f"the clean run made more calls than its journal holds: {first.dropped} are gone")
    second = _run(laboratory, "second clean run, unlike the first,", remarks, later=LATER)
    if first.counts != second.counts or _unstable(first.calls, second.calls):  # a cold start may make a client repeat
        first, second = second, _run(laboratory, "third clean run, unlike the others,", remarks)
    lines = _unsteady_lines(first.ending.stdout, second.ending.stdout)
    steady = steadiness(first.states, second.states, first.begun)
    unstable = frozenset(_unstable(first.calls, second.calls))
    remarks += _unsteady(first, second, steady, unstable)
    return CleanRun(first, second, steady, unstable, tuple(remarks), lines)


def _run(laboratory: Laboratory, which: str, remarks: list[str], *, later: int = 0) -> Run:
    """A clean run; a second one where it failed, since on a busy machine a client may lose its patience with nothing.

    Raises CleanRunFailed where that fails too.
    """
    run = laboratory.run(later=later)
    if not run.ending.is_hung and run.ending.code != 0:
        told, run = run.ending.told, laboratory.run(later=later)
        if run.ending.code == 0:
            remarks.append(f"a clean run failed, and not when it was made again: {told}")
    _refuse_failed(run, which)
    return run


def _refuse_failed(run: Run, which: str) -> None:
    ending = run.ending
    if ending.is_hung:
        raise CleanRunFailed(f"the {which} did not end within ten times --timeout{_written(run)}")
    if ending.code != 0:
        raise CleanRunFailed(f"the {which} failed: {ending.told}{_written(run)}")


def _written(run: Run) -> str:
    """The end of what the subject wrote."""
    text = (run.ending.stderr.strip() or run.ending.stdout.strip())[-LONGEST_OUTPUT:]
    return f"\n{text}" if text else ""


def _unstable(first: Sequence[Call], second: Sequence[Call]) -> list[CallName]:
    """Calls that ask something else in the other run, or that it doesn't make."""
    asked = {name_of(call): call.question for call in second}
    return [name for call in first if asked.get(name := name_of(call)) != call.question]


def _unsteady_lines(first: str, second: str) -> frozenset[int]:
    """The numbers of the lines that differ."""
    pairs = zip(first.splitlines(), second.splitlines(), strict=False)
    return frozenset(number for number, (one, other) in enumerate(pairs) if one != other)


def _unsteady(first: Run, second: Run, steady: Steadiness, unstable: frozenset[CallName]) -> list[str]:
    """What differs between the two runs, and what follows."""
    sentences = []
    orders = [Counter(call.of for call in run.calls) for run in (first, second)]
    if orders[0] != orders[1]:
        differing = [key for key in dict.fromkeys((*orders[0], *orders[1])) if orders[0][key] != orders[1][key]]
        counted = ", ".join(f"{'.'.join(key)} {orders[0][key]} and {orders[1][key]} times" for key in differing)
        sentences.append(f"the clean runs differ in their calls: {counted}; only those that both made are tried")
    elif [call.of for call in first.calls] != [call.of for call in second.calls]:
        sentences.append("the clean runs call in a different order; calls are counted by operation")
    if unstable:
        sentences.append(f"the clean runs ask differently: {', '.join(map(str, sorted(unstable)))}")
    masked = [f"{vendor} {pointer}" for vendor, pointer in together(steady.masked)]
    made = sorted(f"{vendor} {pointer}/*" for vendor, pointer in steady.stable_keys)
    if masked or made:
        sentences.append(f"not compared, as it differs between the clean runs: {', '.join([*made, *masked])}")
    return sentences
