"""The table of judged pairs, and how it is counted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from benchmarks.resources.__main__ import NONE, Pair, Verdict, found_share, judged, main, table, verdicts, wrong_share

HERE = Path(__file__).parent
PAIRS = [
    Pair("Ours", "library", "/shelves/{shelfId}", "id", ""),
    Pair("Ours", "library", "/readers/{reader_id}", "name", "judged otherwise"),
    Pair("Ours", "library", "/shelves/{shelfId}/books/{isbn}", NONE, ""),
    Pair("Ours", "library", "/nowhere/{id}", "id", ""),
    Pair("Ours", "library", "/nowhere/{name}", NONE, ""),
    Pair("Theirs", "missing", "/pets/{petId}", "id", ""),
]


def test_pairs_are_counted_by_what_became_of_them():
    results = list(verdicts(PAIRS, HERE))
    told = [what for _, what in results]
    assert told == [Verdict.FOUND, Verdict.WRONG, Verdict.WRONG, Verdict.MISSED, Verdict.LEFT_ALONE]
    assert found_share(results) == pytest.approx(1 / 3)
    assert wrong_share(results) == pytest.approx(2 / 3)
    assert "| Ours | 5 | 4 | 1 | 1 | 2 |" in table(results).splitlines()


def test_there_are_150_judged_pairs_each_once():
    pairs = judged()
    assert len({(pair.file, pair.item) for pair in pairs}) == len(pairs) == 150
    assert all(pair.note for pair in pairs if pair.id == NONE)


def test_a_folder_without_the_files_is_no_success(tmp_path: Path):
    assert main([str(tmp_path)], io.StringIO()) == 1
