"""The vendors' fakes keep the vendors' contracts, whatever they are sent."""

from __future__ import annotations

import pytest

from contracts.fake.suite import key_of, run
from contracts.fake.target import Fake

MOUNTS = [("postpress", "/v1"), ("postpress", "/api/v1"), ("sonarly", ""), ("linkedapi", ""), ("freshdata", "")]
PHASES = dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), "success")
SINGLE = ("postpress", "sonarly")  # one operation each, so no step leads to another


@pytest.mark.parametrize(("vendor", "mount"), MOUNTS, ids=[name + mount for name, mount in MOUNTS])
def test_a_vendor_keeps_its_contract(fake: Fake, vendor: str, mount: str) -> None:
    key = key_of(vendor)
    base = fake.prepare(vendor, key) + mount
    words = {"search-ids": fake.search_ids(base, key)} if vendor == "freshdata" else {}

    report = run(vendor, fake.url + base, fake.app, words)

    report.require_none()
    # All of it was really done:
    phases = PHASES | {"stateful": "not_applicable"} if vendor in SINGLE else PHASES
    assert {name: end for name, end in report.phases.items() if name in PHASES} == phases
    assert report.unused == set()
    assert report.never(200) == report.never(401) == report.never(405) == set()
