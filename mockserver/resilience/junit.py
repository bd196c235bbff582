"""Writes a report as JUnit XML: a test for each scenario, in suites by operation, which fails where the run does."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockserver.report.junit import xml_text
from mockserver.resilience.report import Report, Result, call_line


def junit(report: Report) -> str:
    root = Element("testsuites", name="resilience")
    failed = {one.name for one in report.failed}
    suites: dict[str, list[Result]] = {}
    for one in report.results:
        suites.setdefault(one.scenario.call.qualified, []).append(one)
    for operation, results in suites.items():
        _suite(root, operation, results, failed)
    if report.summary.is_partial:
        _interrupted(root, report)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("time", _seconds(report.results))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, operation: str, results: list[Result], failed: set[str]) -> None:
    failures = sum(one.name in failed for one in results)
    numbers = {"tests": len(results), "failures": failures, "errors": 0, "skipped": 0, "time": _seconds(results)}
    group = xml_text(f"resilience.{operation}")
    suite = SubElement(root, "testsuite", name=group)
    for key, number in numbers.items():
        suite.set(key, str(number))
    for one in results:
        test = SubElement(suite, "testcase", classname=group, name=xml_text(one.name), time=_seconds([one]))
        text = xml_text("\n".join([one.sentence, one.reproduce, *map(call_line, one.calls)]))
        if one.name in failed:
            SubElement(test, "failure", message=xml_text(one.sentence), type=one.verdict).text = text
        else:
            SubElement(test, "system-out").text = f"{one.verdict}\n{text}"


def _seconds(results: Iterable[Result]) -> str:
    return f"{sum(one.seconds for one in results):.3f}"


def _interrupted(root: Element, report: Report) -> None:
    """An error, since what wasn't run didn't pass."""
    suite = SubElement(root, "testsuite", name="resilience", tests="1", failures="0", errors="1", skipped="0", time="0")
    test = SubElement(suite, "testcase", classname="resilience", name="all scenarios were run", time="0")
    message = f"interrupted after {len(report.results)} of {report.planned} scenarios"
    SubElement(test, "error", message=message, type="interrupted").text = message
