"""A report as JUnit XML: broken rules, double spends and unmet gates fail, error cases never met are skipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockserver.report import wording as words
from mockserver.report.wording import clean

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Failure = tuple[str, str, str]  # name of the test case, message, text


def junit(report: Mapping[str, Any], unmet: Sequence[str] = ()) -> str:
    """The report; ``unmet`` are sentences about gates that it doesn't pass."""
    root = Element("testsuites", name=words.TITLE.lower())
    _suite(root, "violations", "no request broke the contract", _violations(report["violations"]))
    _suite(root, "double spends", "no possible double spend", map(_double, report["double_spends"]))
    _suite(root, "gates", "every gate is met", ((sentence.partition(":")[0], sentence, "") for sentence in unmet))
    for name, one in words.called(report):
        _covered(root, name, one)
    _properties(root[0], {"requests": report["requests"], **_lacks(report)})
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _lacks(report: Mapping[str, Any]) -> dict[str, str]:
    return {f"incomplete.{number}": lack for number, lack in enumerate(words.lacks(report), 1)}


def _suite(root: Element, name: str, fine: str, failures: Iterable[Failure]) -> None:
    """A suite of failures; where there is none, of one test that passed."""
    suite = SubElement(root, "testsuite", name=f"mockserver.{name}")
    cases = list(failures)
    for title, message, text in cases:
        failure = SubElement(_case(suite, title), "failure", message=_xml(message), type=name)
        failure.text = _xml(text)
    if not cases:
        _case(suite, fine)
    _count(suite, len(cases), 0)


def _covered(root: Element, vendor: str, one: Mapping[str, Any]) -> None:
    """A vendor's coverage: its numbers as properties, each error case as a test."""
    suite = SubElement(root, "testsuite", name=_xml(f"mockserver.coverage.{vendor}"))
    shares = dict(zip(words.HEADINGS.values(), map(words.share, words.measures(one)), strict=True))
    _properties(suite, {"requests": one["requests"], **shares})
    skipped = 0
    for row in one["detail"]:
        for name, case in row["cases"].items():
            if case["status"] >= 400:
                test = _case(suite, f"{row['operation']} {case['status']} {name}")
                if not case["count"]:
                    SubElement(test, "skipped", message="the client never met this error")
                    skipped += 1
    _count(suite, 0, skipped)


def _properties(suite: Element, values: Mapping[str, Any]) -> None:
    properties = Element("properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=_xml(value))
    suite.insert(0, properties)


def _case(suite: Element, name: str) -> Element:
    return SubElement(suite, "testcase", classname=suite.get("name", ""), name=_xml(name), time="0")


def _count(suite: Element, failures: int, skipped: int) -> None:
    numbers = {"tests": len(suite.findall("testcase")), "failures": failures, "errors": 0, "skipped": skipped}
    for key, number in numbers.items():
        suite.set(key, str(number))
    suite.set("time", "0")


def _violations(violations: Mapping[str, Any]) -> list[Failure]:
    if violations["requests"] and not violations["distinct"]:
        message = (
            f"{words.counted(violations['requests'], 'request')} broke the contract; their journal entries are gone"
        )
        return [("requests that broke the contract", message, "")]
    return [_violation(one) for one in violations["distinct"]]


def _violation(one: Mapping[str, Any]) -> Failure:
    title = f"{words.operation(one)} {words.place(one)}"
    text = f"{one['message']}\n{words.source(one)}\n{one['count']} times, in {' '.join(one['entries'])}"
    return title, one["message"], text


def _double(one: Mapping[str, Any]) -> Failure:
    first, second = one["first"], one["second"]
    lines = []
    for entry in (first, second):
        lines += [f"{entry['received']} {entry['id']} {words.answer(entry)}: {entry['method']} {entry['target']}"]
        lines += [f"  {change}" for change in words.changes(entry)]
    message = f"answered with {words.answer(first)}, asked again, and done twice"
    return f"{words.operation(one)} in sandbox {one['sandbox']}: {first['id']}", message, "\n".join(lines)


def _xml(value: object) -> str:
    """A text that XML can hold; what it can't is written out."""
    return _NO_XML.sub(lambda match: clean(match[0]), str(value))
