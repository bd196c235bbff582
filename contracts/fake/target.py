"""What is tested: a fake, in this process or behind a socket, and what is prepared in it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from contracts.fake.suite import key_of
from mockserver.app import build
from mockserver.config import Config
from mockserver.server.edge import Edge

TOKEN = key_of("control")
SANDBOX = "contracts"  # this and the snapshot as in contracts/schemathesis.toml
SNAPSHOT = "before-campaign"
NOON = "2026-06-01T12:00:00Z"
SEARCH_SECONDS = 60  # a search is done by then
START_SECONDS = 30
STOP_SECONDS = 10
BAD_HTTP = "Invalid HTTP request received."  # uvicorn's word on the header with a null byte that a run begins with


@dataclass(frozen=True)
class Fake:
    """A fake that nobody has called yet. ``app`` is its ASGI application where it runs in this process."""

    url: str
    app: Any = None

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON that a call is answered with; the call must succeed. Without headers it is a control call."""
        response = asyncio.run(self._send(method, path, body, headers or {"Authorization": f"Bearer {TOKEN}"}))
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app) if self.app else None
        async with httpx.AsyncClient(transport=transport, base_url=self.url, headers=headers) as client:
            return await client.request(method, path, json=body)

    def prepare(self, vendor: str, key: str) -> str:
        """The path of a vendor in a sandbox of its own, which accepts one key only and where it is always noon."""
        self.call("PUT", f"/_mock/sandboxes/{SANDBOX}/clock", {"now": NOON, "frozen": True})
        self.call("POST", f"/_mock/sandboxes/{SANDBOX}/events/{vendor}/key_issued", {"key": key})
        return f"/~{SANDBOX}/{vendor}"

    def search_ids(self, base: str, key: str) -> list[str]:
        """The ids of two finished searches of FreshData, for people and for companies."""
        headers = {"x-rapidapi-key": key}
        paths = (f"{base}/search-employees", f"{base}/search-companies")
        found = [str(self.call("POST", path, {"limit": 30}, headers)["request_id"]) for path in paths]
        self.call("PUT", f"/_mock/sandboxes/{SANDBOX}/clock", {"advance": SEARCH_SECONDS})
        return found

    def journal_ids(self) -> list[str]:
        """The ids of two requests that the fake remembers, one of them with a demanded error; and a snapshot."""
        for group in ("group_1", "mock_error_500"):
            headers = {"Authorization": "Bearer sk_live_any", "X-Mock-Sandbox": SANDBOX}
            path = f"/sonarly/v1/accounts/{group}/prospecting/quota"
            asyncio.run(self._send("GET", path, None, headers))
        self.call("POST", f"/_mock/sandboxes/{SANDBOX}/snapshots", {"name": SNAPSHOT})
        entries = self.call("GET", f"/_mock/sandboxes/{SANDBOX}/journal")["entries"]
        return [entry["id"] for entry in entries]


Start = Callable[[], AbstractContextManager[Fake]]


@contextmanager
def in_process() -> Iterator[Fake]:
    """A fake without a socket, which raises where an answer of its own breaks the spec."""
    yield Fake("http://127.0.0.1", Edge(build(Config(token=TOKEN), TOKEN, raise_broken=True)))


@contextmanager
def over_http() -> Iterator[Fake]:
    """A server process, started as users do. It has to stop when asked, and to have had nothing to complain about."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--token", TOKEN]
    with TemporaryDirectory() as folder, (Path(folder) / "stderr").open("w+") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env={**environ, "PYTHONUNBUFFERED": "1"}
        )
        try:
            yield Fake(_listening(process, Path(log.name)))
        finally:
            process.terminate()
            try:
                process.communicate(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                pytest.fail(f"the server did not stop within {STOP_SECONDS} s of SIGTERM")
        complaints = [line for line in Path(log.name).read_text().splitlines() if not line.endswith(BAD_HTTP)]
        assert (process.returncode, complaints) == (0, []), "\n".join(["the server is not happy:", *complaints])


def _listening(process: subprocess.Popen[str], log: Path) -> str:
    """The address that the server prints once it listens."""
    end = time.monotonic() + START_SECONDS
    assert process.stdout
    for line in process.stdout:
        if line.startswith("listening on "):
            return line.removeprefix("listening on ").strip()
        if time.monotonic() > end:
            break
    pytest.fail(f"the server does not listen:\n{log.read_text()}")
