"""The report of all scenarios: results, what was left out, and what fails it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.resilience.baseline import Baseline, Comparison
from mockserver.resilience.failure import AFTER, Kind
from mockserver.resilience.run import Call
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.states import shown_value
from mockserver.resilience.verdict import FAILING, Verdict

SHOWN_CALLS = 30
SHOWN_OUTPUT = 4000
SHOWN_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario with its verdict, the sentence of its evidence, and what was seen: calls, and ends of the output.

    ``reproduce`` is the line that brings it back, ``seconds`` are those that it took. ``is_certain`` says that a second
    look tells no more; ``runs`` are the verdicts of all runs, where they differ.
    """

    scenario: Scenario
    verdict: Verdict
    sentence: str
    told: str = ""
    calls: tuple[Call, ...] = ()
    stdout: str = ""
    stderr: str = ""
    reproduce: str = ""
    seconds: float = 0.0
    is_certain: bool = False
    runs: tuple[Verdict, ...] = ()

    @property
    def name(self) -> str:
        return self.scenario.name

    def as_json(self) -> dict[str, Any]:
        call = self.scenario.call
        return {
            "scenario": self.name,
            "vendor": call.vendor,
            "operation": call.operation,
            "call": call.number,
            "failure": self.scenario.failure.name,
            "unstable": self.scenario.is_unstable or bool(self.runs),
            "verdict": self.verdict,
            "runs": list(self.runs or (self.verdict,)),
            "evidence": self.sentence,
            "ended": self.told,
            "calls": [call_line(one) for one in self.calls[:SHOWN_CALLS]],
            "stdout": self.stdout[-SHOWN_OUTPUT:],
            "stderr": self.stderr[-SHOWN_OUTPUT:],
            "reproduce": self.reproduce,
        }


def call_line(call: Call) -> str:
    """``setSeats[1] POST subscription.setSeats: 200 (behaviour); /seats/plus/quantity 10 → 15``."""
    request, why = call.entry["request"], call.entry["why"]
    status = str(call.status) if call.status else "no answer"
    target = request["target"].partition("?")[0].rpartition("/")[2]
    changes = "".join(f"; {_change(change)}" for change in call.changes[:SHOWN_CHANGES])
    return f"{call.operation}[{call.number}] {request['method']} {target}: {status} ({why}){changes}"


def _change(change: Mapping[str, Any]) -> str:
    before, after = (shown_value(change[side]) if side in change else "absent" for side in ("before", "after"))
    return f"{change['pointer']} {before} → {after}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What was run: the subject as a line, the calls of the clean run, what was unsteady there, and the seed."""

    subject: str
    calls: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    seed: int = 0
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """``planned`` counts the scenarios of the plan, of which those that were run are in ``results``.

    ``allowed`` are verdicts that don't fail it. With a ``baseline``, only what is worse than that does.
    """

    results: tuple[Result, ...]
    summary: Summary
    planned: int = 0
    allowed: frozenset[Verdict] = frozenset()
    baseline: Baseline | None = None
    subtests: Callable[[Result, bool], None] | None = field(default=None, repr=False, compare=False)

    @property
    def comparison(self) -> Comparison | None:
        if self.baseline is None:
            return None
        return self.baseline.compared({one.name: one.verdict for one in self.results})

    @property
    def failed(self) -> list[Result]:
        """The results that fail the run."""
        comparison = self.comparison
        return [one for one in self.results if self._fails(one, comparison)]

    def _fails(self, one: Result, comparison: Comparison | None) -> bool:
        if one.verdict in self.allowed:
            return False
        if comparison is not None and one.name in comparison.known:
            return one.name in comparison.worse
        return one.verdict in FAILING

    @property
    def differing(self) -> list[str]:
        """The scenarios whose runs had different verdicts, in words."""
        return [f"{one.name} is unstable: {', '.join(one.runs)}" for one in self.results if one.runs]

    @property
    def is_good(self) -> bool:
        return not self.failed

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each scenario by its name."""
        return {one.name: one.verdict for one in self.results}

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many scenarios have each verdict, of those that there are, the best first."""
        counts = Counter(one.verdict for one in self.results)
        return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}

    def check(self) -> None:
        """Raises AssertionError where anything fails it; in pytest, each scenario is a sub-result of the test."""
        __tracebackhide__ = True
        if self.subtests is not None:
            failed = {one.name for one in self.failed}
            for one in self.results:
                self.subtests(one, one.name in failed)
        elif not self.is_good:
            raise AssertionError(f"{self}")

    def __str__(self) -> str:
        from mockserver.resilience.text import text

        return text(self)

    def as_json(self) -> dict[str, Any]:
        comparison = self.comparison
        return {
            "subject": self.summary.subject,
            "seed": self.summary.seed,
            "calls": list(self.summary.calls),
            "unsteady": list(self.summary.unsteady),
            "notes": list(self.summary.notes),
            "planned": self.planned,
            "partial": self.summary.is_partial,
            "left_out": list(self.summary.left_out),
            "verdicts": {str(verdict): count for verdict, count in self.counts.items()},
            "failed": [one.name for one in self.failed],
            "baseline": None if comparison is None else comparison.as_json(),
            "scenarios": [one.as_json() for one in self.results],
        }


def by_vendor(results: Iterable[Result]) -> list[list[Result]]:
    """The results of each vendor: no two have their errors in common, so each has a matrix of its own."""
    groups: dict[str, list[Result]] = {}
    for one in results:
        groups.setdefault(one.scenario.call.vendor, []).append(one)
    return list(groups.values())


Cells = Mapping[tuple[str, str], Result]


def matrix(results: Sequence[Result]) -> tuple[list[str], list[str], Cells]:
    """The calls (rows), the failures (columns, by kind), and the result where both meet."""
    calls = list(dict.fromkeys(str(one.scenario.call) for one in results))
    kinds = {one.scenario.failure.name: one.scenario.failure.kind for one in results}
    plain = list(dict.fromkeys(name.removesuffix(AFTER) for name in kinds))
    order = {name: (list(Kind).index(kind), plain.index(name.removesuffix(AFTER))) for name, kind in kinds.items()}
    failures = sorted(kinds, key=lambda name: (*order[name], name.endswith(AFTER)))
    return calls, failures, {(str(one.scenario.call), one.scenario.failure.name): one for one in results}
