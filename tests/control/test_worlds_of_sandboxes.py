"""A sandbox as a world, a sandbox begun in one, and what was done to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.serving import BALANCE, KEYS, Served

YAML = {"content-type": "text/yaml"}
GOOD = f"{BALANCE}?account_id=a"


def test_a_sandbox_goes_on_in_another_one_as_a_world():
    served = Served()
    served.control("PUT", "/sandboxes/a/clock", {"now": "2026-01-31T09:00:00Z", "frozen": True})
    served.event("a", "postpress", "subscribed", account_id="a", plan="sales_navigator")
    fault = {"vendor": "postpress", "error": "no_channel", "skip": 2, "times": 2}
    served.control("POST", "/sandboxes/a/faults", fault)
    served.get(f"/~a{GOOD}", KEYS["postpress"])
    file = served.control("GET", "/sandboxes/a/world?format=yaml")
    assert file.headers["content-type"] == "text/yaml"
    assert served.control("PUT", "/sandboxes/b/world", file.body, YAML).status == 200
    for path in ("/clock", "/state/postpress"):
        ours, theirs = (served.control("GET", f"/sandboxes/{name}{path}").json for name in ("a", "b"))
        assert {**theirs, "as_of": None} == {**ours, "as_of": None}
    statuses = [served.get(f"/~b{GOOD}", KEYS["postpress"]).status for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


def test_what_is_left_of_a_fault_is_in_the_world():
    served = Served()
    served.control("POST", "/sandboxes/a/faults", {"vendor": "postpress", "error": "no_channel", "times": 2, "ttl": 60})
    served.get(f"/~a{GOOD}", KEYS["postpress"])
    served.control("PUT", "/sandboxes/a/clock", {"advance": 20})
    served.control("POST", "/sandboxes/*/faults", {"vendor": "sonarly", "connection": "reset"})
    (fault,) = served.control("GET", "/sandboxes/a/world").json["faults"]
    assert fault == {"vendor": "postpress", "error": "no_channel", "times": 1, "ttl": 40.0}


def test_limits_and_seed_come_along():
    served = Served()
    served.control("POST", "/sandboxes", {"name": "a", "world": {"limits": True, "seed": 7}})
    world = served.control("GET", "/sandboxes/a/world").json
    assert (world["limits"], world["seed"]) == (True, 7)


def test_beginning_in_a_world_keeps_the_label_and_empties_the_journal():
    served = Served()
    served.control("PUT", "/sandboxes/a/label", {"label": "mine"})
    served.get(f"/~a{GOOD}", KEYS["postpress"])
    begun = served.control("PUT", "/sandboxes/a/world", "small-plan").json
    assert (begun["name"], begun["label"]) == ("a", "mine")
    assert served.control("GET", "/sandboxes/a/journal").json["entries"] == []
    assert served.control("GET", "/sandboxes/a/state/freshdata").json["plan"] == 1000
    assert served.control("POST", "/sandboxes/a/reset").status == 204
    assert served.control("GET", "/sandboxes/a/state/freshdata").json["plan"] == 1000
    assert served.control("PUT", "/sandboxes/a/world", {}).status == 200
    assert served.control("GET", "/sandboxes/a/state/freshdata").json["plan"] == 100_000


@pytest.mark.parametrize(
    ("body", "headers", "status", "told"),
    [
        ("past-duw", {}, 404, "did you mean past-due?"),
        (b"limits: [", YAML, 422, "body"),
        (b"state: {postpress: {listed: 3}}", YAML, 422, "/state/postpress/listed"),
        (b"limts: true", YAML, 422, "limts"),
        (b"- 1", YAML, 422, "object"),
    ],
    ids=["an unknown name", "no YAML", "a wrong state", "an unknown key", "a list"],
)
def test_what_is_no_world_changes_nothing(body: Any, headers: dict[str, str], status: int, told: str):
    served = Served()
    served.event("a", "linkedapi", "payment_failed")
    before = served.control("GET", "/sandboxes/a/world").json
    answer = served.control("PUT", "/sandboxes/a/world", body, headers)
    assert (answer.status, told in answer.json["detail"]) == (status, True)
    assert served.control("GET", "/sandboxes/a/world").json == before


def test_the_history_of_a_sandbox():
    served = Served()
    served.control("PUT", "/sandboxes/a/clock", {"now": "2026-01-31T09:00:00Z", "frozen": True})
    served.control("PUT", "/sandboxes/a/clock", {"frozen": True})
    served.event("a", "linkedapi", "payment_failed")
    served.control("POST", "/sandboxes/a/snapshots", {"name": "s"})
    served.control("PUT", "/sandboxes/a/state/sonarly", {"groups": {}, "any_group": {}, "limits": {}})
    served.control("POST", "/sandboxes/a/snapshots/s/restore")
    found = served.control("GET", "/sandboxes/a/history").json["moments"]
    assert [(one["kind"], one["what"]) for one in found] == [
        ("restore", "s"),
        ("state", "sonarly's state replaced"),
        ("event", "linkedapi payment_failed"),
        ("clock", "now 2026-01-31T09:00:00Z, frozen"),
    ]
    assert {one["now"] for one in found} == {"2026-01-31T09:00:00.000Z"}
    for _ in range(60):
        served.control("PUT", "/sandboxes/a/clock", {"advance": 1})
    assert len(served.control("GET", "/sandboxes/a/history").json["moments"]) == 50
    served.control("POST", "/sandboxes/a/reset")
    assert served.control("GET", "/sandboxes/a/history").json["moments"] == []
