"""Runs a plan's scenarios, several at a time, judges each, and reports; also where it is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from mockserver.resilience.clean_run import CleanRun
from mockserver.resilience.evidence import Operations, collect
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.report import Result
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.verdict import Verdict, judge
from mockserver.resilience.wording import tell

LOOK = 0.25  # seconds between two looks: a signal must not wait for a scenario
KEPT = 8000  # characters of output
KEPT_CALLS = 60


@dataclass(frozen=True, slots=True)
class Campaign:
    """``reproduce`` gives the line that brings a scenario back; ``with_output`` compares standard output, too."""

    laboratory: Laboratory
    clean: CleanRun
    operations: Operations
    reproduce: Callable[[Scenario], str]
    storm: int
    with_output: bool = False

    def run(self, scenarios: Sequence[Scenario], jobs: int = 1) -> Generator[Result]:
        """The results as they come, in any order. Closed early, it ends what is under way, and whatever comes after."""
        pool = ThreadPoolExecutor(jobs, thread_name_prefix="scenario")
        waiting: set[Future[Result]] = {pool.submit(self.result, one) for one in scenarios}
        try:
            while waiting:
                done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            if waiting:
                self.laboratory.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def result(self, scenario: Scenario) -> Result:
        """Run a scenario, and judge what the client did."""
        run = self.laboratory.run(scenario, self.clean.usual)
        evidence = collect(scenario, self.clean, run, self.operations, with_output=self.with_output)
        verdict = judge(evidence, scenario.failure, self.storm)
        ending = run.ending
        return Result(
            scenario,
            verdict,
            tell(scenario, evidence, verdict),
            ending.told,
            run.calls[:KEPT_CALLS],
            ending.stdout[-KEPT:],
            ending.stderr[-KEPT:],
            self.reproduce(scenario),
            ending.seconds,
            is_certain=verdict is Verdict.HUNG and run.faulty[-1:] == run.calls[-1:] and len(run.faulty) == 1,
            # in silence since its failure, all the time that there was
        )
