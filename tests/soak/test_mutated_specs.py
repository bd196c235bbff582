"""A few of the mutated specs, in every run of the suite; ``python -m tests.soak.mutated_specs`` takes 6,000."""

from __future__ import annotations

from tests.soak.mutated_specs import run

COUNT = 60


def test_a_broken_spec_is_refused_or_served_but_crashes_nothing():
    tally = run(range(COUNT))

    assert {cause: failures[0].details for (_, cause), failures in tally.groups().items()} == {}
    assert tally.refused > COUNT // 10
    assert tally.requests > COUNT
