"""What the clients' suites share: sandboxes to call into, and Node with the clients' packages."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.clients.sandbox import Sandbox
from contracts.conftest import Server

NODE = Path(__file__).parent / "node"
INSTALL = ["install", "--no-audit", "--no-fund", "--no-package-lock"]
INSTALL_SECONDS, RUN_SECONDS = 300, 60


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, server: Server) -> Sandbox:
    """A sandbox of the test's own, named after it."""
    return Sandbox.of(server, request.node.nodeid)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the machine's is not for a server on loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


type_of_runner = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def run_node() -> type_of_runner:
    """Runs many jobs through a script in one Node process: ``run_node(script, base_url, {id: job}) -> {id: outcome}``."""
    node, npm = _program("node"), _program("npm")
    _install(npm)

    def run(script: str, base_url: str, jobs: Mapping[str, Any]) -> dict[str, Any]:
        done = subprocess.run(
            [node, script, base_url],
            cwd=NODE,
            input=json.dumps(list(jobs.values())).encode(),
            capture_output=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{script} failed:\n{done.stderr.decode()}"
        return dict(zip(jobs, json.loads(done.stdout), strict=True))

    return run
