"""A YAML text is changed in place: nothing but the change changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from mockserver.verify.yaml_text import CannotEdit, YamlText

Edit = Callable[[YamlText], None]

CASES: dict[str, tuple[str, Edit, str]] = {
    "an item of a flow list": ("a: [x, y]  # c\n", lambda t: t.append("/a", "z"), "a: [x, y, z]  # c\n"),
    "an item of a flow list over lines": (
        "a: [x,\n    y]\nb: 1\n",
        lambda t: t.append("/a", "z z"),
        "a: [x,\n    y, z z]\nb: 1\n",
    ),
    "an item of an empty list": ("a: []\n", lambda t: t.append("/a", None), "a: [null]\n"),
    "an item of a block list": (
        "a:\n  - x\n  - y  # c\n\n# d\nb: 1\n",
        lambda t: t.append("/a", "yes"),
        'a:\n  - x\n  - y  # c\n  - "yes"\n\n# d\nb: 1\n',
    ),
    "a key of a flow map": ("a: {b: 1}\n", lambda t: t.put("/a", "c", {"d": [2]}), "a: {b: 1, c: {d: [2]}}\n"),
    "a key of an empty map": ("a: {}\n", lambda t: t.put("/a", "404", "x"), 'a: {"404": x}\n'),
    "a key of a block map after a folded text": (
        "a:\n  b: >-\n    long\n    text\n\n# c\nd: 1\n",
        lambda t: t.put("/a", "e", True),
        "a:\n  b: >-\n    long\n    text\n  e: true\n\n# c\nd: 1\n",
    ),
    "a deep key": (
        "a:\n  b: 1\n",
        lambda t: t.put("/a", "c", {"d": {"e": 1}}),
        "a:\n  b: 1\n  c:\n    d: {e: 1}\n",
    ),
    "a key at the end of a file without a newline": ("a:\n  b: 1", lambda t: t.put("/a", "c", 2), "a:\n  b: 1\n  c: 2"),
    "another value": ("a: {b: x}\n", lambda t: t.replace("/a/b", ["x", "null"]), 'a: {b: [x, "null"]}\n'),
    "another key and value": (
        "a:\n  const: x # c\n",
        lambda t: t.rename("/a/const", "enum", ["x"]),
        "a:\n  enum: [x] # c\n",
    ),
    "one item less at the end": ("a: [x, y]\n", lambda t: t.remove_item("/a", "y"), "a: [x]\n"),
    "one item less at the start": ("a: [x, y]\n", lambda t: t.remove_item("/a", "x"), "a: [y]\n"),
    "the only item": ("a: [x]\n", lambda t: t.remove_item("/a", "x"), "a: []\n"),
    "one line of a block list": ("a:\n- x\n- y # c\n- z\n", lambda t: t.remove_item("/a", "y"), "a:\n- x\n- z\n"),
    "the last line of a block list": ("a:\n- x\n- y\nb: 1\n", lambda t: t.remove_item("/a", "y"), "a:\n- x\nb: 1\n"),
    "one key less in a block": (
        "a:\n  b: 1\n  # of c\n  c: 2\n",
        lambda t: t.remove("/a/b"),
        "a:\n  # of c\n  c: 2\n",
    ),
    "the first key behind a dash": ("- b: 1\n  c: 2\n", lambda t: t.remove("/0/b"), "- c: 2\n"),
    "the last key of a block": ("a:\n  b: 1\n  c: 2\nd: 3\n", lambda t: t.remove("/a/c"), "a:\n  b: 1\nd: 3\n"),
    "one key less in a flow map": ("{b: 1, c: 2}\n", lambda t: t.remove("/b"), "{c: 2}\n"),
    "the only key": ("a: {b: 1}\n", lambda t: t.remove("/a/b"), "a: {}\n"),
    "letters beyond ASCII before it": ("é: ü ö\na: [ß]\n", lambda t: t.append("/a", "ж"), 'é: ü ö\na: [ß, "ж"]\n'),
    "JSON": ('{"a": ["x"]}', lambda t: t.append("/a", "y"), '{"a": ["x", "y"]}'),
    "an escaped pointer": ("/a~b: {c: 1}\n", lambda t: t.replace("/~1a~0b/c", 2), "/a~b: {c: 2}\n"),
}


@pytest.mark.parametrize(("before", "edit", "after"), CASES.values(), ids=CASES)
def test_an_edit_changes_nothing_else(before: str, edit: Edit, after: str):
    text = YamlText(before)
    edit(text)

    assert text.text == after
    yaml.safe_load(after)


@pytest.mark.parametrize(
    "edit",
    [
        lambda t: t.append("/b", 1),
        lambda t: t.append("/a", 1),
        lambda t: t.put("/a/b", "c", 1),
        lambda t: t.remove_item("/a/b", "y"),
        lambda t: t.rename("/c", "d", 1),
    ],
)
def test_a_place_that_is_not_there_cannot_be_edited(edit: Edit):
    text = YamlText("a: {b: [x]}\n")
    with pytest.raises(CannotEdit):
        edit(text)
    assert text.text == "a: {b: [x]}\n"
