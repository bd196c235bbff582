"""A report as one HTML page that needs nothing from elsewhere: no script, no font, no picture."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.printable import clean
from mockserver.report import wording as words
from mockserver.report.about import About
from mockserver.report.coverage import PARTS, measures, percent
from mockserver.report.css import POLICY, STYLE
from mockserver.report.verdict import Unmet

Row = Mapping[str, Any]
Tests = Mapping[str, str]


def page(report: Row, unmet: Sequence[Unmet] = (), about: About | None = None) -> str:
    """The report; ``unmet`` are the gates that it doesn't pass, ``about`` describes it."""
    tests = about.tests if about else {}
    parts = (
        f"<h1>{words.TITLE}</h1><p class=faint>{_(words.headline(report))}</p>{_about(about)}",
        _tiles(report, unmet),
        _note("Unmet", unmet, "note"),
        _note("Incomplete", words.lacks(report), "note lack"),
        _note(words.UNSUPPORTED, [words.unsupported(row) for row in report["unsupported"]], "note lack"),
        _note(words.OTHER_HOSTS, [words.other_host(row) for row in report.get("other_hosts", ())], "note lack"),
        _coverage(report),
        _violations(report, tests),
        _doubles(report, tests),
        _after(report),
        _cases(report),
    )
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_(POLICY)}">'
        f"<title>{words.TITLE}</title><style>{STYLE}</style>"
    )
    body = "\n".join(part for part in parts if part)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _(text: object) -> str:
    """A text as HTML: escaped, and what is invisible written out."""
    return html.escape(clean(text))


def _code(text: object) -> str:
    return f"<code>{_(text)}</code>" if str(text) else ""


def _about(about: About | None) -> str:
    """When, with which version and by which command a report was made."""
    if about is None:
        return ""
    command = f", of {_code(about.command)}" if about.command else ""
    return f"<p class=faint>Made {_(about.made)} with mockserver {_(about.version)}{command}</p>"


def _tiles(report: Row, unmet: Sequence[Unmet]) -> str:
    """The numbers that one looks for first."""
    violating, doubles = report["violations"]["requests"], len(report["double_spends"])
    early = sum(row["too_early"] for row in report["after_errors"])
    called = [row for _name, one in words.called(report) for row in words.called_rows(one)]
    cases = measures(called)["cases"]
    bar = _bar(cases["met"], cases["of"]) if called else ""
    tiles = [
        _tile(str(violating), "requests broke the contract", violating),
        _tile(str(doubles), "possible double spends", doubles),
        _tile(str(early), "asked again too early", early),
        f"<div class=tile><b>{words.share(cases) if called else '–'}</b>error cases met{bar}</div>",
    ]
    if unmet:
        tiles.append(_tile(str(len(unmet)), "gates unmet", len(unmet)))
    return f"<div class=tiles>{''.join(tiles)}</div>"


def _tile(number: str, what: str, count: int) -> str:
    return f"<div class=tile><b class={'bad' if count else 'good'}>{number}</b>{what}</div>"


def _note(heading: str, sentences: Sequence[object], look: str) -> str:
    items = "".join(f"<li>{_(sentence)}</li>" for sentence in sentences)
    return f'<div class="{look}"><b>{heading}</b><ul>{items}</ul></div>' if items else ""


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>\n{content}</section>"


def _table(headings: Sequence[str], rows: Iterable[str], left: int) -> str:
    head = "".join(f"<th{'' if n < left else ' class=number'}>{name}</th>" for n, name in enumerate(headings))
    return (
        f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>\n" + "\n".join(rows) + "</tbody></table></div>"
    )


def _bar(met: int, of: int) -> str:
    """A bar of what was met. Its length is an attribute, since the page's policy allows no inline style."""
    width = percent(met, of)
    look = "all" if met == of else "met"
    return (
        '<svg class=bar viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class=track width="100" height="6"/><rect class={look} width="{width:g}" height="6"/></svg>'
    )


def _coverage(report: Row) -> str:
    rows = []
    for name, one in words.called(report):
        cells = "".join(
            f"<td>{words.share(part)} <span class=faint>{words.rate(part)}</span>{_bar(part['met'], part['of'])}</td>"
            for part in words.measures(one)
        )
        requests = words.counted(one["requests"], "request")
        rows.append(f"<tr><td>{_code(name)}<br><span class=faint>{requests}</span></td>{cells}</tr>")
    idle = words.uncalled(report)
    never = f"<p class=faint>Never called: {', '.join(map(_code, idle))}</p>" if idle else ""
    return _section(
        "Coverage", (_table(["vendor", *words.HEADINGS.values()], rows, 1 + len(PARTS)) if rows else "") + never
    )


