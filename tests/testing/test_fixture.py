"""The fixtures: a sandbox for each test, and what can be done with it."""

from __future__ import annotations

import signal

import pytest

from tests.support.inner_pytest import PETSTORE, PLAIN, run
from tests.support.processes import PATIENCE
from tests.support.serving import wait_until

pytest_plugins = ["pytester"]

TOUR = """
def test_every_vendor_has_a_url_and_a_key(mock, mockserver):
    assert mock.postpress.url == mockserver.url + "/postpress/v1"
    assert mock["postpress"] is mock.postpress
    assert mock.postpress.key.startswith("postpress_mock_sandbox_test_")
    assert balance(mock.postpress) == 200
    assert mock.journal.last["sandbox"] == mock.sandbox

def test_an_unknown_vendor_is_named_with_the_known_ones(mock):
    with pytest.raises(AttributeError, match="no vendor 'pospress'; did you mean postpress"):
        mock.pospress
    with pytest.raises(LookupError, match="it has freshdata, linkedapi, postpress, sonarly"):
        mock["nobody"]
    assert not hasattr(mock, "_private")

def test_the_keys_of_all_schemes_lead_to_the_sandbox(mock):
    bearer = {"Authorization": f"Bearer {mock.sonarly.key}"}
    httpx.get(mock.sonarly.url + "/v1/accounts/g/prospecting/quota", headers=bearer)
    httpx.post(mock.linkedapi.url + "/admin/subscription.getStatus", headers={"linked-api-token": mock.linkedapi.key})
    link = {"linkedin_url": "https://www.linkedin.com/in/ada/"}
    httpx.get(mock.freshdata.url + "/get-linkedin-profile", params=link, headers={"x-rapidapi-key": mock.freshdata.key})
    assert [entry["vendor"] for entry in mock.journal] == ["sonarly", "linkedapi", "freshdata"]

def test_a_client_without_a_key_has_a_url_of_its_own(mock):
    assert httpx.get(mock.postpress.sandbox_url + "/linkedin/inmail_balance?account_id=a").status_code == 401
    assert len(mock.journal) == 1

def test_faults(mock):
    fault = mock.fail("postpress", "no_channel", times=2)
    assert [balance(mock.postpress) for _ in range(3)] == [503, 503, 200]
    assert (fault.matched, fault.fired) == (2, 2)
    other = mock.postpress.fail(set={"/premium": None}, operation="get_inmail_balance")
    other.disarm()
    with pytest.raises(Exception, match="did you mean no_channel"):
        mock.fail("postpress", "no_chanel")

def test_a_broken_connection(mock):
    mock.fail("postpress", connection="reset", times=1)
    with pytest.raises(httpx.HTTPError):
        balance(mock.postpress)
    assert balance(mock.postpress) == 200

@pytest.mark.mock(freeze="2026-01-31")
def test_the_clock(mock):
    assert mock.clock.now.isoformat() == "2026-01-31T00:00:00+00:00"
    assert mock.clock.is_frozen
    assert mock.clock.advance(months=1).isoformat() == "2026-02-28T00:00:00+00:00"
    assert mock.clock.advance("P1D").day == 1
    assert mock.clock.set("2026-06-01T12:00:00+02:00").hour == 10
    mock.clock.resume()
    assert not mock.clock.is_frozen
    with pytest.raises(TypeError, match="'day' is not a unit of time; units are years"):
        mock.clock.advance(day=1)

@pytest.mark.mock(freeze="2026-01-31")
def test_events_and_state(mock):
    result = mock.event("postpress", "subscribed", account_id="a", plan="sales_navigator")
    assert isinstance(result, dict)
    state = mock.state("postpress")
    assert "a" in state["accounts"]
    mock.snapshot()
    mock.postpress.state = {**state, "accounts": {}}
    assert mock.postpress.state["accounts"] == {}
    mock.restore()
    assert "a" in mock.state("postpress")["accounts"]
    mock.reset()
    assert mock.state("postpress")["accounts"] == {}
    with pytest.raises(Exception, match="did you mean inmail_sent"):
        mock.postpress.event("inmail_snt", account_id="a")

def test_the_journal_is_oldest_first(mock):
    for account in "abc":
        balance(mock.postpress, account)
    targets = [entry["request"]["target"][-1] for entry in mock.journal]
    assert targets == ["a", "b", "c"]
    assert [len(mock.journal), mock.journal[0]["status"], mock.journal.dropped] == [3, 200, 0]
    assert mock.journal.wait(1)["request"]["target"].endswith("c")
    assert len(mock.postpress.calls("get_inmail_balance", account_id="b")) == 1
    assert mock.journal.entries(status=503) == []
    assert mock.journal.entries(vendor="sonarly") == mock.journal.entries(operation="getSeats") == []
    with pytest.raises(LookupError, match="has no vendor 'postpres'; did you mean postpress.; it has freshdata, link"):
        mock.journal.entries(vendor="postpres")
    with pytest.raises(LookupError, match="sonarly has no operation 'get_inmail_balance'.*; it has "):
        mock.journal.entries(vendor="sonarly", operation="get_inmail_balance")
    with pytest.raises(LookupError, match="no operation 'get_inmail_balanc'; did you mean get_inmail_balance"):
        mock.journal.wait(1, operation="get_inmail_balanc")
    mock.journal.clear()
    assert (mock.journal.last, list(mock.journal)) == (None, [])

def test_an_async_client(mock):
    async def both():
        async with httpx.AsyncClient() as client:
            url, headers = f"{mock.postpress.url}/linkedin/inmail_balance", {"X-API-KEY": mock.postpress.key}
            calls = (client.get(url, params={"account_id": one}, headers=headers) for one in "ab")
            answers = await asyncio.gather(*calls)
            mock.clock.advance(days=1)
            return [answer.status_code for answer in answers]
    assert asyncio.run(both()) == [200, 200]
    mock.postpress.assert_called("get_inmail_balance", times=2)

@pytest.mark.anyio
async def test_an_async_test(mock, anyio_backend):
    async with httpx.AsyncClient() as client:
        headers = {"X-API-KEY": mock.postpress.key}
        url = f"{mock.postpress.url}/linkedin/inmail_balance?account_id=a"
        assert (await client.get(url, headers=headers)).status_code == 200
    mock.postpress.assert_called("get_inmail_balance", account_id="a")

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.parametrize("case", ["mock_error_no_channel", "key-x", "a/b[]", "é" * 80, "mock_sandbox_x"])
def test_any_name_of_a_test_makes_a_sandbox(mock, case):
    assert balance(mock.postpress) == 200
    assert mock.journal.last["sandbox"] == mock.sandbox
    mock.postpress.assert_called("get_inmail_balance", times=1)

def test_a_deleted_sandbox_is_no_error(mock):
    mock.control.delete_sandbox(mock.sandbox)

@pytest.mark.mock(world="small-plan")
def test_a_world(mock):
    assert mock.state("freshdata")["plan"] == 1000

@pytest.mark.mock(world={"clock": {"now": "2020-01-01T00:00:00Z", "frozen": True}})
def test_a_world_as_data(mock):
    assert mock.clock.now.year == 2020

@pytest.mark.mock(world="worlds/mine.yaml")
def test_a_world_in_a_file(mock):
    assert mock.clock.now.year == 2021
"""


