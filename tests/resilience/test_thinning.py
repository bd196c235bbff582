"""Fewer scenarios: each call and each failure still comes, the same ones for the same seed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.resilience.failure import Failure, Kind
from mockserver.resilience.scenario import CallName, Scenario, matches
from mockserver.resilience.thinning import thin
from tests.support.made_resilience import BUY

FAILURES = [Failure(name, Kind.CASE, {"error": name}, 500) for name in "abcdefghij"]
ALL = [Scenario(CallName("shop", "buy", number), BUY, one) for number in range(1, 21) for one in FAILURES]


def test_nothing_is_left_out_below_the_limit():
    assert thin(ALL, 200, 0) == (ALL, [])


def test_each_call_and_each_failure_stays():
    kept, left_out = thin(ALL, 40, 7)
    assert len(kept) == 40
    assert {one.call for one in kept} == {one.call for one in ALL}
    assert {one.failure.name for one in kept} == set("abcdefghij")
    assert sorted(map(str, [*kept, *left_out])) == sorted(map(str, ALL))
    assert kept == [one for one in ALL if one in kept]


def test_what_stays_is_spread_evenly():
    kept, _ = thin(ALL, 100, 7)
    counts = [sum(one.failure.name == name for one in kept) for name in "abcdefghij"]
    assert max(counts) - min(counts) <= 2


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.tuples(st.integers(1, 30), st.sampled_from("abcdefghijklmnopqrst")), min_size=1, max_size=200),
    st.integers(1, 250),
    st.integers(0, 5),
)
def test_of_any_plan_each_call_and_each_failure_stays(pairs: set[tuple[int, str]], most: int, seed: int):
    plan = [
        Scenario(CallName("shop", "buy", number), BUY, Failure(name, Kind.CASE, {"error": name}, 500))
        for number, name in sorted(pairs)
    ]
    kept, left_out = thin(plan, most, seed)
    calls, failures = {one.call for one in plan}, {one.failure.name for one in plan}
    assert {one.call for one in kept} == calls
    assert {one.failure.name for one in kept} == failures
    assert len(kept) == min(len(plan), most) or most < len(kept) < len(calls) + len(failures)
    assert [one for one in plan if one in kept] == kept
    assert sorted(map(str, [*kept, *left_out])) == sorted(map(str, plan))
    assert thin(plan, most, seed) == (kept, left_out)


def test_the_seed_decides():
    assert thin(ALL, 40, 7) == thin(ALL, 40, 7)
    assert thin(ALL, 40, 7) != thin(ALL, 40, 8)


def test_a_limit_below_what_is_needed_keeps_what_is_needed():
    kept, _ = thin(ALL, 1, 7)
    assert {one.call for one in kept} == {one.call for one in ALL}
    assert {one.failure.name for one in kept} == set("abcdefghij")
    assert len(kept) == 20


def test_a_pattern_of_names():
    name = "linkedapi.setSeats[1]:reset:after"
    for pattern in (name, "*", "linkedapi.*", "*setSeats[1]:*", "*:after", "linkedapi.setSeats[?]:*"):
        assert matches(name, pattern)
    for pattern in ("linkedapi.setSeats1:reset:after", "setSeats*", "*:reset"):
        assert not matches(name, pattern)
