"""FreshData's three-step searches, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.plugin import Listing, Refusal, Reply
from mockserver.vendors.freshdata.behaviours import vendor
from tests.support.freshdata_world import (
    KINDS,
    OTHER,
    RULES,
    SAMPLES,
    SPEC,
    START,
    STEPS,
    World,
    done_search,
    vendor_case,
)


@KINDS
def test_step_1_gives_a_request_id_of_the_documented_shape(kind: str):
    world = World()
    outcome = world.call(STEPS[kind][0], body={})
    example = vendor_case(STEPS[kind][0], "ok")
    assert isinstance(outcome, Reply)
    assert outcome.body["message"] == example["message"]
    assert outcome.body.keys() == example.keys()
    assert len(outcome.body["request_id"]) == len(example["request_id"])
    assert set(outcome.body["request_id"]) <= set("0123456789abcdef")


def test_each_search_has_an_id_of_its_own_and_the_same_call_the_same_one():
    world = World()
    assert world.started("employees", limit=1) != world.started("employees", limit=1)
    call = world.asked("search_employees", body={})
    first, again = (vendor.behaviours["search_employees"](world.state, call)[1] for _ in range(2))
    assert first == again


@KINDS
@pytest.mark.parametrize(
    ("elapsed", "status"),
    [(0, "pending"), (1999, "pending"), (2000, "processing"), (9999, "processing"), (10_000, "done"), (10**9, "done")],
)
def test_step_2_tells_pending_then_processing_then_done(kind: str, elapsed: int, status: str):
    world = World()
    request_id = world.started(kind)
    world.now += elapsed
    assert world.status(kind, request_id) == status


def test_a_world_sets_how_long_a_search_takes():
    world = World({"processing_after_seconds": 0.5, "done_after_seconds": 60})
    request_id = world.started("employees")
    for elapsed, status in ((499, "pending"), (500, "processing"), (59_999, "processing"), (60_000, "done")):
        world.now = START + elapsed
        assert world.status("employees", request_id) == status
    world = World({"processing_after_seconds": 0, "done_after_seconds": 0})
    assert world.status("employees", world.started("employees")) == "done"


@KINDS
@pytest.mark.parametrize("status", ["pending", "processing", "done", "failed"])
def test_step_2_has_a_case_for_each_status(kind: str, status: str):
    assert vendor_case(STEPS[kind][1], status)["status"] == status


@KINDS
@pytest.mark.parametrize("elapsed", [0, 2000, 9999])
def test_step_3_before_done_gets_400(kind: str, elapsed: int):
    world = World()
    request_id = world.started(kind)
    world.now += elapsed
    left = world.left
    outcome = world.page(kind, request_id)
    assert isinstance(outcome, Refusal)
    assert outcome.case == "search_not_done"
    assert world.left == left


@KINDS
@pytest.mark.parametrize(
    ("body", "found"),
    [({}, 100), ({"limit": 1}, 1), ({"limit": 26}, 26), ({"limit": 1000}, 1000), ({"limit": 40.0}, 40)],
    ids=["100 by default", "as many as the limit", "over a page", "at most 1,000", "a limit written 40.0"],
)
def test_a_search_finds_as_many_as_its_limit(kind: str, body: Mapping[str, Any], found: int):
    world = World()
    request_id = world.started(kind, **body)
    world.now += 10_000
    outcome = world.page(kind, request_id)
    assert isinstance(outcome, Reply)
    totals = {name: total for name, total in outcome.body.items() if name.startswith("total")}
    names = {"employees": ("total_count", "total_employees"), "companies": ("total",)}[kind]
    assert totals == dict.fromkeys(names, found)


@KINDS
def test_pages_of_25_each_charged_by_the_result(kind: str):
    world = World({"plan": 1000, **done_search(kind, 60)})
    each = {"employees": Decimal("0.5"), "companies": Decimal("0.3")}[kind]
    spent = Decimal(0)
    for number, (first, size) in enumerate([(0, 25), (25, 25), (50, 10)], 1):
        outcome = world.page(kind, "x", number)
        assert isinstance(outcome, Reply)
        assert outcome.listing == Listing(f"{kind}/s", first, size)
        spent += size * each
        assert Decimal(world.left) == 1000 - spent


def test_without_a_page_it_is_the_first():
    world = World(done_search())
    assert world.page("employees", "x") == world.page("employees", "x", 1)


@KINDS
def test_a_page_is_charged_each_time_it_is_retrieved(kind: str):
    world = World({"plan": 100, **done_search(kind, 10)})
    for _ in range(3):
        world.page(kind, "x")
    assert world.left == {"employees": "85", "companies": "91"}[kind]


@KINDS
@pytest.mark.parametrize(("found", "page"), [(60, 4), (50, 3), (1, 2), (1, 10**30), (0, 1)])
def test_a_page_beyond_the_last_is_empty_and_free(kind: str, found: int, page: int):
    world = World({"plan": 0, **done_search(kind, found)})
    before = world.state
    outcome = world.page(kind, "x", page)
    assert isinstance(outcome, Reply)
    assert outcome.body["data"] == []
    assert outcome.listing is None
    assert outcome.body["message"] == "ok"
    assert world.state is before


@KINDS
def test_a_page_that_costs_more_than_remains_is_429_whole(kind: str):
    world = World({"plan": 7, **done_search(kind, 26)})
    outcome = world.page(kind, "x")
    assert isinstance(outcome, Refusal)
    assert outcome.case == "credits_exhausted"
    assert world.left == "7"
    assert isinstance(world.page(kind, "x", 2), Reply)


def test_tenths_of_credits_stay_exact():
    world = World({"plan": 3, **done_search("companies", 1)})
    for _ in range(10):
        assert isinstance(world.page("companies", "x"), Reply)
    assert world.left == "0"
    assert isinstance(world.page("companies", "x"), Refusal)


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


@KINDS
def test_step_1_is_charged_whatever_it_finds(kind: str):
    world = World({"plan": 100})
    world.started(kind, limit=1)
    assert world.left == {"employees": "50", "companies": "75"}[kind]


@KINDS
@pytest.mark.parametrize("elapsed", [0, 5000, 20_000], ids=["while pending", "while processing", "even when done"])
def test_search_failed_makes_it_failed(kind: str, elapsed: int):
    world = World({"plan": 100})
    request_id = world.started(kind)
    left = world.left
    world.now += elapsed
    assert world.event("search_failed", request_id=request_id) == {"request_id": request_id, "status": "failed"}
    assert world.status(kind, request_id) == "failed"
    world.now += 10**6
    assert world.status(kind, request_id) == "failed"
    outcome = world.page(kind, request_id)
    assert isinstance(outcome, Refusal)
    assert outcome.case == "search_failed"
    assert world.left == left, "step 1 is not given back"


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


@KINDS
def test_the_documented_samples_are_there(kind: str):
    world = World({"plan": 1})
    example = vendor_case(STEPS[kind][2], "ok")
    assert world.call(STEPS[kind][1], {"request_id": SAMPLES[kind]}) == Reply()
    assert world.page(kind, SAMPLES[kind]) == Reply()
    assert world.state["searches"][SAMPLES[kind]]["found"] == len(example["data"])
    assert world.left == {"employees": "0.5", "companies": "0.7"}[kind]
    beyond = world.page(kind, SAMPLES[kind], 2)
    assert isinstance(beyond, Reply)
    assert beyond.body == vendor_case(STEPS[kind][2], "empty_page")


def test_the_sample_tells_of_the_filters_of_its_own_step_1():
    for kind, sample in SAMPLES.items():
        operation = SPEC.operation(STEPS[kind][0])
        assert operation is not None
        assert operation.body is not None
        (media,) = operation.body.content.values()
        asked = media.examples["ok"]
        search = RULES.initial["searches"][sample]
        assert search["filters"] == sorted(asked.keys() - {"limit", "keywords"})
        assert (search["query"], search["found"]) == (asked.get("keywords", ""), asked["limit"])


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
