"""Recorded traffic is held to the spec: HAR of a browser or proxy, journals of the mock server."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from mockserver.verify.problem import VerifyError
from mockserver.verify.verification import check_recording
from tests.support.processes import running
from tests.support.verifying import MOUNTS, VENDORS, spec_of, verify

BALANCE = {"object": "LinkedinInmailBalance", "premium": 5, "recruiter": None, "sales_navigator": None}
API = "https://api.postpress.ai/v1/linkedin/inmail_balance?account_id=acc_nadia"
JSON = "application/json"


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def entry(url: str = API, body: Any = None, *, status: int = 200, media: str = JSON, **content: Any) -> Any:
    text = json.dumps(BALANCE if body is None else body)
    return {
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": media}],
            "content": {"mimeType": media, "text": text, "size": len(text), **content},
        },
    }


def checked(tmp_path: Path, text: str, base_url: str | None = None, vendor: str = "postpress") -> Any:
    file = tmp_path / "traffic.har"
    file.write_text(text)
    return check_recording(spec_of(vendor), file, base_url)[0].report()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as process:
        yield process.url


@pytest.mark.parametrize("form", ["har", "jsonl", "json"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_the_journal_of_a_verification_has_no_drift(vendor: str, form: str, url: str, tmp_path: Path):
    sandbox = f"{form}-{vendor}"
    asked = verify(vendor, f"{url}/{vendor}{MOUNTS[vendor]}", sandbox=sandbox, negative=True)
    with urlopen(Request(f"{url}/_mock/sandboxes/{sandbox}/journal?format={form}&limit=1000")) as answer:
        report = checked(tmp_path, answer.read().decode(), vendor=vendor)

    assert report["differences"] == report["notes"] == report["unknown"] == []
    assert report["exchanges"] == asked.report()["exchanges"]


DRIFTED: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "a field more": (entry(body={**BALANCE, "plan": "x"}), [("new-field", "body /plan")]),
    "a status": (entry(status=402), [("status", "status")]),
    "a media type": (entry(media="text/html; charset=utf-8"), [("content-type", "content type")]),
    "no JSON": (entry(text="<html>"), [("no-json", "body /")]),
    "an empty body": (entry(text="", size=0), [("no-body", "body /")]),
    "a body in base64": (
        entry(text=b64encode(b'{"object": 1}').decode(), encoding="base64"),
        [
            ("missing-field", "body /premium"),
            ("missing-field", "body /recruiter"),
            ("missing-field", "body /sales_navigator"),
            ("type", "body /object"),
        ],
    ),
    "a body that wasn't kept": (entry(text=None, size=9), []),
    "a call without an answer": (entry(status=0), []),
    "an answer from a cache": (entry(status=304), []),
}


@pytest.mark.parametrize(("one", "expected"), DRIFTED.values(), ids=DRIFTED)
def test_what_differs_in_a_recording(one: Any, expected: list[tuple[str, str]], tmp_path: Path):
    report = checked(tmp_path, har(one, entry()))

    assert sorted((each["kind"], each["place"]) for each in report["differences"]) == expected


def test_what_others_were_asked_is_left_out(tmp_path: Path):
    report = checked(tmp_path, har(entry(), entry("https://www.example.com/v1/linkedin/inmail_balance")))

    assert report["exchanges"] == 1
    assert report["notes"] == ["1 recorded calls are not the vendor's, and were left out"]


def test_what_the_spec_does_not_have_is_listed(tmp_path: Path):
    report = checked(tmp_path, har(entry(), entry("https://api.postpress.ai/v1/linkedin/chats?x=1")))

    assert report["unknown"] == [{"request": "GET /v1/linkedin/chats", "count": 1}]
    assert report["differences"] == []


@pytest.mark.parametrize(
    ("address", "base_url"),
    [
        ("https://api.postpress.ai/v1", None),
        ("https://api.postpress.ai/api/v1", None),
        ("http://127.0.0.1:8080/postpress/v1", None),
        ("http://127.0.0.1:8080/~t1/postpress/v1", None),
        ("http://mock.internal/postpress/v1", None),
        ("http://proxy.internal:81/pp", "http://proxy.internal:81/pp/"),
    ],
)
def test_a_call_is_known_by_its_address(address: str, base_url: str | None, tmp_path: Path):
    report = checked(tmp_path, har(entry(f"{address}/linkedin/inmail_balance?account_id=a")), base_url)

    assert report["exchanges"] == 1


def test_texts_of_a_recording_are_not_shown(tmp_path: Path):
    body = {**BALANCE, "premium": "nadia@example.com 0142"}
    report = checked(tmp_path, har(entry(body=body)))

    (found,) = report["differences"]
    assert found["example"] == {
        "request": "GET /v1/linkedin/inmail_balance?account_id=aaa_aaaaa",
        "value": '"aaaaa@aaaaaaa.aaa 9999"',
    }


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"log": {}}', '{"a": 1}\n{"b": 2}', "\x00"], ids=repr)
def test_a_file_that_is_no_recording_is_refused(text: str, tmp_path: Path):
    with pytest.raises(VerifyError, match=r"--from .*traffic\.har: "):
        checked(tmp_path, text)


def test_a_recording_without_a_call_of_the_vendor_is_refused(tmp_path: Path):
    with pytest.raises(VerifyError, match="holds no answered call of postpress"):
        checked(tmp_path, har(entry("https://www.example.com/")))
