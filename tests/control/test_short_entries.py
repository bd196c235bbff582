"""The journal as a list has it: short entries, more filters, pages over all sandboxes, a sampled stream."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from mockserver.control.journals import POLL_SAMPLED, Allowance
from mockserver.sandbox.journal import Entry
from tests.support.serving import BALANCE, KEYS, Served

GOOD = f"{BALANCE}?account_id=a"
KEY = KEYS["postpress"]
PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/ada/"


@pytest.fixture(scope="module")
def served() -> Served:
    """Calls in three sandboxes, a millisecond apart: good, demanded, broken, changing, one without a path."""
    served = Served()
    calls = [
        (f"/~a{GOOD}", KEY),
        (f"/~a{BALANCE}?account_id=mock_error_no_channel", KEY),
        (f"/~b{BALANCE}", KEY),
        (f"/~c{PROFILE}", KEYS["freshdata"]),
        ("/~c/postpress/v1/nope", KEY),
    ]
    for target, headers in calls:
        served.wall_ms += 1
        served.get(target, headers)
    return served


def found(served: Served, query: str) -> list[Any]:
    answer = served.control("GET", f"/journal?form=short&{query}")
    assert answer.status == 200, answer.json
    entries: list[Any] = answer.json["entries"]
    return entries


def test_a_short_entry_is_a_row(served: Served):
    row = found(served, "status=503")[0]
    assert row == {
        "id": row["id"],
        "sandbox": "a",
        "received": row["received"],
        "now": row["received"],
        "vendor": "postpress",
        "operation": "get_inmail_balance",
        "method": "GET",
        "target": f"/~a{BALANCE}?account_id=mock_error_no_channel",
        "status": 503,
        "case": "no_channel",
        "why": "no_channel (magic value in query account_id)",
        "violations": 0,
        "fault": None,
        "lost": False,
        "changes": 0,
    }
    assert served.control("GET", "/sandboxes/a/journal?form=short&status=503").json["entries"] == [row]


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("errors=true", [404, 400, 503]),
        ("errors=false", [200, 200]),
        ("changes=true", [200]),
        ("changes=false&sandbox=c", [404]),
        ("text=NO_CHANNEL", [503]),
        ("text=nope", [404]),
        ("text=nothing+has+this", []),
        ("violations=true&errors=true", [404, 400]),
    ],
)
def test_what_a_list_is_filtered_by(served: Served, query: str, statuses: list[int]):
    assert [row["status"] for row in found(served, query)] == statuses


def test_pages_over_all_sandboxes(served: Served):
    rows, last = [], ""
    while page := found(served, f"limit=2{last}"):
        rows += page
        last = f"&before={page[-1]['id']}"
    assert [row["status"] for row in rows] == [404, 200, 400, 503, 200]
    assert served.control("GET", "/journal?before=req_0").status == 404


def test_exports_over_all_sandboxes(served: Served):
    entries = served.control("GET", "/journal?format=har&errors=true").json["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [503, 400, 404]
    lines = served.control("GET", "/journal?format=jsonl&sandbox=a").body.splitlines()
    assert [json.loads(line)["status"] for line in lines] == [200, 503]


def entry(number: int, status: int = 200) -> Entry:
    made = Entry(f"req_{number}", "a", 0, 0, "postpress", None, "GET", "/", [], b"")
    made.status = status
    return made


def test_an_allowance_takes_errors_first_and_keeps_the_order():
    allowance = Allowance(2)
    entries = [entry(1), entry(2), entry(3, 503), entry(4), entry(5, 400)]
    assert [one.id for one in allowance.sample(entries)] == ["req_3", "req_5"]
    assert allowance.sample([entry(6)]) == []


def test_an_allowance_grows_with_time_up_to_a_second():
    allowance = Allowance(10)
    assert len(allowance.sample([entry(n) for n in range(30)])) == 10
    looks = round(1 / POLL_SAMPLED)
    for _ in range(5 * looks):
        allowance.sample([])
    assert len(allowance.sample([entry(n) for n in range(30)])) == 10
    assert len(Allowance(None).sample([entry(n) for n in range(30)])) == 30


def test_a_stream_says_what_it_left_out():
    served = Served()

    async def follow() -> str:
        from mockserver.control.api import ControlAPI
        from mockserver.control.calls import Streamed
        from tests.support.serving import request_of

        request = request_of("GET", "/_mock/journal/stream?form=short&per_second=1&seconds=0.4", {}, None)
        streamed = await ControlAPI(served.app).respond(request, served.wall_ms)
        assert isinstance(streamed, Streamed)
        parts = [await anext(streamed.parts)]
        for _ in range(3):
            served.get(GOOD, KEY)
        return b"".join([*parts, *[part async for part in streamed.parts]]).decode()

    text = asyncio.run(follow())
    assert text.count("event: entry") == 1
    assert "headers" not in text
    assert 'event: left_out\ndata: {"count":2}\n\n' in text
