"""The control API keeps its own contract, and its token."""

from __future__ import annotations

from contracts.fake.suite import run
from contracts.fake.target import Fake

PHASES = dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), "success")
OPEN = {"GET /_mock/health"}


def test_the_control_api_keeps_its_contract(fake: Fake) -> None:
    words = {"journal-ids": fake.journal_ids()}

    report = run("control", fake.url, fake.app, words)

    report.require_none()
    # All of it was really done:
    assert {name: end for name, end in report.phases.items() if name in PHASES} == PHASES
    assert report.unused == set()
    assert report.never(200, 201, 204) == report.never(405) == set()
    assert report.never(401) == OPEN
