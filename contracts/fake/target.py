"""What is tested: a fake, in this process or behind a socket, and the sandbox that is prepared in it."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.server.edge import Edge

TOKEN = "control-token-contracts"
SANDBOX = "contracts"
NOON = "2026-06-01T12:00:00Z"
SEARCH_SECONDS = 60  # by then a search is done
START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True)
class Fake:
    """A fake with nothing in it. ``app`` is its ASGI application where it runs in this process."""

    url: str
    app: Any = None

    def call(self, method: str, path: str, body: Any = None, key: str = TOKEN, header: str = "Authorization") -> Any:
        """A call that succeeds: its answer's JSON. Keys go into ``Authorization`` as bearer tokens."""
        headers = {header: f"Bearer {key}" if header == "Authorization" else key}
        transport = httpx.ASGITransport(self.app) if self.app else None

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url=self.url, headers=headers) as client:
                return await client.request(method, path, json=body)

        response = asyncio.run(send())
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def prepare(self, vendor: str, key: str) -> str:
        """The base path of a vendor in a new sandbox that accepts one key only, and where it is always noon."""
        at = f"/_mock/sandboxes/{SANDBOX}"
        self.call("PUT", f"{at}/clock", {"now": NOON, "frozen": True})
        self.call("POST", f"{at}/events/{vendor}/key_issued", {"key": key})
        return f"/~{SANDBOX}/{vendor}"

    def search_ids(self, base: str, key: str) -> list[str]:
        """The ids of a finished search for employees and of one for companies, of FreshData."""
        header = "x-rapidapi-key"
        people = self.call("POST", f"{base}/search-employees", {"limit": 30}, key, header)
        companies = self.call("POST", f"{base}/search-companies", {"limit": 30}, key, header)
        self.call("PUT", f"/_mock/sandboxes/{SANDBOX}/clock", {"advance": SEARCH_SECONDS})
        return [people["request_id"], companies["request_id"]]

    def journal_ids(self) -> list[str]:
        """The ids of two requests that the fake remembers, a good one and a refused one."""
        key = "sk_live_any"
        self.call("GET", f"/~{SANDBOX}/sonarly/v1/accounts/group_1/prospecting/quota", None, key)
        self.call("GET", f"/~{SANDBOX}/sonarly/v1/accounts/mock_error_200/prospecting/quota", None, key)
        return [entry["id"] for entry in self.call("GET", f"/_mock/sandboxes/{SANDBOX}/journal")["entries"]]


Start = Callable[[], AbstractContextManager[Fake]]


@contextmanager
def in_process() -> Iterator[Fake]:
    """A fake without a socket, which raises where an answer of its own breaks the spec."""
    yield Fake("http://127.0.0.1", Edge(build(Config(token=TOKEN), TOKEN, raise_broken=True)))


@contextmanager
def over_http() -> Iterator[Fake]:
    """A server process of its own, as users start it; in the end it must stop, and have logged nothing."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--token", TOKEN]
