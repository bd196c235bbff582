"""FreshData's credits, sentence by sentence: what calls cost, and what is left."""

from __future__ import annotations

import pytest

from mockserver.clock import add_months, parse_time
from mockserver.vendors.freshdata.credits import month_of, tenths, written
from tests.support.freshdata_world import START, World


@pytest.mark.parametrize(("credits", "found"), [(0.1, 1), (0.3, 3), (0.5, 5), (1, 10), (1.0, 10), (99999.9, 999999)])
def test_tenths_are_exact(credits: float, found: int):
    assert tenths(credits) == found


def test_a_price_finer_than_a_tenth_is_noticed():
    with pytest.raises(ValueError, match="tenths"):
        tenths(0.25)


@pytest.mark.parametrize(("amount", "text"), [(9875, "987.5"), (9900, "990"), (0, "0"), (3, "0.3"), (10, "1")])
def test_the_headers_figure_is_a_plain_decimal_without_trailing_zeros(amount: int, text: str):
    assert written(amount) == text


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


def test_credits_added_in_a_later_month_are_of_that_month():
    world = World({"plan": 10, "spent_tenths": 100})
    world.now = add_months(START, 2)
    assert world.event("credits_added", credits=5) == {"remaining": "15"}


def test_an_unlimited_plan_is_counted_and_never_exhausted():
    world = World({"plan": None})
    world.started("companies")
    assert world.headers()["x-ratelimit-credits-limit"] == "1000000000"
    assert world.left == "999999975"
    world = World({"plan": None, "spent_tenths": 10_000_000_000})
    assert world.left == "0"
    assert world.case("search_employees", body={}) == ""
    assert world.state["spent_tenths"] == 10_000_000_500
