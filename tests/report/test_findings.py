"""What is found in a journal: violations, what followed errors, double spends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.report.bounds import EXAMPLES, MOST
from mockserver.report.findings import completed, merged_findings, nothing
from tests.support.made_reports import BALANCE, NO_ACCOUNT, SPENT, counts_of, entry, found_in

OTHER = BALANCE + "b"


def done(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ("at_once", "later", "too_early", "never", "unknown") if row[name]}


# What followed an error: the error, then the next entry


@pytest.mark.parametrize(
    ("error", "after", "expected"),
    [
        pytest.param({"status": 503}, {"at": 999}, "at_once", id="the same within a second"),
        pytest.param({"status": 503}, {"at": 1000}, "later", id="the same after a second"),
        pytest.param(
            {"status": 503, "delay": 2.0}, {"at": 2500}, "at_once", id="the second begins when it was answered"
        ),
        pytest.param({"status": 503, "delay": 2.0}, {"at": 3000}, "later", id="a second after it was answered"),
        pytest.param(
            {"status": 503, "delay": 9.0}, {"at": 500}, "at_once", id="a client that didn't wait for the answer"
        ),
        pytest.param({"status": 429, "wait": "5"}, {"at": 4999}, "too_early", id="before Retry-After had passed"),
        pytest.param({"status": 429, "wait": "5"}, {"at": 5000}, "later", id="when Retry-After had passed"),
        pytest.param(
            {"status": 429, "wait": "5"}, {"at": 10, "now": 5000}, "at_once", id="the sandbox's clock was moved"
        ),
        pytest.param(
            {"status": 429, "wait": "5"}, {"at": 9000, "now": 0}, "too_early", id="the sandbox's clock stood still"
        ),
        pytest.param({"status": 429, "wait": "soon"}, {"at": 10}, "at_once", id="a Retry-After that is no seconds"),
        pytest.param(
            {"status": 429, "wait": "5", "connection": "truncate"},
            {"at": 10},
            "at_once",
            id="a Retry-After that got lost",
        ),
        pytest.param({"status": 200, "connection": "truncate"}, {"at": 10}, "at_once", id="a success that got lost"),
        pytest.param({"status": 0, "connection": "reset"}, {"at": 10}, "at_once", id="no answer at all"),
        pytest.param({"status": 503}, {"at": 10, "target": OTHER}, "never", id="only another input"),
        pytest.param(
            {"status": 503}, {"at": 10, "operation": None, "target": "/postpress/x"}, "never", id="another path"
        ),
    ],
)
def test_what_followed_an_error(error: dict[str, Any], after: dict[str, Any], expected: str):
    (row,) = found_in([entry(1, **error), entry(2, **after)])["after_errors"]
    assert done(row) == {expected: 1}
    assert row["examples"] == {expected: [["req_1"] if expected == "never" else ["req_1", "req_2"]]}


def test_each_error_of_a_row_of_attempts_is_one():
    found = found_in(
        [entry(1, 503, case="no_channel"), entry(2, 503, at=10, case="no_channel"), entry(3, 200, at=5000)]
    )
    (row,) = found["after_errors"]
    assert (row["status"], row["case"], row["lost"], row["count"]) == (503, "no_channel", False, 2)
    assert done(row) == {"at_once": 1, "later": 1}


def test_errors_are_told_apart_by_operation_status_case_and_loss():
    errors = [
        entry(1, 503, case="no_channel"),
        entry(2, 503, case="no_channel", connection="truncate"),
        entry(3, 503, case="network_down"),
        entry(4, 404, operation=None, target="/postpress/x"),
    ]
    rows = found_in(errors)["after_errors"]
    assert [(row["operation"], row["status"], row["case"], row["lost"]) for row in rows] == [
        ("", 404, None, False),
        ("get_inmail_balance", 503, None, True),
        ("get_inmail_balance", 503, "network_down", False),
        ("get_inmail_balance", 503, "no_channel", False),
    ]


def test_what_followed_an_error_that_was_dropped_is_unknown():
    old = [entry(number, 503, case="no_channel") for number in range(3)]
    found = found_in([entry(4, 503, case="no_channel"), entry(5, at=10)], dropped=old)
    (row,) = found["after_errors"]
    assert (row["count"], done(row)) == (4, {"at_once": 1, "unknown": 3})
    assert found["requests"] == 5
    assert found["incomplete"] == {"dropped": 3, "violations": 0, "double_spends": 0, "after_errors": 3}


def test_there_are_few_examples_of_many_errors():
    (row,) = found_in([entry(number, 503, at=number) for number in range(50)])["after_errors"]
    assert (row["count"], row["at_once"], len(row["examples"]["at_once"])) == (50, 49, EXAMPLES)


# Double spends


@pytest.mark.parametrize(
    ("first", "between", "second", "is_one"),
    [
        pytest.param({"status": 0, "connection": "reset"}, None, {}, True, id="the answer was lost"),
        pytest.param({"status": 200, "connection": "truncate"}, None, {}, True, id="the answer was cut"),
        pytest.param({"status": 500}, None, {}, True, id="the answer was a 500"),
        pytest.param({"status": 429}, None, {}, False, id="the answer was a 429"),
        pytest.param({"status": 200}, None, {}, False, id="the answer was a success"),
        pytest.param({"status": 500, "changes": ()}, None, {}, False, id="the first changed nothing"),
        pytest.param({"status": 500}, None, {"changes": ()}, False, id="the second changed nothing"),
        pytest.param({"status": 500}, None, {"target": OTHER}, False, id="the second asked something else"),
        pytest.param({"status": 500}, {"status": 429, "changes": ()}, {}, True, id="a refusal came between"),
        pytest.param({"status": 500}, {"target": OTHER}, {}, True, id="something else came between"),
    ],
)
def test_double_spends(first: dict[str, Any], between: dict[str, Any] | None, second: dict[str, Any], is_one: bool):
    entries = [entry(1, **{"changes": SPENT, **first}), entry(3, at=5000, **{"changes": SPENT, **second})]
    if between is not None:
        entries.insert(1, entry(2, at=10, **{"changes": SPENT, **between}))
    doubles = found_in(entries)["double_spends"]
    assert [(one["first"]["id"], one["second"]["id"]) for one in doubles] == ([("req_1", "req_3")] if is_one else [])


def test_three_times_the_same_are_two_double_spends():
    lost: dict[str, Any] = {"status": 0, "connection": "reset", "changes": SPENT}
    doubles = found_in([entry(1, **lost), entry(2, **lost), entry(3, changes=SPENT)])["double_spends"]
    assert {(one["first"]["id"], one["second"]["id"]) for one in doubles} == {("req_1", "req_2"), ("req_2", "req_3")}


def test_a_double_spend_shows_both_entries():
    long = {"pointer": "/log", "after": "x" * 1000}
    entries = [
        entry(1, 0, connection="reset", fault="f1", when="after", changes=SPENT),
        entry(2, changes=(*SPENT * 11, long), case="ok"),
    ]
    (double,) = found_in(entries)["double_spends"]
    assert {name: double[name] for name in ("vendor", "operation", "sandbox")} == {
        "vendor": "postpress",
        "operation": "get_inmail_balance",
        "sandbox": "s",
    }
    first, second = double["first"], double["second"]
    assert (first["lost"], first["status"], first["case"], first["fault"]) == ("reset", 0, None, "f1")
    assert first["changes"] == [{"pointer": "/credits", "before": 100, "after": 99}]
    assert (second["lost"], second["status"], second["case"], second["fault"]) == (None, 200, "ok", None)
    assert (len(second["changes"]), second["more_changes"]) == (10, 2)


def test_a_long_value_is_cut():
    changes = ({"pointer": "/log", "before": ["x" * 1000]},)
    (double,) = found_in([entry(1, 500, changes=changes), entry(2, changes=changes)])["double_spends"]
    (change,) = double["first"]["changes"]
    assert set(change) == {"pointer", "before"}
    assert change["before"].startswith('["xxx')
    assert len(change["before"]) < 200


# Violations


def test_equal_violations_are_one_with_its_place_in_the_spec():
    found = found_in([entry(number, 400, violations=(NO_ACCOUNT,)) for number in range(7)])
    (row,) = found["violations"]["distinct"]
    assert (row["count"], len(row["entries"])) == (7, EXAMPLES)
    assert (row["vendor"], row["operation"], row["in"], row["name"]) == (
        "postpress",
        "get_inmail_balance",
        "query",
        "account_id",
    )
    assert row["spec"]["file"].endswith("specs/postpress/openapi.yaml")
    assert row["spec"]["line"] > 1
    assert found["violations"]["requests"] == 7


def test_requests_that_broke_the_contract_are_counted_though_their_entries_are_gone():
    bad = [entry(number, 400, violations=(NO_ACCOUNT, replace(NO_ACCOUNT, name="x"))) for number in range(3)]
    found = found_in([entry(4)], dropped=bad)
    assert found["violations"] == {"requests": 3, "distinct": []}


def test_violations_beyond_the_bound_are_only_counted():
    many = [entry(1, 400, violations=(replace(NO_ACCOUNT, message=f"no {number}"),)) for number in range(MOST + 7)]
    found = found_in(many)
    assert len(found["violations"]["distinct"]) == MOST
    assert found["incomplete"]["violations"] == 7
    both = merged_findings(found, found_in([entry(2, 400, violations=(NO_ACCOUNT,))]))
    assert len(both["violations"]["distinct"]) == MOST
    assert both["incomplete"]["violations"] == 8


# Together


def test_findings_add_up():
    one = [entry(1, 503, case="no_channel"), entry(2, 400, at=2000, violations=(NO_ACCOUNT,))]
    other = [entry(3, 503, case="no_channel", changes=SPENT), entry(4, at=10, changes=SPENT)]
    both = merged_findings(found_in(one), nothing(), found_in(other))
    assert both["requests"] == 4
    assert both["violations"]["requests"] == 1
    (row,) = [row for row in both["after_errors"] if row["case"] == "no_channel"]
    assert done(row) == {"at_once": 1, "later": 1}
    assert len(both["double_spends"]) == 1
    assert both["incomplete"] is None


def test_findings_of_nothing_change_nothing():
    found = found_in([entry(1, 503), entry(2, 400, violations=(NO_ACCOUNT,), at=2000)])
    assert merged_findings(found, nothing()) == found == merged_findings(nothing(), found)


def test_what_was_merged_is_left_as_it_was():
    found = found_in([entry(1, 503), entry(2, 400, violations=(NO_ACCOUNT,), at=2000)])
    again = found_in([entry(1, 503), entry(2, 400, violations=(NO_ACCOUNT,), at=2000)])
    merged_findings(found, found)
    assert found == again


def test_entries_that_nobody_saw_are_told_of():
    seen, unseen = [entry(1, 503)], [entry(2, 503), entry(3, 400, violations=(NO_ACCOUNT,))]
    found = completed(found_in(seen), counts_of([*seen, *unseen]), 2)
    assert (found["requests"], found["violations"]["requests"]) == (3, 1)
    assert found["incomplete"] == {"dropped": 2, "violations": 0, "double_spends": 0, "after_errors": 2}
