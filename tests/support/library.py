"""A server of a spec that brings no behaviours: a library with shelves, books on them, and readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.config import Config
from tests.support.serving import Answer, Served

LIBRARY = Path(__file__).parents[1] / "resources" / "library.yaml"
LEDGER, PETSTORE = LIBRARY.with_name("ledger.yaml"), LIBRARY.with_name("petstore.yaml")
NOON, LATER = "2026-06-01T12:00:00.000Z", "2026-06-01T13:00:00.000Z"
ISBN, OTHER = "9780000000001", "9780000000002"
SHELVES, READERS = "/library/api/shelves", "/library/api/readers"
MERGE = {"content-type": "application/merge-patch+json"}


class Library:
    """A server with the library, or another spec, in which it is noon."""

    def __init__(self, spec: Path = LIBRARY, **settings: Any) -> None:
        self.name = spec.stem
        self.served = Served(Config(vendor=("sonarly",), spec=(str(spec),), **settings))
        self.at(NOON)

    def at(self, now: str) -> None:
        assert self.served.control("PUT", "/sandboxes/default/clock", {"now": now, "frozen": True}).status == 200

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        return self.served.ask(method, path, headers, body)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def shelf(self, theme: str = "poetry") -> Any:
        answer = self.ask("POST", SHELVES, {"theme": theme})
        assert answer.status == 201, answer.body
        return answer.json

    def state(self, sandbox: str = "default") -> Any:
        return self.served.control("GET", f"/sandboxes/{sandbox}/state/{self.name}").json
