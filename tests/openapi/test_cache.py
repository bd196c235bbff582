"""Large foreign specs in the user's cache folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.openapi import cache
from mockserver.openapi.file import Source
from mockserver.openapi.loader import load
from tests.support.specs import document, operation, saved


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mockserver-kit"


def large(folder: Path, path: str = "/things/{id}") -> Path:
    return saved(folder, document(operation(path=path, description="x" * cache.LEAST)))


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
    for text in (b"", b"[]", b'{"document": {}}', b'{"document": {}, "notes": 5}'):
        place.write_bytes(text)
        assert load(file, "things").operations


def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load(large(tmp_path), "things").operations


def test_the_oldest_are_thrown_away(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "MOST_KEPT", 2)
    for number in range(4):
        load(large(tmp_path, f"/things{number}"), "things")
    assert len(list(kept.iterdir())) == 2
