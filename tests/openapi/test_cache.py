"""Large foreign specs in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from mockserver import cache_folder
from mockserver.openapi import cache
from mockserver.openapi.file import Source
from mockserver.openapi.files import Reach
from mockserver.openapi.loader import load
from tests.support.specs import document, operation, saved


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mockserver-kit" / "specs"


def large(folder: Path, path: str = "/things/{id}") -> Path:
    return saved(folder, document(operation(path=path, description="x" * cache.LEAST)))


def signed(text: bytes) -> bytes:
    return hashlib.sha256(text).digest() + text


def test_a_large_file_is_parsed_once(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch):
    file = large(tmp_path)
    first = load(file, "things")
    assert len(list(kept.iterdir())) == 1
    monkeypatch.setattr(Source, "document", None)
    second = load(file, "things")
    assert second.notes == first.notes != ()
    assert second.document == first.document
    assert {one.name for one in tmp_path.iterdir()} == {"cache", file.name}


def test_a_changed_file_is_read_anew(tmp_path: Path):
    load(large(tmp_path), "things")
    (found,) = load(large(tmp_path, "/others"), "things").operations
    assert found.path == "/others"


def test_a_small_file_is_not_kept(tmp_path: Path, kept: Path):
    load(saved(tmp_path, document(operation())), "things")
    assert not kept.exists()


def test_a_damaged_file_in_the_cache_is_passed_over(tmp_path: Path, kept: Path):
    file = large(tmp_path)
    load(file, "things")
    (place,) = kept.iterdir()
    good = place.read_bytes()
    for text in (b"", b"[]", good[:-1], good[1:], good.replace(b"things", b"thongs"), signed(b"[]"), signed(b"{}")):
        place.write_bytes(text)
        assert load(file, "things").operations[0].path == "/things/{id}"
        assert place.read_bytes() == good


def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load(large(tmp_path), "things").operations


def test_the_oldest_are_thrown_away(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache_folder, "MOST_KEPT", 2)
    for number in range(4):
        load(large(tmp_path, f"/things{number}"), "things")
    assert len(list(kept.iterdir())) == 2


def test_those_that_were_used_last_stay(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch):
    load(large(tmp_path), "things")
    (first,) = kept.iterdir()
    load(large(tmp_path, "/second"), "things")
    (second,) = set(kept.iterdir()) - {first}
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    load(large(tmp_path), "things")
    monkeypatch.setattr(cache_folder, "MOST_BYTES", first.stat().st_size + int(1.5 * second.stat().st_size))
    load(large(tmp_path, "/third"), "things")
    assert first.exists()
    assert not second.exists()


def test_a_spec_in_several_files_is_kept_until_one_of_them_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = tmp_path / "other.yaml"
    other.write_text("A:\n  type: [strng]\n")
    parts = {"x-much": "x" * cache.LEAST, "components": {"schemas": {"A": {"$ref": "other.yaml#/A"}}}}
    file = saved(tmp_path, document(operation()) | parts)
    first = load(file, "things")
    with monkeypatch.context() as patched:
        patched.setattr(Source, "document", None)
        second = load(file, "things")
    assert second.notes == first.notes != ()
    assert second.document == first.document
    defect = second.source.defect(*second.notes[0])
    assert (defect.file, defect.line) == (str(other), 2)
    other.write_text("A: {type: string}\n")
    assert load(file, "things").notes == ()


def test_what_moved_is_kept_too(tmp_path: Path):
    schema = {"nullable": True, "properties": {"a": {"type": "strng"}}}
    parts = {"x-much": "x" * cache.LEAST, "components": {"schemas": {"A": schema}}}
    file = saved(tmp_path, document(operation(), openapi="3.0.3") | parts)
    first, second = load(file, "things"), load(file, "things")
    assert [note[0] for note in first.notes] == ["/components/schemas/A/properties/a/type"]
    place = "/components/schemas/A/anyOf/0/properties/a"
    assert second.source.line(place) == first.source.line(place) > 1


def test_a_wider_reach_is_another_spec(tmp_path: Path, kept: Path):
    file = large(tmp_path)
    load(file, "things")
    load(file, "things", reach=Reach(tmp_path.parent))
    assert len(list(kept.iterdir())) == 2
