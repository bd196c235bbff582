"""Examines a subject from beginning to end: the clean runs, the plan, the scenarios, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from mockserver.resilience.baseline import Baseline
from mockserver.resilience.campaign import Campaign
from mockserver.resilience.clean_run import CleanRun, learn
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.outline import calls_of
from mockserver.resilience.plan import Choice, Plan, Setting, Vendors, make_plan, operations_of
from mockserver.resilience.report import Report, Result, Summary
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.second_look import MOST as SECOND_LOOKS
from mockserver.resilience.second_look import look_again
from mockserver.resilience.verdict import Verdict

STORM = 10
"""How often the same may be asked again before it is a storm."""


@dataclass(slots=True)
class Examination:
    """``name`` is the subject as a line, without secrets; ``reproduce`` the line that brings a scenario back.

    ``allowed`` and ``baseline`` say what fails. ``learn`` comes first, then ``run``. An interrupted run is reported as
    far as it came, and ``is_interrupted``.
    """

    name: str
    laboratory: Laboratory
    vendors: Vendors
    choice: Choice
    setting: Setting
    reproduce: Callable[[Scenario], str]
    storm: int = STORM
    with_output: bool = False
    allowed: frozenset[Verdict] = frozenset()
    baseline: Baseline | None = None
    is_interrupted: bool = field(default=False, init=False)

    def learn(self) -> tuple[CleanRun, Plan]:
        """The clean runs and the plan. Raises CleanRunFailed, NothingPlanned."""
        clean = learn(self.laboratory)
        return clean, make_plan(clean, self.vendors, self.choice, self.setting)

    def run(
        self,
        clean: CleanRun,
        plan: Plan,
        on_result: Callable[[Result], None] = lambda _: None,
        on_look: Callable[[Result, int], None] = lambda *_: None,
    ) -> Report:
        """Run the scenarios, those that fail once more, and report; on Ctrl-C on those that have ended.

        ``on_result`` is told of each result, ``on_look`` of each second look at one, and how many
        there are at most.
        """
        operations = operations_of(self.vendors)
        campaign = Campaign(self.laboratory, clean, operations, self.reproduce, self.storm, self.with_output)
        jobs = min(self.setting.jobs, len(plan.scenarios))
        results: dict[str, Result] = {}
        try:
            with closing(campaign.run(plan.scenarios, jobs)) as made:
                for one in made:
                    results[one.name] = one
                    on_result(one)
            doubtful = [one for one in self._report(clean, plan, results).failed if not one.is_certain]
            for one in look_again(doubtful, partial(_alone, campaign)):
                results[one.name] = one
                on_look(one, min(len(doubtful), SECOND_LOOKS))
        except KeyboardInterrupt:
            self.is_interrupted = True
        return self._report(clean, plan, results)

    def _report(self, clean: CleanRun, plan: Plan, results: Mapping[str, Result]) -> Report:
        in_order = tuple(results[one.name] for one in plan.scenarios if one.name in results)
        return Report(in_order, self._summary(clean, plan), len(plan.scenarios), self.allowed, self.baseline)

    def _summary(self, clean: CleanRun, plan: Plan) -> Summary:
        left_out = tuple(one.name for one in plan.left_out)
        calls = tuple(calls_of(clean))
        return Summary(self.name, calls, clean.unsteady, plan.notes, left_out, self.setting.seed, self.is_interrupted)


def _alone(campaign: Campaign, scenario: Scenario) -> Result:
    """The result of a scenario while no other runs."""
    with closing(campaign.run((scenario,))) as made:
        return next(made)
