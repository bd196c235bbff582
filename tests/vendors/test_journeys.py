"""Every journey of the packaged vendors, played in process; and the rules of docs/vendors that they tell."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from mockserver.packaged import journeys_folder
from mockserver.plugin import installed
from mockserver.testing.journeys import Journey, journeys_of, play
from tests.support.serving import ROOT, Served

VENDORS = ("postpress", "sonarly", "linkedapi", "freshdata")
JOURNEYS = [journey for vendor in VENDORS for journey in journeys_of(vendor)]
PAGES = "\n".join(page.read_text() for page in sorted((ROOT / "docs" / "vendors").glob("*.md")))
RULES = re.findall(r"^\| `([a-z]+(?:-[a-z0-9]+)+)` \| (.*) \| (.*) \| (.*) \|$", PAGES, re.MULTILINE)
KNOWN_FROM = ("documented", "corroborated", "assumed", "our own")


@pytest.mark.parametrize("journey", JOURNEYS, ids=str)
def test_journey(journey: Journey):
    play(journey)


def test_every_vendor_has_journeys_and_every_journey_a_vendor():
    assert {path.parent.name for path in journeys_folder().glob("*/*.yaml")} == set(VENDORS)
    assert {journey.vendor for journey in JOURNEYS} == set(VENDORS) <= set(installed())


@pytest.mark.parametrize(("name", "told", "known", "journeys"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_says_where_it_is_known_from_and_which_journeys_tell_it(name: str, told: str, known: str, journeys: str):
    assert told.endswith(".")
    assert any(word in known for word in KNOWN_FROM), f"{name} is known from {known!r}"
    assert re.fullmatch(r"\[[\w-]+\]\([^)]+\)(, \[[\w-]+\]\([^)]+\))*", journeys), f"no journey tells {name}"


def test_every_journey_tells_a_rule_and_every_rule_has_a_name_of_its_own():
    assert len(RULES) > 90
    assert [name for name, number in Counter(rule[0] for rule in RULES).items() if number > 1] == []
    told = {journey for *_, links in RULES for journey in re.findall(r"\((?:\.\./)+fixtures/journeys/([^)]+)\)", links)}
    assert told == {f"{journey.path.parent.name}/{journey.path.name}" for journey in JOURNEYS}


def test_one_journey_calls_every_operation_that_has_a_price():
    (prices,) = [journey for journey in JOURNEYS if str(journey) == "freshdata-prices"]
    called = [step["request"].partition("?")[0].replace("/freshdata", "") for step in prices.steps]
    operations = Served().app.engine.pipeline.vendors["freshdata"].spec.operations
    assert sorted(called) == sorted(f"{operation.method} {operation.path}" for operation in operations)
