"""When two requests ask the same."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.report.fingerprint import question_digest
from mockserver.sandbox.journal import LONGEST_BODY
from tests.support.made_reports import entry

PROFILE = {
    "vendor": "freshdata",
    "operation": "get_linkedin_profile",
    "target": "/freshdata/get-linkedin-profile?a=1&b=2",
}


def posted(body: bytes, **more: Any) -> dict[str, Any]:
    return {
        "vendor": "freshdata",
        "operation": "search_employees",
        "method": "POST",
        "target": "/x",
        "body": body,
        **more,
    }


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the order of query parameters": (PROFILE, {**PROFILE, "target": "/freshdata/get-linkedin-profile?b=2&a=1"}),
    "another base URL of the vendor": ({}, {"target": "/postpress/api/v1/linkedin/inmail_balance?account_id=a"}),
    "a sandbox in the path": ({}, {"target": "/~s/postpress/v1/linkedin/inmail_balance?account_id=a"}),
    "the vendor's own host": ({}, {"target": "/v1/linkedin/inmail_balance?account_id=a"}),
    "escapes of what needs none": ({}, {"target": "/postpress/v1/linkedin/inmail%5Fbalance?account%5Fid=%61"}),
    "the order of JSON properties": (posted(b'{"a": 1, "b": [2]}'), posted(b'{"b":[2],"a":1}')),
    "the writing of a number": (posted(b'{"a": 1}'), posted(b'{"a": 1.0}')),
    "the writing of a string": (posted('{"a": "é"}'.encode()), posted(b'{"a": "\\u00e9"}')),
    "a body that is no JSON": (posted(b"a=1"), posted(b"a=1")),
    "a body nested too deep": (posted(b"[" * 50_000), posted(b"[" * 50_000)),
    "headers": ({}, {"headers": [("x-api-key", "other")]}),
    "another answer": ({}, {"status": 500, "case": "internal_error"}),
}
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a query parameter's value": ({}, {"target": "/postpress/v1/linkedin/inmail_balance?account_id=b"}),
    "one parameter more": ({}, {"target": "/postpress/v1/linkedin/inmail_balance?account_id=a&x=1"}),
    "the order of one parameter's values": ({"target": "/x?a=1&a=2"}, {"target": "/x?a=2&a=1"}),
    "a JSON value": (posted(b'{"a": 1}'), posted(b'{"a": 2}')),
    "a number and its text": (posted(b'{"a": 1}'), posted(b'{"a": "1"}')),
    "the order of a list": (posted(b"[1, 2]"), posted(b"[2, 1]")),
    "a body at all": (posted(b"{}"), posted(b"")),
    "the method": ({}, {"method": "POST"}),
    "the operation": (posted(b""), {**posted(b""), "operation": "get_search_results"}),
    "the path of no operation": (
        {"operation": None, "target": "/postpress/a"},
        {"operation": None, "target": "/postpress/b"},
    ),
    "the length of a body that was cut": (
        posted(b"x" * LONGEST_BODY, headers=[("content-length", "70000")]),
        posted(b"x" * LONGEST_BODY, headers=[("content-length", "70001")]),
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_it_is_the_same_question_whatever_is(one: dict[str, Any], other: dict[str, Any]):
    assert question_digest(entry(1, **one)) == question_digest(entry(2, **other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_it_is_another_question_with_another(one: dict[str, Any], other: dict[str, Any]):
    assert question_digest(entry(1, **one)) != question_digest(entry(2, **other))
