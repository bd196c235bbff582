"""Assertions on calls: what decides is what explains."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import ANY

import pytest

from mockserver.testing.calls import ABSENT, Operation, differences, is_same, value_of
from tests.support.inner_pytest import run

pytest_plugins = ["pytester"]

QUOTA = Operation(
    "get_quota",
    "/v1/accounts/{accountGroupId}/quota/{part}.{form}",
    {"accountGroupId": "path", "part": "path", "form": "path", "tag": "query", "X-Trace": "header", "sid": "cookie"},
)


def entry(target: str = "/sonarly/v1/accounts/g%2F1/quota/all.json", body: Any = None, **headers: str) -> Any:
    pairs = [[name.replace("_", "-"), value] for name, value in headers.items()]
    return {"request": {"method": "POST", "target": target, "headers": pairs, "body": body}}


@pytest.mark.parametrize(
    ("name", "found", "value"),
    [
        ("accountGroupId", entry(), "g/1"),
        ("accountGroupId", entry("/~t1/sonarly/v1/accounts/g/quota/all.json"), "g"),
        ("accountGroupId", entry("/v1/accounts/g/quota/all.json?x=1"), "g"),
        ("form", entry(), "json"),
        ("part", entry(), "all"),
        ("tag", entry("/a?tag=1&tag=2"), ["1", "2"]),
        ("tag", entry("/a?tag="), ""),
        ("tag", entry("/a"), ABSENT),
        ("X-Trace", entry(x_trace="t"), "t"),
        ("sid", entry(cookie="a=b; sid=7"), "7"),
        ("seats", entry(body={"seats": 3}), 3),
        ("/seats/0/id", entry(body={"seats": [{"id": 4}]}), 4),
        ("/a~1b", entry(body={"a/b": None}), None),
        ("seats", entry(body="text"), ABSENT),
    ],
)
def test_a_value_is_read_from_where_its_parameter_stands(name: str, found: Any, value: Any):
    read = value_of(found, QUOTA, name)
    assert (read is ABSENT) if value is ABSENT else read == value


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("7", 7, True),
        ("7", "7", True),
        ("7.5", 7.5, True),
        ("7", 8, False),
        (7, "7", False),
        ("true", True, True),
        (True, True, True),
        (1, True, False),
        (True, 1, False),
        (["1", "2"], [1, 2], True),
        ("1,2", [1, 2], True),
        ("", [], True),
        ([1, {"a": 2}], [1, {"a": 2}], True),
        (None, None, True),
        (ABSENT, None, True),
        (ABSENT, ANY, False),
        ("x", ANY, True),
        ("acc_7", re.compile("^acc_"), True),
        ("7", re.compile("^acc_"), False),
    ],
)
def test_a_text_may_stand_for_what_it_spells(value: Any, wanted: Any, same: bool):
    assert is_same(value, wanted) is same


def test_no_difference_is_a_match_and_each_difference_is_a_line():
    expected = {"accountGroupId": "h", "tag": None, "typo": 1, "X-Trace": re.compile("^t")}
    assert differences(entry(x_trace="t1"), QUOTA, {"accountGroupId": "g/1", "tag": None}) == []
    assert differences(entry("/v1/accounts/g/quota/all.json?tag=1"), QUOTA, expected) == [
        "accountGroupId: 'g', not 'h'",
        "tag: '1', not sent at all",
        "typo: not sent (the body has no such field; parameters are "
        "accountGroupId, part, form, tag, X-Trace, sid), not 1",
        "X-Trace: not sent, not matching '^t'",
    ]


@pytest.mark.usefixtures("shared_server")
def test_a_failed_assertion_names_the_nearest_calls(pytester: pytest.Pytester):
    result = run(
        pytester,
        """
def test_near(mock):
    for account in "bcd":
        balance(mock.postpress, account)
    headers = {"X-API-KEY": mock.postpress.key}
    httpx.get(f"{mock.postpress.url}/linkedin/inmail_balances", headers=headers)
    mock.postpress.assert_called("get_inmail_balance", account_id="a", times=2)

def test_too_often(mock):
    balance(mock.postpress), balance(mock.postpress)
    mock.postpress.assert_called("get_inmail_balance", account_id="a", times=1)

def test_other_vendor(mock):
    balance(mock.postpress)
    mock.sonarly.assert_called("get_prospecting_quota")

def test_nothing(mock):
    mock.postpress.assert_called("get_inmail_balance")

def test_not_called(mock):
    balance(mock.postpress)
    mock.postpress.assert_not_called("get_inmail_balance", account_id="b")
    mock.postpress.assert_not_called("get_inmail_balance", match={"account_id": "a"})

def test_no_operation(mock):
    mock.postpress.assert_called("get_balance")
""",
    )
    result.assert_outcomes(failed=6)
    result.stdout.fnmatch_lines(
        [
            "E * postpress get_inmail_balance was never called with account_id='a', not 2 times",
            "E * GET /postpress/v1/linkedin/inmail_balance[?]account_id=b → 200",
            "E * account_id: 'b', not 'a'",
            "E * no operation: GET /postpress/v1/linkedin/inmail_balances → 404; the nearest is GET /v1/linkedin/*",
            "E * postpress get_inmail_balance was called twice with account_id='a', not once",
            "E * sonarly get_prospecting_quota was never called",
            "E * also called: postpress get_inmail_balance (1×)",
            "E * nothing at all was called in this sandbox; does the client send the key 'postpress_mock_sandbox_*'?",
            "E * postpress get_inmail_balance was called once with account_id='a', and should not have been",
            "E * postpress has no operation 'get_balance'; did you mean get_inmail_balance?; it has get_inmail_balance",
        ]
    )
    result.stdout.no_fnmatch_line("*mockserver/testing*")
