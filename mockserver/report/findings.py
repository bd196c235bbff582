"""Find violations, reactions to errors and double spends in journal entries: all of a report but the coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.openapi.model import Spec
from mockserver.report import after_errors, unsupported, violations
from mockserver.report.after_errors import AfterErrors
from mockserver.report.bounds import MOST
from mockserver.report.double_spends import double_spend, is_double
from mockserver.report.followups import is_error, steps
from mockserver.report.tally import Counts, read_kind
from mockserver.report.unsupported import Unsupported
from mockserver.report.violations import Violations
from mockserver.sandbox.journal import Entry

Findings = dict[str, Any]


def nothing() -> Findings:
    """The findings of no request."""
    return _findings(0, 0, [], [], [], [], incomplete(0, 0, 0))


def findings(entries: Iterable[Entry], counts: Counts, dropped: int, specs: Mapping[str, Spec]) -> Findings:
    """The findings in one sandbox's journal (newest entry first), of which so many older entries are gone."""
    kinds = [(read_kind(text), number) for text, number in counts.items()]
    failing = {(kind.vendor, kind.operation) for kind, _ in kinds if kind.is_error}
    distinct, notes, after = Violations(), Unsupported(), AfterErrors()
    doubles, too_many = list[dict[str, Any]](), 0
    for step in steps(entries, failing):
        entry = step.entry
        distinct.note(entry, specs)
        notes.note(entry)
        if is_error(entry):
            after.note(entry, step.again)
        if is_double(step) and len(doubles) < MOST:
            doubles.append(double_spend(step))
        elif is_double(step):
            too_many += 1
    after.complete(counts)
    violating = sum(number for kind, number in kinds if kind.violated)
    requests = sum(number for _, number in kinds)
    left_out = incomplete(dropped, distinct.left_out, too_many)
    return _findings(requests, violating, distinct.rows(), notes.rows(), after.rows(), doubles, left_out)


def merged_findings(*parts: Findings) -> Findings:
    """The findings of several reports together."""
    distinct, left_out_here = violations.merged_rows(*(part["violations"]["distinct"] for part in parts))
    doubles = [double for part in parts for double in part["double_spends"]]
    lacks = [part["incomplete"] for part in parts if part["incomplete"]]
    left_out = incomplete(
        sum(lack["dropped"] for lack in lacks),
        sum(lack["violations"] for lack in lacks) + left_out_here,
        sum(lack["double_spends"] for lack in lacks) + max(0, len(doubles) - MOST),
    )
    return _findings(
        sum(part["requests"] for part in parts),
        sum(part["violations"]["requests"] for part in parts),
        distinct,
        unsupported.merged_rows(*(part.get("unsupported", ()) for part in parts)),
        after_errors.merged_rows(*(part["after_errors"] for part in parts)),
        doubles[:MOST],
        left_out,
    )


def completed(known: Findings, counts: Counts, unseen: int) -> Findings:
    """Findings made to agree with all that was counted; ``unseen`` entries went before anybody looked at them."""
    after = AfterErrors(known["after_errors"])
    after.complete(counts)
    violating = sum(number for text, number in counts.items() if read_kind(text).violated)
    lack = known["incomplete"] or incomplete(0, 0, 0)
    left_out = incomplete(lack["dropped"] + max(0, unseen), lack["violations"], lack["double_spends"])
    distinct, notes, doubles = known["violations"]["distinct"], known["unsupported"], known["double_spends"]
    return _findings(sum(counts.values()), violating, distinct, notes, after.rows(), doubles, left_out)


def incomplete(dropped: int, violations: int, double_spends: int) -> dict[str, int]:
    """What is missing: entries that are gone, and findings that there was no room for."""
    return {"dropped": dropped, "violations": violations, "double_spends": double_spends}


def _findings(
    requests: int,
    violating: int,
    distinct: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    after: list[dict[str, Any]],
    doubles: list[dict[str, Any]],
    left_out: dict[str, int],
) -> Findings:
    unknown = sum(row["unknown"] for row in after)
    is_whole = not any(left_out.values()) and not unknown
    return {
        "requests": requests,
        "violations": {"requests": violating, "distinct": distinct},
        "unsupported": notes,
        "after_errors": after,
        "double_spends": doubles,
        "incomplete": None if is_whole else {**left_out, "after_errors": unknown},
    }
