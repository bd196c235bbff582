"""The vendors' fakes keep the vendors' contracts, whatever they are sent, in every world."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.fake.scenario import Scenarios
from contracts.fake.suite import PHASES, Report, fewer, is_thorough, key_of, run
from contracts.fake.target import Fake, in_process
from contracts.fake.worlds import Living, living

MOUNTS = [("postpress", "/v1"), ("postpress", "/api/v1"), ("sonarly", ""), ("linkedapi", ""), ("freshdata", "")]
DONE = dict.fromkeys(PHASES, "success")
MOUNT = {"postpress": "/v1"}
WORLDS = list(living())


def in_worlds() -> list[str]:
    """The phases of a run in a world: coverage sends the same in each, so only thorough runs send it there."""
    return list(PHASES) if is_thorough() else [phase for phase in PHASES if phase != "coverage"]


def run_in(fake: Fake, vendor: str, mount: str = "", world: Living | None = None, **less: Any) -> Report:
    """All of a vendor, or ``less``, each scenario in a sandbox of its own, in a world."""
    key = key_of(vendor)
    fake.prepare(vendor, key, world.world if world else "default")
    words = world.words if world else {}
    if vendor == "freshdata" and not words:
        words = fake.searches(key)
    if world and world.before:
        fake.repeat(vendor, key, *world.before)
    scenarios = Scenarios(fake, f"/{vendor}{mount}")
    return run(vendor, scenarios.base, fake.app, words, scenarios=scenarios, living=world, **less)


@pytest.mark.parametrize(("vendor", "mount"), MOUNTS, ids=[name + mount for name, mount in MOUNTS])
def test_a_vendor_keeps_its_contract(fake: Fake, vendor: str, mount: str) -> None:
    report = run_in(fake, vendor, mount, examples=None if fake.app else fewer())

    report.require_none()
    # All of it was really done:
    assert {name: end for name, end in report.phases.items() if name in PHASES} == DONE
    assert report.unused == set()
    assert report.never(200) == report.never(401) == report.never(405) == set()


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_a_vendor_keeps_its_contract_in_a_world(world: Living) -> None:
    with in_process() as fake:
        report = run_in(fake, world.vendor, MOUNT.get(world.vendor, ""), world, examples=fewer(), phases=in_worlds())

    report.require_none()
    missed = {label: met - set(report.statuses[label]) for label, met in world.met().items()}
    assert not any(missed.values()), missed
