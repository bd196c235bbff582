"""The control API keeps its own contract, and its token."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.fake.suite import PHASES, run
from contracts.fake.target import Fake

DONE = dict.fromkeys(PHASES, "success")
OPEN = {"GET /_mock/health", "DELETE /_mock/session"}


def test_the_control_api_keeps_its_contract(fake: Fake) -> None:
    report = run("control", fake.url, fake.app, fake.remembered())

    report.require_none()
    # All of it was really done:
    assert {name: end for name, end in report.phases.items() if name in PHASES} == DONE
    assert report.unused == set()
    assert report.never(200, 201, 204) == set()
    assert report.never(401) == OPEN
    assert paths(set(report.statuses) - report.never(405)) == paths(report.statuses)


def paths(operations: Iterable[str]) -> set[str]:
    """The paths of operations such as ``GET /_mock/health``: methods that one lacks are tried once for all of it."""
    return {operation.split()[1] for operation in operations}
