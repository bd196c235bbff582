"""``X-Mock-Reason``: one line on every answer that an untouched call would not have got, and on no other."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.config import Config
from mockserver.requests.violation import Violation
from mockserver.sandbox.journal import Entry, Outcome
from mockserver.sandbox.reasons import LONGEST, printable, why
from tests.support.serving import BALANCE, KEYS, Served

KEY = KEYS["postpress"]
GOOD = f"{BALANCE}?account_id=a"
DEMAND = {"Prefer": "example=no_channel"}


@pytest.mark.parametrize(
    ("target", "headers", "reason"),
    [
        pytest.param(GOOD, KEY, None, id="a valid call has none"),
        pytest.param(f"{BALANCE}?account_id=other", KEY, None, id="nor has a generated answer"),
        pytest.param(GOOD, {**KEY, "Prefer": "dynamic=true"}, None, id="nor one generated on request"),
        pytest.param(GOOD, {**KEY, **DEMAND}, "no_channel (Prefer: example=no_channel)", id="a demand by header"),
        pytest.param(
            f"{BALANCE}?account_id=mock_error_no_channel",
            KEY,
            "no_channel (magic value in query account_id)",
            id="a magic value",
        ),
        pytest.param(BALANCE, {**KEY, **DEMAND}, "though query account_id", id="a demand for an invalid call"),
        pytest.param(BALANCE, KEY, "query account_id: ", id="an invalid call"),
        pytest.param(GOOD, {}, "no credential for security scheme", id="no credential"),
        pytest.param(f"{BALANCE}e", KEY, "; nearest ", id="an unknown path names the nearest"),
        pytest.param("/nowhere", KEY, "nowhere", id="an unknown vendor"),
        pytest.param(GOOD, {**KEY, "Prefer": "example=nonsense"}, "no case 'nonsense'", id="an unknown case"),
        pytest.param(f"/~.x{GOOD}", KEY, "names no sandbox", id="a misnamed sandbox"),
    ],
)
def test_the_reason_of_an_answer(target: str, headers: dict[str, str], reason: str | None):
    shown = Served().get(target, headers).headers.get("x-mock-reason")
    assert (shown is None) if reason is None else (shown is not None and reason in shown)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"error": "no_channel", "delay": 2}, "no_channel (fault f1); fault f1: 2 s later"),
        ({"operation": "get_inmail_balance", "set": {"/premium": None}}, "example; fault f1: changed"),
    ],
)
def test_the_reason_of_a_fault(fault: dict[str, Any], reason: str):
    served = Served()
    assert served.control("POST", "/sandboxes/t/faults", {"vendor": "postpress", **fault}).status == 201
    assert served.get(f"/~t{GOOD}", KEY).headers["x-mock-reason"] == reason


def test_a_violation_that_is_only_recorded_is_told():
    answer = Served(Config(validation="warn")).get(BALANCE, KEY)
    assert answer.status == 200
    assert "though query account_id" in answer.headers["x-mock-reason"]


def decided(rule: str, reason: str = "", case: str = "", **fields: Any) -> Entry:
    return Entry("req_1", "t", 0, 0, "v", None, "GET", "/", [], b"", rule, case, reason, **fields)


ID, BODY = (Violation("invalid", where, name, "is wrong", "") for where, name in (("query", "id"), ("body", "")))


@pytest.mark.parametrize(
    ("entry", "violations", "reason"),
    [
        (decided("example"), (), "example"),
        (decided("generated", "by hand"), (), "generated: by hand"),
        (decided("demanded", "code=503", "down"), (), "down (code=503)"),
        (decided("demanded", "code=503"), (), "code=503"),
        (decided("no_route", "no path", near=("GET /a", "GET /b")), (), "no path; nearest GET /a"),
        (decided("crash"), (), "crash"),
        (decided("example"), (BODY,), "example; though body: is wrong"),
        (decided("demanded", "x", "c"), (ID, BODY), "c (x); though query id: is wrong and 1 more"),
        (decided("behaviour"), (ID, ID, BODY), "behaviour; though query id: is wrong and 2 more"),
        (decided("invalid", "id is wrong"), (ID,), "id is wrong"),
        (decided("example", outcome=Outcome("f1")), (), "example; fault f1: changed"),
        (decided("demanded", "x", "c", outcome=Outcome("f1")), (), "c (x)"),
        (
            decided("fault", outcome=Outcome("f2", "after", 1.5, "reset")),
            (),
            "fault; fault f2: 1.5 s later, connection reset, after the vendor acted",
        ),
        (decided("fault", outcome=Outcome("f2", "after", 0, "drip")), (), "fault; fault f2: connection drip"),
        (decided("fault", outcome=Outcome("f2", "before", 0, "hang")), (), "fault; fault f2: connection hang"),
    ],
)
def test_why(entry: Entry, violations: tuple[Violation, ...], reason: str):
    assert why(entry, violations) == reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\r\nSet-Cookie: b", "a  Set-Cookie: b"),
        ("\x1b[31m", "\\x1b[31m"),
        ("é\u202e", "\\xe9\\u202e"),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), "x" * (LONGEST - 3) + "..."),
        (" ~\t\x7f\xff\u0100", " ~ \\x7f\\xff\\u0100"),
    ],
)
def test_a_reason_is_one_printable_line(text: str, line: str):
    assert printable(text) == line