def _violations(report: Row, tests: Tests) -> str:
    violations = report["violations"]
    rows = [
        f"<tr><td class=number>{one['count']}</td><td>{_code(words.operation(one))}</td>"
        f"<td>{_code(words.place(one))}</td><td>{_(one['message'])}<br>{_code(words.source(one))}</td>"
        f"<td>{' '.join(map(_code, one['entries']))}{_example(one['example'], tests)}</td></tr>"
        for one in violations["distinct"]
    ]
    heading = f"Contract violations: {words.counted(violations['requests'], 'request')}"
    if not rows:
        sentence = "Their journal entries are gone." if violations["requests"] else "No request broke the contract."
        return _section(heading, f"<p>{sentence}</p>")
    table = _table(["times", "operation", "where", "what, and the rule", "journal entries"], rows, 5)
    return _section(heading, table)


def _example(entry: Row | None, tests: Tests) -> str:
    """An entry in full."""
    if entry is None:
        return ""
    request, response = entry["request"], entry["response"]
    asked = [f"{request['method']} {request['target']}", *_lines(request)]
    answered = [str(response["status"] or "no answer"), *_lines(response)]
    text = "\n".join(map(_, [*asked, "", *answered]))
    title = f"{_code(entry['id'])} in full"
    return (
        f"<details><summary>{title}</summary><div class=inside>{_place(entry, tests)}<pre>{text}</pre></div></details>"
    )


def _lines(message: Row) -> list[str]:
    """Headers and body of a message."""
    body = ["", *message["body"].splitlines()] if message["body"] else []
    return [*(f"{name}: {value}" for name, value in message["headers"]), *body]


def _place(entry: Row, tests: Tests) -> str:
    """The test that a request came from, as far as it is known, and its sandbox."""
    test = tests.get(entry["sandbox"])
    return f"{f'{_code(test)} ' if test else ''}in sandbox {_code(entry['sandbox'])}"


def _doubles(report: Row, tests: Tests) -> str:
    doubles = report["double_spends"]
    pairs = [_pair(one, tests, is_open=number < 3) for number, one in enumerate(doubles)]
    sentence = "No request was done twice because its answer hadn't arrived."
    return _section(f"Possible double spends: {len(doubles)}", "\n".join(pairs) or f"<p>{sentence}</p>")


def _pair(one: Row, tests: Tests, *, is_open: bool) -> str:
    title = f"{_code(words.operation(one))} {_place(one, tests)}"
    entries = _entry("First", one["first"]) + _entry("Second", one["second"])
    return (
        f"<details{' open' if is_open else ''}><summary>{title}</summary>"
        f'<div class="inside pair">{entries}</div></details>'
    )


def _entry(which: str, entry: Row) -> str:
    changes = "".join(f"<li>{_code(change)}</li>" for change in words.changes(entry))
    fault = f" by fault {_code(entry['fault'])}" if entry["fault"] else ""
    look = "bad" if entry["lost"] or entry["status"] >= 400 else "good"
    return (
        f"<div><b>{which}</b>: <span class={look}>{_(words.answer(entry))}</span>{fault}<br>"
        f"<span class=faint>{_(entry['received'])}</span> {_code(entry['id'])}<br>"
        f"{_code(entry['method'] + ' ' + entry['target'])}<ul>{changes}</ul></div>"
    )


def _after(report: Row) -> str:
    rows = []
    for one in report["after_errors"]:
        numbers = "".join(_number(one[key], key) for key in ("count", *words.DONE))
        rows.append(f"<tr><td>{_code(words.operation(one))}</td><td>{_code(words.error(one))}</td>{numbers}</tr>")
    table = _table(["operation", "error", "errors", *words.DONE.values()], rows, 2)
    return _section("After an error, the same was asked", table) if rows else ""


def _number(number: int, key: str) -> str:
    look = "zero" if not number else "bad" if key == "too_early" else ""
    return f'<td class="{f"number {look}".strip()}">{number}</td>'


def _cases(report: Row) -> str:
    """Every case of the operations called, with how often it was met."""
    operations = [_operation(name, row) for name, one in words.called(report) for row in words.called_rows(one)]
    return _section("Cases of the operations called", "\n".join(operations)) if operations else ""


def _operation(vendor: str, row: Row) -> str:
    errors = [case for case in row["cases"].values() if case["status"] >= 400]
    met = sum(bool(case["count"]) for case in errors)
    statuses: dict[int, list[str]] = {}
    for name, case in row["cases"].items():
        statuses.setdefault(case["status"], []).append(_chip(name, case["count"]))
    groups = "".join(
        f"<div class=group><span class=faint>{status}</span><ul class=chips>{''.join(chips)}</ul></div>"
        for status, chips in sorted(statuses.items())
    )
    name, requests = f"{vendor} {row['operation']}", words.counted(row["requests"], "request")
    return (
        f"<details><summary>{_code(name)} <span class=faint>{requests}, "
        f"{met} of {len(errors)} error cases met</span></summary><div class=inside>{groups}</div></details>"
    )


def _chip(name: str, count: int) -> str:
    if not count:
        return f"<li class=never>{_code(name)}</li>"
    return f"<li>{_code(name)} <span class=times>{count} ×</span></li>"
