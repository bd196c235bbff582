"""What differs between two states."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.sandbox.state_diff import MOST, differences

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
