"""A report in each of its formats, and against a baseline."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mockserver.errors import MockServerError
from mockserver.resilience.baseline import Baseline, read_baseline, write_baseline
from mockserver.resilience.rendering import FORMATS, render
from mockserver.resilience.scenario import CallName
from mockserver.resilience.verdict import Verdict
from tests.support.made_resilience import RESET, SAMPLE, VERDICTS, report, result

DENIED, LOST = "shop.buy[1]:denied", "shop.buy[1]:reset:after"
TEXT = """\
Resilience of python shop.py: 4 scenarios, 2 failed
  R recovered 1   e reported 1   V retried-in-vain 1   2 acted-twice 1

  call         errors  connection
  shop.buy[1]  RV      2
  shop.buy[2]  ··      e

Failed
  shop.buy[1]:reset:after  acted-twice
    when `buy[1]` met it, the client <did> something
    mockserver resilience --only shop.buy[1]:reset:after
  shop.buy[1]:denied  retried-in-vain
    when `buy[1]` met it, the client <did> something
    mockserver resilience --only shop.buy[1]:denied

Remarks
  an id differs
"""


def test_as_text():
    assert render(report(*SAMPLE), "text") == TEXT


def test_failures_of_one_call_with_one_verdict_stand_together():
    shown = render(report(*SAMPLE, result(RESET, Verdict.ACTED_TWICE)), "text")
    assert shown.count("acted-twice") == 2
    assert "    so too: reset:after\n" in shown


def test_as_json():
    shown = json.loads(render(report(*SAMPLE), "json"))
    assert (shown["subject"], shown["planned"], shown["partial"]) == ("python shop.py", 4, False)
    assert shown["verdicts"] == {"recovered": 1, "reported": 1, "retried-in-vain": 1, "acted-twice": 1}
    assert shown["failed"] == [DENIED, LOST]
    first = shown["scenarios"][0]
    assert (first["scenario"], first["call"], first["failure"], first["verdict"]) == (
        "shop.buy[1]:busy",
        1,
        "busy",
        "recovered",
    )


def test_as_junit():
    root = ElementTree.fromstring(render(report(*(replace(one, seconds=0.75) for one in SAMPLE)), "junit"))
    assert (root.get("tests"), root.get("failures")) == ("4", "2")
    assert (list(root.keys()), root.get("time")) == (["name", "tests", "failures", "errors", "time"], "3.000")
    (suite,) = root
    assert [test.get("time") for test in suite] == ["0.750"] * 4
    assert suite.get("name") == "resilience.shop.buy"
    failed = {test.get("name"): test[0].get("type") for test in suite if test[0].tag == "failure"}
    assert failed == {DENIED: "retried-in-vain", LOST: "acted-twice"}


ODD = "list|`them` <all>"


def test_names_of_any_spec_break_no_table():
    odd = replace(SAMPLE[1], scenario=replace(SAMPLE[1].scenario, call=CallName("shop", ODD, 1)), reproduce="a ``` b")
    shown = render(report(odd), "markdown")
    (row,) = (line for line in shown.splitlines() if line.startswith("| shop"))
    assert row == r"| shop.list\|\`them\` \<all\>\[1\] | `V` |"
    assert "<summary><b>retried-in-vain</b> shop.list|`them` &lt;all&gt;[1]:denied</summary>" in shown
    assert "\n```````\na ``` b\n```````\n" in shown
    assert ODD in ElementTree.fromstring(render(report(odd), "junit"))[0].get("name", "")
    assert "<all>" not in render(report(odd), "html")


def test_as_markdown():
    shown = render(report(*SAMPLE), "markdown")
    assert shown.startswith("### ❌ Resilience of python shop.py: 4 scenarios, 2 failed\n")
    assert "| `shop.buy[1]` | `RV` | `2` |\n" in shown
    assert "<did>" not in shown
    assert render(report(SAMPLE[0]), "markdown").startswith("### ✅")


class Page(HTMLParser):
    """The buttons of a page with what they open, the ids that there are, and what is loaded or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: dict[str, tuple[str, str]] = {}
        self.ids: set[str] = set()
        self.foreign: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "popovertarget" in given:
            self.opened[given["title"]] = given["popovertarget"], given["class"]
        if "id" in given:
            self.ids.add(given["id"])
        if tag in ("script", "link", "img", "b>") or given.keys() & {"src", "href", "style", "onclick"}:
            self.foreign.append(tag)


