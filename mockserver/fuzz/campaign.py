"""Shows a client all the variants of an operation, judges what it does, and shrinks what it got wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from mockserver.compiled import CompiledVendor
from mockserver.fuzz.expectation import Checked, Expectation, recognised
from mockserver.fuzz.fake_server import FakeServer
from mockserver.fuzz.findings import Finding, Findings, Result
from mockserver.fuzz.locations import written
from mockserver.fuzz.outcome import BROKEN, HANDLED, HUNG, NOT_CALLED, TYPED, WRONG, Client, Outcome
from mockserver.fuzz.reproduction import Reproducer
from mockserver.fuzz.shrinking import MOST, Shrinker
from mockserver.fuzz.variant import FuzzError, Variant
from mockserver.openapi.model import Operation

MOST_WHEN_HUNG = 12
MOST_FINDINGS = 20

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told how far a stage has come: ``("responses", 12, 300)``; by several threads at a time."""


@dataclass(slots=True)
class Campaign:
    """``expected`` is None where nothing that the client returns is compared; ``recognises`` finds it in the first."""

    server: FakeServer
    compiled: CompiledVendor
    operation: Operation
    client: Client
    reproducer: Reproducer
    expected: Expectation | Checked | None = None
    expected_error: Expectation | Checked | None = None
    recognises: bool = False
    jobs: int = 1
    progress: Progress | None = None
    is_interrupted: bool = False

    def run(self, reference: Variant, chosen: Sequence[Variant], left_out: int = 0) -> Findings:
        """``reference`` is the documented success, with which everything is compared. Raises FuzzError.

        On Ctrl-C it ends at once, with the responses that were tried by then; KeyboardInterrupt where none was.
        """
        with closing(self.client), ThreadPoolExecutor(self.jobs) as pool:
            try:
                first = pool.submit(self.result, reference).result()
            except KeyboardInterrupt:
                self.client.stop()
                raise
            self._require_called(first)
            self._recognise(first)
            trials = [pool.submit(self.result, one) for one in chosen if one is not reference]
            tried = self._gather("responses", trials)
            others = iter(tried)
            answers = [first if one is reference else next(others) for one in chosen]
            results = tuple(one for one in answers if one is not None)
            groups: dict[tuple[str, str], list[Result]] = {}
            for one in results:
                if one.outcome.is_failure:
                    groups.setdefault((one.outcome.verdict, one.outcome.cause), []).append(one)
            findings = self._findings(pool, list(groups.values()), first)
        return Findings(
            self.compiled.name,
            self.operation.id,
            results,
            tuple(_merged(findings)),
            left_out,
            self._compared(),
            not_tried=len(answers) - len(results),
            is_interrupted=self.is_interrupted,
        )

    def _gather(self, stage: str, futures: Sequence[Future[T]]) -> list[T | None]:
        """The results of all; None for those that an interruption came before."""
        done = count(1)
        for one in futures:
            one.add_done_callback(lambda _: self._tell(stage, next(done), len(futures)))
        try:
            return [one.result() for one in futures]
        except KeyboardInterrupt:
            self.is_interrupted = True
            finished = [one.done() for one in futures]
            for one in futures:
                one.cancel()
            self.client.stop()
            return [one.result() if is_done else None for one, is_done in zip(futures, finished, strict=True)]

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None and not self.is_interrupted:
            self.progress(stage, done, total)

    def _findings(self, pool: ThreadPoolExecutor, groups: Sequence[list[Result]], first: Result) -> list[Finding]:
        """What is behind each group of failures; without the search for the smallest response once interrupted."""
        if self.is_interrupted:
            found: list[Finding | None] = [None] * len(groups)
        else:
            futures = [pool.submit(self._finding, number, group, first) for number, group in enumerate(groups)]
            found = self._gather("findings", futures)
        return [
            one or self._told(group, min((each.variant for each in group), key=_length), [])
            for one, group in zip(found, groups, strict=True)
        ]

    def result(self, variant: Variant) -> Result:
        """Show the client one response, and judge what it does. Raises FuzzError once interrupted."""
        if self.is_interrupted:
            raise FuzzError("interrupted")
        trial = self.server.open_trial(self.compiled, self.operation, variant)
        try:
            outcome = self.client.attempt(trial, self.compiled.name)
        finally:
            self.server.close_trial(trial)
        violations = tuple(dict.fromkeys(trial.violations))
        if trial.shown == 0:
            verdict = BROKEN if violations else outcome.verdict if outcome.verdict == HUNG else NOT_CALLED
            detail = violations[0] if violations else f"{outcome.verdict}: {outcome.detail}".rstrip(": ")
            outcome = Outcome(verdict, detail, verdict)
        return Result(variant, self._compare(variant, outcome), violations)

    def _compare(self, variant: Variant, outcome: Outcome) -> Outcome:
        expected = self.expected if outcome.verdict == HANDLED and variant.tells_success else None
        if outcome.verdict == TYPED and variant.tells_error:
            expected = self.expected_error
        wrong = expected.wrong(outcome.value, variant.body) if expected is not None else None
        if wrong is None:
            return outcome
        pointer, sentence = wrong
        return Outcome(WRONG, sentence, re.sub(r"/\d+(?=/|$)", "/*", pointer), outcome.value)

    def _require_called(self, first: Result) -> None:
        outcome = first.outcome
        if outcome.verdict == BROKEN:
            raise FuzzError(f"the client's request breaks the contract, so it is shown no response: {outcome.detail}")
        if outcome.verdict == NOT_CALLED:
            raise FuzzError(
                f"the client never called {self.operation.id} ({outcome.detail}); "
                f"it has to use the base URL and the key that it is given"
            )

    def _recognise(self, first: Result) -> None:
        if self.recognises and self.expected is None and first.outcome.verdict == HANDLED:
            self.expected = recognised(first.outcome.value, first.variant.body)

    def _compared(self) -> str:
        comparisons = []
        for expected, what in ((self.expected, "what it returns"), (self.expected_error, "the error")):
            if isinstance(expected, Expectation):
                comparisons += [f"{sent or 'the body'} with {at and f'{at} of '}{what}" for sent, at in expected.pairs]
            elif expected is not None:
                comparisons.append(f"{what} by the given check")
        return ", ".join(comparisons)

    def _finding(self, number: int, results: Sequence[Result], first: Result) -> Finding:
        outcome, variant = results[0].outcome, min((one.variant for one in results), key=_length)
        smallest, causes = variant, []
        if number < MOST_FINDINGS and outcome.verdict not in (NOT_CALLED, BROKEN):
            shrinker = Shrinker(
                lambda one: self._is_alike(one, outcome),
                lambda one: self.compiled.schemas.of_responses.is_valid(one.schema, one.body),
                MOST_WHEN_HUNG if outcome.verdict == HUNG else MOST,
            )
            smallest = shrinker.smallest(variant)
            is_reference_good = first.outcome.verdict in (HANDLED, TYPED) and first.variant.schema == smallest.schema
            causes = shrinker.causes(smallest, first.variant.body) if is_reference_good else []
        return self._told(results, replace(smallest, id=variant.id), causes)

    def _told(self, results: Sequence[Result], named: Variant, causes: Sequence[str]) -> Finding:
        """A finding, with what brings it back."""
        command, test = self.reproducer.command(named), self.reproducer.test(named)
        return Finding(tuple(results), named, tuple(causes), command, test)

    def _is_alike(self, variant: Variant, outcome: Outcome) -> bool:
        again = self.result(variant).outcome
        return (again.verdict, again.cause) == (outcome.verdict, outcome.cause)


def _length(variant: Variant) -> int:
    return len(written(variant.body))


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one class that shrank to one and the same response are one."""
    merged: dict[tuple[str, int, str], Finding] = {}
    for one in findings:
        shown = written(one.smallest.body) if one.smallest.schema else one.smallest.id
        key = (one.outcome.verdict, one.smallest.status, shown)
        known = merged.get(key)
        merged[key] = one if known is None else replace(known, results=(*known.results, *one.results))
    return list(merged.values())
