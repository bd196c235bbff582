"""Renders the drift report as JUnit XML: an operation is a test; an alarm fails it, news stands in its output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from mockserver.printable import clean
from mockserver.verify.text_report import headline, title, where

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Mapping[str, Any], *, strict: bool) -> str:
    """The report; ``strict`` makes failures of news as well."""
    root = Element("testsuites", name="mockserver verify")
    suite = SubElement(root, "testsuite", name=_xml(f"mockserver.verify.{report['vendor']}"))
    properties = SubElement(suite, "properties")
    for number, note in enumerate([headline(report), *report["notes"]]):
        SubElement(properties, "property", name=f"note.{number}", value=_xml(note))
    failures = skipped = 0
    for operation in report["operations"]:
        test = SubElement(
            suite, "testcase", classname=str(suite.get("name")), name=_xml(operation["operation"]), time="0"
        )
        differences = [one for one in report["differences"] if one["operation"] == operation["operation"]]
        wrong = [one for one in differences if strict or one["severity"] == "alarm"]
        if not operation["statuses"]:
            skipped += 1
            SubElement(test, "skipped", message=_xml(operation["left_out"] or "not called"))
        elif wrong:
            failures += 1
            failure = SubElement(test, "failure", message=_xml("; ".join(map(title, wrong))), type="drift")
            failure.text = _xml("\n".join(map(_line, wrong)))
        rest = [one for one in differences if one not in wrong]
        if rest:
            SubElement(test, "system-out").text = _xml("\n".join(map(_line, rest)))
    numbers = {"tests": len(report["operations"]), "failures": failures, "errors": 0, "skipped": skipped}
    for element in (root, suite):
        for key, number in numbers.items():
            element.set(key, str(number))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _line(one: Mapping[str, Any]) -> str:
    value = one["example"]["value"]
    came = f", came {value}" if value is not None else ""
    return f"{title(one)}: {one['message']}{came}; {one['count']} times; {where(one)}"


def _xml(value: object) -> str:
    return _NO_XML.sub(lambda match: clean(match[0]), str(value))
