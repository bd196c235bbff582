"""Entry points are found as Python finds them, and looked for again when the environment has changed."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.installed import EntryPoint, entry_points, environment

GROUP = "mockserver.vendors"


def add(site: Path, name: str, text: str) -> None:
    """An installed package that says what it brings."""
    folder = site / f"{name}-1.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(text)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages, and a cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    site = tmp_path / "site"
    add(site, "acme", f"[{GROUP}]\nacme = acme_mock.vendor : made.vendor [extra]\n")
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.mark.parametrize("group", [GROUP, "pytest11", "nothing.of.this.name"])
def test_they_are_those_that_python_finds(group: str, site: Path):
    expected = [EntryPoint(one.name, one.module, one.attr) for one in importlib.metadata.entry_points(group=group)]
    assert entry_points(group) == expected
    assert entry_points(group) == expected


def test_a_call_loads_what_it_names():
    assert EntryPoint("a", "os", "path.join")() is os.path.join
    assert EntryPoint("a", "os", "")() is os
    with pytest.raises(ModuleNotFoundError):
        EntryPoint("a", "no_module_of_this_name", "x")()


def _write_again(site: Path) -> None:
    file = site / "acme-1.dist-info" / "entry_points.txt"
    file.write_text(f"[{GROUP}]\nother = acme_mock:vendor\n")


def _add_old_form(site: Path) -> None:
    add(site, "old", f"[{GROUP}]\nother = old:vendor\n")
    folder = site / "old-1.dist-info"
    (folder / "METADATA").rename(folder / "PKG-INFO")
    folder.rename(site / "old.egg-info")


CHANGES: dict[str, Callable[[Path], None]] = {
    "a package more": lambda site: add(site, "more", f"[{GROUP}]\nother = more:vendor\n"),
    "a package that says something else": _write_again,
    "a package of the old form": _add_old_form,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_the_environment_is_noticed(change: Callable[[Path], None], site: Path):
    before = environment()
    assert "other" not in [one.name for one in entry_points(GROUP)]
    change(site)
    assert environment() != before
    assert "other" in [one.name for one in entry_points(GROUP)]


def test_packages_in_an_archive_and_places_that_are_not_there_count_too(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: zipped\nVersion: 1\n")
        file.writestr("zipped-1.dist-info/entry_points.txt", f"[{GROUP}]\nzipped = zipped:vendor\n")
    before = environment()
    monkeypatch.syspath_prepend(str(archive))
    monkeypatch.syspath_prepend(str(tmp_path / "nowhere"))
    assert environment() != before
    for _ in range(2):
        assert "zipped" in [one.name for one in entry_points(GROUP)]


def test_what_is_remembered_needs_no_search(site: Path):
    code = (
        f"import sys; from mockserver.installed import entry_points; found = entry_points({GROUP!r})\n"
        "print(len(found) > 4, 'importlib.metadata' in sys.modules)"
    )
    environ = {**os.environ, "PYTHONPATH": str(site)}
    said = [
        subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["True True\n", "True False\n"]
