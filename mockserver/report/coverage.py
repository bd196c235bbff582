"""Measure how much of a vendor's contract a client met: operations, documented statuses, error cases, successes.

It is made from counts alone, so that entries that are gone from the journal count too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.openapi.model import Operation, Spec
from mockserver.report.tally import Counts, Kind, read_kind

PARTS = ("operations", "statuses", "cases", "successes")
Row = dict[str, Any]


def coverage(counts: Counts, specs: Mapping[str, Spec]) -> dict[str, Row]:
    """The coverage of each vendor, by its name; the vendors that were never called are among them."""
    by_vendor: dict[str, list[tuple[Kind, int]]] = {name: [] for name in specs}
    for text, number in counts.items():
        kind = read_kind(text)
        if kind.vendor in by_vendor:
            by_vendor[kind.vendor].append((kind, number))
    return {name: _of_vendor(kinds, specs[name]) for name, kinds in by_vendor.items()}


def _of_vendor(kinds: Sequence[tuple[Kind, int]], spec: Spec) -> Row:
    detail = {operation.id: _nothing_yet(operation) for operation in spec.operations if not operation.disabled}
    for kind, number in kinds:
        operation = spec.operation(kind.operation) or _owner(kind, spec)
        if operation is not None and operation.id in detail:
            _count(detail[operation.id], kind, number, operation)
    return _measured(sum(number for _, number in kinds), list(detail.values()))


def _nothing_yet(operation: Operation) -> Row:
    cases = {case.name: {"status": case.status, "count": 0} for case in operation.cases.values()}
    statuses = dict.fromkeys((response.key for response in operation.responses), 0)
    return {"operation": operation.id, "requests": 0, "statuses": statuses, "cases": cases}


def _owner(kind: Kind, spec: Spec) -> Operation | None:
    """The operation whose case was the answer to a request for no operation: the 404 of an unknown path."""
    case = None if kind.operation else spec.case(kind.case)
    return next((operation for operation in spec.operations if case and operation.cases.get(case.name) is case), None)


def _count(row: Row, kind: Kind, number: int, operation: Operation) -> None:
    row["requests"] += number if kind.operation else 0
    if kind.lost:
        return
    response = operation.response_for(kind.status)
    if response is not None:
        row["statuses"][response.key] += number
    case = kind.case or _success(kind.status, operation)
    if case in row["cases"]:
        row["cases"][case]["count"] += number


def _success(status: int, operation: Operation) -> str:
    """The case of a success that a behaviour made, or that was generated: the first listed under its status."""
    case = operation.case_for(status) if status < 400 else None
    return case.name if case else ""


def _measured(requests: int, detail: list[Row]) -> Row:
    """The coverage that some rows amount to."""
    return {"requests": requests, **measures(detail), "detail": detail}


def measures(detail: Sequence[Row]) -> Row:
    """Operations, statuses, error cases and successes of some rows: how many were met, of how many."""
    operations = [(row["operation"], row["requests"]) for row in detail]
    statuses = [(f"{row['operation']} {key}", met) for row in detail for key, met in row["statuses"].items()]
    cases = [(f"{row['operation']} {name}", case) for row in detail for name, case in row["cases"].items()]
    errors = [(name, case["count"]) for name, case in cases if case["status"] >= 400]
    successes = [(name, case["count"]) for name, case in cases if case["status"] < 400]
    parts = (operations, statuses, errors, successes)
    return {name: _measure(part) for name, part in zip(PARTS, parts, strict=True)}


def _measure(rows: Iterable[tuple[str, int]]) -> Row:
    items = list(rows)
    missing = [name for name, met in items if not met]
    met = len(items) - len(missing)
    return {"met": met, "of": len(items), "percent": percent(met, len(items)), "missing": missing}


def percent(met: int, of: int) -> float:
    """With one decimal, rounded down: only what is whole is 100. Of nothing everything was met."""
    return met * 1000 // of / 10 if of else 100.0


def merged_coverage(*reports: Mapping[str, Row]) -> dict[str, Row]:
    """The coverage of several reports together."""
    names = dict.fromkeys(name for report in reports for name in report)
    return {name: _together([report[name] for report in reports if name in report]) for name in names}


def _together(reports: Sequence[Row]) -> Row:
    rows: dict[str, Row] = {}
    for row in (row for report in reports for row in report["detail"]):
        mine = rows.setdefault(row["operation"], {**row, "requests": 0, "statuses": {}, "cases": {}})
        mine["requests"] += row["requests"]
        for key, met in row["statuses"].items():
            mine["statuses"][key] = mine["statuses"].get(key, 0) + met
        for name, case in row["cases"].items():
            count = mine["cases"].get(name, {"count": 0})["count"] + case["count"]
            mine["cases"][name] = {"status": case["status"], "count": count}
    return _measured(sum(report["requests"] for report in reports), list(rows.values()))
