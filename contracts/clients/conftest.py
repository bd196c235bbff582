"""What the clients' suites share: sandboxes to call into, and Node with the clients' packages."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from contracts.clients.sandbox import Runner, Sandbox
from contracts.conftest import Server

NODE = Path(__file__).parent / "node"
INSTALL = ("install", "--no-audit", "--no-fund", "--no-package-lock")
INSTALL_SECONDS = 300


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, server: Server) -> Sandbox:
    """A sandbox of the test's own, named after it."""
    return Sandbox.of(server, request.node.nodeid)


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> None:
    """A proxy of the machine's is not for a server on loopback."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


@pytest.fixture(scope="session")
def node() -> Runner:
    """Runs the scripts of ``node/``, with the packages that its ``package.json`` lists: installed where missing."""
    runtime, npm = _program("node"), _program("npm")
    package = NODE / "package.json"
    with package.open() as manifest:
        fcntl.flock(manifest, fcntl.LOCK_EX)  # pytest-xdist: one worker installs, the others wait
        wanted = json.load(manifest)["dependencies"]
        if wanted != {name: _installed(name) for name in wanted}:
            done = subprocess.run(
                [npm, *INSTALL], cwd=NODE, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
            )
            assert done.returncode == 0, f"npm install failed:\n{done.stdout}{done.stderr}"
    return Runner(runtime, NODE)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    reason = f"no {name} on PATH: the npm clients can't run"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and in CI they must")
    pytest.skip(reason)


def _installed(name: str) -> str | None:
    """The version of an installed package; None where it isn't there."""
    manifest = NODE / "node_modules" / name / "package.json"
    return json.loads(manifest.read_text())["version"] if manifest.is_file() else None
