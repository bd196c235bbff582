"""Planted mistakes in Python functions: each is found, classed, and shrunk to the one field."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.fuzz import fuzz
from mockserver.fuzz.findings import Findings
from mockserver.fuzz.variant import FuzzError
from tests.fuzz import flawed
from tests.support.serving import ROOT
from tests.support.written_tests import failure_of

STATUS, BALANCE = "getStatus", "get_inmail_balance"
BIG = 2**53 + 1
SHORT = 0.3  # seconds that a call has which is planted to hang


def tried(call: Callable[[str, str], Any], operation: str, **more: Any) -> Findings:
    more.setdefault("expect", "/result" if operation == STATUS else "")
    return fuzz(call, operation=operation, typed=flawed.ClientError, **more)


@pytest.mark.parametrize(
    ("call", "operation"),
    [(flawed.good, STATUS), (flawed.good_balance, BALANCE), (flawed.awaits, STATUS)],
    ids=["Linked API", "PostPress", "a coroutine"],
)
def test_a_good_client_yields_no_finding(call: Callable[[str, str], Any], operation: str):
    found = tried(call, operation, gateway=True)
    found.check()
    assert set(found.classes) == {"handled", "typed error"}
    assert found.violations == []


@pytest.mark.parametrize(
    ("call", "operation", "verdict", "detail", "causes", "smallest"),
    [
        pytest.param(
            flawed.needs_an_optional_field,
            STATUS,
            "unhandled exception",
            "KeyError: 'status' (flawed.py:",
            ("/result/status is absent",),
            {"success": True, "result": {"eligibleForTrial": True, "cancelAtPeriodEnd": False}},
            id="an optional field that it needs",
        ),
        pytest.param(
            flawed.falls_over_null,
            BALANCE,
            "unhandled exception",
            "TypeError: ",
            ("/recruiter is null",),
            {"object": "LinkedinInmailBalance", "premium": 0, "recruiter": None, "sales_navigator": 0},
            id="a null that it doesn't expect",
        ),
        pytest.param(
            flawed.rounds,
            BALANCE,
            "wrong value",
            f"/premium was sent as {BIG} and came out as {BIG - 1}",
            (f"/premium is {BIG}",),
            {"object": "LinkedinInmailBalance", "premium": BIG, "recruiter": 0, "sales_navigator": None},
            id="a large number that it rounds",
        ),
        pytest.param(
            flawed.hangs,
            STATUS,
            "hung",
            f"no answer within {SHORT} s",
            ('/result/status is "past_due"',),
            {
                "success": True,
                "result": {"status": "past_due", "eligibleForTrial": False, "cancelAtPeriodEnd": False},
            },
            id="a value that it waits on for ever",
        ),
    ],
)
def test_a_planted_mistake_is_found_and_shrunk_to_the_one_field(
    call: Callable[[str, str], Any], operation: str, verdict: str, detail: str, causes: object, smallest: object
):
    more: dict[str, Any] = {"timeout": SHORT, "only": "past"} if verdict == "hung" else {}
    found = tried(call, operation, **more)
    first = found.findings[0]
    assert (first.outcome.verdict, first.causes, first.smallest.body) == (verdict, causes, smallest)
    assert first.outcome.detail.startswith(detail)
    assert all(one.outcome.verdict in ("handled", "typed error", verdict) for one in found.results)
    with pytest.raises(AssertionError, match=verdict):
        found.check()


def test_one_mistake_is_one_finding_with_all_its_responses():
    found = tried(flawed.needs_an_optional_field, STATUS)
    ids = [one.variants for one in found.findings]
    assert ids == [["no_subscription", "ok/result:bare"]]


def test_each_field_that_is_rounded_is_a_finding():
    found = tried(flawed.rounds, BALANCE)
    places = [one.outcome.detail.partition(" ")[0] for one in found.findings]
    assert places == ["/premium", "/recruiter", "/sales_navigator"]


@pytest.mark.parametrize(
    "expect",
    [
        pytest.param({"/premium": "/premium"}, id="a mapping"),
        pytest.param(lambda returned, sent: returned["premium"] == sent["premium"], id="a function that is False"),
    ],
)
def test_what_is_compared_is_for_the_user_to_say(expect: Any):
    found = tried(flawed.rounds, BALANCE, expect=expect)
    assert [one.outcome.verdict for one in found.findings] == ["wrong value"]


def test_without_an_expectation_nothing_is_compared():
    found = tried(flawed.rounds, BALANCE, expect=None)
    assert found.is_good
    assert "compared: nothing" in str(found)


def test_what_a_typed_error_says_can_be_compared():
    found = tried(flawed.good, STATUS, expect_error={"/error/message": "/args/0"}, only="tooManyRequests")
    verdicts = {one.variant.id: one.outcome.verdict for one in found.results}
    assert verdicts == {"tooManyRequests": "wrong value"}


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (flawed.never_calls, "the client never called get_inmail_balance"),
        (flawed.breaks_the_contract, "query account_id: is required and missing"),
    ],
    ids=["never calls", "breaks the contract"],
)
def test_a_client_that_is_shown_nothing_is_refused(call: Callable[[str, str], Any], reason: str):
    with pytest.raises(FuzzError, match=reason):
        tried(call, BALANCE)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"operation": "getNothing"}, "unknown operation 'getNothing'; known operations are"),
        ({"operation": STATUS, "vendor": "acme"}, "unknown vendor 'acme'; known vendors are"),
        ({"operation": STATUS, "only": "nonsense"}, "no variant has 'nonsense'"),
    ],
    ids=["operation", "vendor", "variant"],
)
def test_what_is_not_there_is_named(more: Any, reason: str):
    with pytest.raises(FuzzError, match=reason):
        fuzz(flawed.good, **more)


def test_a_finding_comes_back_by_its_command_and_by_its_test():
    finding = tried(flawed.needs_an_optional_field, STATUS, only="no_subscription").findings[0]
    words = shlex.split(finding.command)
    assert words[0] == "mockserver"
    argv = [sys.executable, "-m", *words]
    again = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr) == (1, "")
    assert "1. unhandled exception: KeyError: 'status'" in again.stdout
    assert "KeyError: 'status'" in (failure_of(finding.test) or "")
    assert failure_of(finding.test.replace("needs_an_optional_field", "good")) is None
