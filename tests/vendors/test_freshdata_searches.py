"""FreshData's three-step searches, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.plugin import Refusal, Reply
from tests.support.freshdata_world import (
    KINDS,
    OTHER,
    RULES,
    SAMPLES,
    START,
    STEPS,
    World,
    done_search,
)
from tests.support.played import rule_of


def test_a_world_sets_how_long_a_search_takes():
    world = World({"processing_after_seconds": 0.5, "done_after_seconds": 60})
    request_id = world.started("employees")
    for elapsed, status in ((499, "pending"), (500, "processing"), (59_999, "processing"), (60_000, "done")):
        world.now = START + elapsed
        assert world.status("employees", request_id) == status
    world = World({"processing_after_seconds": 0, "done_after_seconds": 0})
    assert world.status("employees", world.started("employees")) == "done"


def test_search_params_tell_what_was_searched_for():
    world = World()
    request_id = world.started("employees", title_keywords=["CTO"], keywords="retail", geo_codes=[], limit=3)
    world.now += 10_000
    outcome = world.page("employees", request_id)
    assert isinstance(outcome, Reply)
    assert outcome.body["search_params"] == {"query": "retail", "filters": ["title_keywords"], "sort": "relevance"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param({"keywords": "a"}, {"keywords": "a"}, True, id="the same filters"),
        pytest.param(
            {"keywords": "a", "limit": 10}, {"keywords": "a", "limit": 100}, True, id="the limit is no filter"
        ),
        pytest.param({"geo_codes": [1, 2]}, {"geo_codes": [2, 1]}, True, id="values in another order"),
        pytest.param({"geo_codes": [], "first_name": ""}, {}, True, id="an empty filter is none"),
        pytest.param({"changed_jobs": "false"}, {}, True, id="false is absence"),
        pytest.param({"changed_jobs": "true"}, {}, False, id="true is a filter"),
        pytest.param({"keywords": "a"}, {"keywords": "b"}, False, id="other keywords"),
        pytest.param({"geo_codes": [1]}, {"geo_codes_exclude": [1]}, False, id="another filter"),
        pytest.param({"titles": [{"b": 1}, {"a": 2}, 3]}, {"titles": [3, {"a": 2}, {"b": 1}]}, True, id="of any type"),
    ],
)
def test_the_same_filters_find_the_same(one: dict[str, Any], other: dict[str, Any], same: bool):
    world = World()
    ids = [world.started("employees", **body) for body in (one, other)]
    world.now += 10_000
    scopes = set()
    for request_id in ids:
        outcome = world.page("employees", request_id)
        assert isinstance(outcome, Reply)
        assert outcome.listing is not None
        scopes.add(outcome.listing.scope)
    assert len(scopes) == (1 if same else 2)


def test_what_search_failed_forbids():
    world = World()
    before = world.state
    unknown = world.event("search_failed", request_id="nobody")
    assert isinstance(unknown, Refusal)
    assert "no search with the request_id 'nobody'" in unknown.reason
    assert world.state is before
    request_id = world.started("employees")
    world.event("search_failed", request_id=request_id)
    before = world.state
    again = world.event("search_failed", request_id=request_id)
    assert isinstance(again, Refusal)
    assert "failed already" in again.reason
    assert rule_of(world.page("employees", request_id)) == "the search failed"
    assert world.state is before


@KINDS
@pytest.mark.parametrize("step", [1, 2], ids=["step 2", "step 3"])
def test_an_unknown_request_id_or_one_of_the_other_kind_gets_400(kind: str, step: int):
    world = World({"plan": 0, **done_search(OTHER[kind])})
    for request_id in ("nobody", "x"):
        assert world.case(STEPS[kind][step], {"request_id": request_id}) == "unknown_request_id"


@KINDS
def test_a_mistake_is_told_even_when_the_credits_are_used_up(kind: str):
    world = World({"plan": {"employees": 50, "companies": 25}[kind]})
    request_id = world.started(kind)
    assert world.left == "0"
    operation = STEPS[kind][2]
    assert world.case(operation, {"request_id": request_id}) == "search_not_done"
    assert world.case(operation, {"request_id": "nobody"}) == "unknown_request_id"
    world.now += 10_000
    assert world.case(operation, {"request_id": request_id}) == "credits_exhausted"
    world.event("search_failed", request_id=request_id)
    assert world.case(operation, {"request_id": request_id}) == "search_failed"


def small(most: int) -> Mapping[str, Any]:
    """The policies with room for so many searches."""
    return {**RULES.policies, "searches": {**RULES.policies["searches"], "most_remembered": most}}


def test_old_searches_make_room_the_oldest_that_has_ended_first():
    world = World(policies=small(3))
    failed = world.started("employees")
    done, running, newest = [], [], []
    done.append(world.started("employees"))
    world.now += 10_000
    running.append(world.started("companies"))
    newest.append(world.started("employees"))
    assert failed not in world.state["searches"], "the oldest of three"
    newest.append(world.started("employees"))
    assert set(world.state["searches"]) == {*SAMPLES.values(), *running, *newest}


def test_where_all_searches_run_the_oldest_makes_room():
    world = World(policies=small(2))
    first, second, third = (world.started("employees") for _ in range(3))
    assert set(world.state["searches"]) == {*SAMPLES.values(), second, third}
    assert world.case(STEPS["employees"][1], {"request_id": first}) == "unknown_request_id"


def test_a_thousand_searches_are_remembered():
    world = World()
    for _ in range(2):
        world.started("companies", limit=1)
    (one, _) = (search for search in world.state["searches"].values() if not search.get("sample"))
    full = {f"id{number}": {**one, "started_at": START + number} for number in range(1000)}
    world = World({"searches": full}, now=START + 3_600_000)
    request_id = world.started("companies")
    assert len(world.state["searches"]) == 1000
    assert set(full) - set(world.state["searches"]) == {"id0"}
    assert request_id in world.state["searches"]


def test_what_is_kept_of_a_search_is_bounded():
    world = World()
    names = {f"unknown_{number:03d}": 1 for number in range(500)}
    request_id = world.started("employees", keywords="k" * 10_000, **names, **{"n" * 1000: 1})
    assert len(json.dumps(world.state["searches"][request_id])) < 5000
    wide = {f"filter_{number}": [f"{value}{'x' * 100}" for value in range(100)] for number in range(40)}
    request_id = world.started("employees", **wide)
    assert len(json.dumps(world.state["searches"][request_id])) < 15_000


def test_names_of_companies_are_remembered_and_bounded():
    searches = {**RULES.policies["searches"], "most_companies": 3}
    world = World(policies={**RULES.policies, "searches": searches})
    for name in ("a", "b", "c", "d", "a"):
        world.started("employees", current_company_names=[name])
    assert sorted(world.state["companies"].values()) == ["a", "c", "d"]
    refused = World({"plan": 0})
    assert refused.case("search_employees", body={"current_company_names": ["a"]}) == "credits_exhausted"
    assert "companies" not in refused.state


@settings(deadline=None)
@given(
    limit=st.integers(1, 1000),
    pages=st.lists(st.integers(1, 45), max_size=8),
    kind=st.sampled_from(["employees", "companies"]),
)
def test_all_pages_together_cost_what_all_results_cost(limit: int, pages: list[int], kind: str):
    world = World()
    request_id = world.started(kind, limit=limit)
    world.now += 10_000
    begun = Decimal(world.left)
    for number in pages:
        world.page(kind, request_id, number)
    each = Decimal({"employees": "0.5", "companies": "0.3"}[kind])
    sizes = [max(0, min(25, limit - 25 * (number - 1))) for number in pages]
    assert begun - Decimal(world.left) == sum(sizes) * each
    listings = [
        outcome.listing for number in range(1, 42) if isinstance(outcome := world.page(kind, request_id, number), Reply)
    ]
    assert sum(listing.count for listing in listings if listing is not None) == limit
