"""Faults with an answer of their own: any status and body, presets, and what they match and set by plain names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from mockserver.sandbox.fault_checks import fault_schema
from mockserver.sandbox.presets import PRESETS
from tests.support.serving import BALANCE, KEYS, Answer, Served

PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada"


@pytest.fixture
def served() -> Served:
    served = Served()
    served.app.can_break_connections = True
    return served


def arm(served: Served, vendor: str = "postpress", **spec: Any) -> Any:
    answer = served.control("POST", "/sandboxes/t/faults", {"vendor": vendor, **spec})
    assert answer.status == 201, answer.body
    return answer.json


def balance(served: Served) -> Answer:
    return served.get(f"/~t{BALANCE}?account_id=a", KEYS["postpress"])


@pytest.mark.parametrize(
    ("spec", "content_type", "body"),
    [
        pytest.param({"body": "down"}, "text/plain; charset=utf-8", b"down", id="a text as it stands"),
        pytest.param({"body": "{", "content_type": "application/json"}, "application/json", b"{", id="broken JSON"),
        pytest.param({"body": {"a": [None]}}, "application/json", b'{"a":[null]}', id="JSON"),
        pytest.param({"body": None}, "application/json", b"null", id="null"),
        pytest.param({"body": "", "headers": {"Content-Type": "a/b"}}, "a/b", b"", id="a header wins"),
        pytest.param({}, None, b"", id="a status that the spec has not"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_any_answer(served: Served, spec: dict[str, Any], content_type: str | None, body: bytes, when: str):
    arm(served, status=599, when=when, **spec)
    answer = balance(served)
    assert (answer.status, answer.body, answer.headers.get("content-type")) == (599, body, content_type)
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["x-mock-reason"] == "fault f1: status 599"
    entry = served.control("GET", "/sandboxes/t/journal").json["entries"][0]
    assert (entry["decision"]["rule"], entry["decision"]["case"]) == ("demanded", None)
    assert (entry["status"], entry["fault"]["when"]) == (599, when)


def test_a_status_alone_is_the_vendors_own_case(served: Served):
    arm(served, status=503)
    assert balance(served).headers["x-mock-reason"] == "no_client_session (fault f1)"


@pytest.mark.parametrize(("when", "spent"), [("before", 0), ("after", 10)])
@pytest.mark.parametrize("status", [200, 502])
def test_the_vendor_acted_or_did_not_and_shows_no_headers(served: Served, status: int, when: str, spent: int):
    arm(served, "freshdata", status=status, body="<html>", content_type="text/html", when=when)
    answer = served.get(f"/~t{PROFILE}", KEYS["freshdata"])
    assert (answer.status, answer.body) == (status, b"<html>")
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
    assert served.control("GET", "/sandboxes/t/state/freshdata").json["spent_tenths"] == spent


def test_presets_are_those_of_the_control_api():
    assert list(PRESETS) == fault_schema()["properties"]["preset"]["enum"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_stands_for_its_fields(served: Served, preset: str):
    assert arm(served, preset=preset).items() >= {"preset": preset, **PRESETS[preset]}.items()


@pytest.mark.parametrize(
    ("preset", "given", "without"),
    [
        pytest.param("bad-gateway", {"status": 504}, (), id="a status"),
        pytest.param("bad-gateway", {"error": "no_channel"}, ("status", "body", "content_type"), id="a case"),
        pytest.param("rate-limited", {"connection": "reset"}, ("status", "headers"), id="no answer"),
        pytest.param("offline", {"status": 503}, ("connection",), id="an answer after all"),
        pytest.param("flaky", {"probability": 1}, (), id="a share"),
    ],
)
def test_what_is_given_beside_a_preset_wins(
    served: Served, preset: str, given: dict[str, Any], without: tuple[str, ...]
):
    fault = arm(served, preset=preset, **given)
    kept = {name: value for name, value in PRESETS[preset].items() if name not in without}
    assert fault.items() >= {**kept, **given}.items()
    assert not set(without) & fault.keys()


def test_a_world_takes_presets(served: Served):
    world = {"faults": [{"vendor": "postpress", "preset": "bad-gateway"}]}
    assert served.control("POST", "/sandboxes", {"name": "t", "world": world}).status == 201
    answer = balance(served)
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html")


def test_fields_that_one_operation_has_name_it(served: Served):
    assert arm(served, set={"/premium": None})["operation"] == "get_inmail_balance"
    assert balance(served).json["premium"] is None


LOGINS = """
openapi: 3.1.0
info: {title: Logins, version: "1"}
servers: [{url: https://logins.example}]
paths:
  /logins:
    post:
      operationId: log_in
      parameters:
        - {name: X-Pin, in: header, schema: {type: string, format: password}}
        - {name: region, in: query, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {user: {type: string}, word: {type: string, format: password}}}
      responses: {"204": {description: Logged in.}}
"""


def test_what_a_secret_has_to_match_is_masked_wherever_a_fault_is_shown(tmp_path: Path):
    spec = tmp_path / "logins.yaml"
    spec.write_text(LOGINS)
    served = Served(Config(spec=(str(spec),)))
    match = {"X-Pin": "4711-pin", "word": "swordfish", "region": "eu", "/user": "ada", "/word": "swordfish"}
    fault = {"vendor": "logins", "match": match, "status": 500}
    shown = {**match, "X-Pin": "***", "word": "***", "/word": "***"}
    armed = served.control("POST", "/sandboxes/t/faults", fault)
    assert (armed.status, armed.json["match"]) == (201, shown)
    for path in ("/sandboxes/t/faults", "/sandboxes/t/faults/f1", "/sandboxes/t/world"):
        body = served.control("GET", path).body.decode()
        assert "swordfish" not in body
        assert "4711-pin" not in body
    sent = {"user": "ada", "word": "swordfish"}
    headers = {"X-Mock-Sandbox": "t", "X-Pin": "4711-pin"}
    assert served.ask("POST", "/logins/logins?region=eu", headers, sent).status == 500
    assert served.ask("POST", "/logins/logins?region=eu", headers, {**sent, "word": "***"}).status == 204
