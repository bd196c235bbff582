"""A report as Markdown: for the summary of a CI job, or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.printable import clean
from mockserver.report import wording as words
from mockserver.report.verdict import Unmet

_PLAIN = re.compile(r"[\w./:,{}\[\]%?=&+~ -]+", re.ASCII)
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$@]|:(?=/)|(?<=www)\.")


def markdown(report: Mapping[str, Any], unmet: Sequence[Unmet] = ()) -> str:
    """The report; ``unmet`` are the gates that it doesn't pass."""
    parts = (
        _coverage(report),
        _missing(report),
        _violations(report),
        _unsupported(report),
        _after(report),
        _doubles(report),
        _others(report),
    )
    lines = [f"## {words.TITLE}", "", words.headline(report)]
    for part in (_sentences("Unmet", unmet), *parts, _sentences("Incomplete", words.lacks(report))):
        rows = list(part)
        lines += ["", *rows] if rows else []
    return "\n".join(lines) + "\n"


def escape(text: object) -> str:
    """A text that Markdown shows as it is, on one line, in a table too."""
    return _SPECIAL.sub(r"\\\g<0>", clean(text))


def code(text: object) -> str:
    """A name as code; where it holds what could end that, as a plain text."""
    shown = clean(text)
    return f"`{shown}`" if _PLAIN.fullmatch(shown) and shown.strip() else escape(shown)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(*headings: str, left: int = 1) -> list[str]:
    return [_row(*headings), _row(*("---" if number < left else "--:" for number in range(len(headings))))]


def _coverage(report: Mapping[str, Any]) -> Iterator[str]:
    yield "### Coverage"
    yield ""
    if words.called(report):
        yield from _table("vendor", *words.HEADINGS.values())
    for name, one in words.called(report):
        yield _row(code(name), *(f"{words.share(part)} ({words.rate(part)})" for part in words.measures(one)))
    if words.uncalled(report):
        yield from ([""] if words.called(report) else [])
        yield f"Never called: {', '.join(map(code, words.uncalled(report)))}"


def _missing(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        _row(code(f"{name} {operation}"), str(status), ", ".join(map(code, cases)))
        for name, one in words.called(report)
        for operation, missing in words.unmet_cases(one)
        for status, cases in missing.items()
    ]
    if rows:
        yield "<details><summary>Error cases never met, of the operations called</summary>"
        yield ""
        yield from (*_table("operation", "status", "cases", left=3), *rows)
        yield ""
        yield "</details>"


def _violations(report: Mapping[str, Any]) -> Iterator[str]:
    violations = report["violations"]
    yield f"### Contract violations: {words.counted(violations['requests'], 'request')}"
    if violations["distinct"]:
        yield ""
        yield from _table("operation", "where", "what", "rule", "entry", "times", left=5)
    for one in violations["distinct"]:
        names = (code(words.operation(one)), code(words.place(one)), escape(one["message"]), code(words.source(one)))
        yield _row(*names, code(one["entries"][0] if one["entries"] else ""), str(one["count"]))


def _unsupported(report: Mapping[str, Any]) -> Iterator[str]:
    return _sentences(words.UNSUPPORTED, [words.unsupported(row) for row in report["unsupported"]])


def _after(report: Mapping[str, Any]) -> Iterator[str]:
    errors = report["after_errors"]
    if errors:
        yield "### After an error, the same was asked"
        yield ""
        yield from _table("operation", "error", "errors", *words.DONE.values(), left=2)
    for one in errors:
        names = (code(words.operation(one)), code(words.error(one)))
        yield _row(*names, *(str(one[key]) for key in ("count", *words.DONE)))


def _doubles(report: Mapping[str, Any]) -> Iterator[str]:
    doubles = report["double_spends"]
    yield f"### Possible double spends: {len(doubles)}"
    for one in doubles:
        yield ""
        yield f"{code(words.operation(one))} in sandbox {code(one['sandbox'])}"
        yield ""
        for number, entry in enumerate((one["first"], one["second"]), 1):
            yield f"{number}. {code(entry['id'])} {escape(entry['received'])}: {escape(words.answer(entry))}"
            yield from (f"   - {escape(change)}" for change in words.changes(entry))


def _others(report: Mapping[str, Any]) -> Iterator[str]:
    return _sentences(words.OTHER_HOSTS, [words.other_host(row) for row in report.get("other_hosts", ())])


def _sentences(heading: str, sentences: Sequence[object]) -> Iterator[str]:
    if sentences:
        yield f"### {heading}"
        yield ""
        yield from (f"- {escape(sentence)}" for sentence in sentences)
