"""States compared leaf by leaf, without what differs between two clean runs."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resilience.pairing import ABSENT, leaves
from mockserver.resilience.states import Difference, Steadiness, named, shown_value, steadiness, together

STATE: dict[str, Any] = {"seats": {"plus": 10}, "orders": [{"id": 1, "made": "a"}], "empty": {}}


def orders(*made: str) -> dict[str, Any]:
    """Orders under keys, each at a time of its own: ``x1=pen``."""
    pairs = [one.split("=") for one in made]
    kept = {key: {"id": key, "of": what, "at": f"{key}!"} for key, what in pairs}
    return {"v": {"orders": kept, "spent": len(made)}}


def steady_of(one: dict[str, Any], other: dict[str, Any] | None = None, begun: Any = None) -> Steadiness:
    return steadiness(one, one if other is None else other, {"v": begun or {}})


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
        ({"seats": {"plus": 10}, "empty": {}}, [("/orders/0/id", 1, ABSENT), ("/orders/0/made", "a", ABSENT)]),
        ({**STATE, "more": {"n": 1}}, [("/more/n", ABSENT, 1)]),
        (STATE, []),
    ],
)
def test_differences(found: Any, expected: list[tuple[str, Any, Any]]):
    steady = steady_of({"v": STATE}, begun=STATE)
    assert steady.compare({"v": STATE}, {"v": found}).differences == [Difference("v", *one) for one in expected]


def test_what_the_clean_runs_disagree_on_is_left_out():
    one, other = {"v": {"id": "a", "n": 1}}, {"v": {"id": "b", "n": 1}}
    steady = steady_of(one, other)
    assert steady.masked == {("v", "/id")}
    assert steady.compare(one, {"v": {"id": "c", "n": 1}}).differences == []
    assert steady.compare(one, {"v": {"id": "c", "n": 2}}).differences == [Difference("v", "/n", 1, 2)]


def test_things_under_keys_that_are_made_anew_are_compared_by_what_they_hold():
    clean = orders("x1=pen", "x2=ink")
    steady = steady_of(clean, orders("y1=ink", "y2=pen"))
    assert steady.stable_keys == {("v", "/orders"): frozenset()}
    assert steady.masked == {("v", "/orders/#1/at"), ("v", "/orders/#2/at")}
    assert steady.compare(clean, orders("z1=pen", "z2=ink")).differences == []
    assert steady.compare(clean, orders("z1=ink", "z2=pen")).differences == []
    more = steady.compare(clean, orders("z1=pen", "z2=pen", "z3=ink"))
    assert {one.pointer for one in more.differences} == {f"/orders/#3/{name}" for name in ("id", "of", "at")} | {
        "/spent"
    }
    assert named(more.names, "v", "/orders/z2/of") == "/orders/#3/of"
    assert named(steady.names, "v", "/orders/x2/of") == "/orders/#2/of"


def test_things_made_in_another_order_under_keys_that_are_counted_are_the_same():
    def state(at: int, *things: str) -> dict[str, Any]:
        return {"v": {str(n): {"id": n, "of": what, "at": at + n} for n, what in enumerate(things, 1)}}

    steady = steady_of(state(0, "pen", "ink"), state(50, "pen", "ink"))
    assert steady.stable_keys == {}
    assert steady.compare(state(0, "pen", "ink"), state(90, "ink", "pen")).differences == []
    lost = steady.compare(state(0, "pen", "ink"), state(90, "ink")).differences
    assert [(one.pointer, one.expected) for one in lost] == [("/1/id", 1), ("/1/of", "pen")]


def test_what_was_there_at_the_beginning_keeps_its_key():
    begun = {"plus": {"quantity": 10}, "core": {"quantity": 5}}
    steady = steady_of({"v": begun}, begun=begun)
    swapped = {"plus": {"quantity": 5}, "core": {"quantity": 10}}
    assert len(steady.compare({"v": begun}, {"v": swapped}).differences) == 2
    assert steady_of({"v": begun}).compare({"v": begun}, {"v": swapped}).differences == []


def test_the_order_of_a_list_of_things_says_nothing():
    def state(*names: str) -> dict[str, Any]:
        return {"v": {"sent": [{"to": name, "at": number} for number, name in enumerate(names)]}}

    steady = steady_of(state("ada", "bob"), {"v": {"sent": [{"to": "bob", "at": 7}, {"to": "ada", "at": 8}]}})
    assert steady.compare(state("ada", "bob"), state("bob", "ada")).differences == []
    lost = steady.compare(state("ada", "bob"), state("bob")).differences
    assert [(one.pointer, one.expected) for one in lost] == [("/sent/0/to", "ada")]
    twice = steady.compare(state("ada", "bob"), state("ada", "ada", "bob")).differences
    assert [(one.pointer, one.found) for one in twice] == [("/sent/2/to", "ada"), ("/sent/2/at", 1)]
    assert steady_of({"v": ["a", "b"]}).compare({"v": ["a", "b"]}, {"v": ["b", "a"]}).differences != []


@pytest.mark.parametrize("path", ["/orders", "/shops/1/orders"])
def test_how_a_client_has_used_ids_is_no_difference(path: str):
    def state(*, used: bool, made: int = 1) -> dict[str, Any]:
        return {"v": {path: {"made": made, "used": used, "items": {}}}}

    steady = steady_of(state(used=True))
    assert steady.compare(state(used=True), state(used=False)).differences == []
    assert len(steady.compare(state(used=True), state(used=False, made=2)).differences) == 1


def test_places_that_are_alike_are_told_together():
    places = [("v", "/orders/#1/at"), ("v", "/orders/#2/at"), ("v", "/orders/#2/by"), ("w", "/orders/#3/at"), ("v", "")]
    told = [("v", ""), ("v", "/orders/#2/by"), ("v", "/orders/*/at"), ("w", "/orders/#3/at")]
    assert together(places) == told


@pytest.mark.parametrize(
    ("value", "shown"), [(ABSENT, "absent"), (None, "null"), ("a", '"a"'), ("x" * 60, '"' + "x" * 38 + "…")]
)
def test_a_value_in_a_sentence(value: Any, shown: str):
    assert shown_value(value) == shown
