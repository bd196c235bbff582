"""Collects the facts of a scenario: what was seen, set against the clean run. Nothing here is a guess, or a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.clock import SECOND
from mockserver.openapi.model import Operation
from mockserver.resilience.clean_run import CleanRun
from mockserver.resilience.run import Acting, Call, Run
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.states import ABSENT, Difference

SLACK = 0.05  # seconds that a client may wait less: timers and clocks are rounded


@dataclass(frozen=True, slots=True)
class Evidence:
    """``repeats`` counts how much more often the same was asked than in the clean run, ``extra_calls`` how often its
    operation was called; ``has_renewed`` says that something else was called before the repeat. ``too_early`` are the
    seconds of a ``Retry-After`` that wasn't waited for. ``acted_again`` are operations that changed the state more
    often than there, each with the differences that come from it. ``differences`` leaves out what reading costs, which
    is in ``costs``. ``is_partial`` says that not all calls are known any more.
    """

    has_fired: bool
    has_acted: bool
    repeats: int
    extra_calls: int
    has_renewed: bool
    too_early: float | None
    acted_again: Mapping[Acting, Sequence[Difference]]
    differences: Sequence[Difference]
    costs: Sequence[Difference]
    got_answer: bool
    same_exit: bool
    same_output: bool
    crash: str
    is_hung: bool
    told: str
    is_partial: bool = False


Operations = Mapping[Acting, Operation]


def collect(scenario: Scenario, clean: CleanRun, run: Run, operations: Operations, *, with_output: bool) -> Evidence:
    """The facts of a run with a fault. ``with_output`` compares what was written to standard output, too."""
    differences = clean.steady.differences(clean.first.states, run.states)
    acts, usual = _acts(run.calls, clean), _acts(clean.first.calls, clean)
    costs = [one for one in differences if _is_cost(one, acts, usual, clean, operations)]
    remaining = [one for one in differences if one not in costs]
    ending, expected = run.ending, clean.first.ending
    return Evidence(
        has_fired=run.has_fired,
        has_acted=any(call.changes for call in run.faulty),
        repeats=_repeats(scenario, clean, run),
        extra_calls=max(0, run.counts.get(_of(scenario), 0) - clean.counts.get(_of(scenario), 0)),
        has_renewed=_has_renewed(scenario, clean, run),
        too_early=_too_early(run.calls),
        acted_again=_acted_again(acts, usual, remaining, clean, operations),
        differences=remaining,
        costs=costs,
        got_answer=_got_answer(scenario, clean, run),
        same_exit=ending.code == expected.code,
        same_output=not with_output or _same_output(clean, ending.stdout),
        crash=ending.crash,
        is_hung=ending.is_hung,
        told=ending.told,
        is_partial=run.dropped > 0,
    )


def _of(scenario: Scenario) -> Acting:
    return scenario.call.vendor, scenario.call.operation


def _alike(calls: Iterable[Call], scenario: Scenario, clean: CleanRun) -> list[Call]:
    """The calls that ask what the scenario's does; where that changes from run to run, those of its operation."""
    asked = clean.call(scenario.call).question
    return [call for call in calls if call.of == _of(scenario) and (scenario.is_unstable or call.question == asked)]


def _repeats(scenario: Scenario, clean: CleanRun, run: Run) -> int:
    """How much more often the same was asked after the failure than in the clean run after that call."""
    if not run.faulty:
        return 0
    after = run.calls[run.calls.index(run.faulty[0]) + 1 :]
    usual = clean.first.calls[clean.first.calls.index(clean.call(scenario.call)) + 1 :]
    return max(0, len(_alike(after, scenario, clean)) - len(_alike(usual, scenario, clean)))


def _has_renewed(scenario: Scenario, clean: CleanRun, run: Run) -> bool:
    """Whether another operation was called between the failure and the next time that the same was asked."""
    if not run.faulty:
        return False
    after = run.calls[run.calls.index(run.faulty[0]) + 1 :]
    again = next(iter(_alike(after, scenario, clean)), None)
    return again is not None and after.index(again) > 0