def test_as_html_each_cell_opens_and_nothing_is_run_or_loaded():
    text = render(report(*SAMPLE), "html")
    page = Page(text)
    assert {title.rpartition(": ")[0]: look for title, (_, look) in page.opened.items()} == {
        name: f"cell {verdict}" for name, verdict in VERDICTS.items()
    }
    assert {id for id, _ in page.opened.values()} == page.ids
    assert page.foreign == []
    assert "&lt;b&gt;\\x1b[31mboom&lt;/b&gt;" in text
    assert "<did>" not in text


def test_a_call_that_differs_between_the_clean_runs_is_marked():
    unsteady = replace(SAMPLE[3], scenario=replace(SAMPLE[3].scenario, is_unstable=True))
    marked = report(*SAMPLE[:3], unsteady)
    assert render(marked, "html").count("<th><small>shop · unsteady</small>buy[2]</th>") == 1
    assert render(marked, "html").count("unsteady</small>") == 1
    assert "1 scenario of calls that differ between the clean runs" in render(marked, "text")


def test_an_allowed_verdict_is_shown_faintly():
    page = Page(render(report(*SAMPLE, allowed=frozenset({Verdict.ACTED_TWICE})), "html"))
    assert page.opened[f"{LOST}: acted-twice"][1] == "cell acted-twice allowed"


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_that_was_interrupted_says_so_in_every_format(form: str):
    whole = report(*SAMPLE)
    partial = replace(whole, planned=9, summary=replace(whole.summary, is_partial=True))
    assert render(partial, form) != render(whole, form)


# Against a baseline


def test_only_what_is_worse_fails():
    baseline = Baseline({DENIED: Verdict.IN_VAIN, LOST: Verdict.REPORTED})
    compared = report(*SAMPLE, baseline=baseline)
    assert [one.name for one in compared.failed] == [LOST]
    assert compared.comparison is not None
    assert compared.comparison.worse == {LOST: (Verdict.REPORTED, Verdict.ACTED_TWICE)}
    assert f"worse: {LOST} was reported, is acted-twice" in render(compared, "text")


def test_what_became_better_is_told():
    baseline = Baseline({**VERDICTS, DENIED: Verdict.CRASHED, "shop.buy[3]:busy": Verdict.RECOVERED})
    compared = report(*SAMPLE, baseline=baseline)
    assert compared.is_good
    shown = render(compared, "text")
    assert f"  better: {DENIED} was crashed, is retried-in-vain\n  not run: 1 scenario\n" in shown


def test_what_is_worse_fails_though_its_verdict_does_not():
    baseline = Baseline({**VERDICTS, "shop.buy[2]:reset:after": Verdict.RECOVERED})
    assert [one.name for one in report(*SAMPLE, baseline=baseline).failed] == ["shop.buy[2]:reset:after"]


def test_a_failure_that_the_baseline_has_not_fails():
    assert [one.name for one in report(*SAMPLE, baseline=Baseline({})).failed] == [DENIED, LOST]


def test_an_allowed_verdict_never_fails():
    allowed = frozenset({Verdict.ACTED_TWICE})
    assert [one.name for one in report(*SAMPLE, allowed=allowed).failed] == [DENIED]


def test_a_baseline_is_written_in_order_and_keeps_what_was_not_run(tmp_path: Path):
    file = tmp_path / "baseline.json"
    write_baseline(file, VERDICTS)
    assert list(json.loads(file.read_text())["scenarios"]) == sorted(VERDICTS)
    write_baseline(file, {DENIED: Verdict.REPORTED}, before=read_baseline(file))
    assert read_baseline(file).verdicts == {**VERDICTS, DENIED: Verdict.REPORTED}


BAD = [
    (None, "No such file or directory; --update writes it"),
    ("{", "not valid JSON"),
    ("[]", 'must be {"version": 1, "scenarios": {NAME: VERDICT}}'),
    ('{"version": 2, "scenarios": {}}', 'must be {"version": 1, "scenarios": {NAME: VERDICT}}'),
    ('{"version": 1, "scenarios": {"a": "good"}}', "a: unknown verdict 'good'; known are recovered, "),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_baseline_that_cannot_be_used(tmp_path: Path, text: str | None, message: str):
    file = tmp_path / "baseline.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(MockServerError) as caught:
        read_baseline(file)
    assert str(caught.value).startswith(f"--baseline {file}: {message}")
