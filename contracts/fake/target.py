"""Starts the fake that is tested, in this process or behind a socket, and prepares what is in it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from contracts.fake.suite import key_of
from mockserver import app
from mockserver.app import build
from mockserver.config import Config
from mockserver.plugin import Vendor
from mockserver.server.edge import Edge

TOKEN = key_of("control")
SANDBOX = "contracts"  # this, the snapshots and the others as in contracts/schemathesis.toml
SNAPSHOTS = ("before-campaign", "spare-1", "spare-2", "spare-3")
OTHERS = ("checkout-tests", "short-lived")
NOON = "2026-06-01T12:00:00Z"
FAULT, FAULTS = {"vendor": "sonarly", "error": "INTERNAL_SERVER_ERROR"}, 9
SEARCH_SECONDS = 60  # a search is done by then
START_SECONDS = 30
STOP_SECONDS = 10
BAD_HTTP = "400 Invalid header value char"  # the word on the header with a null byte that a run begins with


@dataclass(frozen=True)
class Fake:
    """A fake that nobody has called yet. ``app`` is its ASGI application where it runs in this process."""

    url: str
    app: Any = None
    client: httpx.Client = field(default_factory=partial(httpx.Client, verify=False))  # plain HTTP: no certificates

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON that a call is answered with; the call must succeed. Without headers it is a control call."""
        response = self._send(method, path, body, headers or {"Authorization": f"Bearer {TOKEN}"})
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        if self.app is None:
            return self.client.request(method, self.url + path, json=body, headers=headers)
        return asyncio.run(self._send_within(method, path, body, headers))

    async def _send_within(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.url, headers=headers) as client:
            return await client.request(method, path, json=body)

    def prepare(self, vendor: str, key: str, world: str = "default") -> str:
        """The path of a vendor in a sandbox in a world, which accepts one key only and where the time stands still.

        It is noon, unless the world has a time of its own.
        """
        self.call("POST", "/_mock/sandboxes", {"name": SANDBOX, "world": world})
        if not self.call("GET", f"/_mock/sandboxes/{SANDBOX}/clock")["frozen"]:
            self.call("PUT", f"/_mock/sandboxes/{SANDBOX}/clock", {"now": NOON, "frozen": True})
        self.call("POST", f"/_mock/sandboxes/{SANDBOX}/events/{vendor}/key_issued", {"key": key})
        return f"/~{SANDBOX}/{vendor}"

    def fork(self, name: str) -> None:
        """Another sandbox, as the prepared one is."""
        self.call("POST", "/_mock/sandboxes", {"name": name, "from": SANDBOX})

    def repeat(self, vendor: str, key: str, method: str, path: str, times: int) -> None:
        """Make a call of a vendor so many times."""
        headers = {"Authorization": f"Bearer {key}", "linked-api-token": key}
        for _ in range(times):
            self.call(method, f"/~{SANDBOX}/{vendor}{path}", None, headers)

    def searches(self, key: str) -> dict[str, list[str]]:
        """The ids of finished searches of FreshData, by the name of their dictionary."""
        headers, base = {"x-rapidapi-key": key}, f"/~{SANDBOX}/freshdata"
        paths = {"people-searches": f"{base}/search-employees", "company-searches": f"{base}/search-companies"}
        found = {name: self.call("POST", path, {"limit": 30}, headers) for name, path in paths.items()}
        self.call("PUT", f"/_mock/sandboxes/{SANDBOX}/clock", {"advance": SEARCH_SECONDS})
        return {name: [str(answer["request_id"])] for name, answer in found.items()}

    def remembered(self) -> dict[str, list[str]]:
        """The ids of requests and of faults in all sandboxes, by the name of their dictionary. And snapshots."""
        for group in ("group_1", "mock_error_500"):
            headers = {"Authorization": "Bearer sk_live_any", "X-Mock-Sandbox": SANDBOX}
            path = f"/sonarly/v1/accounts/{group}/prospecting/quota"
            self._send("GET", path, None, headers)
        for name in OTHERS:
            self.call("POST", "/_mock/sandboxes", {"name": name})
        sandbox = f"/_mock/sandboxes/{SANDBOX}"
        faults = ["*" + self.call("POST", "/_mock/sandboxes/*/faults", FAULT)["id"] for _ in range(FAULTS)]
        for snapshot in SNAPSHOTS:
            self.call("POST", f"{sandbox}/snapshots", {"name": snapshot})
        entries = self.call("GET", f"{sandbox}/journal")["entries"]
        return {"journal-ids": [entry["id"] for entry in entries], "fault-ids": faults}


Start = Callable[[], AbstractContextManager[Fake]]


@contextmanager
def in_process() -> Iterator[Fake]:
    """A fake without a socket, which raises where an answer of its own breaks the spec."""
    yield Fake("http://127.0.0.1", Edge(build(Config(token=TOKEN), TOKEN, raises_bugs=True)))


@contextmanager
def of_vendor(vendor: Vendor) -> Iterator[Fake]:
    """A fake without a socket of one vendor only, which sends what it makes even where that breaks the spec."""
    with patch.object(app, "installed", lambda: {vendor.name: lambda: vendor}):
        yield Fake("http://127.0.0.1", Edge(build(Config(token=TOKEN), TOKEN)))


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
            fake = Fake(_listening(process, Path(log.name)))
            with fake.client:
                yield fake
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
