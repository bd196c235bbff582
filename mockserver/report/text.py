"""A report for a terminal or a log: plain text, no colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from mockserver.printable import clean
from mockserver.report import wording as words
from mockserver.report.verdict import Unmet

WIDTH = 110
_FEW = 5


def text(report: Mapping[str, Any], unmet: Sequence[Unmet] = ()) -> str:
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
    lines = [f"{words.TITLE}: {words.headline(report)}"]
    for part in (*parts, _sentences("Incomplete", words.lacks(report)), _sentences("Unmet", unmet)):
        rows = [line.rstrip() for line in part]
        lines += ["", *rows] if rows else []
    return "\n".join(lines) + "\n"


def short(report: Mapping[str, Any], unmet: Sequence[Unmet] = ()) -> str:
    """What a person wants to know at once: coverage, what is wrong, and what gates say of it."""
    lines = [f"{words.TITLE}: {words.headline(report)}"]
    rows = [*_coverage(report, with_uncalled=False), *_first(list(_violations(report))), *_wrong(report)]
    lines += ["", *(row.rstrip() for row in rows)]
    for part in (_sentences("Incomplete", words.lacks(report)), _sentences("Unmet", unmet)):
        rows = list(part)
        lines += ["", *rows] if rows else []
    return "\n".join(lines) + "\n"


def _first(lines: list[str]) -> list[str]:
    """The heading and a few violations, two lines each."""
    more = (len(lines) - 1) // 2 - _FEW
    return [*lines[: 1 + 2 * _FEW], f"  and {more} more"] if more > 0 else lines


def _wrong(report: Mapping[str, Any]) -> Iterator[str]:
    """What else is wrong, where anything is."""
    doubles, early = len(report["double_spends"]), sum(row["too_early"] for row in report["after_errors"])
    if doubles:
        yield f"Possible double spends: {doubles}"
    others = report.get("other_hosts", ())
    if others:
        more = len(others) - _FEW
        named = ", ".join(clean(words.other_host(row)) for row in others[:_FEW])
        yield f"{words.OTHER_HOSTS}: {named}{f' and {more} more' if more > 0 else ''}"
    if early:
        yield f"Asked again before Retry-After had passed: {words.counted(early, 'time')}"


def _coverage(report: Mapping[str, Any], *, with_uncalled: bool = True) -> Iterator[str]:
    rows = [["Coverage", *words.HEADINGS.values()]] if words.called(report) or with_uncalled else []
    for name, one in words.called(report):
        rows.append([f"  {name}", *(f"{words.share(part)}  {words.rate(part)}" for part in words.measures(one))])
    yield from _table(rows)
    if with_uncalled and words.uncalled(report):
        yield f"  never called: {', '.join(map(clean, words.uncalled(report)))}"


def _missing(report: Mapping[str, Any]) -> Iterator[str]:
    lines = []
    for name, one in words.called(report):
        for operation, missing in words.unmet_cases(one):
            lines.append(f"  {clean(name)} {clean(operation)}")
            for status, cases in missing.items():
                names = ", ".join(map(clean, cases))
                lines += wrap(names, WIDTH, initial_indent=f"    {status}  ", subsequent_indent=" " * 9)
    if lines:
        yield "Error cases never met, of the operations called"
        yield from lines


def _violations(report: Mapping[str, Any]) -> Iterator[str]:
    violations = report["violations"]
    yield f"Contract violations: {words.counted(violations['requests'], 'request')}"
    for one in violations["distinct"]:
        yield f"  {one['count']} x  {clean(words.operation(one))}  {clean(words.place(one))}: {clean(one['message'])}"
        yield f"       {clean(words.source(one))}  {clean(' '.join(one['entries']))}"


def _unsupported(report: Mapping[str, Any]) -> Iterator[str]:
    return _sentences(words.UNSUPPORTED, [words.unsupported(row) for row in report["unsupported"]])


def _after(report: Mapping[str, Any]) -> Iterator[str]:
    errors = report["after_errors"]
    if errors:
        rows = [["After an error, the same was asked", "", "errors", *words.DONE.values()]]
        for one in errors:
            names = [f"  {words.operation(one)}", words.error(one)]
            rows.append([*names, *(str(one[key]) for key in ("count", *words.DONE))])
        yield from _table(rows, left=2)


def _doubles(report: Mapping[str, Any]) -> Iterator[str]:
    doubles = report["double_spends"]
    yield f"Possible double spends: {len(doubles)}"
    for one in doubles:
        yield f"  {clean(words.operation(one))} in sandbox {clean(one['sandbox'])}"
        for entry in (one["first"], one["second"]):
            yield clean(
                f"    {entry['received']}  {entry['id']}  {words.answer(entry)}  {entry['method']} {entry['target']}"
            )
            yield from (f"      {clean(change)}" for change in words.changes(entry))


def _others(report: Mapping[str, Any]) -> Iterator[str]:
    return _sentences(words.OTHER_HOSTS, [words.other_host(row) for row in report.get("other_hosts", ())])


def _sentences(heading: str, sentences: Sequence[object]) -> Iterator[str]:
    if sentences:
        yield heading
        yield from (f"  {clean(sentence)}" for sentence in sentences)


def _table(rows: Sequence[Sequence[str]], left: int = 1) -> Iterator[str]:
    """Rows in columns; the first ``left`` ones at the left, the others at the right."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        aligned = [
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(aligned)
