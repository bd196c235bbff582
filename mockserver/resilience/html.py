"""A report as one HTML page that needs nothing from elsewhere, and no script: the matrix, whose cells open."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from itertools import groupby

from mockserver.printable import clean, clean_lines
from mockserver.report.wording import counted
from mockserver.resilience.failure import Kind
from mockserver.resilience.report import SHOWN_CALLS, SHOWN_OUTPUT, Report, Result, by_vendor, call_line, matrix
from mockserver.resilience.run import Call
from mockserver.resilience.style import POLICY, STYLE
from mockserver.resilience.text import COLUMNS, grouped, headline
from mockserver.resilience.verdict import LETTERS, MEANINGS, Verdict


def page(report: Report) -> str:
    """The whole report."""
    failed = {one.name for one in report.failed}
    ids = {one.name: f"s{number}" for number, one in enumerate(report.results, 1)}
    parts = (
        f"<h1>Resilience</h1><p class=faint>{_(headline(report))}</p>",
        _tiles(report),
        _matrices(report, ids, failed),
        _section("Letters", _legend(report)),
        _findings(report),
        _changes(report),
        _about(report),
        "\n".join(_panel(one, ids[one.name]) for one in report.results),
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_(POLICY)}">'
        f"<title>{_(headline(report))}</title><style>{STYLE}</style>"
    )
    body = "\n".join(part for part in parts if part)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _(text: object) -> str:
    return html.escape(clean(text))


def _code(text: object) -> str:
    return f"<code>{_(text)}</code>"


def _pre(text: str) -> str:
    return f"<pre>{html.escape(clean_lines(text))}</pre>"


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>\n{content}</section>" if content else ""


def _tiles(report: Report) -> str:
    counts, failed = report.counts, len(report.failed)
    recovered = counts.get(Verdict.RECOVERED, 0)
    tiles = (
        (len(report.results), "scenarios", ""),
        (failed, "failed", "bad" if failed else "good"),
        (recovered, "recovered", "good" if recovered else ""),
        (len({one.scenario.call for one in report.results}), "calls", ""),
    )
    shown = "".join(f'<div class=tile><b class="{look}">{number}</b>{what}</div>' for number, what, look in tiles)
    return f"<div class=tiles>{shown}</div>"


def _matrices(report: Report, ids: Mapping[str, str], failed: set[str]) -> str:
    tables = [_matrix(results, ids, failed) for results in by_vendor(report.results)]
    return _section("Calls and failures", "\n".join(tables))


def _matrix(results: Sequence[Result], ids: Mapping[str, str], failed: set[str]) -> str:
    calls, failures, cells = matrix(results)
    kinds = {one.scenario.failure.name: one.scenario.failure.kind for one in results}
    unsteady = {str(one.scenario.call) for one in results if one.scenario.is_unstable}
    head = f"<tr><th></th>{_kinds(failures, kinds)}</tr><tr><th></th>{''.join(map(_column, failures))}</tr>"
    body = "\n".join(
        f"<tr>{_row_heading(call, is_unsteady=call in unsteady)}"
        + "".join(_cell(cells.get((call, failure)), ids, failed) for failure in failures)
        + "</tr>"
        for call in calls
    )
    return f"<div class=matrix><table><thead>{head}</thead><tbody>\n{body}</tbody></table></div>"


def _row_heading(call: str, *, is_unsteady: bool) -> str:
    """A call, and whether the clean runs differ in it."""
    vendor, _dot, name = call.partition(".")
    return f"<th><small>{_(vendor)}{' · unsteady' if is_unsteady else ''}</small>{_(name)}</th>"


def _kinds(failures: Sequence[str], kinds: Mapping[str, Kind]) -> str:
    groups = [(kind, len(list(group))) for kind, group in groupby(failures, key=lambda name: kinds[name])]
    return "".join(f'<th class=kind colspan={n} title="{_(kind)}">{COLUMNS[kind]}</th>' for kind, n in groups)


def _column(failure: str) -> str:
    return f'<th class=failure title="{_(failure)}"><span>{_(failure)}</span></th>'


def _cell(one: Result | None, ids: Mapping[str, str], failed: set[str]) -> str:
    if one is None:
        return "<td class=none>·</td>"
    is_forgiven = one.verdict.rank > Verdict.CARRIED_ON.rank and one.name not in failed
    look = f"cell {one.verdict}{' allowed' if is_forgiven else ''}"
    label = f"{_(one.name)}: {one.verdict}"
    return (
        f'<td><button class="{look}" popovertarget={ids[one.name]} title="{label}" aria-label="{label}">'
        f"{LETTERS[one.verdict]}</button></td>"
    )


def _letter(verdict: Verdict) -> str:
    return f'<span class="letter {verdict}" aria-hidden="true">{LETTERS[verdict]}</span>'


def _legend(report: Report) -> str:
    items = "".join(
        f"<li>{_letter(verdict)}<span><b>{verdict}</b> <span class=faint>{count}</span><br>"
        f"{_(MEANINGS[verdict])}</span></li>"
        for verdict, count in report.counts.items()
    )
    return f"<ul class=legend>{items}</ul>" if items else ""


def _findings(report: Report) -> str:
    """The failures, those of one call with one verdict together."""
    return _section("Failed", "\n".join(_finding(first, others) for first, *others in grouped(report.failed)))


def _finding(first: Result, others: Sequence[Result]) -> str:
    names = ", ".join(_code(one.scenario.failure.name) for one in others)
    more = f"<p class=faint>So too: {names}</p>" if others else ""
    return (
        f"<div class=finding>{_letter(first.verdict)}<div><b>{_(first.name)}</b> "
        f"<span class=faint>{first.verdict}</span><p>{_sentence(first)}</p>{more}"
        f"<p class=faint>{_code(first.reproduce)}</p></div></div>"
    )


def _sentence(one: Result) -> str:
    """The evidence, what stands between backticks as code."""
    pieces = clean(one.sentence).split("`")
    return "".join(_code(piece) if number % 2 else html.escape(piece) for number, piece in enumerate(pieces))


def _changes(report: Report) -> str:
    comparison = report.comparison
    if comparison is None:
        return ""
    items = [
        f"<li><b class={'bad' if which == 'worse' else 'good'}>{which}</b> {_code(name)}: was {before}, is {now}</li>"
        for which, changes in (("worse", comparison.worse), ("better", comparison.better))
        for name, (before, now) in changes.items()
    ]
    text = f"<ul>{''.join(items)}</ul>" if items else "<p>Nothing has changed.</p>"
    return _section("Against the baseline", text)


def _about(report: Report) -> str:
    summary = report.summary
    remarks = [*report.differing, *summary.unsteady, *summary.notes]
    if summary.left_out:
        remarks.append(f"{counted(len(summary.left_out), 'scenario')} left out by --max: {', '.join(summary.left_out)}")
    if summary.is_partial:
        remarks.append(f"interrupted after {len(report.results)} of {report.planned} scenarios")
    notes = f"<ul>{''.join(f'<li>{_(remark)}</li>' for remark in remarks)}</ul>" if remarks else ""
    calls = "".join(f"<li>{_code(call)}</li>" for call in summary.calls)
    return _section("The clean run", f"{notes}<ol>{calls}</ol>")


def _panel(one: Result, id: str) -> str:
    """What a cell opens to."""
    parts = [
        f"<h3>{_letter(one.verdict)}<span>{_(one.name)}<br><span class=faint>{one.verdict}</span></span></h3>",
        f"<p>{_sentence(one)}</p>",
        f"<h4>Reproduce</h4>{_pre(one.reproduce)}",
        f"<h4>What the vendors saw</h4><ol>{''.join(map(_call, one.calls[:SHOWN_CALLS]))}</ol>" if one.calls else "",
        _more(len(one.calls) - SHOWN_CALLS),
        _output("Standard error", one.stderr),
        _output("Standard output", one.stdout),
        f"<p class=faint>Ended with {_(one.told)}</p>",
    ]
    return f"<div id={id} class=panel popover>{''.join(parts)}</div>"


def _call(call: Call) -> str:
    look = " class=met" if call.is_faulty else ""
    return f"<li{look}>{_code(call_line(call))}</li>"


def _more(number: int) -> str:
    return f"<p class=faint>and {number} more</p>" if number > 0 else ""


def _output(heading: str, text: str) -> str:
    return f"<h4>{heading}</h4>{_pre(text.strip()[-SHOWN_OUTPUT:])}" if text.strip() else ""
