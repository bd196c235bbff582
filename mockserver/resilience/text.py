"""A report for a terminal or a log: plain text, no colours, the same for the same results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from mockserver.printable import clean
from mockserver.report.wording import counted
from mockserver.resilience.failure import Kind
from mockserver.resilience.report import Report, Result, by_vendor, matrix
from mockserver.resilience.verdict import LETTERS

WIDTH = 110
MOST = 20
NOT_THERE = "·"
"""In the matrix, where a call can't meet a failure, or wasn't tried with it."""
COLUMNS: Mapping[Kind, str] = {
    Kind.CASE: "errors",
    Kind.ENVELOPE: "200",
    Kind.GATEWAY: "gateway",
    Kind.CONNECTION: "connection",
    Kind.SLOW: "slow",
    Kind.OUTAGE: "outage",
}


def text(report: Report) -> str:
    """The matrix, the failures with their evidence and the line that reproduces each, and what was left out."""
    parts = (_heading(report), _matrix(report), _failed(report), _changes(report), _remarks(report))
    lines: list[str] = []
    for part in parts:
        rows = [line.rstrip() for line in part]
        lines += ([""] if lines and rows else []) + rows
    return "\n".join(lines) + "\n"


def headline(report: Report) -> str:
    """``Resilience of python app.py: 52 scenarios, 3 failed``."""
    run = counted(len(report.results), "scenario")
    partial = f" of {report.planned}, interrupted" if report.summary.is_partial else ""
    return f"Resilience of {clean(report.summary.subject)}: {run}{partial}, {len(report.failed)} failed"


def tally(report: Report) -> list[str]:
    """``R recovered 20``, of each verdict that there is."""
    return [f"{LETTERS[verdict]} {verdict} {count}" for verdict, count in report.counts.items()]


def rows(results: Sequence[Result]) -> tuple[list[Kind], list[tuple[str, list[str]]]]:
    """The kinds of failures that there are, and for each call the letters of its verdicts under each kind."""
    calls, failures, cells = matrix(results)
    kinds = {one.scenario.failure.name: one.scenario.failure.kind for one in results}
    used = [kind for kind in Kind if kind in kinds.values()]
    table = []
    for call in calls:
        letters = [
            "".join(_letter(cells.get((call, name))) for name in failures if kinds[name] is wanted) for wanted in used
        ]
        table.append((call, letters))
    return used, table


def _letter(one: Result | None) -> str:
    return LETTERS[one.verdict] if one is not None else NOT_THERE


def _heading(report: Report) -> Iterator[str]:
    yield headline(report)
    yield from (f"  {line}" for line in wrap("   ".join(tally(report)), WIDTH, break_on_hyphens=False))


def _matrix(report: Report) -> Iterator[str]:
    """A table for each vendor, all of one width at the left."""
    tables = [rows(results) for results in by_vendor(report.results)]
    width = max((len(call) for _, table in tables for call, _ in table), default=0)
    for used, table in tables:
        lines = [["call", *(COLUMNS[kind] for kind in used)], *([call, *letters] for call, letters in table)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, [width, *widths[1:]], strict=True))
            yield f"  {'  '.join(cells)}"


def grouped(results: Sequence[Result]) -> list[list[Result]]:
    """Results of one call with one verdict together, the gravest first."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for one in sorted(results, key=lambda one: -one.verdict.rank):
        groups.setdefault((one.verdict, str(one.scenario.call)), []).append(one)
    return list(groups.values())


def _failed(report: Report) -> Iterator[str]:
    """Of each group the first failure in full, and the names of the others."""
    groups = grouped(report.failed)
    if not groups:
        return
    yield "Failed"
    for first, *others in groups[:MOST]:
        yield f"  {first.name}  {first.verdict}"
        yield from wrap(clean(first.sentence), WIDTH, initial_indent="    ", subsequent_indent="    ")
        if others:
            names = ", ".join(one.scenario.failure.name for one in others)
            yield from wrap(f"so too: {names}", WIDTH, initial_indent="    ", subsequent_indent="      ")
        yield f"    {clean(first.reproduce)}"
    if len(groups) > MOST:
        yield f"  and {len(groups) - MOST} more: --format html shows them all"


def _changes(report: Report) -> Iterator[str]:
    """What the baseline says of it."""
    comparison = report.comparison
    if comparison is None:
        return
    yield "Against the baseline"
    for which, changes in (("worse", comparison.worse), ("better", comparison.better)):
        for name, (before, now) in changes.items():
            yield f"  {which}: {name} was {before}, is {now}"
    for which, names in (("new", comparison.new), ("not run", comparison.gone)):
        if names:
            yield f"  {which}: {counted(len(names), 'scenario')}"
    if not (comparison.worse or comparison.better or comparison.new or comparison.gone):
        yield "  nothing has changed"


def _remarks(report: Report) -> Iterator[str]:
    summary = report.summary
    unstable = [one.name for one in report.results if one.scenario.is_unstable]
    remarks = [*report.differing, *summary.unsteady, *summary.notes]
    if unstable:
        remarks.append(f"{counted(len(unstable), 'scenario')} of calls that differ between the clean runs")
    if summary.left_out:
        remarks.append(
            f"{counted(len(summary.left_out), 'scenario')} left out by --max; each call and each failure has one still"
        )
    if remarks:
        yield "Remarks"
        yield from (f"  {clean(remark)}" for remark in remarks)
