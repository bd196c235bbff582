"""Recorded traffic is held to the spec: HAR of a browser or proxy, journals of the mock server."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from mockserver.verify.errors import VerifyError
from mockserver.verify.rendering import FORMATS, render
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
    assert report["notes"] == ["1 recorded call left out: not a call of the vendor"]


def test_what_the_spec_does_not_have_is_listed(tmp_path: Path):
    report = checked(tmp_path, har(entry(), entry("https://api.postpress.ai/v1/linkedin/chats?x=1")))

    assert report["unknown"] == [{"request": "GET /v1/linkedin/chats", "count": 1}]
    assert report["differences"] == []


def changed(part: str, **fields: Any) -> Any:
    """An entry whose request, response or content has other fields."""
    one = entry()
    one["response"]["content"]["size"] = len(one["response"]["content"]["text"])
    {**one, "content": one["response"]["content"]}[part].update(fields)
    return one


def told_length(length: int, **fields: Any) -> Any:
    """An entry with a Content-Length, and other fields in its response."""
    one = entry()
    one["response"]["headers"].append({"name": "Content-Length", "value": str(length)})
    one["response"].update(fields)
    return one


OTHER = "https://x.example/"
BODY = json.dumps(BALANCE)
LENGTH = len(BODY)
ODD: dict[str, tuple[Any, str]] = {
    "base64 that isn't": (
        changed("content", encoding="base64"),
        "body not compared: declared as base64, and not base64",
    ),
    "a lone surrogate in a body": (changed("content", text='"\udc00"'), "body not compared: a lone surrogate in it"),
    "a lone surrogate in a URL": (changed("request", url=f"{API}\udc00"), "call left out: a URL that can't be parsed"),
    "a lone surrogate in a method": (changed("request", method="G\udc00"), "call left out: not an entry of HAR"),
    "a response that is null": (changed("request") | {"response": None}, "call left out: no answer was recorded"),
    "no response": ({"request": entry()["request"]}, "call left out: no answer was recorded"),
    "no request": ({"response": entry()["response"]}, "call left out: not an entry of HAR or of a journal"),
    "an entry that is null": (None, "call left out: not an entry of HAR or of a journal"),
    "a status of -1": (changed("response", status=-1), "call left out: no answer was recorded"),
    "a status that is null": (changed("response", status=None), "call left out: no answer was recorded"),
    "a status that isn't one": (changed("response", status="ok"), "call left out: not a status of HTTP"),
    "a status beyond HTTP's": (changed("response", status=1000), "call left out: not a status of HTTP"),
    "a size of -1 and no text": (changed("content", size=-1, text=None), "body not compared: not in the recording"),
    "no content": (changed("response", content=None), "body not compared: not in the recording"),
    "no size and no text": (changed("response", content={}), "body not compared: not in the recording"),
    "a URL that can't be parsed": (
        changed("request", url="http://[::1/x"),
        "call left out: a URL that can't be parsed",
    ),
    "a URL that is null": (changed("request", url=None), "call left out: a URL that can't be parsed"),
    "a body that was cut off": (told_length(LENGTH + 1), "body not compared: cut short"),
    "a body of which nothing came": (told_length(9, content={"size": 0, "text": ""}), "body not compared: cut short"),
    "a connection that broke": (
        changed("response", _error="net::ERR_CONNECTION_RESET"),
        "body not compared: cut short",
    ),
    "another's null response": ({**entry(OTHER), "response": None}, "call left out: not a call of the vendor"),
    "another's status": (entry(OTHER, status=-1), "call left out: not a call of the vendor"),
}


@pytest.mark.parametrize(("one", "note"), ODD.values(), ids=ODD)
def test_an_odd_entry_is_told_and_neither_refuses_the_recording_nor_is_drift(one: Any, note: str, tmp_path: Path):
    report = checked(tmp_path, har(one, entry()))

    (shown,) = report["notes"]
    facts = report["recording"]
    assert shown.startswith(f"1 {note}" if note.startswith("body") else f"1 recorded {note}")
    assert (report["differences"], report["unknown"], facts["calls"]) == ([], [], 2)
    assert sum((facts["left_out"] | facts["bodies_not_compared"]).values()) == 1
    for form in FORMATS:
        assert shown in unescape(render(report, form, "", strict=False))


COMPLETE: dict[str, Any] = {
    "a length that is right": told_length(LENGTH),
    "a length without the byte order mark": told_length(LENGTH + 3),
    "headers that are null": changed("response", headers=None),
    "an odd header": changed("response", headers=[None, {"name": 1}, {"name": "content-type", "value": JSON}]),
    "base64 over lines": changed("content", text=encodebytes(BODY.encode()).decode(), encoding="base64"),
    "a status as text": changed("response", status="200"),
}


@pytest.mark.parametrize("one", COMPLETE.values(), ids=COMPLETE)
def test_what_other_tools_write_differently_is_compared(one: Any, tmp_path: Path):
    assert checked(tmp_path, har(one, entry()))["differences"] == []


def test_the_length_of_a_compressed_body_is_not_that_of_its_text(tmp_path: Path):
    one = told_length(LENGTH + 40)
    one["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})

    assert checked(tmp_path, har(one))["recording"]["bodies_not_compared"] == {}


def test_a_lone_surrogate_that_json_escapes_is_valid(tmp_path: Path):
    """JSON's grammar allows it, so only the field is news."""
    report = checked(tmp_path, har(entry(text=BODY.replace("}", ', "x": "\\ud800"}'))))

    assert [(one["kind"], one["place"]) for one in report["differences"]] == [("new-field", "body /x")]


def test_a_broken_line_of_a_journal_is_left_out(url: str, tmp_path: Path):
    call = {"method": "GET", "target": "/postpress/v1/linkedin/inmail_balance?account_id=a", "headers": [["host", 1]]}
    line = {"request": call, "response": {"status": 200, "headers": [["content-type", JSON]], "body": BALANCE}}
    report = checked(tmp_path, f'{json.dumps(line)}\n{{"request": {{\n[]\n')

    assert (report["exchanges"], report["differences"]) == (1, [])
    assert report["notes"] == ["2 recorded calls left out: not an entry of HAR or of a journal"]


def test_a_recording_of_nothing_usable_says_why(tmp_path: Path):
    with pytest.raises(VerifyError, match="holds no answered call of postpress; 1 recorded call left out: no answer"):
        checked(tmp_path, har(entry(status=-1)))


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
