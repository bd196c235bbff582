"""The suite sees what is wrong: fakes that are broken on purpose, and the check that has to fail on each."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from contracts.fake.broken_answers import Broken
from contracts.fake.mutants import MUTANTS, STATEFUL, UNIT, Mutant
from contracts.fake.suite import PHASES, Report, run
from contracts.fake.target import Fake, in_process, of_vendor
from contracts.fake.test_vendors import MOUNT, run_in
from contracts.fake.worlds import living

FEW, STEPS = 5, 15  # examples: of each operation in each phase, of linked calls
SEEDS = 10
CONTROL = ("/_mock/sandboxes", "/_mock/sandboxes/{sandbox}")
WORLDS = {(one.world, one.vendor): one for one in living()}
UNBROKEN = {str(one): one for one in (mutant.healed() for mutant in MUTANTS.values())}


def started(mutant: Mutant) -> AbstractContextManager[Fake]:
    return in_process() if mutant.vendor == "control" else of_vendor(mutant.twisted())


def small_run(mutant: Mutant, seed: int | None = None) -> Report:
    """A few calls of a broken fake."""
    is_control = mutant.vendor == "control"
    with started(mutant) as fake:
        broken = replace(fake, app=Broken(fake.app, mutant.flaw, mutant.methods, is_control))
        if is_control:
            return run("control", fake.url, broken.app, examples=FEW, paths=CONTROL, seed=seed)
        world = WORLDS.get((mutant.world, mutant.vendor))
        less = {
            "examples": STEPS if mutant.phases == STATEFUL else FEW,
            "paths": mutant.paths,
            "phases": mutant.phases,
            "seed": seed,
        }
        return run_in(broken, mutant.vendor, MOUNT.get(mutant.vendor, ""), world, **less)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_fake_is_found_out(name: str) -> None:
    mutant = MUTANTS[name]
    if mutant.phases == PHASES and mutant.check in small_run(replace(mutant, phases=UNIT)).failed:
        return  # as most are, and the phase of linked calls takes the longest
    # Whether so few calls meet what is wrong is chance; ten times in vain is none.
    for seed in (None, *range(SEEDS)):
        report = small_run(mutant, seed)
        assert not report.errors, report
        if mutant.check in report.failed:
            return
    pytest.fail(f"{mutant.check} saw nothing")


@pytest.mark.parametrize("mutant", UNBROKEN.values(), ids=UNBROKEN)
def test_an_unbroken_fake_passes_the_same_runs(mutant: Mutant) -> None:
    small_run(mutant).require_none()


def test_the_same_seed_sends_the_same_requests() -> None:
    runs = [small_run(Mutant("linkedapi", ""), seed=1).requests for _ in range(2)]

    assert runs[0] == runs[1]
