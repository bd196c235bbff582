"""Words that all formats of a report share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.report import coverage

TITLE = "Contract report"
HEADINGS = {"operations": "operations", "statuses": "statuses", "cases": "error cases", "successes": "successes"}
DONE = {
    "at_once": "again at once",
    "later": "again later",
    "too_early": "too early",
    "never": "never again",
    "unknown": "unknown",
}
OTHER_HOSTS = "Other hosts that were wanted"
UNSUPPORTED = "Not supported by the mock server, and not counted against the client"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 request``, ``2 requests``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def headline(report: Mapping[str, Any]) -> str:
    """``12 requests in 3 sandboxes, 2 of them deleted``."""
    boxes = report["sandboxes"]
    total = boxes["count"] + boxes["deleted"]
    gone = f", {boxes['deleted']} of them deleted" if boxes["deleted"] else ""
    return f"{counted(report['requests'], 'request')} in {counted(total, 'sandbox', 'sandboxes')}{gone}"


def called(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The vendors that were called, with their coverage."""
    return [(name, one) for name, one in sorted(report["coverage"].items()) if one["requests"]]


def uncalled(report: Mapping[str, Any]) -> list[str]:
    """The vendors that never were."""
    return sorted(name for name, one in report["coverage"].items() if not one["requests"])


def share(measure: Mapping[str, Any]) -> str:
    """``3/38``."""
    return f"{measure['met']}/{measure['of']}"


def rate(measure: Mapping[str, Any]) -> str:
    """``7.9 %``; whole numbers without decimals."""
    return f"{measure['percent']:g} %"


def called_rows(one: Mapping[str, Any]) -> list[Any]:
    """The rows of a vendor's operations that were called."""
    return [row for row in one["detail"] if row["requests"]]


def measures(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The four measures of a vendor's coverage, in the order of ``HEADINGS``.

    How many of its operations were called; the others, as gates do, are of those that were.
    """
    of_called = coverage.measures(called_rows(one))
    return [one["operations"], *(of_called[part] for part in HEADINGS if part != "operations")]


def unmet_cases(one: Mapping[str, Any]) -> Iterator[tuple[str, dict[int, list[str]]]]:
    """Each operation of a vendor that was called, with the error cases it never answered with, by status."""
    for row in called_rows(one):
        missing: dict[int, list[str]] = {}
        for name, case in row["cases"].items():
            if case["status"] >= 400 and not case["count"]:
                missing.setdefault(case["status"], []).append(name)
        if missing:
            yield row["operation"], dict(sorted(missing.items()))


def place(violation: Mapping[str, Any]) -> str:
    """Where in a request a violation is: ``query account_id``, ``body at /name``."""
    where = f"{violation['in']} {violation['name']}".rstrip()
    return f"{where} at {violation['pointer']}" if violation["pointer"] else where


def source(violation: Mapping[str, Any]) -> str:
    """Where the rule stands that was broken: ``specs/postpress/openapi.yaml:53``."""
    spec = violation["spec"]
    return f"{spec['file']}:{spec['line']}" if spec else ""


def operation(row: Mapping[str, Any]) -> str:
    """``postpress get_inmail_balance``; an unknown path has no operation."""
    return f"{row['vendor'] or 'no vendor'} {row['operation'] or '(unknown path)'}"


def unsupported(row: Mapping[str, Any]) -> str:
    """What the mock server doesn't support of a request: ``shop place_order: a multipart body (2 times)``."""
    return f"{operation(row)}: {row['what']} ({counted(row['count'], 'time')})"


def other_host(row: Mapping[str, Any]) -> str:
    """A host besides the vendors', and how often it was wanted: ``api.stripe.com (3 times)``."""
    return f"{row['host']} ({counted(row['count'], 'time')})"


def error(row: Mapping[str, Any]) -> str:
    """What the client was shown: ``503 no_channel``, ``lost``."""
    if row["lost"]:
        return f"{row['status']}, lost" if row["status"] else "lost"
    return f"{row['status']} {row['case'] or ''}".rstrip()


def answer(entry: Mapping[str, Any]) -> str:
    """What one entry of a double spend was answered with: ``lost (reset)``, ``500 internal_error``."""
    if entry["lost"]:
        return f"lost ({entry['lost']})"
    return f"{entry['status']} {entry['case'] or ''}".rstrip()


def change(one: Mapping[str, Any]) -> str:
    """``/credits: 100 → 99``; added and removed values have one side only."""
    sides = " → ".join(_value(one[side]) if side in one else "nothing" for side in ("before", "after"))
    return f"{one['pointer'] or '/'}: {sides}"


def changes(entry: Mapping[str, Any]) -> list[str]:
    """The changes of one entry of a double spend, a line each."""
    more = entry["more_changes"]
    return [*map(change, entry["changes"]), *([f"and {counted(more, 'more change')}"] if more else [])]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def lacks(report: Mapping[str, Any]) -> list[str]:
    """What a report doesn't know, a sentence each."""
    lack = report["incomplete"]
    if not lack:
        return []
    sentences = []
    if lack["dropped"]:
        gone = counted(lack["dropped"], "journal entry", "journal entries")
        sentences.append(
            f"{gone} made room for newer ones or went with their sandbox: the counts hold, but violations, "
            "double spends and what followed an error may be missing from the lists"
        )
    if lack["after_errors"]:
        sentences.append(f"what followed {counted(lack['after_errors'], 'error')} is unknown")
    if lack["violations"]:
        sentences.append(f"{counted(lack['violations'], 'more violation')} left out of the list")
    if lack["double_spends"]:
        sentences.append(f"{counted(lack['double_spends'], 'more double spend')} left out of the list")
    return sentences
