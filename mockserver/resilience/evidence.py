"""Collects the facts of a scenario: what was seen, set against the clean run. Nothing here is a guess, or a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.clock import SECOND
from mockserver.openapi.model import Operation
from mockserver.resilience.clean_run import CleanRun
from mockserver.resilience.pairing import ABSENT
from mockserver.resilience.run import Acting, Call, Run
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.states import Difference, Names, Place, named

SLACK = 0.05  # seconds that a client may wait less: timers and clocks are rounded


@dataclass(frozen=True, slots=True)
class Evidence:
    """``repeats`` counts how much more often the same was asked than in the clean run, ``most_repeats`` is that of the
    question of its operation that was repeated most; ``has_renewed`` says that something else was called before the
    repeat. ``too_early`` are the
    seconds of a ``Retry-After`` that wasn't waited for. ``acted_again`` are operations that changed the state more
    often than there, each with the differences that come from it. ``differences`` leaves out what reading costs, which
    is in ``costs``. ``is_partial`` says that not all calls are known any more, ``is_keyed`` that the call
    which met the failure bore an ``Idempotency-Key``.
    """

    has_fired: bool
    has_acted: bool
    repeats: int
    most_repeats: int
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
    is_keyed: bool = False


Operations = Mapping[Acting, Operation]


def collect(scenario: Scenario, clean: CleanRun, run: Run, operations: Operations, *, with_output: bool) -> Evidence:
    """The facts of a run with a fault. ``with_output`` compares what was written to standard output, too."""
    compared = clean.steady.compare(clean.first.states, run.states)
    acts, usual = _acts(run.calls, clean, compared.names), _acts(clean.first.calls, clean, clean.steady.names)
    costs = [one for one in compared.differences if _is_cost(one, acts, usual, operations)]
    remaining = [one for one in compared.differences if one not in costs]
    ending, expected = run.ending, clean.first.ending
    return Evidence(
        has_fired=run.has_fired,
        has_acted=any(call.changes for call in run.faulty),
        repeats=_repeats(scenario, clean, run),
        most_repeats=_most_repeats(scenario, clean, run),
        has_renewed=_has_renewed(scenario, clean, run),
        too_early=_too_early(run, clean),
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
        is_keyed=any(call.is_keyed for call in run.faulty),
    )


def _of(scenario: Scenario) -> Acting:
    return scenario.call.vendor, scenario.call.operation


def _asked(scenario: Scenario, clean: CleanRun, run: Run) -> Call:
    """The call that met the failure: calls that go side by side may come in another order than in the clean run."""
    return run.faulty[0] if run.faulty else clean.call(scenario.call)


def _alike(calls: Iterable[Call], asked: Call, clean: CleanRun) -> list[Call]:
    """The calls that ask what another does; where that is made anew in each run, those of its operation that are so."""
    if clean.is_known(asked.question):
        return [call for call in calls if call.question == asked.question]
    return [call for call in calls if call.of == asked.of and not clean.is_known(call.question)]


def _repeats(scenario: Scenario, clean: CleanRun, run: Run) -> int:
    """How much more often than in the clean run the same was asked, once it had failed."""
    if not run.faulty:
        return 0
    asked = run.faulty[0]
    after = run.calls[run.calls.index(asked) + 1 :]
    return min(len(_alike(after, asked, clean)), _excess(asked, clean, run))


def _excess(asked: Call, clean: CleanRun, run: Run) -> int:
    """How much more often than in both clean runs the same was asked."""
    usual = max(len(_alike(one.calls, asked, clean)) for one in (clean.first, clean.second))
    return max(0, len(_alike(run.calls, asked, clean)) - usual)


def _most_repeats(scenario: Scenario, clean: CleanRun, run: Run) -> int:
    """How often the question of the operation that came most often beyond the clean run was repeated.

    Questions that are made anew for each attempt can't be told apart: of these, it is how often each of the usual ones
    was repeated, if all were alike.
    """
    calls = [call for call in run.calls if call.of == _of(scenario)]
    counts = Counter(call.question for call in calls)
    beyond = (count - max(1, clean.asked(question)) for question, count in counts.items())
    usual = max(1, clean.counts.get(_of(scenario), 0))
    return max(0, len(calls) // usual - 1, *beyond)


def _has_renewed(scenario: Scenario, clean: CleanRun, run: Run) -> bool:
    """Whether another operation was called between the failure and the next time that the same was asked."""
    if not run.faulty:
        return False
    after = run.calls[run.calls.index(run.faulty[0]) + 1 :]
    again = next(iter(_alike(after, run.faulty[0], clean)), None)
    return again is not None and after.index(again) > 0


def _got_answer(scenario: Scenario, clean: CleanRun, run: Run) -> bool:
    """Whether as many good answers to the question came as in the clean run."""
    asked = _asked(scenario, clean, run)
    good, usual = (sum(call.is_good for call in _alike(one.calls, asked, clean)) for one in (run, clean.first))
    return good >= usual


def _too_early(run: Run, clean: CleanRun) -> float | None:
    """The seconds of the first ``Retry-After`` before whose end the same was asked again.

    Another question is no repeat: a batch goes on, and what goes side by side was under way. Only where questions are
    made anew each time, one more than usual is.
    """
    for number, call in enumerate(run.calls):
        if call.retry_after is None or not call.is_faulty:
            continue
        if not clean.is_known(call.question) and not _excess(call, clean, run):
            continue
        again = next(iter(_alike(run.calls[number + 1 :], call, clean)), None)
        if again is not None and (again.now_asked - call.now) / SECOND < call.retry_after - SLACK:
            return call.retry_after
    return None


Acts = Mapping[Acting, Sequence[Collection[Place]]]
"""By operation, the places that each of its calls has changed."""


def _acts(calls: Iterable[Call], clean: CleanRun, names: Names) -> Acts:
    """The calls that changed something which is compared; ``names`` are those of the places of their run."""
    acts: dict[Acting, list[Collection[Place]]] = {}
    for call in calls:
        places = {(call.vendor, named(names, call.vendor, change["pointer"])) for change in call.changes}
        if places - clean.steady.masked:
            acts.setdefault(call.of, []).append(places)
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
    for of, changed in acts.items():
        if len(changed) <= len(usual.get(of, ())) or _only_reads(operations.get(of)):
            continue
        touched = [one for one in differences if _touches(changed, one) and not _is_undone(one, clean)]
        if touched:
            again[of] = touched
    return again


def _only_reads(operation: Operation | None) -> bool:
    """Whether a call of an operation changes nothing but what it costs, however often it is made."""
    return operation is not None and operation.read_only and operation.idempotent


def _is_undone(difference: Difference, clean: CleanRun) -> bool:
    """Whether a place is as it was before the clean run changed it: then a client has taken something back."""
    place = difference.pointer
    for call in clean.first.calls:
        for change in call.changes if call.vendor == difference.vendor else ():
            changed = named(clean.steady.names, call.vendor, change["pointer"])
            if changed == place or ("before" not in change and place.startswith(f"{changed}/")):
                return bool(change.get("before", ABSENT) == difference.found)
    return False


def _touches(changed: Iterable[Collection[Place]], difference: Difference) -> bool:
    """Whether one of the calls changed the place of a difference, or something in or around it."""
    place = f"{difference.pointer}/"
    return any(
        place.startswith(f"{pointer}/") or f"{pointer}/".startswith(place)
        for places in changed
        for vendor, pointer in places
        if vendor == difference.vendor
    )


def _is_cost(difference: Difference, acts: Acts, usual: Acts, operations: Operations) -> bool:
    """Whether a difference comes only from reading more, or less, often than in the clean run."""
    causes = Counter({of: len(changed) for of, changed in acts.items()})
    causes.subtract({of: len(changed) for of, changed in usual.items()})
    touching = [
        of for of, count in causes.items() if count and _touches([*acts.get(of, ()), *usual.get(of, ())], difference)
    ]
    return bool(touching) and all(_only_reads(operations.get(of)) for of in touching)


def _same_output(clean: CleanRun, stdout: str) -> bool:
    """Whether the lines are those of the clean run, save those on which the clean runs don't agree."""
    expected, found = clean.first.ending.stdout.splitlines(), stdout.splitlines()
    pairs = enumerate(zip(expected, found, strict=False))
    return len(expected) == len(found) and all(
        one == other for number, (one, other) in pairs if number not in clean.unsteady_lines
    )
