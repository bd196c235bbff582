"""docs/contracts.md lists what is broken on purpose and what finds it, the worlds, and the invariants."""

from __future__ import annotations

from contracts.fake.mutants import MUTANTS
from contracts.fake.suite import ROOT
from contracts.fake.worlds import living
from mockserver.invariants import installed_invariants
from tests.support.case_flaws import CASE_FLAWS

PAGE = (ROOT / "docs" / "contracts.md").read_text()
LEAST = 20


def rows(width: int, after: str = "#") -> list[list[str]]:
    """The rows of the page's tables of so many columns, after a heading."""
    lines = [line for line in PAGE[PAGE.index(after) :].splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [row for row in cells if len(row) == width]


def test_every_broken_fake_is_listed_with_what_finds_it() -> None:
    listed = {what: (where, check.strip("`")) for what, where, check in rows(3, "## Broken on purpose")}
    listed.pop("what is broken")
    places = {
        name: mutant.vendor.replace("control", "control API")
        + (f", world `{mutant.world}`" if mutant.world != "default" else "")
        for name, mutant in MUTANTS.items()
    }

    assert listed == {name: (places[name], mutant.check) for name, mutant in MUTANTS.items()}
    assert len(listed) >= LEAST


def test_every_broken_case_is_listed() -> None:
    listed = {what for (what,) in rows(1, "Found by ")} - {"what is broken"}
    assert listed == {*CASE_FLAWS, "an armed fault does not fire"}


def test_every_world_is_listed_with_what_a_valid_call_gets() -> None:
    listed = {(world.strip("`"), vendor): gets for world, vendor, gets in rows(3, "## What is sent") if "`" in world}

    for one in living():
        gets = listed[one.world, one.vendor]
        for expectation in one.expectations:
            assert expectation.reason in gets
            assert ", ".join(expectation.statuses) in gets
        assert one.expectations or gets == "2xx"


def test_every_invariant_is_listed() -> None:
    assert set(installed_invariants()) <= {
        row[0].strip("`") for row in rows(3, "## Invariants") + rows(2, "## Invariants")
    }
