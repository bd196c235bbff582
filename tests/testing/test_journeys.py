"""The journey runner: how a suite plays the stories of a vendor, and how it says what went otherwise."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.errors import SpecError, VendorError
from mockserver.plugin import Vendor
from mockserver.testing.journeys import Journey, journeys_of, load, play
from mockserver.testing.stage import InProcessStage, credentials
from tests.support.specs import document, operation, saved

BALANCE = "GET /postpress/v1/linkedin/inmail_balance?account_id=a"


def journey(tmp_path: Path, steps: str, more: str = "") -> Journey:
    path = tmp_path / "story.yaml"
    path.write_text(f"description: A story.\n{more}steps:\n{steps}\n")
    return load("test", path)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        pytest.param(f"- {{request: {BALANCE}, response: {{premium: 6}}}}", "/premium is 5, not 6", id="a value"),
        pytest.param(f"- {{request: {BALANCE}, response: {{gold: 6}}}}", "/gold is missing", id="a property"),
        pytest.param(f"- {{request: {BALANCE}, response: [1]}}", "not a list", id="a type"),
        pytest.param(f"- {{request: {BALANCE}, status: 404}}", "the status is 200", id="a status"),
        pytest.param(f"- {{request: {BALANCE}, headers: {{}}}}", "the status is 401", id="no key where none is given"),
        pytest.param(f"- {{request: {BALANCE}, headers_out: {{X-A: b}}}}", "header X-A is None", id="a header"),
        pytest.param(f"- {{request: {BALANCE}, keep: {{a: /gold}}}}", "step 1", id="something to keep"),
        pytest.param("- {clock: {now: x}}", "the clock answered 422", id="a clock"),
        pytest.param("- {event: {vendor: sonarly, event: x}}", "the event was answered 404", id="an event"),
        pytest.param(
            "- {event: {vendor: sonarly, event: job_ran, fields: {account_group_id: a, searches: 99}}, refused: never}",
            "turned down: a job that needs more",
            id="a reason",
        ),
        pytest.param("- {fault: {vendor: x}}", "the fault was answered 422", id="a fault"),
        pytest.param("- {state: {sonarly: {limits: 1}}}", "/limits is {}, not 1", id="a state"),
        pytest.param("- {report: {double_spends: [1]}}", "/double_spends has 0 items, not 1", id="a report"),
    ],
)
def test_a_step_that_goes_otherwise_is_named(tmp_path: Path, step: str, message: str):
    with pytest.raises(AssertionError) as failed:
        play(journey(tmp_path, step))
    assert "test-story, step 1 {" in str(failed.value)
    assert message in str(failed.value)


def test_a_world_that_cannot_be_begun_is_named(tmp_path: Path):
    with pytest.raises(AssertionError, match=r"can't be begun.*no-such-world"):
        play(journey(tmp_path, f"- {{request: {BALANCE}}}", "world: no-such-world\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[]", "needs a description and steps", id="no mapping"),
        pytest.param("{description: d}", "needs a description and steps", id="no steps"),
        pytest.param("{description: d, steps: [], wurld: x}", "/wurld: unknown key", id="a key"),
        pytest.param("{description: d, steps: [{wait: 1}]}", "/steps/0: a step is one of clock, event", id="a step"),
        pytest.param("{description: d, steps: [{clock: {}, state: {}}]}", "/steps/0: a step is one of", id="two"),
        pytest.param("{description: d, steps: [{clock: {}, times: 2}]}", "/steps/0/times: unknown key", id="its key"),
    ],
)
def test_what_is_wrong_in_a_journey_is_told_with_its_place(tmp_path: Path, text: str, message: str):
    path = tmp_path / "story.yaml"
    path.write_text(text)
    with pytest.raises(SpecError) as failed:
        load("test", path)
    assert message in str(failed.value)


def test_journeys_are_those_of_a_vendor(tmp_path: Path):
    assert [str(one) for one in journeys_of("sonarly")] == sorted(str(one) for one in journeys_of("sonarly"))
    assert journeys_of(Vendor("bare", tmp_path / "openapi.yaml")) == []
    with pytest.raises(VendorError, match="no vendor 'sonar'; installed are"):
        journeys_of("sonar")


def test_what_was_kept_is_put_in_as_it_is_or_into_a_text(tmp_path: Path):
    search = "{request: POST /freshdata/search-employees, body: {keywords: retail}, keep: {id: /request_id}}"
    check = "{request: 'GET /freshdata/check-search-status?request_id=${id}', response: {status: pending}}"
    failed = "{event: {vendor: freshdata, event: search_failed, fields: {request_id: '${id}'}}}"
    play(journey(tmp_path, f"- {search}\n- {check}\n- {failed}"))


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        pytest.param({"type": "apiKey", "in": "header", "name": "X-K"}, {"X-K": "KEY"}, "", id="a header"),
        pytest.param({"type": "apiKey", "in": "query", "name": "k"}, {}, "k=KEY", id="the query"),
        pytest.param({"type": "apiKey", "in": "cookie", "name": "k"}, {"Cookie": "k=KEY"}, "", id="a cookie"),
        pytest.param({"type": "http", "scheme": "bearer"}, {"Authorization": "Bearer KEY"}, "", id="bearer"),
        pytest.param({"type": "http", "scheme": "basic"}, {"Authorization": "Basic KEY"}, "", id="basic"),
        pytest.param(None, {}, "", id="none"),
    ],
)
def test_a_key_is_sent_as_the_spec_wants_it(
    tmp_path: Path, scheme: dict[str, str] | None, headers: dict[str, str], query: str
):
    more: dict[str, Any] = (
        {"components": {"securitySchemes": {"key": scheme}}, "security": [{"key": []}]} if scheme else {}
    )
    stage = InProcessStage()
    stage.app = build(Config(spec=(str(saved(tmp_path, document(operation(), **more))),)))
    sent, in_query = credentials(stage, "things", "t1")
    key = "things_mock_sandbox_t1"
    key = base64.b64encode(f"{key}:".encode()).decode() if "Basic KEY" in headers.values() else key
    assert {name.lower(): value for name, value in sent.items()} == {
        name.lower(): value.replace("KEY", key) for name, value in headers.items()
    }
    assert in_query == query.replace("KEY", key)
