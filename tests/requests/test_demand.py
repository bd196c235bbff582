"""Which case a request asks for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mockserver.openapi.model import Operation
from mockserver.requests.demand import Demand, Preference, Unknown, from_magic, from_prefer, of_status, parse_prefer
from mockserver.requests.magic import find
from tests.support.specs import loaded, only, operation, response


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(["example=a"], Preference("a"), id="an example"),
        pytest.param(["code=401"], Preference(None, "401"), id="a status"),
        pytest.param(["dynamic=true"], Preference(dynamic=True), id="a generated body"),
        pytest.param(["example=a, code=401"], Preference("a", "401"), id="both"),
        pytest.param(["example=a", "code=401"], Preference("a", "401"), id="in two headers"),
        pytest.param(["example=a,,code=401,"], Preference("a", "401"), id="with empty elements"),
        pytest.param(['example="a"'], Preference("a"), id="in quotes"),
        pytest.param(['example="a,b;c=\\"d\\""'], Preference('a,b;c="d"'), id="in quotes with delimiters"),
        pytest.param(['example="a'], Preference("a"), id="a quote that isn't closed"),
        pytest.param(["example = a"], Preference("a"), id="with spaces"),
        pytest.param(["\texample=a\t"], Preference("a"), id="with tabs"),
        pytest.param(["EXAMPLE=a"], Preference("a"), id="a name in capitals"),
        pytest.param(["example=A"], Preference("A"), id="a value in capitals"),
        pytest.param(["example=a; x=y; z"], Preference("a"), id="with parameters"),
        pytest.param(
            ['example=a; x="y, code=500", code=401'], Preference("a", "401"), id="with a comma in a parameter"
        ),
        pytest.param(['return="x, example=b", example=a'], Preference("a"), id="with a comma in another preference"),
        pytest.param(["example=a, example=b"], Preference("a"), id="the first of two"),
        pytest.param(["example=errors/a"], Preference("errors/a"), id="with a slash"),
        pytest.param(["example=a b"], Preference("a b"), id="with a space inside"),
        pytest.param(["example="], Preference(""), id="without a value"),
        pytest.param(["example"], Preference(""), id="without an equals sign"),
        pytest.param(["code=401 example=a"], Preference(None, "401 example=a"), id="a comma forgotten"),
        pytest.param(["respond-async, wait=10, example=a"], Preference("a"), id="beside others"),
        pytest.param(["Dynamic=TRUE"], Preference(dynamic=True), id="dynamic in capitals"),
    ],
)
def test_a_preference(values: list[str], expected: Preference):
    assert parse_prefer(values) == expected


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        [",;,"],
        ["return=minimal"],
        ["respond-async; example=a"],
        ["dynamic=false"],
        ["dynamic"],
        ["=a"],
        ['"example=a"'],
        ["examples=a"],
        ["x-example=a"],
        ["@@@"],
        ["é=a"],
    ],
)
def test_no_preference(values: list[str]):
    assert parse_prefer(values) is None


@pytest.mark.parametrize(
    "header",
    [
        "a" * 60_000 + '"',
        "a=" + " " * 60_000 + '"x',
        "a" + " " * 60_000 + "b",
        '"\\' * 30_000,
        ";" * 60_000,
        "a," * 30_000,
    ],
)
def test_a_header_is_read_in_linear_time(header: str):
    before = time.perf_counter()
    parse_prefer([header])
    assert time.perf_counter() - before < 2


@pytest.mark.parametrize(
    ("preference", "applied"),
    [
        (Preference("a"), "example=a"),
        (Preference("a", "401"), "example=a, code=401"),
        (Preference(dynamic=True), "dynamic=true"),
    ],
)
def test_what_is_said_to_be_applied(preference: Preference, applied: str):
    assert preference.applied == applied


@pytest.fixture(scope="module")
def thing(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    responses = {
        "200": response(ok={}, empty={}),
        "401": response(no_key={}, bad_key={}),
        "404": {"description": "bare"},
        "5XX": {"description": "a range"},
    }
    return only(loaded(tmp_path_factory.mktemp("demand"), operation(responses=responses)))


@pytest.fixture(scope="module")
def open_ended(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    responses = {"200": response(ok={}), "default": response(oops={}), "4XX": response(client={})}
    return only(loaded(tmp_path_factory.mktemp("demand"), operation(responses=responses)))


def told(found: Demand | Unknown | None) -> tuple[str | None, int, str] | str:
    assert found is not None
    if isinstance(found, Unknown):
        return found.reason
    return (found.case.name if found.case else None, found.status, (found.response.key if found.response else ""))


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        pytest.param(Preference("bad_key"), ("bad_key", 401, "401"), id="a case"),
        pytest.param(Preference("errors/bad_key"), ("bad_key", 401, "401"), id="a case as PostPress writes it"),
        pytest.param(Preference("bad_key", "401"), ("bad_key", 401, "401"), id="a case and its status"),
        pytest.param(Preference(None, "401"), ("no_key", 401, "401"), id="the first case of a status"),
        pytest.param(Preference(None, "404"), (None, 404, "404"), id="a status without a case"),
        pytest.param(Preference(None, "502"), (None, 502, "5XX"), id="a status in a range"),
        pytest.param(Preference("nope"), "get_things has no case 'nope'", id="an unknown case"),
        pytest.param(Preference(""), "get_things has no case ''", id="an empty case"),
        pytest.param(Preference("Bad_Key"), "get_things has no case 'Bad_Key'", id="a case in capitals"),
        pytest.param(Preference("bad_key", "404"), "case 'bad_key' has status 401, not 404", id="another status"),
        pytest.param(Preference("bad_key", ""), "case 'bad_key' has status 401, not ", id="no status"),
        pytest.param(Preference(None, "418"), "get_things lists no status 418", id="an unlisted status"),
        pytest.param(Preference(None, "x"), "get_things lists no status x", id="no number"),
    ],
)
def test_what_a_preference_demands(thing: Operation, preference: Preference, expected: object):
    assert told(from_prefer(thing, preference)) == expected


def test_a_generated_body_is_no_demand(thing: Operation):
    assert from_prefer(thing, Preference(dynamic=True)) is None


def test_a_demand_says_what_asked_for_it(thing: Operation):
    found = from_prefer(thing, Preference("bad_key", "401"))
    assert isinstance(found, Demand)
    assert (found.source, found.applied) == ("Prefer: example=bad_key, code=401", "example=bad_key, code=401")
    by_status = from_prefer(thing, Preference(None, "404"))
    assert isinstance(by_status, Demand)
    assert by_status.applied == "code=404"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("200", ("ok", 200, "200")),
        ("400", ("client", 400, "4XX")),
        ("418", ("client", 418, "4XX")),
        ("500", ("oops", 500, "default")),
        ("599", ("oops", 599, "default")),
        ("302", ("oops", 302, "default")),
    ],
)
def test_a_default_and_a_range_cover_what_is_not_listed(open_ended: Operation, status: str, expected: object):
    assert told(of_status(open_ended, status, "test")) == expected


@pytest.mark.parametrize(
    "status", ["000", "100", "199", "600", "999", "0404", "40", "4O4", "４０４", "-40", "404\n", ""]
)
def test_what_is_no_final_status_is_never_sent(open_ended: Operation, status: str):
    assert of_status(open_ended, status, "test") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mock_error_bad_key", ("bad_key", 401, "401"), id="a case"),
        pytest.param("mock_error_401", ("no_key", 401, "401"), id="a status"),
        pytest.param("mock_error_404", (None, 404, "404"), id="a status without a case"),
        pytest.param("mock_error_nope mock_error_bad_key", ("bad_key", 401, "401"), id="the known one of two"),
        pytest.param("mock_error_404 mock_error_ok", ("ok", 200, "200"), id="a case before a status"),
        pytest.param("mock_error_mock_error_ok", ("ok", 200, "200"), id="one behind another mark"),
        pytest.param(
            "mock_error_bad_key_", "get_things has no case 'bad_key_' (magic value in query a)", id="more behind it"
        ),
        pytest.param(
            "mock_error_418", "get_things has no case '418' (magic value in query a)", id="an unlisted status"
        ),
    ],
)
def test_what_a_magic_value_demands(thing: Operation, text: str, expected: object):
    token = find(text, "query a")
    assert token is not None
    found = from_magic(thing, token)
    assert told(found) == expected
    if isinstance(found, Demand):
        assert (found.source, found.applied) == ("magic value in query a", "")


def test_a_case_may_be_called_like_a_status(tmp_path: Path):
    found = only(loaded(tmp_path, operation(responses={"200": response(a503={}), "503": response(down={})})))
    token = find("mock_error_a503", "query a")
    assert token is not None
    assert told(from_magic(found, token)) == ("a503", 200, "200")
