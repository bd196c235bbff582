"""A vendor of somebody else's: a plug-in's wheel installed beside ours, and all that it brings used."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.serving import ROOT

PLUGIN = ROOT / "tests" / "plugin"


def run(*command: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with both wheels; all that they need comes from this one's packages."""
    folder = tmp_path_factory.mktemp("plugin")
    for project in (ROOT, PLUGIN):
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", project)
    venv.create(folder / "env")
    python = folder / "env" / "bin" / "python"
    wheels = sorted((folder / "dist").glob("*.whl"))
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps", *wheels)
    (packages,) = (folder / "env" / "lib").glob("python*/site-packages")
    (packages / "of-the-tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture
def away(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_acme.py").write_text((PLUGIN / "suite.py").read_text())
    return tmp_path


@pytest.fixture
def environ() -> Mapping[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("MOCKSERVER_", "PYTEST", "PYTHON"))}


def test_a_suite_uses_all_that_a_plugin_brings(python: Path, away: Path, environ: Mapping[str, str]):
    said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=away, env=environ)
    assert "6 passed" in said
    assert str(ROOT) not in said


def test_the_command_line_knows_it_too(python: Path, away: Path, environ: Mapping[str, str]):
    run(python, "-m", "mockserver", "check", cwd=away, env=environ)
    listed = run(python, "-m", "mockserver", "list", "--vendor", "acme", cwd=away, env=environ)
    assert "get_views" in listed
    assert "0.5 credits" in listed
