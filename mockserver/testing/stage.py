"""Where journeys are played: vendors and control API of one server, called without a socket."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

from mockserver.app import App, build
from mockserver.config import Config
from mockserver.control.api import ControlAPI
from mockserver.http import Request, Response
from mockserver.names import key_for
from mockserver.openapi.model import SecurityScheme
from mockserver.testing.in_process import at_once

WALL_MS = 1_780_000_000_000
"""The real time of a stage: none passes but by a journey's own steps."""


class Answer(Protocol):
    """An answer: ``json`` is its body's data, header names are in lower case, status 0 is none at all."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def json(self) -> Any: ...


class Stage(Protocol):
    """What a journey is played on; ``path`` of a control call is without ``/_mock``."""

    @property
    def app(self) -> App: ...
    def ask(self, method: str, target: str, headers: Mapping[str, str], body: Any = None) -> Answer: ...
    def control(self, method: str, path: str, body: Any = None) -> Answer: ...


@dataclass(frozen=True)
class InProcessAnswer:
    """A response as an answer."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def body(self) -> bytes:
        return self.response.body

    @cached_property
    def headers(self) -> Mapping[str, str]:
        return {name.decode(): value.decode("latin-1") for name, value in self.response.headers}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class InProcessStage:
    """A server of its own with every installed vendor. Raises MockServerError."""

    def __init__(self) -> None:
        self.app = build(Config(), raises_bugs=True)
        self.app.can_break_connections = True
        self._control = ControlAPI(self.app)

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: Any = None) -> InProcessAnswer:
        return InProcessAnswer(self.app.engine.respond(_request(method, target, headers, body), WALL_MS))

    def control(self, method: str, path: str, body: Any = None) -> InProcessAnswer:
        call = self._control.respond(_request(method, f"/_mock{path}", {}, body), WALL_MS)
        return InProcessAnswer(at_once(call))


def credentials(stage: Stage, vendor: str, sandbox: str) -> tuple[dict[str, str], str]:
    """A key of a vendor as it is sent, by its first security scheme: (headers, what follows in the query)."""
    compiled = stage.app.engine.pipeline.vendors.get(vendor)
    scheme = next(iter(compiled.spec.schemes.values()), None) if compiled else None
    if scheme is None:
        return {}, ""
    value = _sent(scheme, key_for(vendor, sandbox))
    match scheme.where:
        case "header":
            return {scheme.parameter: value}, ""
        case "cookie":
            return {"Cookie": f"{scheme.parameter}={value}"}, ""
    return {}, f"{scheme.parameter}={quote(value, safe='')}"


def _sent(scheme: SecurityScheme, key: str) -> str:
    match scheme.prefix.lower():
        case "":
            return key
        case "basic":
            return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
    return f"{scheme.prefix.title()} {key}"


def _request(method: str, target: str, headers: Mapping[str, str], body: Any) -> Request:
    path, _, query = target.partition("?")
    sent = {"host": "127.0.0.1:8080", **{name.lower(): value for name, value in headers.items()}}
    if body is not None:
        sent.setdefault("content-type", "application/json")
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    raw = b"" if body is None else json.dumps(body).encode()
    return Request(method, path.encode("latin-1"), query.encode("latin-1"), pairs, raw)
