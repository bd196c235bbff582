"""A journal entry by itself: its kind, its weight, how it is shown, and what becomes of it when the answer is lost."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.model import Operation
from mockserver.requests.violation import Violation
from mockserver.sandbox.entry_weight import headers_weight
from mockserver.sandbox.journal import LONGEST_BODY, Entry, Outcome, crashed, without_answer
from mockserver.sandbox.journal_rendering import body_text, curl, render

NOW = 1_780_000_000_000
READ = Operation("v", "read", "POST", "/read", "/paths/~1read/post")
WRONG = Violation("invalid_parameter", "query", "id", "is required", "/paths")


def entry(method: str = "POST", body: bytes = b'{"a": 1}', status: int = 200, **fields: Any) -> Entry:
    """An answered entry, of a POST with a JSON body by default."""
    headers = fields.pop("headers", [("host", "mock:80"), ("x-key", "k***"), ("user-agent", "test")])
    vendor, operation, took = fields.pop("vendor", "v"), fields.pop("operation", READ), fields.pop("took", 0)
    answer = {"sent": [(b"content-type", b"application/json")], "response_body": fields.pop("answer", b"[2]")}
    told: dict[str, Any] = {"rule": "example", "case": "ok", "status": status, "headers_weight": 50} | answer | fields
    made = Entry("req_1", "box", NOW, NOW + 1, vendor, operation, method, "/v/read?x=1", headers, body, **told)
    made.took = took
    return made


def test_all_that_is_shown_of_it():
    shown = entry(
        reason="why",
        near=("/v/reads",),
        took=1_500_000,
        changes=[{"pointer": "/spent", "before": 1, "after": 2}],
        outcome=Outcome("f1", "after", 1.5, "reset", (200, "ok")),
    )
    assert render(shown, {}) == {
        "id": "req_1",
        "sandbox": "box",
        "received": "2026-05-28T20:26:40.000Z",
        "now": "2026-05-28T20:26:40.001Z",
        "vendor": "v",
        "operation": "read",
        "status": 200,
        "why": "example: why; fault f1: 1.5 s later, connection reset, after the vendor acted",
        "request": {
            "method": "POST",
            "target": "/v/read?x=1",
            "headers": [["host", "mock:80"], ["x-key", "k***"], ["user-agent", "test"]],
            "body": {"a": 1},
        },
        "response": {"status": 200, "headers": [["content-type", "application/json"]], "body": [2]},
        "decision": {"rule": "example", "case": "ok", "reason": "why", "nearest": ["/v/reads"], "spec": None},
        "fault": {
            "id": "f1",
            "when": "after",
            "delay": 1.5,
            "connection": "reset",
            "lost": True,
            "made": {"status": 200, "case": "ok"},
        },
        "changes": [{"pointer": "/spent", "before": 1, "after": 2}],
        "timing": {"handled": 1.5, "delay": 1500.0},
        "curl": "curl -X POST 'http://mock:80/v/read?x=1' -H 'x-key: k***' --data-raw '{\"a\": 1}'",
        "violations": [],
    }


def test_what_is_not_there_is_shown_as_null():
    shown = render(entry(body=b"", status=0, operation=None, case="", answer=b"", violations=(WRONG,)), {})
    assert (shown["operation"], shown["status"], shown["fault"]) == (None, None, None)
    assert (shown["request"]["body"], shown["response"]["body"], shown["response"]["status"]) == (None, None, None)
    assert shown["decision"]["case"] is None
    assert shown["violations"] == [
        {"kind": "invalid_parameter", "in": "query", "name": "id", "message": "is required", "spec": None}
    ]
    plain = render(entry(outcome=Outcome("f1")), {})["fault"]
    assert plain == {"id": "f1", "when": None, "delay": 0, "connection": None, "lost": False, "made": None}


def test_a_change_that_can_not_be_written_is_shown_by_its_place():
    huge = {"pointer": "/n", "after": 2**70}
    assert render(entry(changes=[huge]), {})["changes"] == [{"pointer": "/n", "after": "can't be written as JSON"}]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", None),
        (b" [1]", [1]),
        (b"12", "12"),
        (b'{"a"', '{"a"'),
        (b"\xff", "\ufffd"),
        (b"[" * 8 + b"]" * 8, [[[[[[[[]]]]]]]]),
    ],
)
def test_a_body_for_people(body: bytes, shown: Any):
    assert body_text(body) == shown


@pytest.mark.parametrize(
    ("changed", "command"),
    [
        ({"method": "GET", "body": b""}, "curl 'http://mock:80/v/read?x=1' -H 'x-key: k***'"),
        ({"body": b"\xff"}, "curl -X POST 'http://mock:80/v/read?x=1' -H 'x-key: k***'"),
        ({"method": "GET", "body": b"", "headers": []}, "curl 'http://localhost/v/read?x=1'"),
    ],
)
def test_its_request_as_a_command(changed: dict[str, Any], command: str):
    assert curl(entry(**changed)) == command


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "v read 200 ok - -"),
        ({"operation": None, "case": "", "status": 404, "vendor": ""}, "- - 404 - - -"),
        ({"violations": (WRONG,)}, "v read 200 ok violated -"),
        ({"outcome": Outcome("f1", connection="truncate")}, "v read 200 - - lost"),
        ({"outcome": Outcome("f1", connection="drip")}, "v read 200 ok - -"),
    ],
)
def test_its_kind(fields: dict[str, Any], kind: str):
    assert entry(**fields).kind == kind


def test_its_kind_once_its_answer_was_lost():
    made = entry(outcome=Outcome("f1", delay=1.5))
    assert without_answer(made, has_begun=False).kind == "v read 0 - - lost"
    assert without_answer(made, has_begun=True).kind == "v read 200 - - lost"
    assert crashed(made, "ValueError").kind == "v read 500 - - -"
    assert made.kind == "v read 200 ok - -"


def test_without_an_answer():
    bug = ValueError()
    new = Entry("req_1", "box", NOW, NOW, "v", None, "GET", "/", [], b"", error=bug)
    assert (new.error, new.took, new.trace, new.unsupported) == (bug, 0, "", ())
    assert (new.status, new.response_headers, new.response_body) == (0, [], b"")
    assert (new.fault, new.delay, new.is_lost) == ("", 0, False)


def test_a_long_body_is_kept_in_part():
    kept = entry(body=b"a" * (LONGEST_BODY + 1), answer=b"b" * (LONGEST_BODY + 1))
    assert (len(kept.body), len(kept.response_body)) == (LONGEST_BODY, LONGEST_BODY)


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ({"body": b'{"a": 1}more'}, 4),
        ({"answer": b"[2]more"}, 4),
        ({"reason": "more"}, 4),
        ({"reason": "mör"}, 12),
        ({"near": ("mo",), "unsupported": ("re",)}, 4),
        ({"violations": (WRONG,)}, 160 + len("is requiredid")),
        ({"changes": [{"a": 1}]}, 400 + 2 * len('{"a":1}')),
        ({"changes": [{"a": 2**70}]}, 400 + 2 * len(repr({"a": 2**70}))),
    ],
)
def test_it_weighs_all_that_it_holds(fields: dict[str, Any], more: int):
    plain = entry()
    assert plain.size == 600 + 50 + 40 + len("/v/read?x=1") + len('{"a": 1}') + 3 + len("content-typeapplication/json")
    assert entry(**fields).size == plain.size + more
    assert headers_weight([("a", "bc"), ("d", "")]) == 204


@pytest.mark.parametrize(
    ("outcome", "status", "has_begun", "expected"),
    [
        pytest.param(
            Outcome("f1", delay=2),
            200,
            False,
            (0, [], b"", Outcome("f1", "after", 2, "left", (200, "ok"))),
            id="waiting",
        ),
        pytest.param(
            Outcome("f1", connection="drip"),
            200,
            True,
            (200, [(b"content-type", b"application/json")], b"[2]", Outcome("f1", "after", 0, "left", (200, "ok"))),
            id="an answer that had begun",
        ),
        pytest.param(
            Outcome("f1", "before", 2, made=(201, "new")),
            503,
            False,
            (0, [], b"", Outcome("f1", "before", 2, "left", (201, "new"))),
            id="another answer was made",
        ),
        pytest.param(
            Outcome("f1", "before", 2, "hang"),
            0,
            False,
            (0, [], b"", Outcome("f1", "before", 2, "left")),
            id="none was",
        ),
    ],
)
def test_a_client_that_left(outcome: Outcome, status: int, has_begun: bool, expected: tuple[Any, ...]):
    before = entry(status=status, outcome=outcome)
    after = without_answer(before, has_begun=has_begun)
    assert (after.status, after.response_headers, after.response_body, after.outcome) == expected
    assert (after.case, after.is_lost, after.id, after.reason) == ("", True, "req_1", before.reason)
    assert (before.status, before.case, before.outcome) == (status, "ok", outcome)


def test_an_answer_that_could_not_be_sent():
    before = entry(reason="why")
    after = crashed(before, "broke")
    assert (after.id, after.rule, after.case, after.reason) == ("req_1", "crash", "", "broke")
    assert (after.status, after.response_headers, after.response_body) == (500, [], b"")
    assert (before.rule, before.status, before.reason) == ("example", 200, "why")
