"""Renders the drift report as one HTML page that needs nothing from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.printable import clean
from mockserver.report.css import POLICY, STYLE
from mockserver.verify.text_report import headline, verdict, where

TITLE = "Drift"


def page(report: Mapping[str, Any], patch: str) -> str:
    """The report, and the patch that it proposes."""
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_(POLICY)}">'
        f"<title>{TITLE}</title><style>{STYLE}</style>"
    )
    parts = [
        f"<h1>{TITLE} of {_(report['vendor'])}</h1><p class=faint>{_(headline(report))}</p>",
        f"<div class=tiles>{_tile(report['alarms'], 'alarms', 'bad')}{_tile(report['news'], 'news', 'zero')}"
        f"{_tile(report['exchanges'], 'answers checked', 'zero')}</div>",
        _notes(report["notes"]),
        _section("Differences", _differences(report["differences"]) or f"<p>{_(verdict(report))}</p>"),
        _section("Operations", _operations(report["operations"])),
        _section("Not in the spec", _unknown(report["unknown"])),
        _section("Proposed patch", f"<pre><code>{_lines(patch)}</code></pre>" if patch else ""),
    ]
    body = "\n".join(filter(None, parts))
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _(text: object) -> str:
    return html.escape(clean(str(text)))


def _lines(text: str) -> str:
    return "\n".join(map(_, text.split("\n")))


def _tile(number: int, what: str, look: str) -> str:
    return f"<div class=tile><b class={look if number else 'good'}>{number}</b>{what}</div>"


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{_(note)}</li>" for note in notes)
    return f'<div class="note lack"><ul>{items}</ul></div>' if items else ""


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>\n{content}</section>" if content else ""


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in headings)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>" if body else ""
    )


def _code(text: object) -> str:
    return f"<code>{_(text)}</code>"


def _differences(differences: Iterable[Mapping[str, Any]]) -> str:
    rows = []
    for one in differences:
        look = "bad" if one["severity"] == "alarm" else "faint"
        value = one["example"]["value"]
        came = f"<br>came {_code(value)}" if value is not None else ""
        patched = "<br>in the patch" if one["patched"] else ""
        rows.append(
            (
                f"<span class={look}>{_(one['severity'])}</span>",
                f"{_code(one['operation'])} {_(one['status'] or 'lost')}",
                f"{_(one['kind'])}<br>{_code(one['place'])}",
                f"{_(one['message'])}{came}{patched}<br><span class=faint>{_(one['example']['request'])}</span>",
                f"{one['count']}",
                _(where(one)),
            )
        )
    return _table(("", "operation", "where", "what", "times", "spec"), rows)


def _operations(operations: Iterable[Mapping[str, Any]]) -> str:
    rows = []
    for one in operations:
        statuses = ", ".join(f"{count} × {_(status)}" for status, count in one["statuses"].items())
        rows.append((_code(one["operation"]), statuses or "not called", _(one["left_out"] or "")))
    return _table(("operation", "answers", "left out"), rows)


def _unknown(requests: Iterable[Mapping[str, Any]]) -> str:
    return _table(("request", "times"), [(_code(one["request"]), str(one["count"])) for one in requests])
