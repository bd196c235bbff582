"""A spec file on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.errors import SpecError
from mockserver.openapi import file as source
from mockserver.openapi.file import Source
from mockserver.openapi.pointers import escape, unescape


def saved(folder: Path, text: str = "a:\n  b: 1\n") -> Path:
    path = folder / "spec.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("token", "escaped"), [("a", "a"), ("a/b", "a~1b"), ("a~b", "a~0b"), ("~1", "~01"), ("/~", "~1~0"), ("", "")]
)
def test_the_tokens_of_a_pointer(token: str, escaped: str):
    assert (escape(token), unescape(escaped)) == (escaped, token)


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        pytest.param("", 1, id="the root"),
        pytest.param("/a", 1, id="a key"),
        pytest.param("/a/b", 2, id="a key inside"),
        pytest.param("/a/b/c/d", 2, id="the nearest parent of what isn't there"),
        pytest.param("/x", 1, id="the root for what is nowhere"),
    ],
)
def test_the_line_of_a_pointer(tmp_path: Path, pointer: str, line: int):
    found = Source(saved(tmp_path))
    assert found.line(pointer) == line
    assert found.defect(pointer, "rule", "why").line == line


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda folder: folder / "nope.yaml", "No such file or directory", id="a file that isn't there"),
        pytest.param(lambda folder: folder, "Is a directory", id="a directory"),
        pytest.param(lambda folder: saved(folder) / "x", "Not a directory", id="a path through a file"),
        pytest.param(lambda folder: folder / ("x" * 300), "File name too long", id="a name too long"),
    ],
)
def test_what_can_not_be_read(tmp_path: Path, make: object, reason: str):
    path = make(tmp_path)  # type: ignore[operator]
    with pytest.raises(SpecError) as caught:
        Source(path)
    (defect,) = caught.value.defects
    assert (defect.file, defect.line, defect.rule, defect.message) == (str(path), 0, "unreadable", reason)


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(source, "LARGEST_FILE", 5)
    with pytest.raises(SpecError, match="larger than 5 bytes"):
        Source(saved(tmp_path))


def test_a_path_is_shown_as_one_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path)
    assert Source(path).name == str(path)
    monkeypatch.chdir(tmp_path)
    assert Source(path).name == "spec.yaml"
    assert Source(Path("spec.yaml")).name == "spec.yaml"


# What was found good is kept


def test_a_file_that_was_found_good_is_not_parsed_again(tmp_path: Path):
    path = saved(tmp_path)
    first = Source(path)
    assert not first.is_cached
    first.remember({"kept": True})
    second = Source(path)
    assert second.is_cached
    assert second.document() == {"kept": True}
    assert second.document(afresh=True) == {"a": {"b": 1}}


def test_a_changed_file_is_another_one(tmp_path: Path):
    path = saved(tmp_path)
    Source(path).remember({"kept": True})
    path.write_text("a:\n  b: 2\n")
    changed = Source(path)
    assert not changed.is_cached
    assert changed.document() == {"a": {"b": 2}}
    changed.remember(changed.document())
    assert len(list((tmp_path / "__pycache__").iterdir())) == 1


def test_a_spoilt_copy_is_parsed_again(tmp_path: Path):
    path = saved(tmp_path)
    Source(path).remember({"kept": True})
    (copy,) = (tmp_path / "__pycache__").iterdir()
    copy.write_text("{")
    assert Source(path).document() == {"a": {"b": 1}}


def test_a_copy_of_another_version_of_this_program_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path)
    Source(path).remember({"kept": True})
    monkeypatch.setattr(source, "CACHE_FORMAT", "another")
    assert not Source(path).is_cached


@pytest.mark.parametrize("value", [{"a": 10**30}, {"a": object()}, {"a": "\ud800"}])
def test_what_no_json_can_hold_is_just_not_kept(tmp_path: Path, value: object):
    found = Source(saved(tmp_path))
    found.remember(value)
    assert not found.is_cached


def test_a_file_in_the_way_of_the_copies_is_no_obstacle(tmp_path: Path):
    path = saved(tmp_path)
    (tmp_path / "__pycache__").write_text("")
    Source(path).remember({"kept": True})
    assert Source(path).document() == {"a": {"b": 1}}


def test_a_kept_copy_is_the_file_in_json(tmp_path: Path):
    path = saved(tmp_path)
    found = Source(path)
    found.remember(found.document())
    (copy,) = (tmp_path / "__pycache__").iterdir()
    assert json.loads(copy.read_text()) == {"a": {"b": 1}}
