"""A client that breaks the contract fails its test, and the failure says where."""

from __future__ import annotations

import pytest

from tests.support.inner_pytest import run

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("shared_server")

VIOLATION = """
def test_it(mock):
    balance(mock.postpress, "")
"""


def test_a_violation_fails_the_test_itself_with_the_place_in_the_spec(pytester: pytest.Pytester):
    result = run(pytester, VIOLATION)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "1 request broke the contract of postpress",
            "  GET /postpress/v1/linkedin/inmail_balance[?]account_id= → 400  (in the test)",
            "      query account_id: * is shorter than 1 character",
            "          *specs/postpress/openapi.yaml:*: /paths/~1linkedin~1inmail_balance/get/parameters/0*",
            "FAILED test_suite.py::test_it - *1 request broke*",
        ]
    )


def test_a_test_that_fails_by_itself_tells_of_the_violation_as_well(pytester: pytest.Pytester):
    result = run(pytester, 'def test_it(mock):\n    assert balance(mock.postpress, "") == 200\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 400 == 200*", "*Captured mock server call*", "1 request broke the contract*"])


@pytest.mark.parametrize(
    ("tests", "ini"),
    [
        pytest.param("@pytest.mark.mock(contract=False)" + VIOLATION, "", id="a marker"),
        pytest.param("pytestmark = pytest.mark.mock(contract=False)" + VIOLATION, "", id="a marker of the file"),
        pytest.param(VIOLATION, "mockserver_contract = false\n", id="the ini file"),
    ],
)
def test_it_can_be_turned_off(pytester: pytest.Pytester, tests: str, ini: str):
    run(pytester, tests, ini=ini).assert_outcomes(passed=1)


def test_it_can_be_turned_on_for_one_test(pytester: pytest.Pytester):
    tests = "@pytest.mark.mock(contract=True)" + VIOLATION + VIOLATION.replace("test_it", "test_other")
    run(pytester, tests, ini="mockserver_contract = false\n").assert_outcomes(failed=1, passed=1)


def test_a_violation_in_a_fixture_is_found_too(pytester: pytest.Pytester):
    before = """
@pytest.fixture
def client(mock):
    balance(mock.postpress, "")
def test_it(client): pass
"""
    result = run(pytester, before)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["1 request broke the contract of postpress", "* → 400  (in the set-up)"])
    after = """
@pytest.fixture
def client(mock):
    yield
    balance(mock.postpress, "")
def test_it(client): pass
"""
    result = run(pytester, after)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["1 request broke the contract of postpress", "* → 400  (in the teardown)"])


def test_a_set_up_that_fails_and_a_test_that_is_skipped_tell_of_it_too(pytester: pytest.Pytester):
    tests = """
@pytest.fixture
def client(mock):
    balance(mock.postpress, "")
    assert 1 == 2
def test_broken(client): pass
def test_skipped(mock):
    balance(mock.postpress, "")
    pytest.skip("not today")
"""
    result = run(pytester, tests)
    result.assert_outcomes(skipped=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*assert 1 == 2*",
            "*Captured mock server setup*",
            "1 request broke the contract of postpress",
            "*(in the set-up)",
        ]
    )
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_skipped*", "1 request broke the contract of postpress", "*(in the test)"]
    )


def test_a_violation_that_a_fault_hides_is_found(pytester: pytest.Pytester):
    tests = """
def test_it(mock):
    mock.fail("postpress", "no_channel")
    assert balance(mock.postpress, "") == 503
"""
    run(pytester, tests).assert_outcomes(failed=1)


EMPTYING = """
def test_reset(mock):
    balance(mock.postpress, "")
    mock.reset()
def test_clear(mock):
    balance(mock.postpress, "")
    mock.journal.clear()
    balance(mock.postpress)
    mock.journal.clear()
def test_restore(mock):
    mock.snapshot()
    balance(mock.postpress, "")
    mock.restore()
def test_deleted_after_that(mock):
    balance(mock.postpress, "")
    mock.reset()
    mock.control.delete_sandbox(mock.sandbox)
def test_fine(mock):
    balance(mock.postpress)
    mock.reset()
    mock.journal.clear()
"""


def test_a_violation_that_the_test_itself_removes_is_found(pytester: pytest.Pytester):
    result = run(pytester, EMPTYING)
    result.assert_outcomes(failed=4, passed=1)
    assert f"{result.stdout}".count("\n1 request broke the contract of postpress") == 4


