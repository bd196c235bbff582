"""Schemas taken together."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.merged import Shape, shape_of

DOCUMENT: dict[str, Any] = {
    "ref": {"$ref": "#/base", "allOf": [{"maximum": 7}, {"$ref": "#/other"}]},
    "base": {"minimum": 1, "maximum": 9, "type": ["integer", "string"], "required": ["a", "b"], "title": "Base"},
    "other": {"minimum": 3, "type": "number", "required": ["b", "c"], "title": "Other"},
    "loop": {"allOf": [{"$ref": "#/loop"}, {"minLength": 2}]},
    "object": {
        "properties": {"a/b": {}, "prefixItems/0": True},
        "additionalProperties": {"type": "string"},
        "allOf": [{"properties": {"a/b": {"minimum": 1}, "prefixItems/0": True}, "additionalProperties": False}],
    },
    "array": {"prefixItems": [{}, {}], "items": {"type": "string"}, "allOf": [{"items": {"minLength": 1}}]},
    "empty": {"items": {}, "additionalProperties": True},
    "values": {"enum": [1, 2, 3], "allOf": [{"enum": [3, 2]}]},
    "constant": {"enum": [1, 2], "const": 2},
    "never": False,
    "always": True,
    "choices": {
        "anyOf": [{}, {}],
        "oneOf": [{}],
        "if": {},
        "then": {},
        "allOf": [{"if": {}, "else": {}}],
    },
}


def shape(name: str, *more: str, settled: frozenset[str] = frozenset()) -> Shape:
    return shape_of(DOCUMENT, (f"/{name}", *more), settled)


def test_references_and_parts_are_followed_and_the_tightest_counts():
    merged = shape("ref")
    assert (merged.facts["minimum"], merged.facts["maximum"], merged.facts["title"]) == (3, 7, "Base")
    assert (merged.types, merged.required) == (("integer",), ("a", "b", "c"))
    assert (merged.roots, merged.settled, merged.values, merged.choices) == (("/ref",), frozenset(), None, ())


def test_a_schema_that_leads_to_itself_is_taken_once():
    assert shape("loop", "/loop", "/base").facts == {
        "allOf": DOCUMENT["loop"]["allOf"],
        "minLength": 2,
        "$ref": "#/loop",
        **DOCUMENT["base"],
    }


def test_the_parts_of_objects_and_arrays_stand_by_their_pointers():
    merged = shape("object")
    assert merged.properties == {
        "a/b": ("/object/properties/a~1b", "/object/allOf/0/properties/a~1b"),
        "prefixItems/0": ("/object/properties/prefixItems~10", "/object/allOf/0/properties/prefixItems~10"),
    }
    assert (merged.others, merged.items, merged.prefix) == (("/object/additionalProperties",), (), ())
    listed = shape("array")
    assert (listed.items, listed.prefix) == (
        ("/array/items", "/array/allOf/0/items"),
        (("/array/prefixItems/0",), ("/array/prefixItems/1",)),
    )
    assert (listed.properties, listed.others) == ({}, ())
    assert (shape("empty").items, shape("empty").others) == ((), ())


@pytest.mark.parametrize(
    ("name", "values"), [("values", [2, 3]), ("constant", [2]), ("never", []), ("always", None), ("base", None)]
)
def test_the_values_that_all_allow(name: str, values: list[Any] | None):
    assert shape(name).values == values


def test_choices_are_named_and_left_out_once_settled():
    either = ("/choices/anyOf", (("/choices/anyOf/0",), ("/choices/anyOf/1",)))
    one = ("/choices/oneOf", (("/choices/oneOf/0",),))
    then = ("/choices/if", (("/choices/if", "/choices/then"), ()))
    otherwise = ("/choices/allOf/0/if", (("/choices/allOf/0/if",), ("/choices/allOf/0/else",)))
    assert shape("choices").choices == (either, one, then, otherwise)
    settled = frozenset({"/choices/anyOf", "/choices/if"})
    assert shape("choices", settled=settled).choices == (one, otherwise)


@pytest.mark.parametrize(
    ("left", "right", "types"),
    [
        ("integer", "number", ("integer",)),
        (["number", "string"], "integer", ("integer",)),
        (["integer", "number"], ["integer", "number"], ("integer", "number")),
        ("string", "integer", ()),
        (["null", "string"], ["string", "null"], ("null", "string")),
    ],
)
def test_the_types_in_both(left: Any, right: Any, types: tuple[str, ...]):
    assert shape_of({"a": {"type": left}, "b": {"type": right}}, ("/a", "/b"), frozenset()).types == types


@pytest.mark.parametrize(
    ("keywords", "kind"),
    [
        ({"type": "null"}, ("null",)),
        ({"properties": {"a": {}}}, ("object",)),
        ({"required": ["a"]}, ("object",)),
        ({"additionalProperties": {"type": "null"}}, ("object",)),
        ({"items": {"type": "null"}}, ("array",)),
        ({"prefixItems": [{}]}, ("array",)),
        ({"minimum": 1}, ("number",)),
        ({"maximum": 1}, ("number",)),
        ({"multipleOf": 2}, ("number",)),
        ({"maxLength": 2}, ("string",)),
        ({}, ("string",)),
    ],
)
def test_the_kind_that_the_keywords_are_about(keywords: dict[str, Any], kind: tuple[str, ...]):
    assert shape_of(keywords, ("",), frozenset()).kinds == kind


@pytest.mark.parametrize("end", ["imum", "Length", "Items", "Properties"])
@pytest.mark.parametrize(("bound", "tightest"), [("min", 4), ("max", 2)])
def test_bounds_are_the_tightest(bound: str, tightest: int, end: str):
    document = {"a": {f"{bound}{end}": 2}, "b": {f"{bound}{end}": 4}}
    assert shape_of(document, ("/a", "/b"), frozenset()).facts == {f"{bound}{end}": tightest}


@pytest.mark.parametrize(
    ("closing", "names"),
    [
        ({"additionalProperties": False}, ["a", "b"]),
        ({"additionalProperties": True}, ["a", "b", "c"]),
        ({"additionalProperties": False, "patternProperties": {"c": {}}}, ["a", "b", "c"]),
    ],
)
def test_what_one_part_forbids_is_no_property(closing: dict[str, Any], names: list[str]):
    document = {"x": {"properties": {"a": {}, "b": {}}, **closing}, "y": {"properties": {"b": {}, "c": {}}}}
    assert list(shape_of(document, ("/x", "/y"), frozenset()).properties) == names
