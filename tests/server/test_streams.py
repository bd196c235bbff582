"""Streams of any spec, as clients get them: event by event, until they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.app import build
from mockserver.config import Config
from tests.support.serving import wait_until
from tests.support.specs import document, saved
from tests.support.threaded import Threaded, threaded

EVENTS = "text/event-stream"
COUNT = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
SAID = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"const": "added"},
        "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": COUNT},
    },
}
NAMED = {
    "started": {"value": {"event": "started", "data": {"n": 1}}},
    "done": {"value": {"data": "[DONE]"}},
}


def answering(content: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "ok", "content": content}}}}


PATHS = {
    "/named": answering({EVENTS: {"examples": NAMED}}),
    "/items": answering({EVENTS: {"itemSchema": SAID}}),
    "/text": answering(
        {EVENTS: {"examples": {"a": {"value": "data: a\n\ndata: b\n\n"}, "b": {"value": "data: c\n\n"}}}}
    ),
    "/slow": answering({EVENTS: {"x-stream-interval": 3600, "examples": NAMED}}),
    "/lines": answering({"application/jsonl": {"itemSchema": COUNT}}),
    "/paced": answering({"application/jsonl": {"itemSchema": COUNT, "x-stream-interval": 0.01}}),
    "/sequence": answering({"application/json-seq": {"itemSchema": COUNT}}),
    "/both": answering({"application/json": {"example": {}}, EVENTS: {"examples": NAMED}}),
    "/odd": answering({EVENTS: {"examples": NAMED, "x-stream-interval": "often"}}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    path = saved(tmp_path_factory.mktemp("spec"), document(PATHS, openapi="3.2.0"), "st.yaml")
    with threaded(app=build(Config(spec=(str(path),)))) as server:
        yield server


def chunks(server: Threaded, path: str, **headers: str) -> tuple[httpx.Headers, list[str]]:
    with httpx.stream("GET", f"{server.url}/st{path}", headers=headers) as answer:
        assert answer.status_code == 200
        return answer.headers, [chunk.decode() for chunk in answer.iter_raw()]


def test_named_examples_are_events_in_order(server: Threaded):
    headers, events = chunks(server, "/named")
    assert "content-length" not in headers
    assert events == ['event: started\ndata: {"n":1}\n\n', "data: [DONE]\n\n"]
    assert chunks(server, "/odd")[1] == events


def test_one_event_can_be_demanded(server: Threaded):
    assert chunks(server, "/named", Prefer="example=done")[1] == ["data: [DONE]\n\n"]


def test_an_event_has_json_by_its_content_schema(server: Threaded):
    _, events = chunks(server, "/items")
    assert len(events) == 3
    for event in events:
        first, _, data = event.partition("\n")
        assert first == "event: added"
        assert json.loads(data.removeprefix("data: ")).keys() == {"n"}


def test_a_text_is_a_whole_stream(server: Threaded):
    assert chunks(server, "/text")[1] == ["data: a\n\n", "data: b\n\n"]
    assert chunks(server, "/text", Prefer="example=b")[1] == ["data: c\n\n"]


def test_lines_come_at_once_unless_the_spec_paces_them(server: Threaded):
    headers, (lines,) = chunks(server, "/lines")
    assert headers["content-length"] == str(len(lines))
    assert [json.loads(line).keys() for line in lines.splitlines()] == [{"n"}] * 3
    assert len(chunks(server, "/paced")[1]) == 3
    _, (sequence,) = chunks(server, "/sequence")
    assert [json.loads(item).keys() for item in sequence.split("\x1e")[1:]] == [{"n"}] * 3


def test_json_or_events_by_what_the_client_accepts(server: Threaded):
    assert chunks(server, "/both", Accept="application/json")[1] == ["{}"]
    assert chunks(server, "/both", Accept=EVENTS)[1] == chunks(server, "/named")[1]


def test_where_time_stands_still_nothing_is_waited_for(server: Threaded):
    httpx.put(f"{server.url}/_mock/sandboxes/still/clock", json={"frozen": True}).raise_for_status()
    with httpx.Client(base_url=f"{server.url}/~still") as client:
        assert client.get("/st/slow").text.endswith("data: [DONE]\n\n")


def test_a_fault_delays_a_stream_or_breaks_it(server: Threaded):
    faults = f"{server.url}/_mock/sandboxes/faulty/faults"
    httpx.post(faults, json={"vendor": "st", "delay": 0.01, "times": 1}).raise_for_status()
    httpx.post(faults, json={"vendor": "st", "connection": "truncate", "times": 1}).raise_for_status()
    with httpx.Client(base_url=f"{server.url}/~faulty") as client:
        assert client.get("/st/named").text.endswith("data: [DONE]\n\n")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/st/named")


def test_a_head_has_no_events(server: Threaded):
    answer = httpx.head(f"{server.url}/st/slow")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", EVENTS)


@pytest.mark.parametrize("client", ["one", "another"])
def test_a_client_that_leaves_is_journaled(server: Threaded, client: str):
    with httpx.stream("GET", f"{server.url}/~{client}/st/slow") as answer:
        assert next(answer.iter_raw()) == b'event: started\ndata: {"n":1}\n\n'
        found = answer.headers["x-mock-request-id"]
    entry = f"{server.url}/_mock/journal/{found}"
    wait_until(lambda: "left" in httpx.get(entry).json()["why"])
    shown = httpx.get(entry).json()
    assert shown["decision"]["reason"] == "the client left before the end of the stream"
    assert (shown["response"]["status"], shown["fault"]) == (200, None)
    wait_until(lambda: not server.server.server_state.tasks)
