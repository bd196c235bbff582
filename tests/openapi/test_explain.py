"""What is wrong with a value, small or large: told in full for a small one, in bounds for a large one."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi import explain
from mockserver.openapi.explain import AND_MORE, TOO_DEEP, Problem, place, shorten, weigh
from mockserver.openapi.schemas import Schemas

WORD = {"type": "string"}
NUMBER = {"type": "integer"}
NUMBERS = list(range(20_000))


def told(schema: Any, value: Any, is_hidden: Any = None) -> list[Problem]:
    return Schemas.of(schema).problems("", value, is_hidden)


@pytest.mark.parametrize(
    ("schema", "value", "first"),
    [
        pytest.param({"items": WORD}, NUMBERS, Problem("/0", '0 is not of type "string"'), id="items"),
        pytest.param(
            {"items": {"items": WORD}}, [[1] * 500] * 50, Problem("/0/0", '1 is not of type "string"'), id="lists"
        ),
        pytest.param(
            {"additionalProperties": WORD},
            {f"k{n}": n for n in NUMBERS},
            Problem("/k0", '0 is not of type "string"'),
            id="map",
        ),
        pytest.param(
            {"required": [f"z{n}" for n in range(200)]},
            {f"k{n}": n for n in NUMBERS},
            Problem("", '"z0" is a required property'),
            id="names that are missing",
        ),
        pytest.param(
            {"allOf": [{"items": {"type": "object", "required": ["a"]}}]},
            [{}] * 20_000,
            Problem("/0", '"a" is a required property'),
            id="in a part",
        ),
    ],
)
def test_the_first_hundred_problems_are_told(schema: Any, value: Any, first: Problem):
    problems = told(schema, value)
    assert (problems[0], problems[-1], len(problems)) == (first, AND_MORE, 101)


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        pytest.param({"items": NUMBER}, [*NUMBERS, "x"], {"/20000": '"x" is not of type "integer"'}, id="the last"),
        pytest.param(
            {"items": NUMBER},
            ["x", *NUMBERS, "y"],
            {"/0": '"x" is not of type "integer"', "/20001": '"y" is not of type "integer"'},
            id="first and last",
        ),
        pytest.param(
            {"prefixItems": [WORD]}, NUMBERS, {"/0": '0 is not of type "string"'}, id="an item with a schema of its own"
        ),
        pytest.param(
            {"prefixItems": [NUMBER, WORD], "items": NUMBER},
            [*NUMBERS, "x"],
            {"/1": '1 is not of type "string"', "/20000": '"x" is not of type "integer"'},
            id="items behind those",
        ),
        pytest.param(
            {"properties": {"a": WORD}},
            {"a": 1, "b": NUMBERS},
            {"/a": '1 is not of type "string"'},
            id="a property beside a large one",
        ),
        pytest.param(
            {"properties": {"a": {"properties": {"b": {"items": WORD}}}}},
            {"a": {"b": [*["x"] * 400, 1]}},
            {"/a/b/400": '1 is not of type "string"'},
            id="far inside",
        ),
        pytest.param(
            {"properties": {"b": WORD, "a": WORD}},
            {"a": 1, "b": 2, "c": NUMBERS},
            {"/b": '2 is not of type "string"', "/a": '1 is not of type "string"'},
            id="in the spec's order",
        ),
        pytest.param(
            {"properties": {"a": NUMBER}, "additionalProperties": WORD},
            {"a": 1, **{f"k{n}": "x" for n in range(400)}, "z": 1},
            {"/z": '1 is not of type "string"'},
            id="a name that isn't declared",
        ),
        pytest.param({"required": ["a"]}, {"b": NUMBERS}, {"": '"a" is a required property'}, id="a name missing"),
        pytest.param(
            {"minItems": 10**6}, NUMBERS, {"": "breaks its schema, and is too large to say where"}, id="too few"
        ),
        pytest.param(
            {"not": {"minItems": 5, "description": "has five at most"}}, NUMBERS, {"": "has five at most"}, id="a not"
        ),
    ],
)
def test_what_is_wrong_with_a_large_value_is_found(schema: Any, value: Any, expected: dict[str, str]):
    assert {one.pointer: one.message for one in told(schema, value)} == expected


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(
            {"patternProperties": {"^k": NUMBER}, "additionalProperties": WORD},
            {**{f"k{n}": n for n in range(400)}, "z": 1},
            id="a name that a pattern doesn't cover",
        ),
        pytest.param({"type": "object"}, NUMBERS, id="another type"),
        pytest.param({"maxItems": 5}, NUMBERS, id="too many"),
        pytest.param({"anyOf": [{"items": WORD} for _ in range(20)]}, NUMBERS, id="choices"),
        pytest.param({"maxLength": 5}, "x" * 10**7, id="a long text"),
    ],
)
def test_what_is_wrong_with_the_whole_is_told_once_and_shortly(schema: Any, value: Any):
    (problem,) = told(schema, value)
    assert (problem.pointer, problem.is_choice) == ("", "anyOf" in schema)
    assert 0 < len(problem.message) <= 300


def test_a_large_value_is_never_shown_whole(monkeypatch: pytest.MonkeyPatch):
    """jsonschema-rs copies what it is shown with each error: of a large value, a thousandth at most."""
    shown: list[int] = []
    problems = explain._problems

    def counted(errors: Any, path: Any) -> Any:
        shown.append(1)
        return problems(errors, path)

    monkeypatch.setattr(explain, "_problems", counted)
    told({"items": WORD}, NUMBERS)
    assert 0 < len(shown) <= explain.MOST_SHOWN


def test_a_right_value_of_any_size_is_right():
    assert told({"items": NUMBER, "uniqueItems": True}, NUMBERS) == []


def test_messages_and_pointers_are_never_long():
    value = {"k" * 100_000: [1] * 50, "l": "x" * 100_000}
    problems = told({"properties": {"l": NUMBER}, "additionalProperties": {"items": WORD}}, value)
    assert len(problems) == 51
    assert max(len(one.pointer) for one in problems) == 1000
    assert max(len(one.message) for one in problems) == 300


def test_what_is_too_deep_to_copy_is_said_to_be():
    value: Any = 1
    for _ in range(400):
        value = [value]
    assert told({"type": "string"}, value) == [TOO_DEEP]


@pytest.mark.parametrize("many", [3, 400])
def test_what_is_hidden_is_not_quoted(many: int):
    value = {"pin": 1234, "id": 5678, **{f"k{n}": "x" for n in range(many)}}
    schema = {"properties": {"pin": WORD, "id": WORD}}
    problems = told(schema, value, lambda _, path: path == ("pin",))
    assert {one.pointer: one.message for one in problems} == {
        "/pin": '*** is not of type "string"',
        "/id": '5678 is not of type "string"',
    }


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        (1, 1),
        ("x" * 9_999, 1),
        ("x" * 25_000, 3),
        ([], 1),
        ([1, 2], 3),
        ({"a": [1], "b": 2}, 4),
        ([0] * 300, 301),
        ([0] * 301, 302),
        ({str(n): n for n in range(301)}, 302),
        ([[0] * 400, [0] * 1000], 1002),
    ],
)
def test_what_a_value_weighs(value: Any, weight: int):
    assert weigh(value) == weight


def test_a_choice_says_what_each_lacks():
    choices = {"anyOf": [{"type": "string"}, {"required": ["a"]}, {"required": ["a"]}]}
    message = 'is valid under none of the choices: {} is not of type "string"; or "a" is a required property'
    assert told(choices, {}) == [Problem("", message, is_choice=True)]
    assert told({"oneOf": choices["anyOf"]}, {}) == [Problem("", message, is_choice=True)]
    assert told({"items": {"not": {"type": "string", "description": "no texts"}}}, ["x"]) == [
        Problem("/0", "no texts", is_choice=True)
    ]


def test_a_place_and_a_short_text():
    assert place(("a/b", 1, "~")) == "/a~1b/1/~0"
    assert (shorten("abcd", 4), shorten("abcde", 4)) == ("abcd", "abc…")
    assert (len(place(["x" * 2000])), len(shorten("x" * 2000))) == (1000, 300)
