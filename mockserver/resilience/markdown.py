"""A report as Markdown, for the comment of a pull request or a job's summary."""

from __future__ import annotations

import html
from collections.abc import Iterator

from mockserver.printable import clean
from mockserver.report.markdown import code, escape
from mockserver.resilience.report import Report, Result, by_vendor
from mockserver.resilience.text import COLUMNS, grouped, headline, rows
from mockserver.resilience.verdict import LETTERS, MEANINGS

MOST = 15


def markdown(report: Report) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### {'✅' if report.is_good else '❌'} {escape(headline(report))}"
    yield ""
    for results in by_vendor(report.results):
        used, table = rows(results)
        yield f"| call | {' | '.join(COLUMNS[kind] for kind in used)} |"
        yield f"|---|{'---|' * len(used)}"
        for call, letters in table:
            yield f"| {code(call)} | {' | '.join(f'`{cell}`' if cell else '' for cell in letters)} |"
        yield ""
    yield "<details><summary>Letters</summary>"
    yield ""
    for verdict, count in report.counts.items():
        yield f"- `{LETTERS[verdict]}` **{verdict}** {count}: {MEANINGS[verdict]}"
    yield ""
    yield "</details>"
    if report.differing:
        yield ""
        yield from (f"- {escape(one)}" for one in report.differing)
    yield from _changes(report)
    yield from _failed(report)


def _changes(report: Report) -> Iterator[str]:
    comparison = report.comparison
    if comparison is None or not (comparison.worse or comparison.better):
        return
    yield ""
    yield "Against the baseline:"
    yield ""
    for which, changes in (("worse", comparison.worse), ("better", comparison.better)):
        for name, (before, now) in changes.items():
            yield f"- **{which}**: {code(name)} was {before}, is {now}"


def _failed(report: Report) -> Iterator[str]:
    groups = grouped(report.failed)
    for first, *others in groups[:MOST]:
        yield ""
        yield from _group(first, others)
    if len(groups) > MOST:
        yield ""
        yield f"and {len(groups) - MOST} more"


def _group(first: Result, others: list[Result]) -> Iterator[str]:
    more = f" and {len(others)} more" if others else ""
    yield f"<details><summary><b>{first.verdict}</b> {html.escape(clean(first.name))}{more}</summary>"
    yield ""
    yield escape(first.sentence)
    if others:
        yield ""
        yield f"So too: {', '.join(code(one.scenario.failure.name) for one in others)}"
    yield ""
    fence = "`" * (3 if "```" not in first.reproduce else len(first.reproduce))
    yield fence
    yield first.reproduce
    yield fence
    yield ""
    yield "</details>"
