"""A vendor that has changed is found out: each change is named, nothing else is, and the patch does away with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.openapi.yaml import parse_yaml
from mockserver.packaged import specs_folder
from mockserver.verify.patch import propose
from tests.support.alterations import ALTERATIONS, Alteration
from tests.support.processes import running
from tests.support.verifying import MOUNTS, masked, spec_of

NUMBERS = {name: number for number, name in enumerate(ALTERATIONS)}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of all the changed vendors, each named after its alteration."""
    folder, specs = tmp_path_factory.mktemp("altered"), []
    for name, alteration in ALTERATIONS.items():
        document = parse_yaml((specs_folder() / alteration.vendor / "openapi.yaml").read_bytes(), "openapi.yaml")
        alteration.alter(document)
        file = folder / f"altered-{NUMBERS[name]}.json"
        file.write_text(json.dumps(document))
        specs += ["--spec", str(file)]
    with running(*specs, cwd=folder) as process:
        yield process.url


@pytest.mark.parametrize(("name", "one"), ALTERATIONS.items(), ids=ALTERATIONS)
def test_a_change_is_named_and_patched(
    name: str, one: Alteration, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    file = Path("openapi.yaml")
    shutil.copy(specs_folder() / one.vendor / "openapi.yaml", file)
    base = f"{url}/altered-{NUMBERS[name]}{MOUNTS[one.vendor]}"
    before = file.read_text()

    drift, mask = masked(one.vendor, base, spec_of(one.vendor, file), negative=one.negative, only=one.only)
    patch = propose(drift.spec, drift.differences, mask.holds_secret)
    found = drift.report()["differences"]

    assert {(each["operation"], each["kind"], each["place"]) for each in found} == one.expected
    assert {each["severity"] for each in found} == {one.severity}
    assert all(each["patched"] for each in found)
    subprocess.run(["git", "apply", "-p0"], input=patch, text=True, check=True, capture_output=True)
    again, _ = masked(one.vendor, base, spec_of(one.vendor, file), negative=one.negative, only=one.only)
    assert again.report()["differences"] == []
    comments = [line for line in before.splitlines() if "#" in line]
    assert [line for line in file.read_text().splitlines() if "#" in line] == comments


def test_git_applies_the_patch_as_well(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(specs_folder() / "postpress" / "openapi.yaml", "openapi.yaml")
    drift, mask = masked("postpress", f"{url}/altered-0/v1", spec_of("postpress", Path("openapi.yaml")))
    Path("drift.patch").write_text(propose(drift.spec, drift.differences, mask.holds_secret))

    subprocess.run(["git", "apply", "-p0", "drift.patch"], check=True, capture_output=True)

    assert "salesNavigator" in Path("openapi.yaml").read_text()
