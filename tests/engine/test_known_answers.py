"""What a call was answered is given again to just that call, and to no other one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.byte_cache import ByteCache
from mockserver.compiled import MOST_ANSWERS
from mockserver.config import Config
from mockserver.engine.runner import Engine
from mockserver.sandbox.document import Sandbox
from tests.support.serving import KEYS, REAL, request_of

MONTH = 31 * 24 * 3600 * 1000
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "A shop", "version": "1"},
    "paths": {
        "/things/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                {"name": "X-Tenant", "in": "header", "schema": {"type": "string"}},
            ],
            "get": {
                "operationId": "get_thing",
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {
                            media: {
                                "schema": {
                                    "type": "object",
                                    "required": ["id", "name", "at"],
                                    "properties": {
                                        "id": {"type": "integer"},
                                        "name": {"type": "string"},
                                        "at": {"type": "string", "format": "date-time"},
                                        "X-Tenant": {"type": "string"},
                                    },
                                }
                            }
                            for media in ("application/json", "application/vnd.shop+json")
                        },
                    }
                },
            },
        }
    },
}


def engine_of(folder: Path) -> Engine:
    file = folder / "shop.json"
    file.write_text(json.dumps(SHOP))
    return build(Config(vendor=("freshdata",), spec=(str(file),)), raises_bugs=True).engine


def forgetful(engine: Engine) -> None:
    """Make an engine forget what it answered."""
    for vendor in engine.pipeline.vendors.values():
        vendor.answers = ByteCache(MOST_ANSWERS)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    folder = tmp_path_factory.mktemp("specs")
    return engine_of(folder), engine_of(folder)


def call(choose: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Any call, often the same one again."""
    if choose((True, False)):
        headers = {"X-Tenant": choose(("a", "b"))} if choose((True, False, False)) else {}
        target = f"/shop/things/{choose((1, 1, 2))}"
    else:
        headers = dict(KEYS["freshdata"])
        person = choose(("ada", "ada", "grace", "janedoe"))
        target = f"/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/{person}"
    accept = choose((None, None, "application/json", "application/vnd.shop+json"))
    prefer = choose((None, None, None, "dynamic=true", "code=200"))
    return target, {**headers, **({"Accept": accept} if accept else {}), **({"Prefer": prefer} if prefer else {})}


@pytest.mark.parametrize("run", range(4))
def test_calls_in_any_order_get_what_they_get_alone(engines: tuple[Engine, Engine], run: int):
    rng, (engine, other) = random.Random(run), engines
    for _ in range(80):
        target, headers = call(rng.choice)
        sandbox, now = Sandbox("box", rng.choice((1, 1, 2)), REAL, REAL), REAL + rng.choice((0, 0, MONTH, 12 * MONTH))
        request = request_of("GET", target, headers, None)
        forgetful(other)
        answers = []
        for one in (engine, other):
            arrived = one.pipeline.arrive(request, "req_1", now)
            _, response, entry = one.pipeline.handle(arrived, sandbox, now)
            answers.append((response.status, response.headers, response.body, entry.rule, entry.case, entry.reason))
        assert answers[0] == answers[1], (target, headers)


def test_an_answer_is_remembered_when_it_was_given_twice(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
):
    engine, _ = engines
    vendor = engine.pipeline.vendors["shop"]
    make, made = vendor.bodies.of_schema, list[str]()

    def noted(*arguments: Any, **named: Any) -> Any:
        made.append(named["scope"])
        return make(*arguments, **named)

    monkeypatch.setattr(vendor.bodies, "of_schema", noted)
    arrived = [engine.pipeline.arrive(request_of("GET", f"/shop/things/{id}", {}, None), "r", REAL) for id in (7, 8)]
    found, times = [], []
    for _ in range(3):
        found.append([engine.pipeline.handle(one, Sandbox("box", 1, REAL, REAL), REAL)[1].body for one in arrived])
        times.append(len(made))
    assert found[0] == found[1] == found[2]
    assert times == [2, 4, 4]
