"""FreshData's credits, sentence by sentence: what calls cost, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from mockserver.clock import add_months, parse_time
from mockserver.plugin import Refusal, Reply
from mockserver.vendors.freshdata.behaviours import vendor
from mockserver.vendors.freshdata.credits import month_of, tenths, written
from tests.support.freshdata_world import KINDS, NADIA, SAMPLES, SPEC, START, World, done_search

# What a call costs

PRICES = {
    "get_linkedin_profile": "1",
    "get_profile_posts": "2",
    "get_profile_recent_activity_time": "2",
    "search_posts": "2",
    "get_company_by_linkedinurl": "1",
    "get_company_by_domain": "1",
    "get_company_by_id": "1",
    "get_company_posts": "2",
    "get_company_insights": "5",
    "find_custom_headcount": "1",
    "get_company_jobs_count": "1",
    "get_crunchbase_details": "2",
    "search_employees": "50",
    "check_search_status": "0",
    "get_search_results": "0.5",
    "search_companies": "25",
    "check_search_companies_status": "0",
    "get_search_companies_results": "0.3",
    "search_jobs": "2",
    "get_job_details": "1",
    "google_profiles": "2",
    "get_recommendations_given": "1",
    "get_recommendations_received": "1",
    "get_year_of_experiences": "1",
    "get_opentowork_status": "1",
    "get_open_profile_status": "1",
    "get_profile_pdf_cv": "1",
    "get_extra_profile_data": "1",
    "google_companies": "2",
    "google_schools": "2",
}


@pytest.mark.parametrize(("operation", "cost"), PRICES.items(), ids=PRICES)
def test_every_call_costs_what_the_price_list_says(operation: str, cost: str):
    world = World({"plan": 100})
    kind = "companies" if "companies" in operation else "employees"
    assert world.case(operation, {"request_id": SAMPLES[kind]}, {}) == ""
    assert Decimal(world.left) == 100 - Decimal(cost)


def test_every_operation_is_priced_and_metered():
    assert set(PRICES) == {operation.id for operation in SPEC.operations} == set(vendor.behaviours)
    assert all(operation.credits is not None for operation in SPEC.operations)


@pytest.mark.parametrize(
    ("options", "cost"),
    [
        pytest.param({}, 1, id="the main details cost 1"),
        pytest.param({"include_skills": "true"}, 1, id="one option is 1.5, rounded down to 1"),
        pytest.param({"include_skills": "true", "include_certifications": "true"}, 2, id="two options are 2"),
        pytest.param(
            dict.fromkeys(["include_skills", "include_honors", "include_patents"], "true"), 2, id="three are 2"
        ),
        pytest.param({"include_company_public_url": "true"}, 1, id="the company's public URL is free"),
        pytest.param(
            {"include_skills": "true", "include_company_public_url": "true"}, 1, id="the free option never counts"
        ),
        pytest.param({"include_skills": "false", "include_honors": "false"}, 1, id="false is the same as absence"),
        pytest.param({"include_skills": "true", "include_honors": "false"}, 1, id="true and false are one option"),
    ],
)
def test_a_profile_costs_one_credit_and_half_a_credit_for_each_option(options: Mapping[str, str], cost: int):
    world = World({"plan": 10})
    world.call("get_linkedin_profile", {**NADIA, **options})
    assert world.left == str(10 - cost)


def test_all_ten_options_and_the_free_one_cost_6():
    operation = SPEC.operation("get_linkedin_profile")
    assert operation is not None
    options = {one.name: "true" for one in operation.parameters if one.name.startswith("include_")}
    assert len(options) == 11
    world = World({"plan": 10})
    world.call("get_linkedin_profile", {**NADIA, **options})
    assert world.left == "4"


def test_options_of_a_job_cost_nothing_more():
    world = World({"plan": 10})
    world.call("get_job_details", {"include_skills": "true", "include_hiring_team": "true"})
    assert world.left == "9"


@pytest.mark.parametrize(("credits", "found"), [(0.1, 1), (0.3, 3), (0.5, 5), (1, 10), (1.0, 10), (99999.9, 999999)])
def test_tenths_are_exact(credits: float, found: int):
    assert tenths(credits) == found


def test_a_price_finer_than_a_tenth_is_noticed():
    with pytest.raises(ValueError, match="tenths"):
        tenths(0.25)


@pytest.mark.parametrize(("amount", "text"), [(9875, "987.5"), (9900, "990"), (0, "0"), (3, "0.3"), (10, "1")])
def test_the_headers_figure_is_a_plain_decimal_without_trailing_zeros(amount: int, text: str):
    assert written(amount) == text


# What is left


def test_the_three_headers():
    world = World()
    assert world.headers() == {
        "x-ratelimit-credits-remaining": "100000",
        "x-ratelimit-credits-limit": "100000",
        "x-ratelimit-credits-reset": str(28 * 86400),
    }


@pytest.mark.parametrize(
    ("now", "month", "ends"),
    [
        pytest.param("2026-01-31T12:00:00Z", 0, "2026-02-28T12:00:00Z", id="the start"),
        pytest.param("2026-02-28T11:59:59.999Z", 0, "2026-02-28T12:00:00Z", id="just before the month is over"),
        pytest.param("2026-02-28T12:00:00Z", 1, "2026-03-31T12:00:00Z", id="a month after the start"),
        pytest.param("2026-03-30T12:00:00Z", 1, "2026-03-31T12:00:00Z", id="the third month begins on the 31st"),
        pytest.param("2026-03-31T12:00:00Z", 2, "2026-04-30T12:00:00Z", id="two months after the start"),
        pytest.param("2027-01-31T12:00:00Z", 12, "2027-02-28T12:00:00Z", id="a year after the start"),
        pytest.param("2025-12-01T00:00:00Z", 0, "2026-02-28T12:00:00Z", id="before the start"),
    ],
)
def test_months_are_by_the_calendar_from_the_start(now: str, month: int, ends: str):
    assert month_of(START, parse_time(now)) == (month, parse_time(ends))


def test_the_reset_is_never_too_early():
    world = World()
    world.now = add_months(START, 1) - 1
    assert world.headers()["x-ratelimit-credits-reset"] == "1"


def test_the_credits_come_back_each_month():
    world = World({"plan": 60})
    world.started("employees")
    world.now = add_months(START, 1) - 1
    assert world.left == "10"
    world.now += 1
    assert world.left == "60"
    world.call("get_company_insights")
    assert world.left == "55"
    world.now = add_months(START, 14)
    assert world.left == "60"
    assert world.headers()["x-ratelimit-credits-limit"] == "60"


def test_what_a_plan_did_not_spend_is_not_carried_over():
    world = World({"plan": 60})
    world.now = add_months(START, 3)
    assert world.left == "60"


def test_a_call_that_costs_more_than_remains_is_refused_and_does_nothing():
    world = World({"plan": 49})
    assert world.case("search_employees", body={}) == "credits_exhausted"
    assert world.left == "49"
    assert set(world.state["searches"]) == set(SAMPLES.values())


def test_a_call_that_costs_just_what_remains_goes_well():
    world = World({"plan": 50})
    assert world.case("search_employees", body={}) == ""
    assert world.left == "0"
    assert world.case("get_company_by_id", {"company_id": 1}) == "credits_exhausted"


@KINDS
def test_free_calls_never_get_429(kind: str):
    world = World({"plan": 0, **done_search(kind)})
    assert world.status(kind, "x") == "done"
    assert isinstance(world.page(kind, "x", 99), Reply)
    assert isinstance(world.page(kind, "x", 1), Refusal)


def test_credits_added_raise_what_remains_until_the_month_ends():
    world = World({"plan": 10})
    world.call("get_company_insights")
    assert world.event("credits_added", credits=100.3) == {"remaining": "105.3"}
    assert world.headers()["x-ratelimit-credits-limit"] == "10"
    assert world.case("search_employees", body={}) == ""
    assert world.left == "55.3"
    world.now = add_months(START, 1)
    assert world.left == "10"


def test_credits_added_in_a_later_month_are_of_that_month():
    world = World({"plan": 10, "spent_tenths": 100})
    world.now = add_months(START, 2)
    assert world.event("credits_added", credits=5) == {"remaining": "15"}


@pytest.mark.parametrize(
    ("credits", "left", "limit"),
    [
        pytest.param(500, "500", "500", id="more"),
        pytest.param(10, "10", "10", id="less than was spent"),
        pytest.param(0, "0", "0", id="nothing"),
        pytest.param(None, "1000000000", "1000000000", id="unlimited"),
    ],
)
def test_plan_changed_sets_plan_and_remainder_at_once(credits: int | None, left: str, limit: str):
    world = World({"plan": 100})
    world.started("employees")
    world.event("credits_added", credits=7)
    assert world.event("plan_changed", credits=credits) == {"remaining": left}
    assert world.left == left
    assert world.headers()["x-ratelimit-credits-limit"] == limit
    world.now = add_months(START, 1)
    assert world.left == left


def test_plan_changed_leaves_the_months_as_they_were():
    world = World()
    world.now = START + 10 * 86_400_000
    world.event("plan_changed", credits=5)
    assert world.headers()["x-ratelimit-credits-reset"] == str(18 * 86400)


def test_an_unlimited_plan_is_counted_and_never_exhausted():
    world = World({"plan": None})
    world.started("companies")
    assert world.headers()["x-ratelimit-credits-limit"] == "1000000000"
    assert world.left == "999999975"
    world = World({"plan": None, "spent_tenths": 10_000_000_000})
    assert world.left == "0"
    assert world.case("search_employees", body={}) == ""
    assert world.state["spent_tenths"] == 10_000_000_500
