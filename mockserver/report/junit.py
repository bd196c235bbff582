"""Write a report as JUnit XML, which fails where the exit code says so: what no gate forbids is a test that passes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockserver.printable import clean
from mockserver.report import wording as words
from mockserver.report.verdict import Unmet

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Finding(NamedTuple):
    """A test case of its own: its name, what happened in a line, and in full."""

    name: str
    message: str
    text: str


def junit(report: Mapping[str, Any], unmet: Sequence[Unmet] = ()) -> str:
    """The report; ``unmet`` are the gates that it doesn't pass."""
    root = Element("testsuites", name=words.TITLE.lower())
    failing = {one.gate for one in unmet}
    violations, doubles = _violations(report["violations"]), [_double(one) for one in report["double_spends"]]
    _suite(root, "violations", "no request broke the contract", violations, is_failure="violations" in failing)
    _suite(root, "double spends", "no possible double spend", doubles, is_failure="double-spend" in failing)
    gates = [Finding(one.gate, one.reason, str(one)) for one in unmet]
    _suite(root, "gates", "every gate is met", gates, is_failure=True)
    _properties(root[0], report)
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, fine: str, findings: Sequence[Finding], *, is_failure: bool) -> None:
    """A suite of findings; where there is none, of one test that passed."""
    suite = SubElement(root, "testsuite", name=f"mockserver.{name}")
    names: set[str] = set()
    for finding in findings:
        test = _case(suite, _unique(finding.name, names))
        if is_failure:
            SubElement(test, "failure", message=xml_text(finding.message), type=name).text = xml_text(finding.text)
        else:
            SubElement(test, "system-out").text = xml_text(f"{finding.message}\n{finding.text}")
    if not findings:
        _case(suite, fine)
    failures = len(findings) if is_failure else 0
    numbers = {"tests": len(suite), "failures": failures, "errors": 0, "skipped": 0, "time": 0}
    for key, number in numbers.items():
        suite.set(key, str(number))


def _case(suite: Element, name: str) -> Element:
    return SubElement(suite, "testcase", classname=suite.get("name", ""), name=name, time="0")


def _unique(name: str, names: set[str]) -> str:
    """A name that no other test of its suite has: GitLab keeps only the first of equal ones."""
    plain = xml_text(name)
    numbered = (f"{plain} ({number})" for number in range(2, len(names) + 3))
    free = next(one for one in (plain, *numbered) if one not in names)
    names.add(free)
    return free


def _properties(suite: Element, report: Mapping[str, Any]) -> None:
    """What is no test, before the tests of a suite: requests, coverage, and what is unknown or wasn't judged."""
    values = {"requests": str(report["requests"])}
    for name, one in words.called(report):
        shares = zip(words.HEADINGS, map(words.share, words.measures(one)), strict=True)
        values |= {f"{name}.requests": str(one["requests"]), **{f"{name}.{part}": share for part, share in shares}}
    values |= _numbered("unsupported", map(words.unsupported, report["unsupported"]))
    values |= _numbered("other-host", map(words.other_host, report.get("other_hosts", ())))
    values |= _numbered("incomplete", words.lacks(report))
    properties = Element("properties")
    for name, value in values.items():
        SubElement(properties, "property", name=xml_text(name), value=xml_text(value))
    suite.insert(0, properties)


def _numbered(name: str, texts: Iterable[str]) -> dict[str, str]:
    return {f"{name}.{number}": text for number, text in enumerate(texts, 1)}


def _violations(violations: Mapping[str, Any]) -> list[Finding]:
    if violations["requests"] and not violations["distinct"]:
        count = words.counted(violations["requests"], "request")
        message = f"{count} broke the contract; their journal entries are gone"
        return [Finding("requests that broke the contract", message, message)]
    return [_violation(one) for one in violations["distinct"]]


def _violation(one: Mapping[str, Any]) -> Finding:
    name = f"{words.operation(one)} {words.place(one)}: {one['message']}"
    text = (
        f"{one['message']}\n{words.source(one)}\n{words.counted(one['count'], 'time')}, in {' '.join(one['entries'])}"
    )
    return Finding(name, one["message"], text)


def _double(one: Mapping[str, Any]) -> Finding:
    first, second = one["first"], one["second"]
    lines = []
    for entry in (first, second):
        lines += [f"{entry['received']} {entry['id']} {words.answer(entry)}: {entry['method']} {entry['target']}"]
        lines += [f"  {change}" for change in words.changes(entry)]
    message = f"answered with {words.answer(first)}, asked again, and done twice"
    return Finding(f"{words.operation(one)} in sandbox {one['sandbox']}: {first['id']}", message, "\n".join(lines))


def xml_text(value: object) -> str:
    """A text that XML can hold; what it can't is written out."""
    return _NO_XML.sub(lambda match: clean(match[0]), str(value))
