"""``mock.resilience``: every failure at every call of a function, from a test."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.inner_pytest import run

pytest_plugins = ["pytester"]

SHOP = '''
import json
import urllib.error
import urllib.request
import http.client

class ShopError(Exception):
    pass

def call(vendor, name, body=None, attempts=1):
    """The result of a call, which is made again where no answer came, or an error of the server's."""
    headers = {"linked-api-token": vendor.key, "content-type": "application/json"}
    data = b"" if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{vendor.url}/admin/subscription.{name}", data, headers, method="POST")
    for _ in range(attempts):
        try:
            with urllib.request.urlopen(request, timeout=0.3) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                break
        except (OSError, http.client.HTTPException):
            pass
        else:
            if found["success"]:
                return found["result"]
            break
    raise ShopError(f"{name} failed")

def wanted(count):
    return {"quantity": count, "billingPeriod": "year", "seatType": "plus"}

def buy(mock):
    count = call(mock.linkedapi, "getSeats", attempts=3)["seats"][0]["quantity"]
    call(mock.linkedapi, "setSeats", wanted(count + 5), attempts=3)

def buy_anew(mock):
    for attempt in (1, 2):
        try:
            count = call(mock.linkedapi, "getSeats")["seats"][0]["quantity"]
            return call(mock.linkedapi, "setSeats", wanted(count + 5))
        except ShopError:
            pass
    raise ShopError("gave up")
'''


def outcomes(pytester: pytest.Pytester, test: str, *options: str) -> tuple[pytest.RunResult, dict[str, int]]:
    result = run(pytester, SHOP + test, *options)
    return result, result.parseoutcomes()


def test_a_client_that_copes_is_shown_scenario_by_scenario(pytester: pytest.Pytester):
    test = """
def test_it(mock):
    report = mock.resilience(buy, typed=ShopError)
    report.check()
    assert len(report.results) == 39
    assert report.verdicts["linkedapi.setSeats[1]:reset:after"] == "recovered"
    assert report.verdicts["linkedapi.getSeats[1]:tooManyRequests"] == "reported"
"""
    _, found = outcomes(pytester, test, "-v")
    assert found == {"passed": 1, "subtests": 39}


def test_a_client_that_does_not_fails_in_just_those(pytester: pytest.Pytester):
    test = """
def test_it(mock):
    mock.resilience(buy_anew, typed=ShopError, operations="setSeats", failures="reset*").check()
"""
    result, found = outcomes(pytester, test, "-v")
    assert (found["failed"], found["subtests"]) == (2, 1)
    result.stdout.fnmatch_lines(
        [
            "*test_it [[]linkedapi.setSeats[[]1]:reset:after]*",
            "acted-twice: after `setSeats[[]1]` was applied and its answer lost (reset), the client did *15 in the*",
            "mock.resilience(buy_anew, only='linkedapi.setSeats[[]1]:reset:after').check()",
        ]
    )


def test_where_pytest_has_no_subtests_the_test_fails_with_all_of_it(pytester: pytest.Pytester):
    test = """
def test_it(mock):
    mock.resilience(buy_anew, typed=ShopError, operations="setSeats", failures="reset*").check()
"""
    result, found = outcomes(pytester, test, "-p", "no:subtests")
    assert found == {"failed": 1}
    result.stdout.fnmatch_lines(["*Resilience of buy_anew: 2 scenarios, 1 failed*"])


MORE: list[tuple[str, str]] = [
    (
        "each begins as the test's sandbox is",
        """
def test_it(mock):
    call(mock.linkedapi, "setSeats", wanted(70))
    seen = []
    def buy_one(inner):
        seen.append(call(inner.linkedapi, "getSeats")["seats"][0]["quantity"])
    mock.resilience(buy_one, failures="empty", typed=ShopError).check()
    assert set(seen) == {70}
    assert mock.sandbox not in [one["name"] for one in mock.control.list_sandboxes() if "resilience" in one["name"]]
    assert len(mock.journal) == 1
""",
    ),
    (
        "a world",
        """
def test_it(mock):
    def status(inner):
        assert "status" not in call(inner.linkedapi, "getStatus")
    assert mock.resilience(status, world="no-subscription", typed=ShopError, failures="empty").is_good
""",
    ),
    (
        "an exception that is not the client's own",
        """
def test_it(mock):
    report = mock.resilience(buy, failures="invalidLinkedApiToken", operations="getSeats")
    (result,) = report.failed
    assert result.verdict == "crashed"
    assert "ShopError: getSeats failed (test_suite.py:" in result.sentence
""",
    ),
    (
        "what is returned",
        """
def test_it(mock):
    def count(inner):
        try:
            return call(inner.linkedapi, "getSeats")["seats"][0]["quantity"]
        except ShopError:
            return 0
    options = {"failures": "empty", "typed": ShopError}
    assert mock.resilience(count, **options).verdicts == {"linkedapi.getSeats[1]:empty": "carried-on"}
    assert mock.resilience(count, compare_output=True, **options).verdicts == {"linkedapi.getSeats[1]:empty": "lost"}
    assert mock.resilience(count, compare_output=True, allow="lost", **options).is_good
""",
    ),
    (
        "a coroutine",
        """
def test_it(mock):
    async def buy_later(inner):
        buy(inner)
    assert mock.resilience(buy_later, typed=ShopError, failures="reset:after").verdicts
""",
    ),
    (
        "the clock of the sandbox is the client's to wait by",
        """
def test_it(mock):
    def patient(inner, seconds):
        try:
            call(inner.linkedapi, "getSeats")
        except ShopError:
            inner.clock.advance(seconds=seconds)
            call(inner.linkedapi, "getSeats")
    options = {"failures": "tooManyRequests", "typed": ShopError}
    for seconds, verdict in ((0.5, "too-early"), (1, "recovered")):
        report = mock.resilience(lambda inner: patient(inner, seconds), **options)
        assert list(report.verdicts.values()) == [verdict]
""",
    ),
    (
        "a clean run that fails",
        """
import pytest
from mockserver.errors import MockServerError
def test_it(mock):
    with pytest.raises(MockServerError, match="^the clean run called no vendor in its sandbox"):
        mock.resilience(lambda inner: None)
    with pytest.raises(MockServerError, match="^the clean run failed: ZeroDivisionError: division by zero"):
        mock.resilience(lambda inner: 1 / 0)
    with pytest.raises(ValueError, match="^unknown verdict 'bad'"):
        mock.resilience(buy, allow="bad")
""",
    ),
]


@pytest.mark.parametrize("test", [pytest.param(test, id=id) for id, test in MORE])
@pytest.mark.usefixtures("shared_server")
def test_more(test: str, pytester: pytest.Pytester):
    _, found = outcomes(pytester, test)
    assert found["passed"] == 1


IN_PROCESS: Any = """
import asyncio, httpx, pytest

@pytest.mark.mock(in_process=True)
def test_it(mock):
    async def count(inner):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(inner.asgi)) as client:
            headers = {"linked-api-token": inner.linkedapi.key}
            answer = await client.post(f"{inner.linkedapi.url}/admin/subscription.getSeats", headers=headers)
            if answer.status_code != 200:
                raise ShopError(answer.text)
    report = mock.resilience(count, typed=ShopError, failures=["tooManyRequests", "bad-gateway", "unavailable"])
    assert list(report.verdicts.values()) == ["reported", "reported", "reported"]
    assert report.summary.notes == ("this server can't break connections, so no connection fails here",)
"""


def test_a_server_without_a_socket_breaks_no_connections(pytester: pytest.Pytester):
    _, found = outcomes(pytester, IN_PROCESS)
    assert found == {"passed": 1}
