"""The wheel: built, installed into an empty environment away from the checkout, and served from."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from tests.support.processes import running
from tests.support.serving import BALANCE, KEYS, ROOT


def built(kind: str, folder: Path) -> Path:
    """A distribution of the checkout: ``wheel`` or ``sdist``."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (distribution,) = folder.iterdir()
    return distribution


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip install mockserver-kit` would get it."""
    return built("wheel", tmp_path_factory.mktemp("dist"))


def test_it_carries_the_specs_and_no_caches_or_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for vendor in ("postpress", "sonarly", "linkedapi", "freshdata", "control"):
        assert f"mockserver/specs/{vendor}/openapi.yaml" in names
    for world in (ROOT / "fixtures" / "worlds").glob("*.yaml"):
        assert f"mockserver/worlds/{world.name}" in names
    for journey in (ROOT / "fixtures" / "journeys").glob("*/*.yaml"):
        assert f"mockserver/journeys/{journey.parent.name}/{journey.name}" in names
    assert "mockserver/py.typed" in names
    for path in (ROOT / "mockserver" / "dashboard").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("tests", "contracts", "benchmarks"))
    ]


def test_a_package_index_shows_a_readme_without_links_to_files(wheel: Path):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    shown = str(message_from_bytes(archive.read(name)).get_payload())
    targets = re.findall(r"\]\(([^)]+)\)", shown)
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    assert "docs/run.md" in shown
    assert "in the source distribution" in shown


def test_the_source_distribution_has_what_the_readme_links_to(tmp_path: Path):
    with tarfile.open(built("sdist", tmp_path)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text())
    linked = [target for target in targets if "://" not in target]
    missing = [target for target in linked if not any(name == target or name.startswith(f"{target}/") for name in held)]
    assert missing == []
    assert len(linked) > 20


@pytest.fixture(scope="module")
def typed_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel; all that it needs is found where these tests find it."""
    folder = tmp_path_factory.mktemp("typed")
    venv.create(folder / "env")
    python = folder / "env" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True, timeout=60)
    (packages,) = (folder / "env" / "lib").glob("python3*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.mark.parametrize("name", ["client_suite.py", "acme_vendor.py"])
def test_a_type_checker_knows_its_types(typed_environment: Path, tmp_path: Path, name: str):
    source = tmp_path / name
    source.write_text((ROOT / "tests" / "typed" / name).read_text())
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(typed_environment)]
    options = ["--config-file=", f"--cache-dir={typed_environment.parents[2] / 'cache'}", name]
    done = subprocess.run([*command, *options], capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert (done.stdout, done.returncode) == ("Success: no issues found in 1 source file\n", 0)


def test_it_serves_from_an_environment_of_its_own(wheel: Path, tmp_path: Path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        str(ROOT / "constraints.txt"),
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, timeout=300)
    away = tmp_path / "away"
    away.mkdir()
    command = [str(tmp_path / "env" / "bin" / "mockserver"), "check"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=away, timeout=60)
    assert (checked.returncode, str(ROOT) in checked.stdout) == (0, False)
    with running("--world", "small-plan", python=str(python), cwd=away) as process:
        answer = httpx.get(f"{process.url}{BALANCE}?account_id=acc_mock_error_no_channel", headers=KEYS["postpress"])
        assert (answer.status_code, answer.json()["type"]) == (503, "errors/no_channel")
        page = httpx.get(f"{process.url}/_mock/ui/main.js")
        assert (page.status_code, page.headers["content-encoding"]) == (200, "gzip")
        person = f"{process.url}/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/some-body/"
        answer = httpx.get(person, headers=KEYS["freshdata"])
        assert answer.json()["data"]["public_id"] == "some-body"
        assert answer.headers["x-ratelimit-credits-remaining"] == "999"
