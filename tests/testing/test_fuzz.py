"""``mock.fuzz``: a client against every response of an operation, from a test."""

from __future__ import annotations

import pytest

from tests.support.inner_pytest import run

pytest_plugins = ["pytester"]

CLIENTS = """
import json
import urllib.request

def status(url, key, read):
    request = urllib.request.Request(
        url + "/admin/subscription.getStatus", data=b"", method="POST", headers={"linked-api-token": key}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return read(json.load(answer))
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused(error.code) from None

class Refused(Exception):
    pass
"""
GOOD = (
    CLIENTS
    + """
def test_it(mock):
    def read(body):
        if not body["success"]:
            raise Refused(body["error"]["type"])
        return body["result"]
    call = lambda url, key: status(url, key, read)
    found = mock.fuzz("linkedapi", "getStatus", call, typed=Refused, expect="/result")
    found.check()
    assert found.classes["handled"] > 5
"""
)
BAD = (
    CLIENTS
    + """
def test_it(mock):
    call = lambda url, key: status(url, key, lambda body: body["result"]["status"].upper())
    mock.linkedapi.fuzz("getStatus", call, typed=Refused).check()
"""
)


def test_a_client_that_copes(pytester: pytest.Pytester):
    run(pytester, GOOD).assert_outcomes(passed=1)


def test_a_client_that_does_not_fails_its_test(pytester: pytest.Pytester):
    result = run(pytester, BAD)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*unhandled*"])
