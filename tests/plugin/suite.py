"""What a plug-in brings, used by a suite: run where the plug-in is installed beside the kit."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
import schemathesis

from mockserver.invariants import register
from mockserver.testing.journeys import Journey, journeys_of, play

NAMES = ("41", "W-41", "https://widgets.example/w/41")


def get(mock: Any, target: str) -> Any:
    request = Request(mock.acme.url + target, headers={"X-Acme-Key": mock.acme.key})
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_it_is_served_and_listed(mock: Any):
    assert get(mock, "/widgets/3/views") == {"id": 3, "views": 1}
    assert mock.acme.operations.keys() == {"get_views", "get_widget"}


def test_its_event_happens_by_its_name_and_by_the_former_one(mock: Any):
    assert mock.event("acme", "withdrawn", id=7) == {"id": 7}
    assert mock.event("acme", "recalled", id=8) == {"id": 8}
    assert mock.acme.state["withdrawn"] == ["7", "8"]


@pytest.mark.mock(world="seven-is-gone")
def test_its_world_is_begun(mock: Any):
    assert mock.acme.state["withdrawn"] == ["7"]


@pytest.mark.parametrize("journey", journeys_of("acme"), ids=str)
def test_its_journey_is_played(journey: Journey):
    play(journey)


def test_its_entity_is_the_same_by_each_of_its_names(mock: Any):
    mine = [get(mock, f"/widgets?widget={quote(name, safe='')}") for name in NAMES]
    assert mine[0] == mine[1] == mine[2] != {}
    assert (mine[0]["id"], mine[0]["code"][:4]) == (41, "SKU-")
    assert get(mock, "/widgets?widget=W-7")["name"] == "Seven"


def test_its_invariant_is_a_check_of_schemathesis():
    register()
    assert "acme_views" in schemathesis.checks.CHECKS.get_all_names()