def test_what_the_docs_promise_holds(pytester: pytest.Pytester):
    pytester.mkdir("worlds").joinpath("mine.yaml").write_text("clock: {now: 2021-01-01T00:00:00Z, frozen: true}\n")
    result = run(pytester, TOUR)
    result.assert_outcomes(passed=TOUR.count("def test_") + 4)


def test_sandboxes_are_deleted_after_their_tests_unless_they_are_kept(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mockserver.testing.suite.GROUP", 4)
    tests = """
@pytest.mark.parametrize("number", range(5))
def test_first(mock, number):
    assert mock.control.get_sandbox(mock.sandbox)["name"] == mock.sandbox
def test_last(mock):
    assert len(mock.control.list_sandboxes()) == int(os.environ["EXPECTED"])
"""
    monkeypatch.setenv("EXPECTED", "1")
    run(pytester, tests).assert_outcomes(passed=6)
    monkeypatch.setenv("EXPECTED", "6")
    run(pytester, tests, "--mock-keep").assert_outcomes(passed=6)


def test_a_sandbox_is_there_for_whoever_asks_first(pytester: pytest.Pytester):
    """It comes into being with the first call, and without one when it is asked about."""
    tests = """
def test_state(mock):
    assert mock.state("postpress") is not None
def test_time(mock):
    assert mock.clock.now.year > 2000
def test_entries(mock):
    assert list(mock.journal) == [] and mock.journal.last is None
def test_snapshot(mock):
    assert mock.snapshot() == "snapshot"
def test_fault_and_event(mock):
    assert mock.postpress.fail("no_channel").fired == 0
    assert mock.event("postpress", "account_disconnected", account_id="a") is not None
def test_past(mock):
    assert mock.clock.set("2021-01-31").year == 2021
def test_after_a_call(mock):
    assert balance(mock.postpress) == 200
    assert len(mock.journal) == 1
    assert mock.control.get_sandbox(mock.sandbox)["credential"]
def test_never_there(mock):
    assert mock.sandbox not in [one["name"] for one in mock.server.control.list_sandboxes()]
"""
    run(pytester, tests).assert_outcomes(passed=8)


def test_the_ini_file_says_what_is_served(pytester: pytest.Pytester):
    pytester.makefile(
        ".yaml",
        petstore=PETSTORE,
    )
    result = run(
        pytester,
        """
def test_it(mock):
    assert sorted(mock.server.base_urls) == ["petstore", "sonarly"]
    assert mock.petstore.url.endswith("/petstore/v2")
    assert httpx.get(mock.petstore.url + "/pets/7", headers={"X-Mock-Sandbox": mock.sandbox}).json() == {"id": 7}
    mock.petstore.assert_called("getPet", petId=7)
    assert mock.control.get_sandbox(mock.sandbox)["seed"] == 42
    assert mock.state("sonarly") == mock.sonarly.state
""",
        ini="mockserver_vendors = sonarly\nmockserver_specs = petstore.yaml\nmockserver_seed = 42\n",
    )
    result.assert_outcomes(passed=1)


def test_a_server_that_cannot_start_says_why(pytester: pytest.Pytester):
    result = run(pytester, "def test_it(mock): pass\n", ini="mockserver_vendors = sonarli\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no vendor 'sonarli'*did you mean sonarly*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_nothing_of_ours_is_imported_or_started_for_a_suite_that_needs_no_mock(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
import sys
def test_it():
    loaded = {name for name in sys.modules if name.startswith("mockserver.")}
    assert {".".join(name.split(".")[:2]) for name in loaded} == {"mockserver.pytest_plugin"}
"""
    )
    pytester.runpytest_subprocess(*PLAIN).assert_outcomes(passed=1)


def test_a_run_that_is_killed_leaves_no_file(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    left = pytester.mkdir("temporary")
    monkeypatch.setenv("TMPDIR", str(left))
    pytester.makepyfile("import os\ndef test_it(mock):\n    mock.control.get_health()\n    os.kill(os.getpid(), 9)\n")
    ended = pytester.runpytest_subprocess(*PLAIN)
    assert ended.ret == -signal.SIGKILL
    wait_until(lambda: not [*left.glob("mockserver-*")], PATIENCE)


@pytest.mark.parametrize(("parameters", "begun"), [("", False), ("mock", True), ("mocker", True)])
def test_a_suites_own_fixture_of_that_name_starts_nothing_unless_it_asks_for_ours(
    pytester: pytest.Pytester, parameters: str, begun: bool
):
    pytester.makeconftest(
        """
import pytest
from mockserver.pytest_plugin.suites import SUITE

@pytest.fixture
def mocker(mockserver):
    return mockserver

def pytest_collection_finish(session):
    print("begun" if SUITE in session.config.stash else "nothing begun")
"""
    )
    pytester.makepyfile(
        f"""
import pytest

@pytest.fixture
def mock({parameters}):
    return 1

def test_it(mock):
    assert mock == 1
"""
    )
    result = pytester.runpytest_subprocess(*PLAIN, "-s", "-q")
    result.assert_outcomes(passed=1)
    assert ("nothing begun" not in result.stdout.str()) is begun
