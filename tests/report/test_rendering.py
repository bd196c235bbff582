"""The formats: as they were written down, and unbroken whatever clients send."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.printable import clean
from mockserver.report.about import About, public_command
from mockserver.report.css import HASH, POLICY, STYLE
from mockserver.report.markdown import escape
from mockserver.report.rendering import FORMATS, render
from mockserver.report.text import short
from mockserver.report.verdict import Unmet
from tests.support.sample_report import ABOUT, UNMET, sample

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"json": "json", "text": "txt", "markdown": "md", "junit": "xml", "html": "html"}
EMPTY = {"meta", "link", "br", "img", "input", "hr"}
HOSTILE = "</script><b a='\"&amp;`|*_[x](y)\n\r\t# \x00\x1b[31m\x9b\u202e\ud800\ufffe]]>-->"


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_looks_as_it_was_written_down(form: str):
    golden = GOLDEN / f"report.{ENDINGS[form]}"
    shown = render(sample(), form, UNMET, ABOUT)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8"), "run with UPDATE_GOLDEN=1 if it should be so"


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_report_has_a_form_too(form: str):
    report = {
        **sample(),
        "requests": 0,
        "double_spends": [],
        "after_errors": [],
        "unsupported": [],
        "incomplete": None,
        "coverage": {},
    }
    report["violations"] = {"requests": 0, "distinct": []}
    check(form, render(report, form))


class Page(HTMLParser):
    """The elements of a page; fails where one isn't closed, and gathers what a page may not have."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = """html head meta title style body h1 h2 p div b ul li section table thead tbody tr th td span code br svg rect
    details summary pre"""
ATTRIBUTES = """lang charset name content http-equiv class viewbox preserveaspectratio aria-hidden width height open"""


def check_html(shown: str) -> None:
    page = Page()
    page.feed(shown)
    page.close()
    assert page.open == []
    assert page.tags <= set(TAGS.split())
    assert page.attributes <= set(ATTRIBUTES.split())


def check_junit(shown: str) -> None:
    root = ElementTree.fromstring(shown.encode())
    suites = root.findall("testsuite")
    for suite in suites:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
        assert int(suite.attrib["skipped"]) == sum(case.find("skipped") is not None for case in cases)
    for key in ("tests", "failures", "skipped"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in suites)


def check_text(shown: str) -> None:
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown) is None
    assert shown.encode()


def check_markdown(shown: str) -> None:
    check_text(shown)
    for table in re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE):
        rows = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table.splitlines()]
        assert len(set(rows)) == 1, table
    plain = re.sub(r"`[^`]*`", "", re.sub(r"\\.", "", shown))
    assert set(re.findall(r"<[^>]*>", plain)) <= {"<details>", "</details>", "<summary>", "</summary>"}


def check(form: str, shown: str) -> None:
    if form == "json":
        json.loads(shown)
    else:
        {"html": check_html, "junit": check_junit, "text": check_text, "markdown": check_markdown}[form](shown)
    assert shown.endswith("\n")


def poisoned(value: Any, text: str) -> Any:
    """A report in which every text that a client or a spec could choose is another one."""
    report = deepcopy(value)
    for row in report["violations"]["distinct"]:
        row.update(operation=text, name=text, pointer=text, message=text, entries=[text])
        row["spec"] = {"file": text, "line": 1, "pointer": text}
        message = {"headers": [[text, text]], "body": text}
        row["example"] = {
            "id": text,
            "sandbox": text,
            "received": text,
            "request": {"method": text, "target": text, **message},
            "response": {"status": 0, **message},
        }
    for row in (*report["after_errors"], *report["unsupported"]):
        row["operation"] = text
    for row in report["unsupported"]:
        row["what"] = text
    for double in report["double_spends"]:
        double["operation"] = text
        for entry in (double["first"], double["second"]):
            entry.update(method=text, target=text, case=text)
            entry["changes"] = [{"pointer": text, "before": text, "after": {text: [text]}}]
    for one in report["coverage"].values():
        for row in one["detail"]:
            row["operation"] = text
    return report


TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("<>&'\"|`\\*_[]()#\x00\x1b\n\r\u2028\u202e\ud800\ufffe")))


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
@given(text=TEXTS)
@example(text=HOSTILE)
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_a_format(form: str, text: str):
    check(form, render(poisoned(sample(), text), form, [Unmet(text, text)], About(text, text, text, {text: text})))


def test_the_html_page_needs_nothing_from_elsewhere():
    shown = render(sample(), "html")
    assert "<script" not in shown
    assert re.search(r"https?://", shown) is None
    assert " style=" not in shown
    assert shown.count(f"<style>{STYLE}</style>") == 1
    assert HASH in POLICY


def test_the_html_page_says_what_it_is_of_and_shows_entries_in_full():
    shown = render(sample(), "html", UNMET, ABOUT)
    assert "Made 2026-05-28T21:00:00.000Z with mockserver 1.2.3, of <code>pytest -q</code>" in shown
    assert shown.count("<code>test_shop.py::test_it</code> in sandbox <code>s</code>") == 3
    assert "<pre>GET /shop/balance\n\n400\n\n{}</pre>" in shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["pytest", "-q", "tests/test_keys.py", "-x"], "pytest -q tests/test_keys.py -x"),
        (["pytest", "--mockserver-token=abc", "-q"], "pytest --mockserver-token=*** -q"),
        (["app", "--api-key", "s3cret value", "run"], "app --api-key *** run"),
        (
            ["curl", "-H", "X-API-KEY: abc def", "http://u:p@host/?token=abc&x=1"],
            "curl -H 'X-API-KEY: ***' 'http://***@host/?token=***&x=1'",
        ),
        (["sh", "-c", "KEY=abc curl -u me:abc http://host"], "sh -c 'KEY=*** curl -u *** http://host'"),
        (["env", "AWS_SECRET_ACCESS_KEY=abc", "make"], "env AWS_SECRET_ACCESS_KEY=*** make"),
    ],
)
def test_a_command_is_shown_without_secrets(words: list[str], shown: str):
    assert public_command(words) == shown


def test_a_short_report_has_what_matters_at_once():
    report = sample()
    report["violations"]["distinct"] *= 4
    shown = short(report, UNMET)
    assert shown.startswith("Contract report: 11 requests in 3 sandboxes, 1 of them deleted\n\nCoverage ")
    assert "Contract violations: 3 requests\n" in shown
    assert shown.count("shop.yaml:8") == 5
    assert "  and 3 more\nPossible double spends: 1\nAsked again before Retry-After had passed: 1 time\n" in shown
    assert shown.endswith(f"Unmet\n  {UNMET[0]}\n  {UNMET[1]}\n")
    assert "closed_account\n    429" not in shown


def failures(root: ElementTree.Element) -> list[str]:
    return [case.attrib["classname"] for case in root.iter("testcase") if case.find("failure") is not None]


@pytest.mark.parametrize(
    ("gates", "failing"),
    [
        ((), []),
        (("shop.cases",), ["mockserver.gates"]),
        (("violations",), ["mockserver.violations"] * 2 + ["mockserver.gates"]),
        (("double-spend",), ["mockserver.double spends", "mockserver.gates"]),
    ],
    ids=["no gate", "a requirement", "violations forbidden", "double spends forbidden"],
)
def test_junit_fails_only_where_a_gate_does(gates: tuple[str, ...], failing: list[str]):
    root = ElementTree.fromstring(render(sample(), "junit", [Unmet(gate, "why") for gate in gates]))
    assert failures(root) == failing
    assert all((one.text or "").strip() for one in root.iter("failure"))
    passed = [case for case in root.iter("testcase") if "violations" in case.attrib["classname"]]
    assert len(passed) == 2
    assert "violations" in gates or all((case.findtext("system-out") or "").strip() for case in passed)


def test_junit_has_coverage_as_properties():
    root = ElementTree.fromstring(render(sample(), "junit"))
    properties = {one.attrib["name"]: one.attrib["value"] for one in root.iter("property")}
    assert {name: value for name, value in properties.items() if name.startswith("shop.")} == {
        "shop.requests": "11",
        "shop.operations": "2/3",
        "shop.statuses": "5/5",
        "shop.cases": "2/4",
        "shop.successes": "2/3",
    }
    assert properties["unsupported.1"] == "shop place_order: a body of multipart/form-data (1 time)"
    assert properties["incomplete.2"] == "what followed 1 error is unknown"


def test_every_name_in_junit_is_unique():
    report = sample()
    report["violations"]["distinct"] *= 3
    root = ElementTree.fromstring(render(report, "junit", [Unmet("violations", "why")] * 2))
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(set(names)) == len(names) == 6 + 1 + 2


def test_violations_of_which_only_the_count_is_left_fail_in_junit():
    report = {**sample(), "violations": {"requests": 3, "distinct": []}}
    (failure,) = ElementTree.fromstring(render(report, "junit", UNMET)).findall(
        ".//testcase[@classname='mockserver.violations']/failure"
    )
    assert failure.attrib["message"].startswith("3 requests broke the contract")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("Zoë 日本 →", "Zoë 日本 →"),
        ("a\x1b[31m\n", "a\\x1b[31m\\x0a"),
        ("\u202e\u2028\ud800", "\\u202e\\u2028\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_is_invisible_is_written_out(text: str, cleaned: str):
    assert clean(text) == cleaned


def test_markdown_shows_a_text_as_it_is():
    assert escape("a|b `c` *d* <e>\nf") == r"a\|b \`c\` \*d\* \<e\>\\x0af"
