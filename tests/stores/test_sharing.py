"""Several engines on one store are one: any of them answers any request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App, build, for_another_process
from mockserver.config import Config
from mockserver.plugin import installed
from mockserver.testing.journeys import Journey, journeys_of, play
from tests.support.parts import kept_parts
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import BALANCE, KEYS, Answer, Served

GOOD = f"{BALANCE}?account_id=a"
KEY = KEYS["postpress"]
PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/cjfollini/"
Engines = Callable[[int], list[Served]]


class InTurns(Served):
    """Several engines behind one face; each call goes to the next one."""

    def __init__(self, engines: list[Served]) -> None:
        super().__init__(app=engines[0].app)
        self._next = cycle(engines)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: Any = None, **more: Any
    ) -> Answer:
        one = next(self._next)
        one.wall_ms = self.wall_ms
        return one.ask(method, target, headers, body, **more)

    def control(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, scheme: str = "http"
    ) -> Answer:
        one = next(self._next)
        one.wall_ms = self.wall_ms
        return one.control(method, path, body, headers, scheme)


@pytest.fixture(scope="module")
def app() -> App:
    return build(Config(), raises_bugs=True)


@pytest.fixture(params=["sqlite", "redis"])
def engines(request: pytest.FixtureRequest, app: App, tmp_path: Path) -> Iterator[Engines]:
    """Make so many engines on one store, as several workers have them."""
    made: list[Served] = []
    state = f"sqlite:///{tmp_path}/state.db"
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        flushed(server)
        state = server.url

    def make(count: int) -> list[Served]:
        config = replace(app.config, state=state)
        made.extend(Served(app=for_another_process(replace(app, config=config))) for _ in range(count))
        for served in made:
            served.app.can_break_connections = True
        return made[-count:]

    yield make
    for served in made:
        served.app.engine.store.close()


@pytest.mark.parametrize("journey", [one for vendor in installed() for one in journeys_of(vendor)], ids=str)
def test_a_journey_goes_the_same_way_over_several_engines(journey: Journey, engines: Engines):
    play(journey, InTurns(engines(3)))


def test_ids_are_unique_and_found_from_everywhere(engines: Engines):
    one, other = engines(2)
    asked = [served.get(GOOD, KEY) for served in (one, other) * 5]
    assert len({answer.id for answer in asked}) == 10
    for answer in asked:
        for served in (one, other):
            entry = served.entry(answer)
            assert (entry["operation"], entry["status"], entry["sandbox"]) == (
                "get_inmail_balance",
                200,
                answer.sandbox,
            )
    listed = other.control("GET", f"/sandboxes/{asked[0].sandbox}/journal?operation=get_inmail_balance").json
    assert [entry["id"] for entry in listed["entries"]] == [answer.id for answer in reversed(asked)]


def test_what_was_deleted_elsewhere_begins_anew(engines: Engines):
    one, other = engines(2)
    headers = {**KEYS["freshdata"], "X-Mock-Sandbox": "t"}
    for served in (one, other):
        assert served.get(PROFILE, headers).status == 200
    assert one.control("GET", "/sandboxes/t/state/freshdata").json["spent_tenths"] == 20
    assert one.control("DELETE", "/sandboxes/t").status == 204
    assert other.control("GET", "/sandboxes/t").status == 404
    assert other.get(PROFILE, headers).status == 200
    assert one.control("GET", "/sandboxes/t/state/freshdata").json["spent_tenths"] == 10


def test_a_lost_exchange_runs_again_with_the_same_id(engines: Engines):
    one, other = engines(2)
    headers = {**KEYS["freshdata"], "X-Mock-Sandbox": "t"}
    one.get(PROFILE, headers)
    runs: list[str] = []
    handle = one.app.engine.pipeline.handle

    class Interrupted:
        """The pipeline, while whose first run another engine is quicker."""

        contracts = one.app.engine.pipeline.vendors
        arrive = one.app.engine.pipeline.arrive

        def handle(self, arrival: Any, document: Any, now: int) -> Any:
            runs.append(arrival.id)
            if len(runs) == 1:
                other.get(PROFILE, headers)
            return handle(arrival, document, now)

    one.app.engine.pipeline = Interrupted()  # type: ignore[assignment]
    answer = one.get(PROFILE, headers)
    assert runs == [answer.id, answer.id]
    assert answer.headers["x-ratelimit-credits-remaining"] == "99997"
    assert other.control("GET", "/sandboxes/t/state/freshdata").json["spent_tenths"] == 30
    assert len(other.control("GET", "/sandboxes/t/journal").json["entries"]) == 3


def test_forks_and_snapshots_share_what_they_have_in_common_and_leave_none_of_it(engines: Engines):
    one, other = engines(2)
    world = {"description": "x" * 5000, "state": {"freshdata": {"spent_tenths": 30}}}
    assert one.control("POST", "/sandboxes", {"name": "t", "world": world}).status == 201
    assert one.control("POST", "/sandboxes/t/snapshots", {"name": "s"}).status == 201
    for number in range(3):
        source = {"from": "t", "snapshot": "s"} if number else {"from": "t"}
        assert one.control("POST", "/sandboxes", {"name": f"fork{number}", **source}).status == 201
        assert other.get(PROFILE, {**KEYS["freshdata"], "X-Mock-Sandbox": f"fork{number}"}).status == 200
    assert kept_parts(one.app.engine.store)[-1] == 5  # the world, in t, its snapshot and three forks
    for served, spent in ((one, 40), (other, 40)):
        assert served.control("GET", "/sandboxes/fork1/state/freshdata").json["spent_tenths"] == spent
    assert other.control("POST", "/sandboxes/fork1/reset").status == 204
    assert one.control("GET", "/sandboxes/fork1/state/freshdata").json["spent_tenths"] == 30
    for name in ("t", "fork0", "fork1", "fork2"):
        assert other.control("DELETE", f"/sandboxes/{name}").status == 204
    assert kept_parts(one.app.engine.store) == []