def _got_answer(scenario: Scenario, clean: CleanRun, run: Run) -> bool:
    """Whether as many good answers to the question came as in the clean run."""
    good, usual = (
        sum(call.is_good for call in _alike(calls, scenario, clean)) for calls in (run.calls, clean.first.calls)
    )
    return good >= usual


def _too_early(calls: Sequence[Call]) -> float | None:
    """The seconds of the first ``Retry-After`` before whose end something was asked again."""
    for number, call in enumerate(calls):
        if call.retry_after is None or not call.is_faulty:
            continue
        later = calls[number + 1 :]
        same = (one for one in later if one.question == call.question)
        again = next(same, None) or next((one for one in later if one.of == call.of), None)
        if again is not None and (again.now_asked - call.now) / SECOND < call.retry_after - SLACK:
            return call.retry_after
    return None


Acts = Mapping[Acting, Sequence[Call]]


def _acts(calls: Iterable[Call], clean: CleanRun) -> Acts:
    """The calls that changed something which is compared, by operation."""
    acts: dict[Acting, list[Call]] = {}
    for call in calls:
        if any(not clean.steady.is_masked(call.vendor, change["pointer"]) for change in call.changes):
            acts.setdefault(call.of, []).append(call)
    return acts


def _acted_again(
    acts: Acts,
    usual: Acts,
    differences: Sequence[Difference],
    clean: CleanRun,
    operations: Operations,
) -> dict[Acting, list[Difference]]:
    """Operations that changed the state more often than in the clean run, and left it different by that."""
    again = {}
    for of, calls in acts.items():
        if len(calls) <= len(usual.get(of, ())) or _only_reads(operations.get(of)):
            continue
        touched = [one for one in differences if _touches(calls, one, clean) and not _is_undone(one, clean)]
        if touched:
            again[of] = touched
    return again


def _only_reads(operation: Operation | None) -> bool:
    """Whether a call of an operation changes nothing but what it costs, however often it is made."""
    return operation is not None and operation.read_only and operation.idempotent


def _is_undone(difference: Difference, clean: CleanRun) -> bool:
    """Whether a place is as it was before the clean run changed it: then a client has taken something back."""
    place = clean.steady.named(difference.vendor, difference.pointer)
    for call in clean.first.calls:
        for change in call.changes if call.vendor == difference.vendor else ():
            changed = clean.steady.named(call.vendor, change["pointer"])
            if changed == place or ("before" not in change and place.startswith(f"{changed}/")):
                return bool(change.get("before", ABSENT) == difference.found)
    return False


def _touches(calls: Iterable[Call], difference: Difference, clean: CleanRun) -> bool:
    """Whether one of the calls changed the place of a difference, or something in or around it."""
    place = clean.steady.named(difference.vendor, difference.pointer) + "/"
    for call in calls:
        for change in call.changes if call.vendor == difference.vendor else ():
            changed = clean.steady.named(call.vendor, change["pointer"]) + "/"
            if place.startswith(changed) or changed.startswith(place):
                return True
    return False


def _is_cost(difference: Difference, acts: Acts, usual: Acts, clean: CleanRun, operations: Operations) -> bool:
    """Whether a difference comes only from reading more, or less, often than in the clean run."""
    causes = Counter({of: len(calls) for of, calls in acts.items()})
    causes.subtract({of: len(calls) for of, calls in usual.items()})
    touching = [
        of
        for of, count in causes.items()
        if count and _touches([*acts.get(of, ()), *usual.get(of, ())], difference, clean)
    ]
    return bool(touching) and all(_only_reads(operations.get(of)) for of in touching)


def _same_output(clean: CleanRun, stdout: str) -> bool:
    """Whether the lines are those of the clean run, save those on which the clean runs don't agree."""
    expected, found = clean.first.ending.stdout.splitlines(), stdout.splitlines()
    pairs = enumerate(zip(expected, found, strict=False))
    return len(expected) == len(found) and all(
        one == other for number, (one, other) in pairs if number not in clean.unsteady_lines
    )
