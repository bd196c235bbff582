"""Gates: how they are written, and what a report that doesn't pass them is told."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.report.coverage import coverage
from mockserver.report.findings import findings
from mockserver.report.gates import BadGate, Gates, Requirement, parse_gates, unmet
from tests.support.made_reports import NO_ACCOUNT, SPECS, SPENT, counts_of, entry


def report(*entries: Any) -> dict[str, Any]:
    counts = counts_of(entries)
    return {**findings(reversed(entries), counts, 0, SPECS), "coverage": coverage(counts, SPECS)}


def lacking(found: dict[str, Any], require: str = "", forbid: str = "") -> list[str]:
    return unmet(found, parse_gates([require], [forbid]))


OK = entry(1, case="ok")


def test_gates_are_read_from_lists():
    gates = parse_gates(
        ["operations=100, postpress.cases=80.5", "statuses=0"], ["violations,double-spend", "violations"]
    )
    wanted = (Requirement("operations", 100), Requirement("cases", 80.5, "postpress"), Requirement("statuses", 0))
    assert gates == Gates(wanted, ("violations", "double-spend"))
    assert parse_gates() == parse_gates([""], [" , "]) == Gates()


@pytest.mark.parametrize(
    ("require", "says"),
    [
        ("cases", "'cases' is no requirement, such as cases=80"),
        ("cases=", "'' is not a percentage from 0 to 100"),
        ("cases=101", "'101' is not a percentage from 0 to 100"),
        ("cases=-1", "'-1' is not a percentage"),
        ("cases=nan", "'nan' is not a percentage"),
        ("cases=80%", "'80%' is not a percentage"),
        ("errors=80", "there is no coverage of 'errors'; there is operations, statuses, cases, successes"),
        ("postpress.errors=80", "there is no coverage of 'errors'"),
        ("cases=80=90", "is no requirement"),
    ],
)
def test_a_requirement_that_is_none_is_told(require: str, says: str):
    with pytest.raises(BadGate) as raised:
        parse_gates([f"operations=1,{require}"])
    assert says in str(raised.value)


def test_what_cannot_be_forbidden_is_told():
    with pytest.raises(BadGate, match="'errors' can't be forbidden; violations, double-spend, too-early can"):
        parse_gates((), ["errors"])


@pytest.mark.parametrize(
    ("require", "is_met"),
    [
        pytest.param("operations=3", True, id="just enough of the vendors that were called"),
        pytest.param("operations=4", False, id="too little of the vendors that were called"),
        pytest.param("postpress.operations=0", True, id="nothing of one that was never called"),
        pytest.param("postpress.operations=1", False, id="something of one that was never called"),
        pytest.param("freshdata.operations=3", True, id="of one that was called"),
        pytest.param("nobody.operations=0", False, id="of one that there is not"),
    ],
)
def test_requirements(require: str, is_met: bool):
    found = report(entry(1, vendor="freshdata", operation="get_linkedin_profile", target="/x", case="ok"))
    assert (lacking(found, require) == []) == is_met


def test_vendors_that_were_called_count_together():
    found = report(OK, entry(2, vendor="freshdata", operation="get_linkedin_profile", target="/x"))
    (sentence,) = lacking(found, "operations=7")
    assert sentence.startswith("operations: 2 of 31 operations were met (6.4 %, required 7 %); never met: freshdata ")
    assert sentence.endswith(" and 9 more")
    assert lacking(found, "operations=6") == []


def test_the_first_twenty_missing_cases_are_named():
    (sentence,) = lacking(report(OK, entry(2, 503, case="no_channel")), "postpress.cases=80")
    assert sentence.startswith("postpress.cases: 1 of 38 error cases were met (2.6 %, required 80 %); never met: ")
    assert sentence.count("postpress get_inmail_balance ") == 20
    assert sentence.endswith(" and 17 more")


def test_a_server_that_was_never_called_meets_nothing():
    assert lacking(report(), "cases=1") == ["cases: no vendor was called at all"]
    assert lacking(report(), "cases=0") == []


def test_what_is_forbidden_is_told_with_where_it_was():
    lost = entry(3, 0, connection="reset", changes=SPENT)
    found = report(
        entry(1, 400, violations=(NO_ACCOUNT,), target="/x"),
        entry(2, 429, target="/y", wait="5", case="slow"),
        entry(6, target="/y", at=10),
        lost,
        entry(4, changes=SPENT, at=2000),
    )
    assert lacking(found, forbid="violations,double-spend,too-early") == [
        "violations: 1 request broke the contract: postpress get_inmail_balance query account_id is required",
        "double-spend: 1 possible double spend: postpress get_inmail_balance (req_3, req_4)",
        "too-early: 1 repetition before Retry-After had passed: postpress get_inmail_balance 429 slow (1)",
    ]


def test_a_good_client_passes():
    assert lacking(report(OK), "operations=100", "violations,double-spend,too-early") == []
