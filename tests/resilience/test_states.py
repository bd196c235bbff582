"""States compared leaf by leaf, without what differs between two clean runs."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resilience.states import ABSENT, Difference, leaves, shown_value, steadiness

STATE: dict[str, Any] = {"seats": {"plus": 10}, "orders": [{"id": 1, "made": "a"}], "empty": {}}


def orders(*made: str) -> dict[str, Any]:
    return {"v": {"orders": {key: {"of": "ada", "made": key} for key in made}, "spent": len(made)}}


def test_the_leaves_of_a_state():
    assert dict(leaves(STATE)) == {"/seats/plus": 10, "/orders/0/id": 1, "/orders/0/made": "a", "/empty": {}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({**STATE, "seats": {"plus": 15}}, [("/seats/plus", 10, 15)]),
        (
            {**STATE, "orders": []},
            [("/orders/0/id", 1, ABSENT), ("/orders/0/made", "a", ABSENT), ("/orders", ABSENT, [])],
        ),
        ({**STATE, "seats": {"plus": True}}, [("/seats/plus", 10, True)]),
        ({**STATE, "seats": {"plus": 10.0}}, [("/seats/plus", 10, 10.0)]),
        (STATE, []),
    ],
)
def test_differences(found: Any, expected: list[tuple[str, Any, Any]]):
    steady = steadiness({"v": STATE}, {"v": STATE})
    assert steady.differences({"v": STATE}, {"v": found}) == [Difference("v", *one) for one in expected]


def test_what_the_clean_runs_disagree_on_is_left_out():
    one, other = {"v": {"id": "a", "n": 1}}, {"v": {"id": "b", "n": 1}}
    steady = steadiness(one, other)
    assert steady.masked == {("v", "/id")}
    assert steady.differences(one, {"v": {"id": "c", "n": 1}}) == []
    assert steady.differences(one, {"v": {"id": "c", "n": 2}}) == [Difference("v", "/n", 1, 2)]


def test_things_under_keys_that_are_made_anew_are_compared_in_their_order():
    steady = steadiness(orders("x1", "x2"), orders("y1", "y2"))
    assert steady.stable_keys == {("v", "/orders"): frozenset()}
    assert steady.masked == {("v", "/orders/#1/made"), ("v", "/orders/#2/made")}
    assert steady.differences(orders("x1", "x2"), orders("z1", "z2")) == []
    more = steady.differences(orders("x1", "x2"), orders("z1", "z2", "z3"))
    assert {one.pointer for one in more} == {"/spent", "/orders/#3/of", "/orders/#3/made"}
    assert steady.named("v", "/orders/z9/of") == "/orders/*/of"


@pytest.mark.parametrize(
    ("value", "shown"), [(ABSENT, "absent"), (None, "null"), ("a", '"a"'), ("x" * 60, '"' + "x" * 38 + "…")]
)
def test_a_value_in_a_sentence(value: Any, shown: str):
    assert shown_value(value) == shown
