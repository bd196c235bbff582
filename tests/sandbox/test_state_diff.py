"""What differs between two states."""

from __future__ import annotations

from typing import Any
from weakref import ref

import pytest

from mockserver.sandbox.state_diff import MOST, SMALL, LazyChanges, changes_between, differences

SHARED = {"x": [1, 2]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1}, [], id="nothing"),
        pytest.param({"a": 1}, {"a": 2}, [{"pointer": "/a", "before": 1, "after": 2}], id="a value"),
        pytest.param({}, {"a": None}, [{"pointer": "/a", "after": None}], id="a new one"),
        pytest.param({"a": None}, {}, [{"pointer": "/a", "before": None}], id="one that is gone"),
        pytest.param(
            {"a": {"b/c": [1, 2]}},
            {"a": {"b/c": [1, 3]}},
            [{"pointer": "/a/b~1c/1", "before": 2, "after": 3}],
            id="deep",
        ),
        pytest.param([float("1.5")], [float("1.5")], [], id="nothing, in two objects"),
        pytest.param([1], [1, 2], [{"pointer": "/1", "after": 2}], id="a longer list"),
        pytest.param([1, 2], [1], [{"pointer": "/1", "before": 2}], id="a shorter list"),
        pytest.param({"a": []}, {"a": {}}, [{"pointer": "/a", "before": [], "after": {}}], id="another kind"),
        pytest.param({"a": 1}, {"a": True}, [{"pointer": "/a", "before": 1, "after": True}], id="true is not 1"),
        pytest.param(None, {"a": 1}, [{"pointer": "", "before": None, "after": {"a": 1}}], id="the whole"),
        pytest.param({"a": SHARED}, {"a": SHARED, "b": 1}, [{"pointer": "/b", "after": 1}], id="what is shared"),
    ],
)
def test_the_places_that_differ(before: Any, after: Any, expected: list[Any]):
    assert list(differences(before, after)) == expected


def test_no_more_than_the_first_hundred():
    many = {str(number): number for number in range(1000)}
    assert len(differences({}, many)) == MOST
    assert differences({}, many)[-1] == {"pointer": "/99", "after": 99}
    assert differences({"x": {}, "y": 1}, {"x": many, "y": 2})[-1]["pointer"] == "/x/99"


# Worked out when they are read


def test_changes_of_a_small_state_are_worked_out_when_they_are_read():
    changes = changes_between({"a": 1, "b": SHARED}, {"a": 2, "b": SHARED}, 40)
    assert isinstance(changes, LazyChanges)
    expected = ({"pointer": "/a", "before": 1, "after": 2},)
    assert (tuple(changes), len(changes), changes[0], changes[:1], bool(changes)) == (
        expected,
        1,
        *expected,
        expected,
        True,
    )
    assert changes == expected
    assert expected == changes
    assert changes != ()
    assert not changes_between({"a": 1}, {"a": 1}, 8)


def test_nobody_sees_changes_before_they_are_masked():
    changes = changes_between({"key": "a"}, {"key": "b"}, 20)
    assert isinstance(changes, LazyChanges)
    changes.secret_names, changes.known_secrets = frozenset(("key",)), ("a", "b")
    changes.hide = lambda names, known, found: [
        {**dict.fromkeys(one, f"{sorted(names)} {known}"), "pointer": one["pointer"]} for one in found
    ]
    masked = "['key'] ('a', 'b')"
    assert [*changes] == [{"pointer": "/key", "before": masked, "after": masked}]


def test_both_states_are_let_go_of_once_they_were_compared():
    class State(dict[str, int]):
        """One that can be watched."""

    before, after = State(a=1), State(a=2)
    watched = [ref(before), ref(after)]
    changes = changes_between(before, after, 20)
    del before, after
    assert all(one() for one in watched)
    assert len(changes) == 1
    assert not any(one() for one in watched)


def test_of_a_large_state_only_what_changed_is_kept():
    """Which weighs what it is; of a small one both sides weigh with their size."""
    assert changes_between({"a": 1}, {"a": 2}, SMALL + 1) == ({"pointer": "/a", "before": 1, "after": 2},)
    assert isinstance(changes_between({"a": 1}, {"a": 2}, SMALL + 1), tuple)
    small, larger = (changes_between({}, {}, size) for size in (SMALL - 1000, SMALL))
    assert isinstance(small, LazyChanges)
    assert isinstance(larger, LazyChanges)
    assert larger.weight - small.weight == 4000
