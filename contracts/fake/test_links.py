"""Where the specs' links lead: from each operation that has any to the next, which accepts what it was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from contracts.fake.suite import fewer
from contracts.fake.target import in_process
from contracts.fake.test_vendors import MOUNT, run_in
from contracts.fake.worlds import links, operations

Step = tuple[str, str, int]

SEEDS = 10  # whether a run takes a certain step is chance; so many in vain is none
VENDORS = ("postpress", "sonarly", "linkedapi", "freshdata")
LINKS = [
    pytest.param(vendor, source, targets, id=f"{vendor}-{source}")
    for vendor in VENDORS
    for source, targets in links(vendor).items()
]


def missed(vendor: str, paths: Sequence[str], wanted: set[Step]) -> set[Step]:
    """The wanted steps that no run of linked calls took. The runs end when all were."""
    taken: Counter[Step] = Counter()
    for seed in (None, *range(SEEDS)):
        less = {"paths": paths, "phases": ["stateful"], "examples": 2 * fewer(), "seed": seed}
        with in_process() as fake:
            report = run_in(fake, vendor, MOUNT.get(vendor, ""), **less)
        report.require_none()
        taken += report.steps
        if wanted <= set(taken):
            break
    return wanted - set(taken)


@pytest.mark.parametrize(("vendor", "source", "targets"), LINKS)
def test_a_link_leads_to_a_success(vendor: str, source: str, targets: set[str]) -> None:
    labels = {name: operation["label"] for name, operation in operations(vendor).items()}
    paths = [labels[name].split()[1] for name in (source, *sorted(targets))]
    wanted = {(labels[source], labels[target], 200) for target in targets}

    assert missed(vendor, paths, wanted) == set()


@pytest.mark.parametrize("kind", ["", "-companies"])
def test_results_are_refused_until_the_search_is_done(kind: str) -> None:
    """Time goes on from step to step, so both come."""
    start, status = f"/search{kind or '-employees'}", f"/check-search{kind}-status"
    results = f"/get-search{kind}-results"
    wanted = {(f"POST {start}", f"GET {results}", answer) for answer in (200, 400)}

    assert missed("freshdata", [start, status, results], wanted) == set()
