"""Merge patches by RFC 7396, and JSON Patch by RFC 6902: the examples of their appendices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.resources.patching import PatchFailed, is_patch, merged, patched
from tests.support.library import LIBRARY, SHELVES, Library


@pytest.mark.parametrize(
    ("value", "patch", "after"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(value: Any, patch: Any, after: Any):
    assert merged(value, patch) == after


def op(kind: str, path: str, **more: Any) -> dict[str, Any]:
    return {"op": kind, "path": path, **more}


@pytest.mark.parametrize(
    ("value", "operations", "after"),
    [
        ({"foo": "bar"}, [op("add", "/baz", value="qux")], {"foo": "bar", "baz": "qux"}),
        ({"foo": ["bar", "baz"]}, [op("add", "/foo/1", value="qux")], {"foo": ["bar", "qux", "baz"]}),
        ({"foo": ["bar"]}, [op("add", "/foo/-", value=["abc"])], {"foo": ["bar", ["abc"]]}),
        ({"foo": ["bar"]}, [op("add", "/foo/1", value="qux")], {"foo": ["bar", "qux"]}),
        ({"baz": "qux", "foo": "bar"}, [op("remove", "/baz")], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [op("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
        ({"baz": "qux"}, [op("replace", "/baz", value="boo")], {"baz": "boo"}),
        ({"a": [1, 2]}, [op("replace", "/a/0", value=9)], {"a": [9, 2]}),
        ({"a": [1, 2]}, [op("replace", "/a/1", value=9)], {"a": [1, 9]}),
        ({"a": {"b": 1}, "c": {}}, [op("move", "/c/d", **{"from": "/a/b"})], {"a": {}, "c": {"d": 1}}),
        ({"a": ["x", "y", "z"]}, [op("move", "/a/2", **{"from": "/a/0"})], {"a": ["y", "z", "x"]}),
        (
            {"a": {"b": 1}},
            [op("copy", "/c", **{"from": "/a"}), op("replace", "/a/b", value=2)],
            {"a": {"b": 2}, "c": {"b": 1}},
        ),
        ({"a": [2, 3]}, [op("test", "/a/1", value=3), op("test", "/a", value=[2, 3])], {"a": [2, 3]}),
        ({"/": 9, "~1": 10}, [op("test", "/~01", value=10), op("remove", "/~1")], {"~1": 10}),
        ({"": 1}, [op("replace", "/", value=2)], {"": 2}),
        ({"a": 1}, [op("replace", "", value={"b": 2})], {"b": 2}),
    ],
)
def test_json_patch(value: Any, operations: Any, after: Any):
    assert patched(value, operations) == after


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (op("test", "/a", value=True), "the value is another one"),
        (op("test", "/a", value="1"), "the value is another one"),
        (op("add", "/b/c", value=1), "there is no 'b'"),
        (op("remove", "/b"), "there is no 'b'"),
        (op("replace", "/b", value=1), "there is no 'b'"),
        (op("add", "/l/3", value=1), "there is no item '3'"),
        (op("add", "/l/01", value=1), "there is no item '01'"),
        (op("remove", "/l/-"), "there is no item '-'"),
        (op("add", "/a/x", value=1), "there is nothing below a value at 'x'"),
        (op("add", "a", value=1), "a path begins with a slash"),
        (op("move", "/l/0", **{"from": "/l"}), "a value can't be moved into itself"),
    ],
)
def test_a_patch_that_fails_changes_nothing_and_says_why(operation: Any, message: str):
    value = {"a": 1, "l": [1]}
    with pytest.raises(PatchFailed, match=message):
        patched(value, [op("add", "/new", value=1), operation])
    assert value == {"a": 1, "l": [1]}


def test_a_patch_that_copies_without_end_is_stopped():
    doubling = [op("copy", "/a/-", **{"from": "/a"})] * 60
    with pytest.raises(PatchFailed, match="more than 1048576 bytes are copied"):
        patched({"a": ["x" * 100]}, doubling)


@pytest.mark.parametrize("body", [{}, [{"op": "add"}], [{"op": "put", "path": "/a"}], ["add"], "text", None])
def test_what_is_no_patch(body: Any):
    assert not is_patch(body)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The library, whose shelves are changed by JSON Patch."""
    text = LIBRARY.read_text()
    old = text[
        text.index("          application/merge-patch+json:") : text.index(
            "      responses:", text.index("merge-patch")
        )
    ]
    file = tmp_path / "library.yaml"
    file.write_text(
        text.replace(old, "          application/json-patch+json: {schema: {type: array, items: {type: object}}}\n")
    )
    library = Library(file)
    library.ask("POST", SHELVES, {"theme": "travel", "place": {"floor": 2}})
    return library


JSON_PATCH = {"content-type": "application/json-patch+json"}


def test_an_item_is_changed_by_json_patch(library: Library):
    operations = [op("replace", "/theme", value="science"), op("add", "/place/room", value="A")]
    changed = library.ask("PATCH", f"{SHELVES}/1", operations, JSON_PATCH)
    assert changed.json["place"] == {"floor": 2, "room": "A"}
    assert library.get(f"{SHELVES}/1").json["theme"] == "science"
    library.ask("PATCH", f"{SHELVES}/1", [op("remove", "/place")], JSON_PATCH)
    assert "place" not in library.get(f"{SHELVES}/1").json


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (op("test", "/theme", value="poetry"), "operation 0, test '/theme': the value is another one"),
        (op("replace", "/id", value=7), "created_at, id, updated_at can't be changed"),
        (op("replace", "", value=[]), "the item would be no object any more"),
    ],
)
def test_a_patch_that_cannot_be_done_is_a_conflict(library: Library, operation: Any, reason: str):
    before = library.state()
    refused = library.ask("PATCH", f"{SHELVES}/1", [operation], JSON_PATCH)
    assert refused.status == 400  # the spec lists no 409, and no 422
    assert refused.json["message"] == reason
    assert library.state() == before


def test_a_patch_of_an_unknown_item_is_404(library: Library):
    assert library.get(f"{SHELVES}/{library.shelf()['id']}").status == 200
    assert library.ask("PATCH", f"{SHELVES}/9", [op("remove", "/place")], JSON_PATCH).status == 404
