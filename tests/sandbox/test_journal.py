"""The journal as it is read: filters, pages, HAR, JSON Lines, the live stream, and a request as a command."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.error
import urllib.request
from typing import Any

import pytest

from mockserver.config import Config
from tests.support.processes import running
from tests.support.serving import BALANCE, KEYS, Served

KEY = KEYS["postpress"]
GOOD = f"/~j{BALANCE}?account_id=a"
HAR_REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
HAR_RESPONSE = {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"}


@pytest.fixture
def served() -> Served:
    served = Served()
    served.app.can_break_connections = True
    served.get(GOOD, KEY)
    served.get(GOOD, {**KEY, "Prefer": "example=no_channel"})
    served.get(f"/~j{BALANCE}", KEY)
    served.control("POST", "/sandboxes/j/faults", {"vendor": "linkedapi", "connection": "reset", "when": "after"})
    body = {"quantity": 3, "billingPeriod": "year", "seatType": "plus"}
    served.ask("POST", "/~j/linkedapi/admin/subscription.setSeats", KEYS["linkedapi"], body)
    return served


def listed(served: Served, query: str = "") -> list[Any]:
    found: list[Any] = served.control("GET", f"/sandboxes/j/journal{query}").json["entries"]
    return found


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("", [None, 400, 503, 200]),
        ("?vendor=postpress", [400, 503, 200]),
        ("?operation=setSeats", [None]),
        ("?case=no_channel", [503]),
        ("?fault=true", [None]),
        ("?fault=false&limit=2", [400, 503]),
        ("?violations=true", [400]),
        ("?violations=false", [None, 503, 200]),
        ("?vendor=sonarly", []),
        ("?operation=get_inmail_balance&vendor=postpress&limit=1", [400]),
        ("?status=503", [503]),
    ],
)
def test_filters(served: Served, query: str, statuses: list[int | None]):
    assert [entry["status"] for entry in listed(served, query)] == statuses


def test_pages_go_back_from_an_entry(served: Served):
    first = listed(served, "?limit=3")
    second = listed(served, f"?limit=3&before={first[-1]['id']}")
    assert [entry["id"] for entry in first + second] == [entry["id"] for entry in listed(served)]
    assert listed(served, f"?before={second[-1]['id']}") == []


@pytest.mark.parametrize("mark", ["after", "before"])
def test_an_entry_that_is_gone_is_said_to_be(mark: str):
    served = Served(Config(journal_bytes=1024))
    ids = [served.get(GOOD, KEY).id for _ in range(5)]
    answer = served.control("GET", f"/sandboxes/j/journal?{mark}={ids[0]}")
    assert answer.status == 404
    assert "make room for newer ones" in answer.json["detail"]
    assert "make room for newer ones" in served.control("GET", f"/journal/{ids[0]}").json["detail"]
    assert served.control("GET", "/sandboxes/j/journal").json["dropped"] >= 3


def test_har(served: Served):
    answer = served.control("GET", "/sandboxes/j/journal?format=har")
    log = answer.json["log"]
    assert (answer.headers["content-type"], log["version"]) == ("application/json", "1.2")
    assert [entry["response"]["status"] for entry in log["entries"]] == [200, 503, 400, 0]
    for entry in log["entries"]:
        assert entry["request"].keys() >= HAR_REQUEST
        assert entry["response"].keys() >= HAR_RESPONSE
        assert entry["time"] == sum(entry["timings"].values())
        assert "pp_live_abc" not in json.dumps(entry)
    first, last = log["entries"][0]["request"], log["entries"][-1]["request"]
    assert first["url"] == f"http://127.0.0.1:8080{GOOD}"
    assert first["queryString"] == [{"name": "account_id", "value": "a"}]
    assert json.loads(last["postData"]["text"])["quantity"] == 3


@pytest.mark.parametrize(
    ("fault", "status", "share", "error"),
    [
        pytest.param({}, 200, 1, None, id="an answer that came"),
        pytest.param({"connection": "truncate"}, 200, 0.5, "closed in the midst", id="half an answer"),
        pytest.param({"connection": "bad-chunk"}, 200, 0.5, "invalid chunk", id="a chunk and no more"),
        pytest.param({"connection": "garbage", "when": "after"}, 0, 0, "not HTTP", id="garbage"),
        pytest.param({"connection": "empty"}, 0, 0, "without an answer", id="nothing"),
        pytest.param({"connection": "hang"}, 0, 0, "no answer came", id="silence"),
    ],
)
def test_har_has_what_the_client_got(fault: Any, status: int, share: float, error: str | None):
    served = Served()
    served.app.can_break_connections = True
    if fault:
        served.control("POST", "/sandboxes/j/faults", {"vendor": "postpress", **fault})
    whole = served.get(GOOD, KEY).body or b""
    (entry,) = served.control("GET", "/sandboxes/j/journal?format=har").json["log"]["entries"]
    response = entry["response"]
    text = response["content"]["text"].encode()
    assert (response["status"], response["bodySize"], response["content"]["size"]) == (status, len(text), len(text))
    assert text == whole[: len(text)]
    assert len(text) == pytest.approx(share * len(whole), abs=1)
    assert (response.get("_error") is None) == (error is None)
    assert (error or "") in response.get("_error", "")
    assert bool(response["headers"]) == (status == 200)


def test_json_lines(served: Served):
    answer = served.control("GET", "/sandboxes/j/journal?format=jsonl&vendor=postpress")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.body.splitlines()] == listed(served, "?vendor=postpress")[::-1]


def test_the_stream_and_the_command(served: Served):
    """What comes is streamed as it comes, filtered; and the command that an entry shows brings the same answer."""
    received: list[Any] = []
    listening, done = threading.Event(), threading.Event()
    with running() as process:

        def listen() -> None:
            url = f"{process.url}/_mock/journal/stream?vendor=postpress&seconds=30"
            with urllib.request.urlopen(url, timeout=30) as stream:
                for line in stream:
                    listening.set()
                    if line.startswith(b"data: "):
                        received.append(json.loads(line[6:]))
                        if len(received) == 2:
                            break
            done.set()

        threading.Thread(target=listen, daemon=True).start()
        assert listening.wait(10)
        for target, header in ((GOOD, "X-API-KEY"), ("/~j/sonarly/x", "Authorization"), (f"/~k{BALANCE}", "X-API-KEY")):
            request = urllib.request.Request(process.url + target, headers={header: "pp_live_abc"})
            try:
                urllib.request.urlopen(request, timeout=10).close()
            except urllib.error.HTTPError as error:
                error.close()
        assert done.wait(10)
        assert [(entry["sandbox"], entry["status"]) for entry in received] == [("j", 200), ("k", 400)]
        ran = subprocess.run(["bash", "-c", received[0]["curl"] + " -s"], capture_output=True, check=True, timeout=20)
        assert json.loads(ran.stdout) == received[0]["response"]["body"]
        assert "pp_live_abc" not in received[0]["curl"]


def test_a_stream_does_not_hold_up_the_end_of_its_server():
    with running() as process:
        stream = urllib.request.urlopen(f"{process.url}/_mock/journal/stream", timeout=10)
        assert stream.readline().startswith(b": the journal")
    stream.close()
    assert process.errors == []


def test_an_export_holds_all_that_is_there_and_a_page_says_that_there_is_more():
    served = Served()
    for _ in range(120):
        served.get(GOOD, KEY)
    page = served.control("GET", "/sandboxes/j/journal").json
    assert (len(page["entries"]), page["more"]) == (100, True)
    assert "more" not in served.control("GET", "/sandboxes/j/journal?limit=120").json
    assert len(served.control("GET", "/sandboxes/j/journal?format=har").json["log"]["entries"]) == 120
    assert len(served.control("GET", "/sandboxes/j/journal?format=jsonl").body.splitlines()) == 120
    assert len(served.control("GET", "/sandboxes/j/journal?format=jsonl&limit=7").body.splitlines()) == 7


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a": 123456789012345678901234567890}', id="a huge integer"),
        pytest.param(b'{"a": "\\ud800"}', id="half a character"),
        pytest.param(b'{"a":' * 250 + b"1" + b"}" * 250, id="deeply nested"),
        pytest.param(b"[" * 2000, id="no JSON at all"),
    ],
)
def test_a_body_that_can_not_be_written_as_json_is_shown_as_text(body: bytes):
    served = Served()
    id = served.ask("POST", "/~j/freshdata/search-employees", KEYS["freshdata"], body).id
    for path in (f"/journal/{id}", "/sandboxes/j/journal", "/sandboxes/j/journal?format=jsonl"):
        answer = served.control("GET", path)
        assert answer.status == 200
    assert served.control("GET", f"/journal/{id}").json["request"]["body"] == body.decode()


@pytest.mark.parametrize(
    ("method", "target", "where"),
    [
        ("GET", "/~j/postpress/v1/nowhere", "path"),
        ("GET", "/~j/nobody/x", "path"),
        ("DELETE", f"/~j{BALANCE}", "method"),
    ],
)
def test_a_path_or_method_that_there_is_not_breaks_the_contract(method: str, target: str, where: str):
    served = Served()
    served.ask(method, target, KEY)
    (violation,) = listed(served)[0]["violations"]
    assert violation["in"] == where
    assert len(listed(served, "?violations=true")) == 1


@pytest.mark.parametrize(
    "target", ["/~j/sonarly/x?api_key=sk_live_1234", f"/~j{BALANCE}?account_id=a&token=sk_live_1234"]
)
def test_a_key_in_the_wrong_place_is_masked(target: str):
    served = Served()
    served.get(target, KEY)
    assert "sk_live_1234" not in json.dumps(listed(served))
    assert listed(served)[0]["request"]["target"] == target.replace("sk_live_1234", "***")
