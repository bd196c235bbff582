"""Every story under ``fixtures/journeys``, a folder a vendor, played in process."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.journeys import FOLDER, load, play
from tests.support.serving import ROOT, Served

PAGES = "\n".join(page.read_text() for page in sorted((ROOT / "docs" / "vendors").glob("*.md")))
RULES = re.findall(r"^\| `([a-z]+(?:-[a-z0-9]+)+)` \| (.*) \| (.*) \| (.*) \|$", PAGES, re.MULTILINE)
KNOWN_FROM = ("documented", "corroborated", "assumed", "our own")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_journey(path: Path):
    play(load(path), Served())


def test_every_vendor_has_a_journey():
    assert {path.parent.name for path in FOLDER.glob("*/*.yaml")} == {"postpress", "sonarly", "linkedapi", "freshdata"}


@pytest.mark.parametrize(("name", "told", "known", "journeys"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_says_where_it_is_known_from_and_which_journeys_tell_it(name: str, told: str, known: str, journeys: str):
    assert told.endswith(".")
    assert any(word in known for word in KNOWN_FROM), f"{name} is known from {known!r}"
    assert re.fullmatch(r"\[[\w-]+\]\([^)]+\)(, \[[\w-]+\]\([^)]+\))*", journeys), f"no journey tells {name}"


def test_every_journey_tells_a_rule_and_every_rule_has_a_name_of_its_own():
    assert len(RULES) > 90
    assert [name for name, number in Counter(rule[0] for rule in RULES).items() if number > 1] == []
    told = {journey for *_, links in RULES for journey in re.findall(r"\((?:\.\./)+fixtures/journeys/([^)]+)\)", links)}
    assert told == {f"{path.parent.name}/{path.name}" for path in FOLDER.glob("*/*.yaml")}


def test_one_journey_calls_every_operation_that_has_a_price():
    steps = load(FOLDER / "freshdata" / "prices.yaml")["steps"]
    called = [step["request"].partition("?")[0].replace("/freshdata", "") for step in steps]
    operations = Served().app.engine.pipeline.contracts["freshdata"].spec.operations
    assert sorted(called) == sorted(f"{operation.method} {operation.path}" for operation in operations)


def test_a_step_that_goes_otherwise_is_named():
    step = {"request": "GET /postpress/v1/linkedin/inmail_balance?account_id=a", "response": {"premium": 6}}
    with pytest.raises(AssertionError, match=r"step 1 .*/premium is 5, not 6"):
        play({"steps": [step]}, Served())
