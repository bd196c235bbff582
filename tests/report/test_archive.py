"""Reports of a running server: sandboxes come and go, and the report adds up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.config import Config
from mockserver.report.archive import NAME
from mockserver.report.rendering import FORMATS
from mockserver.report.summary import merged
from tests.support.serving import BALANCE, KEYS, Answer, Served

KEY = KEYS["postpress"]
GOOD = f"{BALANCE}?account_id=a"
PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fcjfollini%2F"


def serve(**bounds: Any) -> Served:
    return Served(Config(**bounds))


@pytest.fixture
def served() -> Served:
    return serve()


def kept_in(state: str, folder: Path) -> Served:
    """A server with a store in memory, or in a file."""
    return serve(state="memory:" if state == "memory" else f"sqlite:///{folder}/report.db")


def ask(served: Served, sandbox: str, target: str = GOOD, case: str = "") -> Answer:
    demand = {"Prefer": f"example={case}"} if case else {}
    return served.get(target, {**KEY, **demand, "X-Mock-Sandbox": sandbox})


def report(served: Served, query: str = "") -> Any:
    answer = served.control("GET", f"/report{query}")
    assert answer.status == 200, answer.body
    return answer.json


def facts(found: Any) -> Any:
    """What is the same whether sandboxes are there or gone."""
    return {key: value for key, value in found.items() if key != "sandboxes"}


def suite(served: Served) -> None:
    """Two sandboxes, with an error and a violation each."""
    for number, name in enumerate(("a", "b")):
        ask(served, name, case="no_channel")
        served.wall_ms += 500 + 1000 * number
        ask(served, name)
        ask(served, name, BALANCE)


def test_a_report_says_what_its_schema_says(served: Served):
    suite(served)
    spec = served.app.control
    pointer = "/components/schemas/Report"
    validator = spec.schemas.validator(pointer)
    for found in (report(served), report(served, "?sandbox=a"), served.control("GET", "/sandboxes/b/report").json):
        assert list(validator.iter_errors(found)) == []


def test_an_untouched_server_has_an_empty_report(served: Served):
    found = report(served)
    assert (found["requests"], found["incomplete"]) == (0, None)
    assert found["sandboxes"] == {"count": 0, "deleted": 0, "names": []}
    assert {one["requests"] for one in found["coverage"].values()} == {0}


def test_the_report_of_a_sandbox_is_of_that_one(served: Served):
    suite(served)
    found = served.control("GET", "/sandboxes/a/report").json
    assert found["sandboxes"] == {"count": 1, "deleted": 0, "names": ["a"]}
    assert found["requests"] == 3
    assert found["violations"]["requests"] == 1
    (row,) = found["violations"]["distinct"]
    assert (row["in"], row["name"]) == ("query", "account_id")
    assert row["spec"]["file"].endswith("specs/postpress/openapi.yaml")
    (missed, refused) = found["after_errors"][::-1]
    assert (missed["case"], missed["at_once"]) == ("no_channel", 1)
    assert (refused["case"], refused["never"]) == ("invalid_parameters", 1)
    assert found["coverage"]["postpress"]["cases"]["met"] == 2


def test_the_report_of_several_sandboxes_adds_up(served: Served):
    suite(served)
    ask(served, "c")
    both = report(served, "?sandbox=a&sandbox=b&sandbox=a")
    assert both["sandboxes"] == {"count": 2, "deleted": 0, "names": ["a", "b"]}
    assert (both["requests"], report(served)["requests"]) == (6, 7)
    one, other = report(served, "?sandbox=a"), report(served, "?sandbox=b")
    assert facts(merged(one, other)) == facts(both)


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/sandboxes/a"), ("POST", "/sandboxes/a/reset"), ("DELETE", "/sandboxes/a/journal")],
    ids=["deleted", "reset", "journal emptied"],
)
@pytest.mark.parametrize("state", ["memory", "sqlite"])
def test_the_report_of_all_keeps_what_is_gone(tmp_path: Path, state: str, method: str, path: str):
    served = kept_in(state, tmp_path)
    suite(served)
    before = report(served)
    assert served.control(method, path).status == 204
    assert facts(report(served)) == facts(before)
    served.control("DELETE", "/sandboxes/b")
    after = report(served)
    assert facts(after) == facts(before)
    assert after["incomplete"] is None
    ask(served, "a")
    assert report(served)["requests"] == before["requests"] + 1
    served.app.engine.store.close()


def test_the_report_outlives_the_server_where_its_store_does(tmp_path: Path):
    served = kept_in("sqlite", tmp_path)
    suite(served)
    served.control("DELETE", "/sandboxes/a")
    before = report(served)
    served.app.engine.store.close()
    again = kept_in("sqlite", tmp_path)
    assert report(again) == before
    again.app.engine.store.close()


def test_deleted_sandboxes_are_counted(served: Served):
    suite(served)
    served.control("DELETE", "/sandboxes/a")
    assert report(served)["sandboxes"] == {"count": 1, "deleted": 1, "names": ["b"]}


def test_what_is_kept_is_no_sandbox(served: Served):
    suite(served)
    served.control("DELETE", "/sandboxes/a")
    assert served.app.engine.store.get(NAME) is not None
    assert [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]] == ["b"]
    assert served.control("GET", "/health").json["sandboxes"] == 1
    assert served.control("GET", f"/sandboxes/{NAME}").status == 422


def test_a_report_begins_anew(served: Served):
    suite(served)
    served.control("DELETE", "/sandboxes/a")
    assert served.control("DELETE", "/report").status == 204
    found = report(served)
    assert (found["requests"], found["sandboxes"]["deleted"], found["incomplete"]) == (3, 0, None)
    assert served.control("DELETE", "/report").status == 204


def test_sandboxes_that_made_room_are_counted_and_told_of():
    served = serve(max_sandboxes=3)
    for number in range(5):
        served.get(GOOD, {"X-API-KEY": f"pp_live_{number}", "Prefer": "example=no_channel"})
    found = report(served)
    assert found["requests"] == 5
    assert found["coverage"]["postpress"]["detail"][0]["cases"]["no_channel"]["count"] == 5
    assert found["incomplete"] == {"dropped": 2, "violations": 0, "double_spends": 0, "after_errors": 2}


def test_dropped_entries_are_counted_and_told_of():
    served = serve(journal_bytes=3000)
    for _ in range(40):
        ask(served, "a", BALANCE)
    found = report(served)
    kept = sum(1 for _ in served.app.engine.store.entries("a"))
    assert 0 < kept < 40
    assert found["requests"] == found["violations"]["requests"] == 40
    assert found["violations"]["distinct"][0]["count"] == kept
    assert found["incomplete"]["dropped"] == found["incomplete"]["after_errors"] == 40 - kept
    served.control("DELETE", "/sandboxes/a")
    assert facts(report(served)) == facts(found)


def test_there_is_no_room_for_what_is_kept():
    served = serve(max_sandboxes=1)
    served.control("POST", "/sandboxes", {"name": "a"})
    ask(served, "a", BALANCE)
    assert served.control("DELETE", "/sandboxes/a/journal").status == 204
    found = report(served)
    assert (found["requests"], found["violations"]) == (1, {"requests": 1, "distinct": []})
    assert found["incomplete"]["dropped"] == 1


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/sandboxes/nobody/report", 404, "there is no sandbox 'nobody'"),
        ("/report?sandbox=a&sandbox=nobody", 404, "there is no sandbox 'nobody'"),
        ("/report?sandbox=b%40c", 422, "sandbox"),
        ("/report?format=pdf", 422, "format"),
    ],
)
def test_a_report_that_there_is_not(served: Served, path: str, status: int, says: str):
    ask(served, "a")
    answer = served.control("GET", path)
    assert (answer.status, says in answer.json["detail"]) == (status, True)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_served_with_its_type(served: Served, form: str):
    suite(served)
    answer = served.control("GET", f"/report?format={form}")
    assert (answer.status, answer.headers["content-type"]) == (200, FORMATS[form])
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert b"get_inmail_balance" in answer.body
    assert ("content-security-policy" in answer.headers) == (form == "html")
    assert served.control("GET", f"/sandboxes/a/report?format={form}").headers["content-type"] == FORMATS[form]


def test_a_report_is_plain_json(served: Served):
    suite(served)
    served.control("DELETE", "/sandboxes/a")
    held = served.app.engine.store.get(NAME)
    assert held is not None
    assert json.loads(json.dumps(held.document.state)) == held.document.state
