"""The wheel: built, installed into an empty environment away from the checkout, and served from."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.support.processes import running
from tests.support.serving import BALANCE, KEYS, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip install mockserver-kit` would get it."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = out.glob("*.whl")
    return built


def test_it_carries_the_specs_and_no_caches_or_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for vendor in ("postpress", "sonarly", "linkedapi", "freshdata", "control"):
        assert f"mockserver/specs/{vendor}/openapi.yaml" in names
    for world in (ROOT / "fixtures" / "worlds").glob("*.yaml"):
        assert f"mockserver/worlds/{world.name}" in names
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("tests", "contracts", "benchmarks"))
    ]


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
        person = f"{process.url}/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/some-body/"
        answer = httpx.get(person, headers=KEYS["freshdata"])
        assert answer.json()["data"]["public_id"] == "some-body"
        assert answer.headers["x-ratelimit-credits-remaining"] == "999"
