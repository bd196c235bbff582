"""Gates: how they are written, and what a report that doesn't pass them is told."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.report.coverage import coverage
from mockserver.report.findings import findings
from mockserver.report.gates import BadGate, Gates, Requirement, parse_gates, refuse_unknown
from mockserver.report.verdict import unmet
from tests.support.made_reports import NO_ACCOUNT, SPECS, SPENT, counts_of, entry


def report(*entries: Any) -> dict[str, Any]:
    counts = counts_of(entries)
    return {**findings(reversed(entries), counts, 0, SPECS), "coverage": coverage(counts, SPECS)}


def lacking(found: dict[str, Any], require: str = "", forbid: str = "") -> list[str]:
    return [str(one) for one in unmet(found, parse_gates([require], [forbid]))]


OK = entry(1, case="ok")


def test_gates_are_read_from_lists():
    gates = parse_gates(
        ["operations=100, postpress.cases=80.5", "all.statuses=0", "a.b.get_x.cases=1"],
        ["violations,double-spend", "violations"],
    )
    wanted = (
        Requirement("operations", 100),
        Requirement("cases", 80.5, "postpress"),
        Requirement("statuses", 0, "all"),
        Requirement("cases", 1, "a.b.get_x"),
    )
    assert [one.name for one in wanted] == ["operations", "postpress.cases", "all.statuses", "a.b.get_x.cases"]
    assert gates == Gates(wanted, ("violations", "double-spend"))
    assert parse_gates() == parse_gates([""], [" , "]) == Gates()


@pytest.mark.parametrize(
    ("require", "says"),
    [
        ("cases", "'cases' is not a requirement; write it as cases=80, all.operations=100, "),
        ("cases=", "'' is not a percentage from 0 to 100"),
        ("cases=101", "'101' is not a percentage from 0 to 100"),
        ("cases=-1", "'-1' is not a percentage"),
        ("cases=nan", "'nan' is not a percentage"),
        ("cases=80%", "'80%' is not a percentage"),
        ("errors=80", "unknown measure 'errors'; known measures are operations, statuses, cases, successes"),
        ("postpress.case=80", "unknown measure 'case'; did you mean cases? Known measures are operations, "),
        ("cases=80=90", "is not a requirement"),
    ],
)
def test_a_requirement_that_is_none_is_told(require: str, says: str):
    with pytest.raises(BadGate) as raised:
        parse_gates([f"operations=1,{require}"])
    assert says in str(raised.value)


def test_what_cannot_be_forbidden_is_told():
    with pytest.raises(
        BadGate, match=r"^unknown gate 'errors'; known gates are violations, double-spend, too-early, other-hosts$"
    ):
        parse_gates((), ["errors"])


SERVED = {"postpress": ["get_inmail_balance"], "freshdata": ["get_linkedin_profile", "get.dotted"]}


@pytest.mark.parametrize(
    ("require", "says"),
    [
        (
            "cases=1,postpres.cases=80",
            "postpres.cases: unknown vendor 'postpres'; did you mean postpress? Known vendors are postpress, freshdata",
        ),
        ("nobody.get_x.cases=80", "nobody.get_x.cases: unknown vendor 'nobody'; known vendors are "),
        (
            "postpress.get_inmail_balanc.cases=80",
            "postpress.get_inmail_balanc.cases: unknown operation 'get_inmail_balanc'; did you mean get_inmail_balance?"
            " Known operations of postpress are get_inmail_balance",
        ),
    ],
)
def test_a_requirement_of_what_is_not_served_names_what_is(require: str, says: str):
    with pytest.raises(BadGate) as raised:
        refuse_unknown(parse_gates([require]), SERVED)
    assert str(raised.value).startswith(says)


@pytest.mark.parametrize(
    "require",
    [
        "cases=1",
        "all.cases=1",
        "postpress.cases=1",
        "postpress.all.cases=1",
        "freshdata.get_linkedin_profile.cases=1",
        "freshdata.get.dotted.cases=1",
    ],
)
def test_a_requirement_of_what_is_served_is_accepted(require: str):
    refuse_unknown(parse_gates([require]), SERVED)


@pytest.mark.parametrize(
    ("require", "is_met"),
    [
        pytest.param("operations=100", True, id="every operation that was called"),
        pytest.param("all.operations=3", True, id="just enough of the vendors that were called"),
        pytest.param("all.operations=4", False, id="too little of the vendors that were called"),
        pytest.param("postpress.operations=0", True, id="nothing of one that was never called"),
        pytest.param("postpress.operations=1", False, id="something of one that was never called"),
        pytest.param("postpress.all.cases=1", False, id="something of the whole of one that was never called"),
        pytest.param("freshdata.all.operations=3", True, id="of one that was called"),
        pytest.param("freshdata.get_linkedin_profile.operations=100", True, id="an operation that was called"),
        pytest.param("freshdata.get_company_by_domain.operations=1", False, id="an operation that wasn't"),
        pytest.param("nobody.operations=0", False, id="a vendor that there is not"),
        pytest.param("freshdata.get_nothing.operations=0", False, id="an operation that there is not"),
    ],
)
def test_requirements(require: str, is_met: bool):
    found = report(entry(1, vendor="freshdata", operation="get_linkedin_profile", target="/x", case="ok"))
    assert (lacking(found, require) == []) == is_met


def test_a_client_of_one_operation_can_meet_every_requirement_of_what_it_calls():
    cases = SPECS["freshdata"].operation("get_linkedin_profile").cases.values()  # type: ignore[union-attr]
    met = [
        entry(number, case.status, vendor="freshdata", operation="get_linkedin_profile", target="/x", case=case.name)
        for number, case in enumerate(cases)
    ]
    found = report(*met)
    assert lacking(found, "operations=100,statuses=100,cases=100,successes=100,freshdata.cases=100") == []
    assert lacking(found, "freshdata.get_linkedin_profile.cases=100") == []
    assert len(lacking(found, "all.cases=80,freshdata.all.operations=50")) == 2


def test_vendors_that_were_called_count_together():
    found = report(OK, entry(2, vendor="freshdata", operation="get_linkedin_profile", target="/x"))
    (sentence,) = lacking(found, "all.operations=7")
    assert sentence.startswith("all.operations: 2 of 31 operations were met (6.4 %, required 7 %); never met: freshda")
    assert sentence.endswith("; 24 more: see the report")
    assert lacking(found, "all.operations=6") == []


def test_the_first_five_missing_cases_are_named():
    (sentence,) = lacking(report(OK, entry(2, 503, case="no_channel")), "postpress.cases=80")
    assert sentence.startswith("postpress.cases: 1 of 38 error cases were met (2.6 %, required 80 %); never met: ")
    assert sentence.count("postpress get_inmail_balance ") == 5
    assert sentence.endswith("; 32 more: see the report")


def test_a_server_that_was_never_called_meets_nothing():
    assert lacking(report(), "cases=1") == ["cases: no operation was called"]
    assert lacking(report(), "postpress.cases=1") == ["postpress.cases: no operation of postpress was called"]
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
