"""A spec that brings no behaviours is remembered by its shapes: schemathesis finds nothing, in any phase, by any check.

The checks of what must be remembered (``remembered``, ``use_after_free``, ``ensure_resource_availability``) can fail: a
server that remembers nothing doesn't pass them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema

from contracts.fake.suite import Report, note, same_for_all
from mockserver.config import Config
from mockserver.resources.invariants import register
from mockserver.testing.in_process import in_process

SPECS = Path(__file__).parents[2] / "tests" / "resources"
KEY = "contract-key"
EXAMPLES, SEED = 8, 20260131


@dataclass(frozen=True)
class Foreign:
    """A spec without behaviours: its file, the path of its server, and its security scheme."""

    file: Path
    mount: str
    scheme: str = ""


LIBRARY = Foreign(SPECS / "library.yaml", "/api")
PETSTORE = Foreign(SPECS / "petstore.yaml", "/v3", "api_key")
SPECS_TRIED = pytest.mark.parametrize("foreign", [LIBRARY, PETSTORE], ids=["library", "petstore"])


@pytest.fixture(autouse=True)
def only_here() -> Iterator[None]:
    """The check of resources belongs to one spec, and to no other suite."""
    yield
    CHECKS.unregister("remembered")


def run(foreign: Foreign, **settings: Any) -> Report:
    """All phases and checks against a new server, in a sandbox that accepts one key."""
    register(foreign.file)
    name = foreign.file.stem
    server = in_process(Config(vendor=("sonarly",), spec=(str(foreign.file),), **settings))
    read: dict[str, Any] = {"seed": SEED, "generation": {"max-examples": EXAMPLES, "database": "none"}}
    if foreign.scheme:
        server.control.play_event("resources", name, "key_issued", {"key": KEY})
        read["auth"] = {"openapi": {foreign.scheme: {"api_key": KEY}}}
    schema = schemathesis.openapi.from_path(foreign.file, config=SchemathesisConfig.from_dict(read))
    schema.app = server.asgi
    schema.config.update(base_url=f"{server.url}/~resources/{name}{foreign.mount}")
    report = Report(name, SEED, EXAMPLES)
    with same_for_all():
        for event in from_schema(schema).execute():
            note(report, event)
    return report


@SPECS_TRIED
def test_nothing_is_found(foreign: Foreign):
    report = run(foreign)
    report.require_none()
    assert "success" in {report.phases[name] for name in report.phases if "stateful" in name.lower()}, report.phases
    assert {"remembered", "use_after_free", "ensure_resource_availability", "ignored_auth"} <= report.checks
    assert report.never(200, 201, 204) == set()


def test_a_server_that_remembers_nothing_is_found_out():
    assert "remembered" in run(LIBRARY, stateless=True).failed