def test_a_violation_before_and_one_after_a_reset_are_told_together(pytester: pytest.Pytester):
    tests = """
def test_it(mock):
    balance(mock.postpress, "")
    mock.reset()
    httpx.get(mock.postpress.sandbox_url + "/nope")
    assert False
"""
    result = run(pytester, tests)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*mock server call*", "2 requests broke*", "*account_id= → 400  (in the test)", "*/postpress/v1/nope → 404  *"]
    )


def test_what_is_removed_in_a_test_that_means_to_break_the_contract_stays_removed(pytester: pytest.Pytester):
    run(pytester, "pytestmark = pytest.mark.mock(contract=False)\n" + EMPTYING).assert_outcomes(passed=5)


def test_an_expected_failure_and_a_skip_stay_what_they_are(pytester: pytest.Pytester):
    tests = """
@pytest.mark.xfail(strict=True)
def test_expected(mock):
    balance(mock.postpress, "")
def test_skipped(mock):
    pytest.skip("not today")
"""
    run(pytester, tests).assert_outcomes(xfailed=1, skipped=1)


UNITTEST = """
import unittest
class Base:
    @pytest.fixture(autouse=True)
    def _mock(self, mock):
        self.mock = mock
class TestIt(Base, unittest.TestCase):
    def test_breaking(self):
        balance(self.mock.postpress, "")
    def test_fine(self):
        self.assertEqual(balance(self.mock.postpress), 200)
    def test_failing(self):
        self.assertEqual(balance(self.mock.postpress, ""), 200)
    def test_skipped(self):
        balance(self.mock.postpress, "")
        self.skipTest("not today")
class TestSetUp(Base, unittest.TestCase):
    def setUp(self):
        balance(self.mock.postpress, "")
        raise RuntimeError("no set-up")
    def test_it(self): pass
class TestAsync(Base, unittest.IsolatedAsyncioTestCase):
    async def ask(self, account):
        async with httpx.AsyncClient() as client:
            url, key = self.mock.postpress.url, self.mock.postpress.key
            answer = await client.get(
                f"{url}/linkedin/inmail_balance", params={"account_id": account}, headers={"X-API-KEY": key}
            )
            return answer.status_code
    async def test_breaking(self):
        await self.ask("")
    async def test_fine(self):
        self.assertEqual(await self.ask("a"), 200)
    async def test_failing(self):
        self.assertEqual(await self.ask(""), 200)
"""


def test_unittest_cases_are_watched_whatever_becomes_of_them(pytester: pytest.Pytester):
    result = run(pytester, UNITTEST)
    result.assert_outcomes(failed=5, passed=2, skipped=1, errors=1)
    shown = str(result.stdout)
    assert shown.count("\n1 request broke the contract of postpress") == 6
    details = shown.partition("short test summary info")[0]  # which shows whole sentences where CI is set
    assert details.count("(in the test)") == 6
    assert shown.count("Captured mock server call") == 3
    assert "AssertionError: 400 != 200" in shown
    assert "RuntimeError: no set-up" in shown


@pytest.mark.parametrize(
    ("marker", "mention"),
    [
        ("wrld='x'", "no argument 'wrld'; did you mean world?; it has world, freeze, contract, in_process"),
        ("'small-plan'", "takes its arguments by name: world, freeze, contract, in_process"),
        ("contract='no'", "mock(contract=…) is True or False, not 'no'"),
        ("world='nope'", "there is no world 'nope'*known are default, account-restricted*"),
        ("world='none.yaml'", "none.yaml: No such file or directory"),
        ("freeze='soon'", "mock(freeze=…): 'soon' is not a time, such as 2026-01-31"),
        ("freeze=31", "mock(freeze=…) is a text, a date or a datetime, not 31"),
        ("freeze='1999-12-31'", "422: body at /now: a sandbox's time lies in the years 2000 to 2200"),
    ],
)
def test_a_marker_that_says_something_wrong_is_an_error_that_names_what_is_right(
    pytester: pytest.Pytester, marker: str, mention: str
):
    result = run(pytester, f"@pytest.mark.mock({marker})\ndef test_it(mock): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{mention.replace('[', '[[]')}*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_marker_that_is_not_for_us_is_left_alone(pytester: pytest.Pytester):
    run(pytester, "@pytest.mark.mock('something else', autospec=True)\ndef test_it(): pass\n").assert_outcomes(passed=1)
