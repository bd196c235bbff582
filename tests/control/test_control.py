"""The control API: sandboxes, clocks, keys, the journal, and who may call it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockserver.config import Config
from mockserver.control.api import ControlAPI
from mockserver.control.handlers import HANDLERS
from mockserver.http import Response
from tests.support.serving import BALANCE, KEYS, REAL, Served, answer_of, request_of

KEY = KEYS["postpress"]
GOOD = f"{BALANCE}?account_id=a"
NOW = "2026-05-28T20:26:40.000Z"


@pytest.fixture
def served() -> Served:
    return Served()


def test_every_operation_of_the_spec_has_a_handler(served: Served):
    assert set(HANDLERS) == {operation.id for operation in served.app.control.spec.operations}


# The server


def test_health(served: Served):
    answer = served.control("GET", "/health")
    assert answer.status == 200
    assert answer.json["status"] == "ok"
    assert answer.json["vendors"] == ["freshdata", "linkedapi", "postpress", "sonarly"]


def test_vendors_and_their_base_urls(served: Served):
    (postpress,) = [one for one in served.control("GET", "/vendors").json["vendors"] if one["name"] == "postpress"]
    assert postpress["base_url"] == "http://127.0.0.1:8080/postpress/v1"
    assert postpress["base_urls"][1] == "http://127.0.0.1:8080/postpress/api/v1"
    assert postpress["hosts"] == ["api.postpress.ai"]


def test_one_vendor_with_operations_and_events(served: Served):
    vendor = served.control("GET", "/vendors/freshdata").json
    assert len(vendor["operations"]) == 30
    profile = next(one for one in vendor["operations"] if one["id"] == "get_linkedin_profile")
    assert profile["credits"] == {
        "base": 1,
        "per_option": 0.5,
        "free_options": ["include_company_public_url"],
        "rounding": "down",
    }
    assert set(vendor["events"]) == {
        "credits_added",
        "plan_changed",
        "search_failed",
        "key_issued",
        "key_revoked",
        "key_expired",
    }
    assert vendor["events"]["key_issued"]["schema"]["required"] == ["key"]


def test_cases_say_how_to_get_each(served: Served):
    cases = served.control("GET", "/vendors/postpress/cases").json["cases"]
    (case,) = [case for case in cases if case["name"] == "no_channel"]
    assert (case["status"], case["prefer"], case["magic"]) == (503, "example=no_channel", "mock_error_no_channel")
    assert (case["provenance"], case["retry"]) == ("documented", "safe")
    assert case["curl"].startswith("curl 'http://127.0.0.1:8080/postpress/v1/linkedin/inmail_balance?account_id=")


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("GET", "/vendors/postpres", "did you mean postpress?"),
        ("GET", "/vendors/nobody/cases", "nobody"),
        ("GET", "/sandboxes/nobody", "nobody"),
        ("DELETE", "/sandboxes/nobody", "nobody"),
        ("GET", "/sandboxes/nobody/clock", "nobody"),
        ("GET", "/sandboxes/nobody/journal", "nobody"),
        ("DELETE", "/sandboxes/nobody/journal", "nobody"),
        ("GET", "/journal/req_none", "req_none"),
        ("POST", "/sandboxes/s/events/postpress/key_isued", "did you mean key_issued?"),
        ("POST", "/sandboxes/s/events/nobody/key_issued", "nobody"),
    ],
)
def test_a_name_that_does_not_exist_is_404(served: Served, method: str, path: str, hint: str):
    answer = served.control(method, path, {"key": "k"} if method == "POST" else None)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert hint in answer.json["detail"]
    assert served.control("GET", "/sandboxes").json["sandboxes"] == []


def test_an_unknown_path_and_method(served: Served):
    assert served.control("GET", "/nope").status == 404
    wrong = served.control("PATCH", "/sandboxes")
    assert (wrong.status, wrong.headers["allow"]) == (405, "DELETE, GET, POST")


# Sandboxes


def test_a_sandbox_from_beginning_to_end(served: Served):
    made = served.control("POST", "/sandboxes", {"name": "one"})
    assert (made.status, made.json["name"], made.json["created"]) == (201, "one", NOW)
    assert served.control("POST", "/sandboxes", {"name": "one"}).status == 409
    assert served.control("GET", "/sandboxes/one").json == made.json
    served.get(f"/~one{GOOD}", KEY)
    assert len(served.control("GET", "/sandboxes/one/journal").json["entries"]) == 1
    assert served.control("DELETE", "/sandboxes/one").status == 204
    assert served.control("GET", "/sandboxes/one").status == 404


def test_several_sandboxes_are_deleted_at_once_and_stay_in_the_report(served: Served):
    for name in ("one", "two", "three"):
        served.get(f"/~{name}{GOOD}", KEY)
    assert served.control("DELETE", "/sandboxes?name=one&name=never-there&name=two&name=one").status == 204
    assert [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]] == ["three"]
    report = served.control("GET", "/report").json
    assert (report["requests"], report["sandboxes"]["deleted"]) == (3, 2)


@pytest.mark.parametrize("query", ["", "?name=", "?name=a/b", "?names=a", "?" + "&".join(["name=a"] * 1001)])
def test_deleting_several_needs_their_names(query: str, served: Served):
    served.get(f"/~a{GOOD}", KEY)
    assert served.control("DELETE", f"/sandboxes{query}").status == 422
    assert served.control("GET", "/sandboxes/a").status == 200


def test_a_vendor_request_brings_its_sandbox_into_being_with_a_masked_credential(served: Served):
    served.get(GOOD, {"X-API-KEY": "pp_live_0123456789"})
    (found,) = served.control("GET", "/sandboxes").json["sandboxes"]
    assert found["name"].startswith("key-")
    assert found["credential"] == "pp_l***"


def test_a_sandbox_named_by_a_credential_shows_it_masked_too(served: Served):
    served.get(GOOD, {"X-API-KEY": "pp_live_mock_sandbox_t1"})
    served.get(f"/~t2{GOOD}", KEY)
    shown = {one["name"]: one["credential"] for one in served.control("GET", "/sandboxes").json["sandboxes"]}
    assert shown == {"t1": "pp_l***", "t2": None}


def test_a_fork_begins_as_the_other_is_now(served: Served):
    served.event("parent", "postpress", "key_issued", key="pp_live_one")
    served.control("PUT", "/sandboxes/parent/clock", {"now": "2027-01-01T00:00:00Z", "frozen": True})
    fork = served.control("POST", "/sandboxes", {"name": "child", "from": "parent"}).json
    parent = served.control("GET", "/sandboxes/parent").json
    assert (fork["keys"], fork["clock"], fork["seed"]) == (parent["keys"], parent["clock"], parent["seed"])
    served.event("child", "postpress", "key_revoked", key="pp_live_one")
    assert served.get(f"/~parent{GOOD}", {"X-API-KEY": "pp_live_one"}).status == 200
    assert served.get(f"/~child{GOOD}", {"X-API-KEY": "pp_live_one"}).status == 401
    served.control("POST", "/sandboxes/child/reset")
    assert served.get(f"/~child{GOOD}", {"X-API-KEY": "pp_live_one"}).status == 200
    assert served.control("POST", "/sandboxes", {"name": "x", "from": "nobody"}).status == 404


def test_reset_begins_again(served: Served):
    served.event("r", "postpress", "key_issued", key="k1")
    served.control("PUT", "/sandboxes/r/clock", {"advance": "P1D", "frozen": True})
    served.get(f"/~r{GOOD}", KEY)
    assert served.control("POST", "/sandboxes/r/reset").status == 204
    found = served.control("GET", "/sandboxes/r").json
    assert (found["keys"], found["clock"]) == ([], {"now": NOW, "frozen": False, "as_of": None})
    assert served.control("GET", "/sandboxes/r/journal").json == {"entries": [], "dropped": 0}


def test_only_sandboxes_with_nothing_to_lose_make_room():
    served = Served(Config(max_sandboxes=3))
    for number in range(8):
        served.wall_ms += 1
        assert served.get(GOOD, {"X-API-KEY": f"key{number}"}).status == 200
    assert len(served.control("GET", "/sandboxes").json["sandboxes"]) == 3
    for name in ("a", "b", "c"):
        assert served.event(name, "postpress", "key_issued", key="k").status == 200
    full = served.get(GOOD, {"X-API-KEY": "one-more"})
    assert (full.status, full.json["type"]) == (503, "urn:mockserver:problem:full")
    assert served.control("POST", "/sandboxes", {"name": "d"}).status == 503
    assert [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("body", "status", "mention"),
    [
        pytest.param({}, 422, "name", id="no name"),
        pytest.param({"name": ".x"}, 422, "/name", id="a bad name"),
        pytest.param({"name": "x", "nmae": 1}, 422, "nmae", id="an unknown field"),
        pytest.param({"name": 5}, 422, "/name", id="a wrong type"),
        pytest.param([], 422, "object", id="not an object"),
        pytest.param(b"{", 400, "JSON", id="not JSON"),
        pytest.param(b"", 422, "empty", id="no body"),
    ],
)
def test_a_wrong_body_is_refused_and_changes_nothing(served: Served, body: Any, status: int, mention: str):
    answer = served.control("POST", "/sandboxes", body, {"Content-Type": "application/json"})
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert mention in answer.body.decode()
    if status == 422:
        assert answer.json["known"] == ["name", "from", "snapshot", "world"]
    assert served.control("GET", "/sandboxes").json["sandboxes"] == []


def test_another_content_type_is_415(served: Served):
    assert served.control("POST", "/sandboxes", b"name=x", {"Content-Type": "text/plain"}).status == 415


# Clock


def clock(served: Served, **wish: Any) -> Any:
    answer = served.control("PUT", "/sandboxes/c/clock", wish)
    return answer.json if answer.status == 200 else answer.status


def test_time_is_real_until_it_is_moved(served: Served):
    assert clock(served, frozen=False) == {"now": NOW, "frozen": False, "as_of": None}
    served.wall_ms += 1500
    assert served.control("GET", "/sandboxes/c/clock").json["now"] == "2026-05-28T20:26:41.500Z"


@pytest.mark.parametrize(
    ("wish", "now"),
    [
        pytest.param({"now": "2026-01-31T12:00:00Z"}, "2026-01-31T12:00:00.000Z", id="set"),
        pytest.param({"now": "2026-01-31T12:00:00.250+02:00"}, "2026-01-31T10:00:00.250Z", id="set with an offset"),
        pytest.param({"advance": "P1M"}, "2026-06-28T20:26:40.000Z", id="a calendar month"),
        pytest.param({"advance": "P9M3D"}, "2027-03-03T20:26:40.000Z", id="to a shorter month, then days"),
        pytest.param({"advance": "P1Y"}, "2027-05-28T20:26:40.000Z", id="a year"),
        pytest.param({"advance": "PT90S"}, "2026-05-28T20:28:10.000Z", id="seconds by duration"),
        pytest.param({"advance": 90}, "2026-05-28T20:28:10.000Z", id="seconds by number"),
        pytest.param({"advance": 0.5}, "2026-05-28T20:26:40.500Z", id="half a second"),
        pytest.param({"advance": "-P1D"}, "2026-05-27T20:26:40.000Z", id="back, while it is fresh"),
    ],
)
def test_a_clock_can_be_moved(served: Served, wish: dict[str, Any], now: str):
    assert clock(served, **wish)["now"] == now
    answer = served.get(f"/~c{GOOD}", KEY)
    assert served.entry(answer)["now"] == now


def test_a_frozen_clock_stands_still_and_runs_on_from_there(served: Served):
    assert clock(served, now="2030-01-01T00:00:00Z", frozen=True)["frozen"] is True
    served.wall_ms += 60_000
    assert served.control("GET", "/sandboxes/c/clock").json["now"] == "2030-01-01T00:00:00.000Z"
    assert clock(served, frozen=False)["now"] == "2030-01-01T00:00:00.000Z"
    served.wall_ms += 1000
    assert served.control("GET", "/sandboxes/c/clock").json["now"] == "2030-01-01T00:00:01.000Z"


def test_the_date_header_follows_the_sandboxs_clock(served: Served):
    clock(served, now="2031-02-03T04:05:06Z")
    assert served.get(f"/~c{GOOD}", KEY).headers["date"] == "Mon, 03 Feb 2031 04:05:06 GMT"


def test_a_clock_never_goes_back_before_the_last_change(served: Served):
    clock(served, now="2026-06-01T00:00:00Z", frozen=True)
    served.event("c", "postpress", "key_issued", key="k")
    assert served.control("GET", "/sandboxes/c/clock").json["as_of"] == "2026-06-01T00:00:00.000Z"
    assert clock(served, now="2026-05-31T23:59:59Z") == 409
    assert clock(served, advance=-1) == 409
    assert clock(served, now="2026-06-01T00:00:00Z")["now"] == "2026-06-01T00:00:00.000Z"
    clock(served, advance=10)
    assert clock(served, advance=-10)["now"] == "2026-06-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"now": "2026-01-01T00:00:00Z", "advance": 1}, id="both"),
        pytest.param({"now": "yesterday"}, id="no time"),
        pytest.param({"now": "2201-01-01T00:00:00Z"}, id="after 2200"),
        pytest.param({"advance": "P1000Y"}, id="beyond 2200"),
        pytest.param({"advance": "P99999999999Y"}, id="beyond any calendar"),
        pytest.param({"advance": 1e300}, id="beyond any number"),
        pytest.param({"advance": "1 day"}, id="no duration"),
        pytest.param({"advance": True}, id="a boolean"),
        pytest.param({"frozen": "yes"}, id="no boolean"),
        pytest.param({"freeze": True}, id="an unknown field"),
    ],
)
def test_a_wrong_wish_is_422_and_changes_nothing(served: Served, wish: dict[str, Any]):
    clock(served, now="2026-03-03T00:00:00Z", frozen=True)
    answer = served.control("PUT", "/sandboxes/c/clock", wish)
    assert answer.status == 422
    assert answer.json["known"]
    assert served.control("GET", "/sandboxes/c/clock").json["now"] == "2026-03-03T00:00:00.000Z"


# Keys


def test_an_event_answers_result_and_state(served: Served):
    answer = served.event("k", "postpress", "key_issued", key="pp_live_0123456789", permissions=["a"])
    assert answer.json["result"] == {"key": "pp_l***", "status": "live", "permissions": ["a"]}
    assert answer.json["state"] == served.control("GET", "/sandboxes/k/state/postpress").json
    (key,) = served.control("GET", "/sandboxes/k").json["keys"]
    assert key == {"vendor": "postpress", "key": "pp_l***", "status": "live", "permissions": ["a"]}


@pytest.mark.parametrize(
    ("sandbox", "event", "fields", "status"),
    [
        pytest.param("s", "key_revoked", {"key": "never"}, 409, id="revoking what was never issued"),
        pytest.param("key-0123456789ab", "key_issued", {"key": "k"}, 409, id="issuing in a key's own sandbox"),
        pytest.param("s", "key_issued", {"key": "k", "scope": []}, 422, id="an unknown field"),
    ],
)
def test_an_event_that_is_refused_changes_nothing(
    served: Served, sandbox: str, event: str, fields: dict[str, Any], status: int
):
    answer = served.event(sandbox, "postpress", event, **fields)
    assert answer.status == status
    found = served.control("GET", f"/sandboxes/{sandbox}")
    assert found.status == 404 or found.json["keys"] == []


# Journal


def ask(served: Served, account: str, prefer: str = "") -> str:
    headers = {**KEY, "X-Mock-Sandbox": "j", **({"Prefer": prefer} if prefer else {})}
    return served.get(f"{BALANCE}?account_id={account}", headers).id


def listed(served: Served, query: str = "") -> list[str]:
    return [entry["id"] for entry in served.control("GET", f"/sandboxes/j/journal{query}").json["entries"]]


def test_the_journal_is_newest_first_and_can_be_emptied(served: Served):
    fine, refused, wrong = ask(served, "a"), ask(served, "a", "code=503"), ask(served, "")
    assert listed(served) == [wrong, refused, fine]
    assert listed(served, f"?after={fine}") == [wrong, refused]
    assert served.control("DELETE", "/sandboxes/j/journal").status == 204
    assert listed(served) == []


@pytest.mark.parametrize(
    "query",
    [
        "status=abc",
        "limit=0",
        "wait=61",
        "violations=maybe",
        "status=200&status=201",
        "statuses=503",
        "wait=1&format=har",
    ],
)
def test_a_wrong_filter_is_422(served: Served, query: str):
    ask(served, "a")
    answer = served.control("GET", f"/sandboxes/j/journal?{query}")
    assert answer.status == 422
    assert f"query {query.partition('=')[0]}" in answer.json["detail"]


def test_after_an_unknown_entry_is_404(served: Served):
    ask(served, "a")
    assert served.control("GET", "/sandboxes/j/journal?after=req_none").status == 404


def test_waiting_for_something_newer(served: Served):
    first = ask(served, "a")
    api = ControlAPI(served.app)

    async def wait_and_ask() -> list[str]:
        request = request_of("GET", f"/_mock/sandboxes/j/journal?after={first}&wait=5", None, None)
        waiting = asyncio.create_task(api.respond(request, REAL))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        newer = ask(served, "b")
        response = await waiting
        assert isinstance(response, Response)
        answer = answer_of(response)
        assert [entry["id"] for entry in answer.json["entries"]] == [newer]
        return listed_of(answer.json)

    def listed_of(body: Any) -> list[str]:
        return [entry["id"] for entry in body["entries"]]

    assert len(asyncio.run(wait_and_ask())) == 1


def test_a_journal_is_bounded_by_bytes_for_a_sandbox():
    served = Served(Config(journal_bytes=4096))
    ids = [ask(served, "a" * 200) for _ in range(20)]
    journal = served.control("GET", "/sandboxes/j/journal").json
    assert 1 < len(journal["entries"]) < 10
    assert journal["dropped"] == 20 - len(journal["entries"])
    assert journal["entries"][0]["id"] == ids[-1]
    assert served.control("GET", f"/journal/{ids[0]}").status == 404


def test_a_journal_is_bounded_by_bytes_in_all():
    served = Served(Config(journal_total=8192))
    for number in range(40):
        served.get(GOOD, {"X-API-KEY": f"k{number}"})
    left = [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]]
    counts = [len(served.control("GET", f"/sandboxes/{name}/journal").json["entries"]) for name in left]
    assert len(left) == 40
    assert 1 < sum(counts) < 15
    assert counts[-1] == 1


# Access


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program"),
        pytest.param({"Host": "localhost:9"}, 200, id="localhost"),
        pytest.param({"Host": "[::1]:8080"}, 200, id="IPv6 loopback"),
        pytest.param({"Host": "evil.example"}, 403, id="a foreign host name"),
        pytest.param({"Host": "127.0.0.1.evil.example"}, 403, id="a host name that looks like loopback"),
        pytest.param({"Origin": "http://127.0.0.1:8080"}, 200, id="a page of the server's own"),
        pytest.param({"Origin": "http://localhost:3000"}, 403, id="a page of another port"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="a page of another site"),
        pytest.param({"Origin": "null"}, 403, id="a page without an origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403, id="an image on another site"),
        pytest.param(
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200, id="a link from another site"
        ),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="a fetch of the server's own page"),
    ],
)
def test_without_a_token_only_this_machine(served: Served, headers: dict[str, str], status: int):
    assert served.control("GET", "/vendors", headers=headers).status == status


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/vendors", {}, 401, id="none"),
        pytest.param("/vendors", {"Authorization": "Bearer wrong"}, 401, id="a wrong one"),
        pytest.param("/vendors", {"Authorization": "Basic sesame"}, 401, id="another scheme"),
        pytest.param("/vendors", {"Authorization": "Bearer sesame"}, 200, id="the right one"),
        pytest.param("/vendors", {"Authorization": "bearer sesame", "Host": "mock:8080"}, 200, id="from elsewhere"),
        pytest.param("/health", {"Host": "mock:8080"}, 200, id="none, for health"),
        pytest.param("/nope", {}, 401, id="none, for an unknown path"),
        pytest.param(
            "/vendors", {"Authorization": "Bearer sesame", "Origin": "https://evil.example"}, 403, id="on another site"
        ),
    ],
)
def test_with_a_token(path: str, headers: dict[str, str], status: int):
    assert Served(token="sesame").control("GET", path, headers=headers).status == status


def test_the_control_api_takes_no_demands(served: Served):
    assert served.control("GET", "/vendors", headers={"Prefer": "code=404"}).status == 200
    assert served.control("GET", "/vendors/mock_error_404").status == 404
