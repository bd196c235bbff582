"""Operations and their cases for people: in short, a line a status, or with all that each case means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from mockserver.printable import clean
from mockserver.report.wording import counted

Row = Mapping[str, Any]
"""An operation with its cases, as ``list --json`` has it."""

WIDTH = 100
HINT = (
    "get a case by the header Prefer: example=CASE, by mock_error_CASE in the key or any value, "
    "or by mockserver fail VENDOR CASE; --long says what each means"
)
_INDENT = "    "


def short(rows: Sequence[Row], width: int = WIDTH) -> str:
    """An operation a paragraph, and in it a line for each status, with its cases."""
    return _joined([*(line for row in rows for line in _paragraph(row, width)), _total(rows)])


def long(rows: Sequence[Row], width: int = WIDTH) -> str:
    """The same with what each case means, how far it is known, and how to get it."""
    return _joined([*(line for row in rows for line in _chapter(row, width)), _total(rows)])


def sent(rows: Sequence[Row]) -> str:
    """The requests that vendors send, one a line."""
    lines = []
    for row in rows:
        kind = f"callback of {row['of']}, to {row['to']}" if row["of"] else "webhook"
        summary = f"  {row['summary']}" if row["summary"] else ""
        lines.append(f"{row['vendor']}  {row['webhook']}  {row['method']}  {kind}{summary}")
    callbacks = sum(bool(row["of"]) for row in rows)
    return _joined([*lines, f"{counted(len(rows) - callbacks, 'webhook')}, {counted(callbacks, 'callback')}"])


def price_text(credits: Mapping[str, Any] | None) -> str:
    """A price in a few characters: ``1 + 0.5/option, rounded down``."""
    if credits is None:
        return "-"
    parts = [f"{credits['base']:g}"]
    parts += [
        f"{credits[key]:g}/{what}"
        for key, what in (("per_option", "option"), ("per_result", "result"))
        if key in credits
    ]
    rounding = f", rounded {credits['rounding']}" if "rounding" in credits else ""
    return " + ".join(parts if parts[0] != "0" or len(parts) == 1 else parts[1:]) + rounding


def kind_of(status: int) -> str:
    """What a status is to a client: ``success``, ``redirect``, ``error``."""
    return "success" if status < 300 else "redirect" if status < 400 else "error"


def _paragraph(row: Row, width: int) -> Iterator[str]:
    yield _heading(row)
    yield from _about(row, width)
    yield from _statuses(row, width)
    yield from _unnamed(row)
    yield ""


def _chapter(row: Row, width: int) -> Iterator[str]:
    yield _heading(row)
    yield from _about(row, width)
    yield ""
    for case in row["cases"]:
        yield from _case(row, case, width)
    unnamed = list(_unnamed(row))
    yield from [*unnamed, ""] if unnamed else ()


def _heading(row: Row) -> str:
    price = f"  {price_text(row['credits'])} credits" if row["credits"] else ""
    source = f"  [{row['provenance']}]" if row["provenance"] else ""
    return f"{row['vendor']}  {row['operation']}  {row['method']} {row['path']}{source}{price}"


def _about(row: Row, width: int) -> Iterator[str]:
    if row["summary"]:
        yield from _wrapped(row["summary"], width)
    if row["disabled"]:
        yield from _wrapped(f"not supported: {row['disabled']}", width)


def _statuses(row: Row, width: int) -> Iterator[str]:
    for status, cases in groupby(row["cases"], lambda case: case["status"]):
        beginning = f"{_INDENT}{kind_of(status):<8}{status}  "
        names = ", ".join(case["name"] for case in cases)
        yield from wrap(
            clean(names),
            width,
            initial_indent=beginning,
            subsequent_indent=" " * len(beginning),
            break_on_hyphens=False,
        )


def _unnamed(row: Row) -> Iterator[str]:
    """The statuses that the spec has without a named example: a demand by status gets them."""
    named = {str(case["status"]) for case in row["cases"]}
    for key in row["statuses"]:
        if key.isdigit() and key not in named:
            kind = kind_of(int(key))
            yield f"{_INDENT}{kind:<8}{key}" + (f"  no named example: Prefer: code={key}" if kind == "error" else "")


def _case(row: Row, case: Mapping[str, Any], width: int) -> Iterator[str]:
    source = f"  [{case['provenance']}]" if case["provenance"] else ""
    yield f"{_INDENT}{kind_of(case['status'])} {case['status']}  {case['name']}{source}"
    for text in (case["summary"], case["description"]):
        if text:
            yield from _wrapped(text, width, _INDENT * 2)
    if case["retry"]:
        yield f"{_INDENT * 2}retry    {case['retry']}"
    yield f"{_INDENT * 2}header   Prefer: {case['prefer']}"
    yield f"{_INDENT * 2}value    {case['magic']}"
    yield f"{_INDENT * 2}command  mockserver fail {row['vendor']} {case['name']} --operation {row['operation']}"
    yield f"{_INDENT * 2}{case['curl']}"
    yield ""


def _wrapped(text: str, width: int, indent: str = _INDENT) -> list[str]:
    words = clean(" ".join(text.split()))
    return wrap(words, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _total(rows: Sequence[Row]) -> str:
    kinds = [kind_of(case["status"]) for row in rows for case in row["cases"]]
    return (
        f"{counted(len(rows), 'operation')}, {counted(len(kinds) - kinds.count('error'), 'success', 'successes')}, "
        f"{counted(kinds.count('error'), 'error case')}"
    )


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(map(clean, lines))
