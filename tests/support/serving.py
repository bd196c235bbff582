"""The whole server without a socket, for tests: requests in, answers out, and the control API beside it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockserver.app import App, build
from mockserver.config import Config
from mockserver.control.api import ControlAPI
from mockserver.http import Request, Response
from mockserver.openapi.model import Case, Operation

ROOT = Path(__file__).parents[2]
KEYS = {
    "postpress": {"X-API-KEY": "pp_live_abc"},
    "sonarly": {"Authorization": "Bearer sk_live_abc"},
    "linkedapi": {"linked-api-token": "linked_abc"},
    "freshdata": {"x-rapidapi-key": "rapid_abc"},
}
BALANCE = "/postpress/v1/linkedin/inmail_balance"
REAL = 1_780_000_000_000


@dataclass(frozen=True)
class Answer:
    """What came back. ``json`` is the body's data."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def sandbox(self) -> str:
        return self.headers["x-mock-sandbox"]

    @property
    def id(self) -> str:
        return self.headers["x-mock-request-id"]


def answer_of(response: Response) -> Answer:
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    return Answer(response.status, headers, response.body)


def request_of(method: str, target: str, headers: Mapping[str, str] | None, body: Any) -> Request:
    path, _, query = target.partition("?")
    sent = {"host": "127.0.0.1:8080", **{name.lower(): value for name, value in (headers or {}).items()}}
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    if body is not None and not isinstance(body, bytes):
        sent.setdefault("content-type", "application/json")
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    return Request(method, path.encode("latin-1"), query.encode("latin-1"), pairs, raw)


class Served:
    """An app with a clock that a test may set (``real``, milliseconds)."""

    def __init__(self, config: Config | None = None, token: str | None = None, app: App | None = None) -> None:
        self.app = app or build(config or Config(), token, raises_bugs=True)
        self.wall_ms = REAL
        self._control = ControlAPI(self.app)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: Any = None, **more: Any
    ) -> Answer:
        """A vendor's answer."""
        request = request_of(method, target, headers, body)
        for name, value in more.items():
            setattr(request, name, value)
        return answer_of(self.app.engine.respond(request, self.wall_ms))

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", target, headers)

    def control(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, scheme: str = "http"
    ) -> Answer:
        """The control API's answer; ``path`` without ``/_mock``."""
        request = request_of(method, f"/_mock{path}", headers, body)
        answer = asyncio.run(self._control.respond(request, self.wall_ms, scheme))
        assert isinstance(answer, Response)
        return answer_of(answer)

    def entry(self, answer: Answer) -> Any:
        """The journal entry of an answer."""
        return self.control("GET", f"/journal/{answer.id}").json

    def event(self, sandbox: str, vendor: str, event: str, **fields: Any) -> Answer:
        return self.control("POST", f"/sandboxes/{sandbox}/events/{vendor}/{event}", fields)

    def operations(self) -> list[tuple[str, Operation]]:
        contracts = self.app.engine.pipeline.vendors
        return [(name, found) for name, contract in contracts.items() for found in contract.spec.operations]

    def call(
        self, vendor: str, operation: Operation, case: Case | None = None, channel: str = "", sandbox: str = ""
    ) -> Answer:
        """A valid call of an operation with the spec's own examples; a case demanded by a header or a magic value."""
        headers = {**KEYS[vendor], **({"X-Mock-Sandbox": sandbox} if sandbox else {})}
        body = next((found for media in _media(operation) for found in media.examples.values()), None)
        if case is not None and channel == "header":
            headers["Prefer"] = f"example={case.name}"
        if case is not None and channel == "credential":
            headers |= {name: f"{value}_mock_error_{case.name}" for name, value in KEYS[vendor].items()}
        target = self.target(vendor, operation, case.name if case is not None and channel == "input" else None)
        if case is not None and channel == "input" and "mock_error_" not in target:
            body = {**(body or {}), "note": f"mock_error_{case.name}"}
        return self.ask(operation.method, target, headers, body)

    def target(self, vendor: str, operation: Operation, magic: str | None = None) -> str:
        """The target of a valid call; with a magic value in its first parameter."""
        contract = self.app.engine.pipeline.vendors[vendor]
        path = contract.spec.mounts[0] + operation.path
        query: list[str] = []
        for parameter in operation.parameters:
            value = str(parameter.example)
            if magic and "mock_error_" not in path + "".join(query):
                value = f"x_mock_error_{magic}"
            if parameter.where == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
            elif parameter.required or "mock_error_" in value:
                query.append(f"{parameter.name}={quote(value, safe='')}")
        return f"/{vendor}{path}" + (f"?{'&'.join(query)}" if query else "")


def _media(operation: Operation) -> list[Any]:
    return list(operation.body.content.values()) if operation.body else []


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    """Wait for a condition to hold, long, as a machine may be busy; fail the test where it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
