"""Where a client calls: sandboxes that its credential names, and what reached them; and Node, where two clients run."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contracts.conftest import Server

RUN_SECONDS = 60


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that belongs to one test or job, and is named by the end of its credential."""

    server: Server
    name: str

    @classmethod
    def of(cls, server: Server, id: str) -> Sandbox:
        """The sandbox of a test or job: ``getStatus-trialing-1f0c9a2b``."""
        readable = re.sub(r"[^A-Za-z0-9]+", "-", id.rpartition("::")[2]).strip("-")[:48]
        return cls(server, f"{readable}-{hashlib.sha256(id.encode()).hexdigest()[:8]}")

    def key(self, begins: str, case: str = "") -> str:
        """A credential of this sandbox, which may demand a case: ``linked_mock_error_trialing_mock_sandbox_t1``."""
        magic = f"_mock_error_{case}" if case else ""
        return f"{begins}{magic}_mock_sandbox_{self.name}"

    def entries(self) -> list[Any]:
        """The journal, newest first; empty where nothing has come."""
        answer = self._control("GET", "/journal")
        return [] if answer.status_code == 404 else answer.raise_for_status().json()["entries"]

    def the_call(self) -> Any:
        """The journal entry of the one call that came: so the client didn't repeat it."""
        (entry,) = self.entries()
        return entry

    def event(self, vendor: str, event: str, **fields: Any) -> None:
        """Let something happen outside of the API."""
        self._control("POST", f"/events/{vendor}/{event}", fields).raise_for_status()

    def _control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return httpx.request(method, f"{self.server.url}/_mock/sandboxes/{self.name}{path}", json=body, trust_env=False)


@dataclass(frozen=True)
class Runner:
    """Node, in the folder of the scripts."""

    program: str
    folder: Path

    def run(self, script: str, base_url: str, jobs: Mapping[str, Any]) -> dict[str, Any]:
        """What a script makes of jobs, all in one process. Jobs and outcomes by id."""
        done = subprocess.run(
            [self.program, script, base_url],
            cwd=self.folder,
            input=json.dumps(list(jobs.values())),
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{script} failed:\n{done.stderr}"
        return dict(zip(jobs, json.loads(done.stdout), strict=True))
