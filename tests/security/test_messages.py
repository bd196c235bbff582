"""No message about a wrong value quotes it where it is a secret, however short; about others it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.config import Config
from tests.support.serving import Served

VAULT = Path(__file__).with_name("vault.yaml")
LONGER = "*** is longer than 4 characters"
SEVERAL = "*** is valid under more than one of the schemas listed in the 'oneOf' keyword"


@pytest.fixture(scope="module")
def served() -> Served:
    return Served(Config(spec=(str(VAULT),)))


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "messages"),
    [
        ("GET", "/strict", {"X-Api-Token": "Q7x9"}, None, ['*** does not match "^[a-z]{3}$"']),
        ("GET", "/strict?access_token=Q7x9", {}, None, ['*** does not match "^[a-z]{3}$"']),
        ("GET", "/strict", {"Cookie": "session_id=Q7x9"}, None, ["*** is longer than 3 characters"]),
        ("GET", "/strict?phrase=Q7x9", {}, None, ["*** is longer than 3 characters"]),
        ("GET", "/strict?wallet%5Bpin%5D=Q7x9", {}, None, ["*** is longer than 3 characters"]),
        ("GET", "/strict?note=Q7x9", {}, None, ['"Q7x9" is longer than 3 characters']),
        ("GET", "/tokens/Q7x9/uses", {}, None, ["*** is longer than 3 characters"]),
        ("POST", "/login", {}, {"password": "Q7x9Q"}, ["*** is longer than 4 characters"]),
        ("POST", "/login", {}, {"phrase": "Q7x9Q", "user": 5}, [LONGER, '5 is not of type "string"']),
        ("POST", "/login", {}, {"doors": [{"code": "Q7x9Q"}]}, ["*** is longer than 4 characters"]),
        ("POST", "/login", {}, {"password": "Q7x9", "phrase": "Q7x9"}, [SEVERAL]),
    ],
)  # fmt: skip
def test_a_violation(
    served: Served, method: str, target: str, headers: dict[str, str], body: object, messages: list[str]
):
    answer = served.ask(method, f"/vault{target}", headers, body)
    entry = served.entry(answer)
    assert sorted(one["message"] for one in entry["violations"]) == sorted(messages)
    is_secret = "note" not in target
    assert ("Q7x9" in f"{entry}") != is_secret
    assert ("Q7x9" in answer.body.decode()) != is_secret


@pytest.mark.parametrize("target", ["/;token=Q7x9/login", "/~a;token=Q7x9/vault/login", "x;token=Q7x9"])
def test_a_refusal(served: Served, target: str):
    answer = served.get(target)
    assert "***" in served.entry(answer)["decision"]["reason"]
    assert "Q7x9" not in f"{served.entry(answer)}{answer.body!r}"


def test_a_fault_matches_a_secret_that_is_never_shown(served: Served):
    fault = {"vendor": "vault", "delay": 0.001, "match": {"access_token": "Q7x9"}}
    assert served.control("POST", "/sandboxes/matched/faults", fault).status == 201
    hit, miss = (served.get(f"/~matched/vault/lenient?access_token={one}") for one in ("Q7x9", "other"))
    assert served.entry(hit)["fault"]["id"] == "f1"
    assert served.entry(miss)["fault"] is None
    assert "Q7x9" not in f"{served.entry(hit)}"


def test_a_sandbox_is_reset_to_the_keys_of_its_world_which_it_knows_by_their_digests(served: Served):
    events = [{"vendor": "vault", "event": "key_issued", "fields": {"key": "Q7x9-second"}}]
    world = {"keys": {"vault": [{"key": "Q7x9-first", "permissions": ["bearer"]}]}, "events": events}
    assert served.control("POST", "/sandboxes", {"name": "keyed", "world": world}).status == 201
    held = served.app.engine.store.get("keyed")
    assert held is not None
    assert "Q7x9-" not in f"{held.document.world}"
    for _ in range(2):
        answers = [
            served.get("/~keyed/vault/bearer", {"Authorization": f"Bearer Q7x9-{one}"})
            for one in ("first", "second", "third")
        ]
        assert [answer.status for answer in answers] == [200, 200, 401]
        assert served.control("POST", "/sandboxes/keyed/reset").status == 204
