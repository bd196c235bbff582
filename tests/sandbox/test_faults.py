"""Armed faults: which call they are done to, what they do, what the journal says, and what can't be armed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from mockserver.config import Config
from mockserver.http import Delivery
from mockserver.openapi.model import Operation, Parameter
from mockserver.openapi.references import DanglingRef
from mockserver.sandbox.faults import ActiveFault, Fault, FaultsByVendor, concerns, match_faults, put
from tests.support.serving import BALANCE, KEYS, Answer, Served, request_of

GOOD = f"{BALANCE}?account_id=a"
PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada"
ANY = Operation("v", "op", "GET", "/", "")
DEEP = json.loads("[" * 400 + "]" * 400)
DRAWN = [0, 2.192, 2.54, 0, 1.459, 1.085, 0, 0, 1.739, 0, 0, 0]


@pytest.fixture
def served() -> Served:
    served = Served()
    served.app.can_break_connections = True
    return served


def arm(served: Served, sandbox: str = "t", /, **wish: Any) -> str:
    answer = served.control("POST", f"/sandboxes/{sandbox}/faults", {"vendor": "postpress", **wish})
    assert answer.status == 201, answer.body
    id: str = answer.json["id"]
    return id


def balance(served: Served, sandbox: str = "t", target: str = GOOD, **headers: str) -> Answer:
    return served.get(f"/~{sandbox}{target}", {**KEYS["postpress"], **headers})


def statuses(served: Served, count: int, sandbox: str = "t") -> list[int]:
    return [balance(served, sandbox).status for _ in range(count)]


def shown(served: Served, id: str = "f1", sandbox: str = "t") -> Any:
    return served.control("GET", f"/sandboxes/{sandbox}/faults/{id}").json


def newest(served: Served, sandbox: str = "t") -> Any:
    return served.control("GET", f"/sandboxes/{sandbox}/journal").json["entries"][0]


def delivery(served: Served, target: str, key: str = "postpress") -> Delivery | None:
    """How an answer would be sent; it has status 0 where nothing would."""
    response = served.app.engine.respond(request_of("GET", target, KEYS[key], None), served.wall_ms)
    return response.delivery


# Which calls


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        pytest.param({}, [503] * 5, id="all of them, by default"),
        pytest.param({"times": 2}, [503, 503, 200, 200, 200], id="so many times"),
        pytest.param({"skip": 2}, [200, 200, 503, 503, 503], id="after so many have passed"),
        pytest.param({"skip": 1, "times": 1}, [200, 503, 200, 200, 200], id="the second only"),
        pytest.param({"match": {"account_id": "a"}}, [503] * 5, id="those with a parameter"),
        pytest.param({"match": {"account_id": "b"}}, [200] * 5, id="not those with another"),
        pytest.param({"operation": "get_inmail_balance"}, [503] * 5, id="those of an operation"),
    ],
)
def test_the_calls_it_is_done_to(served: Served, wish: dict[str, Any], expected: list[int]):
    arm(served, error="no_channel", **wish)
    assert statuses(served, 5) == expected
    assert (shown(served)["matched"], shown(served)["fired"]) == (
        0 if wish.get("match") == {"account_id": "b"} else 2 if "times" in wish else 5,
        expected.count(503),
    )


def test_several_are_consulted_in_the_order_in_which_they_were_armed(served: Served):
    arm(served, error="no_channel", times=1)
    arm(served, error="request_timeout", times=2)
    assert statuses(served, 4) == [503, 504, 504, 200]
    assert [(shown(served, id)["matched"], shown(served, id)["fired"]) for id in ("f1", "f2")] == [(1, 1), (2, 2)]


def test_one_that_lets_a_call_pass_leaves_it_to_the_next(served: Served):
    arm(served, error="no_channel", skip=1)
    arm(served, error="request_timeout", times=1)
    assert statuses(served, 3) == [504, 503, 503]
    assert shown(served, "f2")["matched"] == 1


def test_with_a_probability_the_same_calls_fail_each_time(served: Served):
    for sandbox in ("one", "two"):
        arm(served, sandbox, error="no_channel", probability=0.3)
    first = statuses(served, 200, "one")
    assert first == statuses(served, 200, "two")
    assert 30 < first.count(503) < 90
    assert shown(served, "f1", "one")["fired"] == first.count(503)


def test_another_seed_lets_other_calls_fail(served: Served):
    for seed in (1, 2):
        served.control("POST", "/sandboxes", {"name": f"s{seed}", "world": {"seed": seed}})
        arm(served, f"s{seed}", error="no_channel", probability=0.5)
    assert statuses(served, 50, "s1") != statuses(served, 50, "s2")


def test_it_ends_by_the_clock_of_its_sandbox(served: Served):
    arm(served, error="no_channel", ttl=60)
    assert statuses(served, 1) == [503]
    served.control("PUT", "/sandboxes/t/clock", {"advance": 59})
    assert (statuses(served, 1), shown(served)["live"]) == ([503], True)
    served.control("PUT", "/sandboxes/t/clock", {"advance": 1})
    assert (statuses(served, 1), shown(served)["live"]) == ([200], False)


def test_calls_that_do_not_reach_it_are_not_counted(served: Served):
    arm(served, error="no_channel")
    assert balance(served, Prefer="example=request_timeout").status == 504
    assert balance(served, target=f"{BALANCE}?account_id=mock_error_401").status == 401
    assert served.get("/~t/postpress/v1/nowhere").status == 404
    assert shown(served)["matched"] == 0
    assert balance(served, Prefer="respond-async").status == 503


def test_a_violation_is_recorded_behind_it(served: Served):
    arm(served, error="request_timeout")
    assert balance(served, target=BALANCE).status == 504
    assert [violation["name"] for violation in newest(served)["violations"]] == ["account_id"]


def test_it_beats_a_missing_credential(served: Served):
    arm(served, error="no_channel")
    assert served.get(f"/~t{GOOD}").status == 503


def test_a_body_is_matched_by_json_pointer(served: Served):
    wish = {"vendor": "freshdata", "operation": "search_employees", "match": {"/limit": 7}, "error": "system_error"}
    arm(served, **wish)

    def status(limit: int) -> int:
        return served.ask("POST", "/~t/freshdata/search-employees", KEYS["freshdata"], {"limit": limit}).status

    assert [status(6), status(7)] == [200, 503]


def test_a_property_of_the_body_is_matched_by_its_plain_name(served: Served):
    arm(served, vendor="freshdata", match={"limit": 7}, error="system_error")
    ask = [
        served.ask("POST", "/~t/freshdata/search-employees", KEYS["freshdata"], {"limit": limit}) for limit in (6, 7)
    ]
    assert [answer.status for answer in ask] == [200, 503]


def test_a_parameter_that_was_left_out_is_not_looked_for_in_the_body():
    parameter = Parameter("limit", "query", False, "form", True, None, None, "/parameters/0")
    operation = replace(ANY, parameters=(parameter,))
    spec = {"vendor": "v", "match": {"limit": 7}}
    assert not concerns(spec, "v", operation, {}, {"limit": 7})
    assert concerns(spec, "v", ANY, {}, {"limit": 7})


def test_numbers_and_texts_match_each_other():
    def fires(wanted: Any, found: Any) -> bool:
        fault = Fault("f1", {"vendor": "v", "match": {"p": wanted}}, 0)
        return match_faults((fault,), (0,), "v", ANY, {"p": found}, None, 0, 0)[1] is not None

    assert [fires("5", 5), fires(5, 5), fires(5, "5"), fires(True, "true"), fires("true", True)] == [True] * 5
    assert [fires(1, True), fires("6", 5), fires(["a"], "['a']")] == [False] * 3


def test_nothing_consulted_is_nothing_changed():
    faults = (Fault("f1", {"vendor": "v", "times": 1}, 0, fired=1), Fault("f2", {"vendor": "w"}, 0))
    assert match_faults(faults, (0, 1), "v", ANY, {}, None, 0, 0) == (faults, None)
    assert match_faults(faults, (0, 1), "v", ANY, {}, None, 0, 0)[0] is faults


def test_a_vendors_faults_are_told_from_those_of_others():
    known = FaultsByVendor()
    faults = tuple(Fault(f"f{number}", {"vendor": "vw"[number % 2]}, 0) for number in range(5))
    for _ in range(2):
        assert (known.of(faults, "v"), known.of(faults, "w"), known.of(faults, "x")) == ((0, 2, 4), (1, 3), ())
    for count in range(400):  # more than are remembered
        others = tuple(Fault(f"f{number}", {"vendor": "v"}, 0) for number in range(count % 3))
        assert known.of((*others, *faults), "w") == (count % 3 + 1, count % 3 + 3)
    assert known.of(faults, "w") == (1, 3)


def fired(spec: dict[str, Any], count: int) -> list[ActiveFault | None]:
    """What calls of a sandbox with seed 7 meet, one after the other."""
    faults: tuple[Fault, ...] = (Fault("f1", {"vendor": "v", **spec}, 0),)
    met: list[ActiveFault | None] = []
    for _ in range(count):
        faults, active = match_faults(faults, (0,), "v", ANY, {}, None, 7, 0)
        met.append(active)
    return met


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"set": {"/a": 1}, "when": "after"}, ActiveFault("f1", "", 0, None, {"/a": 1}, {}, True, None)),
        ({"headers": {"a": "b"}, "delay": 0}, ActiveFault("f1", "", 0, None, {}, {"a": "b"}, False, None)),
        ({"delay": 2}, ActiveFault("f1", "", 0, None, {}, {}, False, Delivery(2.0))),
        ({"connection": "hang"}, ActiveFault("f1", "", 0, None, {}, {}, False, Delivery(0.0, "hang"))),
    ],
)
def test_what_a_call_meets(spec: dict[str, Any], expected: ActiveFault):
    assert fired(spec, 1) == [expected]


def test_what_is_drawn_stays_the_same_from_release_to_release():
    met = fired({"probability": 0.5, "delay": {"uniform": [1, 3]}}, 12)
    assert [round(one.delivery.delay, 3) if one and one.delivery else 0 for one in met] == DRAWN


# What they do


def test_an_error_is_the_case_just_as_a_demand_gets_it(served: Served):
    arm(served, error="no_channel")
    armed, demanded = balance(served), balance(served, Prefer="example=no_channel")
    assert {**armed.json, "instance": ""} == {**demanded.json, "instance": ""}
    entry = newest(served)
    served.control("DELETE", "/sandboxes/t/faults")
    assert served.control("GET", "/sandboxes/t/faults").json == {"faults": []}
    assert entry["decision"]["rule"] == "demanded"


def test_a_field_may_be_null_for_once(served: Served):
    arm(served, operation="get_inmail_balance", set={"/premium": None}, times=1)
    first, second = balance(served).json, balance(served).json
    assert first["premium"] is None
    assert second == {**first, "premium": second["premium"]}
    assert second["premium"] is not None


def test_a_field_is_left_where_this_answer_has_none(served: Served):
    arm(served, operation="get_inmail_balance", set={"/premium": None})
    refused = served.get(f"/~t{GOOD}")
    assert refused.status == 401
    assert "premium" not in refused.json
    assert "fault f1" in newest(served)["decision"]["reason"]


@pytest.mark.parametrize(
    ("value", "pointer", "expected"),
    [
        ({"a": 1, "b": 2}, "/a", {"a": 9, "b": 2}),
        ({"a": 1}, "/b", {"a": 1, "b": 9}),
        ({"a": {"b": 1, "c": 2}}, "/a/b", {"a": {"b": 9, "c": 2}}),
        ({"a": {"b": 1}}, "/c/b", None),
        ([1, 2, 3, 4], "/1", [1, 9, 3, 4]),
        ([1, 2, 3, 4], "/0", [9, 2, 3, 4]),
        ([1, [2, 3], 4], "/1/1", [1, [2, 9], 4]),
        ([1, 2], "/2", None),
        ([1, 2], "/-", None),
        ([1, 2], "/01", None),
        ("text", "/0", None),
        ({"a/b": 1}, "/a~1b", {"a/b": 9}),
        ({"a": 1}, "", 9),
    ],
)
def test_a_place_is_set_where_it_is_there(value: Any, pointer: str, expected: Any):
    if expected is None:
        with pytest.raises(DanglingRef, match=f"there is no place '{pointer}'"):
            put(value, {pointer: 9})
    else:
        assert put(value, {pointer: 9}) == expected


def test_headers_and_a_delay(served: Served):
    arm(served, headers={"X-Served-By": "edge-7", "Content-Type": "text/html"}, delay=1.5)
    answer = balance(served)
    assert (answer.status, answer.headers["x-served-by"], answer.headers["content-type"]) == (
        200,
        "edge-7",
        "text/html",
    )
    assert delivery(served, f"/~t{GOOD}") == Delivery(1.5)
    fault = newest(served)["fault"]
    assert (fault["id"], fault["delay"], fault["when"], fault["lost"]) == ("f1", 1.5, None, False)
    assert newest(served)["timing"]["delay"] == 1500


def test_a_delay_between_two_bounds_is_drawn_and_the_same_again(served: Served):
    for sandbox in ("one", "two"):
        arm(served, sandbox, delay={"uniform": [1, 3]})
    drawn = [[delivery(served, f"/~{name}{GOOD}") for _ in range(9)] for name in ("one", "two")]
    assert drawn[0] == drawn[1]
    assert all(found is not None and 1 <= found.delay <= 3 for found in drawn[0])
    assert len(set(drawn[0])) == 9


@pytest.mark.parametrize(
    ("connection", "expected", "status"),
    [
        ("reset", Delivery(0, "reset"), None),
        ("hang", Delivery(0, "hang"), None),
        ("truncate", Delivery(0, "truncate"), 200),
        ("bad-chunk", Delivery(0, "bad-chunk"), 200),
        ({"drip": {"bytes": 3, "every": 0.5}}, Delivery(0, "drip", 3, 0.5), 200),
    ],
)
def test_what_becomes_of_the_connection(served: Served, connection: Any, expected: Delivery, status: int | None):
    arm(served, connection=connection)
    assert delivery(served, f"/~t{GOOD}") == expected
    entry = newest(served)
    assert (entry["status"], entry["fault"]["connection"]) == (status, expected.connection)
    assert entry["fault"]["lost"] is (expected.connection != "drip")


@pytest.mark.parametrize("lost", [{"connection": "reset"}, {"connection": "hang"}, {"error": "system_error"}])
@pytest.mark.parametrize(("when", "spent"), [("before", 0), ("after", 1)])
def test_the_vendor_acted_or_did_not(served: Served, lost: dict[str, str], when: str, spent: int):
    arm(served, vendor="freshdata", operation="get_linkedin_profile", when=when, times=1, **lost)
    served.get(f"/~t{PROFILE}", KEYS["freshdata"])
    entry = newest(served)
    assert (bool(entry["changes"]), entry["fault"]["when"]) == (bool(spent), when)
    assert entry["fault"]["made"] == ({"status": 200, "case": None} if spent else None)
    assert entry["status"] == (503 if "error" in lost else None)
    again = served.get(f"/~t{PROFILE}", KEYS["freshdata"])
    assert again.status == 200
    changes = newest(served)["changes"]
    assert [change["before"] for change in changes if change["pointer"] == "/spent_tenths"] == [10 * spent]


def test_a_refusal_that_is_lost_changes_nothing(served: Served):
    arm(served, connection="reset", when="after")
    served.get(f"/~t{GOOD}")
    entry = newest(served)
    assert (entry["decision"]["rule"], entry["fault"]["made"]["status"]) == ("no_credential", 401)
    assert entry["changes"] == []


# Where they hold


def test_one_in_all_sandboxes_is_counted_in_each(served: Served):
    balance(served, "before")
    assert arm(served, "*", error="no_channel", times=1) == "f1"
    assert statuses(served, 2, "before") == [503, 200]
    assert statuses(served, 2, "later") == [503, 200]
    listed = served.control("GET", "/sandboxes/later/faults").json["faults"]
    assert [(one["id"], one["source"], one["fired"]) for one in listed] == [("*f1", "template", 1)]
    (template,) = served.control("GET", "/sandboxes/*/faults").json["faults"]
    assert (template["id"], template["fired"], template["live"]) == ("f1", 0, True)
    assert [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]] == ["before", "later"]
    assert served.control("DELETE", "/sandboxes/*/faults/f1").status == 204
    assert served.control("GET", "/sandboxes/before/faults").json == {"faults": []}
    assert served.control("GET", "/sandboxes/*/faults/f1").status == 404


def test_it_stays_where_a_sandbox_is_reset_forked_or_restored(served: Served):
    served.control("POST", "/sandboxes", {"name": "t"})
    served.control("POST", "/sandboxes/t/snapshots", {"name": "s"})
    arm(served, "*", error="no_channel", times=1)
    assert statuses(served, 2) == [503, 200]
    served.control("POST", "/sandboxes/t/reset")
    assert statuses(served, 2) == [503, 200]
    served.control("POST", "/sandboxes/t/snapshots/s/restore")
    assert statuses(served, 2) == [503, 200]
    served.control("POST", "/sandboxes", {"name": "fork", "from": "t"})
    assert statuses(served, 1, "fork") == [200]
    served.control("DELETE", "/sandboxes/*/faults")
    served.control("POST", "/sandboxes", {"name": "old", "from": "t", "snapshot": "s"})
    assert served.control("GET", "/sandboxes/old/faults").json == {"faults": []}


def test_a_sandbox_that_has_met_a_fault_makes_no_room_for_others():
    served = Served(Config(max_sandboxes=2))
    arm(served, "*", error="no_channel", times=1)
    first = served.get(GOOD, {"X-API-KEY": "pp_live_1"})
    document = served.app.engine.store.get(first.sandbox)
    assert (first.status, document is not None and document.document.is_disposable) == (503, False)


def test_a_reset_disarms_what_was_armed(served: Served):
    arm(served, error="no_channel")
    served.control("POST", "/sandboxes/t/reset")
    assert statuses(served, 1) == [200]


def test_a_world_brings_its_own(served: Served):
    world = {
        "clock": {"now": "2026-01-31T09:00:00Z"},
        "faults": [{"vendor": "postpress", "error": "no_channel", "ttl": 60}],
    }
    assert served.control("POST", "/sandboxes", {"name": "t", "world": world}).status == 201
    assert (statuses(served, 1), shown(served)["source"]) == ([503], "world")
    served.control("PUT", "/sandboxes/t/clock", {"now": "2027-01-31T09:00:00Z"})
    assert statuses(served, 1) == [503]  # it began anew: its time moved along
    served.control("PUT", "/sandboxes/t/clock", {"advance": 60})
    served.event("t", "postpress", "subscribed", account_id="a", plan="recruiter_lite")
    assert statuses(served, 1) == [200]
    served.control("POST", "/sandboxes/t/reset")
    assert statuses(served, 1) == [503]


def test_a_fault_of_a_world_that_can_not_fire_is_refused_with_its_place(served: Served):
    world = {"faults": [{"vendor": "postpress", "error": "no_chanel"}]}
    answer = served.control("POST", "/sandboxes", {"name": "t", "world": world})
    assert answer.status == 422
    assert "at /world/faults/0/error" in answer.json["detail"]
    assert "did you mean no_channel?" in answer.json["detail"]
    assert "known are" not in answer.json["detail"]
    bare = served.control("POST", "/sandboxes", {"name": "t", "world": {"faults": [{"vendor": "postpress"}]}})
    assert bare.json["detail"].endswith("; known are error, status, set, headers, delay, connection, preset")


# What can't be armed


@pytest.mark.parametrize(
    ("wish", "where", "hint"),
    [
        pytest.param(
            {}, "", "has no effect; add one of error, status, set, headers, delay, connection, preset", id="no effect"
        ),
        pytest.param({"vendor": "postpres", "error": "no_channel"}, "/vendor", "did you mean postpress?", id="vendor"),
        pytest.param({"error": "no_chanel"}, "/error", "did you mean no_channel?", id="case"),
        pytest.param({"operation": "get_balance", "error": "no_channel"}, "/operation", "get_inmail_balance", id="op"),
        pytest.param({"match": {"account": 1}, "delay": 1}, "/match/account", "account_id", id="parameter"),
        pytest.param({"match": {"/a": 1}, "delay": 1}, "/match/~1a", "no such operation has a body", id="no body"),
        pytest.param(
            {"vendor": "freshdata", "operation": "search_employees", "match": {"/limt": 1}, "delay": 1},
            "/match/~1limt",
            "no field of the body '/limt'; did you mean /limit?",
            id="field of the body",
        ),
        pytest.param({"vendor": "linkedapi", "set": {"/success": 1}}, "/set", "several operations", id="set in many"),
        pytest.param({"set": {"/premum": 1}}, "/set", "no operation answers", id="set in none"),
        pytest.param({"body": "x", "delay": 1}, "/body", "belongs to status", id="body without status"),
        pytest.param({"status": 502, "content_type": "a/b"}, "/content_type", "belongs to body", id="only a type"),
        pytest.param({"status": 204, "body": "x"}, "/body", "has no body", id="body of a 204"),
        pytest.param({"status": 502, "body": "", "content_type": "a\nb"}, "/content_type", "line breaks", id="type"),
        pytest.param({"status": 502, "error": "no_channel"}, "/error", "alternative to status", id="status and case"),
        pytest.param({"status": 502, "connection": "reset"}, "/status", "sends no answer", id="unseen status"),
        pytest.param({"status": 199}, "/status", "", id="status that isn't final"),
        pytest.param({"preset": "gone"}, "/preset", "", id="unknown preset"),
        pytest.param(
            {"operation": "get_inmail_balance", "set": {"/premum": 1}},
            "/set/~1premum",
            "premum",
            id="a field that isn't",
        ),
        pytest.param(
            {"operation": "get_inmail_balance", "set": {"/premium": "many"}},
            "/set/~1premium",
            "breaks the schema",
            id="a value that may not be",
        ),
        pytest.param({"error": "no_channel", "connection": "reset"}, "/error", "sends no answer", id="unseen error"),
        pytest.param({"delay": 1, "when": "after"}, "/when", "belongs to error", id="when without what it is of"),
        pytest.param({"connection": "truncate", "when": "after"}, "/when", "belongs to error", id="when of a cut"),
        pytest.param({"delay": {"uniform": [3, 1]}}, "/delay/uniform", "in this order", id="bounds"),
        pytest.param({"delay": 301}, "/delay", "300", id="too long"),
        pytest.param({"headers": {"Content-Length": "5"}}, "/headers/Content-Length", "set by the", id="framing"),
        pytest.param({"headers": {"X Y": "5"}}, "/headers/X Y", "not a valid header name", id="header name"),
        pytest.param({"headers": {"X": "a\r\nb"}}, "/headers/X", "line breaks", id="header value"),
        pytest.param({"error": "no_channel", "times": 0}, "/times", "", id="never"),
        pytest.param({"error": "no_channel", "propability": 1}, "", "propability", id="unknown field"),
        pytest.param({"connection": "rest"}, "/connection", '"reset"', id="unknown connection"),
        pytest.param({"match": {"account_id": DEEP}, "delay": 1}, "", "nested too deep", id="deep"),
        pytest.param(
            {"operation": "get_inmail_balance", "set": {f"/object/{'9' * 5000}": 1}},
            f"/set/~1object~1{'9' * 5000}",
            "no field of case",
            id="a long index",
        ),
        pytest.param({"headers": {"X-A": "1", "x-a": "2"}}, "/headers/x-a", "x-a appears twice", id="a header twice"),
    ],
)
def test_a_fault_that_can_never_fire_is_refused(served: Served, wish: dict[str, Any], where: str, hint: str):
    answer = served.control("POST", "/sandboxes/t/faults", {"vendor": "postpress", **wish})
    assert answer.status == 422, answer.body
    found = answer.json["violations"][0]
    assert found.get("pointer", "") == where
    assert hint in answer.json["detail"] + str(answer.json["known"])
    assert answer.json["known"]
    assert served.control("GET", "/sandboxes/t").status == 404


def test_without_a_socket_there_is_no_connection_to_break():
    answer = Served().control("POST", "/sandboxes/t/faults", {"vendor": "postpress", "connection": "reset"})
    assert answer.status == 422
    assert "can't break connections" in answer.json["detail"]


def test_no_more_than_a_hundred(served: Served):
    for _ in range(100):
        arm(served, error="no_channel")
    answer = served.control("POST", "/sandboxes/t/faults", {"vendor": "postpress", "error": "no_channel"})
    assert (answer.status, len(served.control("GET", "/sandboxes/t/faults").json["faults"])) == (409, 100)


def test_an_id_is_not_given_out_again(served: Served):
    assert arm(served, delay=1) == "f1"
    assert served.control("DELETE", "/sandboxes/t/faults/f1").status == 204
    assert served.control("DELETE", "/sandboxes/t/faults/f1").status == 404
    assert arm(served, delay=1) == "f2"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_looking_never_makes_a_sandbox(served: Served, method: str):
    assert served.control(method, "/sandboxes/t/faults").status == 404
    assert served.control(method, "/sandboxes/t/faults/f1").status == 404
    assert served.control("GET", "/sandboxes").json["sandboxes"] == []


# What a review found


def test_a_full_sandbox_meets_no_fault_and_changes_nothing(served: Served):
    small = Served(Config(max_state=1024))
    small.app.can_break_connections = True
    arm(small, vendor="freshdata", connection="reset", when="after", times=1)
    body = {"keywords": "x" * 1200}
    answers = [small.ask("POST", "/~t/freshdata/search-employees", KEYS["freshdata"], body) for _ in range(2)]
    assert [answer.status for answer in answers] == [503, 503]
    assert (newest(small)["changes"], newest(small)["fault"]) == ([], None)
    assert small.control("GET", "/sandboxes/t/report").json["double_spends"] == []


def test_counts_that_nothing_depends_on_do_not_hold_a_sandbox():
    served = Served(Config(max_sandboxes=20))
    arm(served, "*", headers={"X-A": "b"})
    assert {served.get(GOOD, {"X-API-KEY": f"pp_live_{number}"}).status for number in range(60)} == {200}


def test_one_that_was_disarmed_here_stays_away(served: Served):
    arm(served, "*", error="no_channel")
    assert statuses(served, 1) == [503]
    served.control("DELETE", "/sandboxes/t/faults/*f1")
    arm(served, "*", vendor="sonarly", delay=1)
    assert [one["id"] for one in served.control("GET", "/sandboxes/t/faults").json["faults"]] == ["*f2"]
    served.control("POST", "/sandboxes/t/reset")
    assert [one["id"] for one in served.control("GET", "/sandboxes/t/faults").json["faults"]] == ["*f1", "*f2"]


def test_an_id_is_not_given_out_again_after_a_restore(served: Served):
    arm(served, delay=1)
    served.control("POST", "/sandboxes/t/snapshots", {"name": "s"})
    assert arm(served, delay=1) == "f2"
    served.control("POST", "/sandboxes/t/snapshots/s/restore")
    assert arm(served, delay=1) == "f3"


def test_a_cors_header_of_a_fault_stands_alone(served: Served):
    arm(served, headers={"Access-Control-Allow-Origin": "https://one.example"})
    request = request_of("GET", f"/~t{GOOD}", {**KEYS["postpress"], "Origin": "https://two.example"}, None)
    headers = served.app.engine.respond(request, served.wall_ms).headers
    assert [value for name, value in headers if name == b"access-control-allow-origin"] == [b"https://one.example"]
