"""``mockserver list``: operations and cases, and how to get each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from mockserver.app import vendors
from mockserver.cli.commands import CommandContext
from mockserver.cli.options import read_settings, settings
from mockserver.compiled import CompiledVendor
from mockserver.control import views
from mockserver.printable import clean
from mockserver.report.wording import counted

BASE = "http://127.0.0.1:8080"
_SETTINGS = {
    "vendor": "List this installed vendor (repeat for more); all where neither a vendor nor a --spec is given.",
    "spec": "List an OpenAPI file, as a vendor of the file's name or of NAME (repeat for more).",
}


@click.command("list")
@settings("vendor", "spec", help=_SETTINGS)
@click.option("--status", metavar="CODE", help="Only cases with this status; 4XX for a range.")
@click.option("--text", metavar="TEXT", help="Only where an operation's or case's name or summary holds this text.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def command(
    context: CommandContext, /, config_file: str | None, status: str | None, text: str | None, form: str, **flags: Any
) -> int:
    """List operations and cases, with status, provenance, price, `Prefer` value and magic value."""
    config = read_settings(context, config_file, flags)
    if status is not None and not (len(status) == 3 and status[0] in "12345" and status[1:].upper() in _endings()):
        raise click.BadParameter(f"{status!r} is neither a status nor a range such as 4XX", param_hint="--status")
    compiled = [CompiledVendor(vendor, config.max_body) for vendor in vendors(config).values()]
    listed = [row for vendor in compiled for row in rows(vendor) if _matches(row, status, text)]
    click.echo(json.dumps(listed, indent=2) if form == "json" else table(listed), file=context.stdout)
    return 0


def _endings() -> set[str]:
    return {"XX", *(f"{number:02d}" for number in range(100))}


def rows(vendor: CompiledVendor) -> Iterator[dict[str, Any]]:
    """Each operation of a vendor with its cases."""
    cases = list(views.cases(vendor, BASE))
    for operation in vendor.spec.operations:
        shown = views.operation(vendor, operation)
        yield {
            "vendor": vendor.name,
            "operation": operation.id,
            "method": operation.method,
            "path": shown["path"],
            "summary": operation.summary,
            "provenance": operation.provenance,
            "credits": shown["credits"],
            "disabled": shown["disabled"],
            "cases": [case for case in cases if case["operation"] == operation.id],
        }


def _matches(row: dict[str, Any], status: str | None, text: str | None) -> bool:
    """Whether a row has anything that is looked for; leaves only those of its cases that have."""
    has_text = _holds(text, row["operation"], row["summary"], row["path"])
    row["cases"] = [
        case
        for case in row["cases"]
        if (has_text or _holds(text, case["name"], case["summary"])) and _has_status(case["status"], status)
    ]
    return bool(row["cases"]) or (has_text and status is None)


def _holds(text: str | None, *places: str) -> bool:
    return text is None or any(text.lower() in place.lower() for place in places)


def _has_status(status: int, wanted: str | None) -> bool:
    return wanted is None or str(status) == wanted or f"{status // 100}XX" == wanted.upper()


def price_text(credits: dict[str, Any] | None) -> str:
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


def table(listed: Sequence[dict[str, Any]]) -> str:
    """The rows for a terminal: an operation a line, its cases under it."""
    lines: list[str] = []
    width = max((len(case["name"]) for row in listed for case in row["cases"]), default=0)
    for row in listed:
        price = f"  {price_text(row['credits'])} credits" if row["credits"] else ""
        source = f"  [{row['provenance']}]" if row["provenance"] else ""
        lines.append(f"{row['vendor']}  {row['operation']}  {row['method']} {row['path']}{source}{price}")
        if row["disabled"]:
            lines.append(f"    not supported: {row['disabled']}")
        lines += [
            f"    {case['status']}  {case['name']:<{width}}  {case['provenance']:<12}  "
            f"Prefer: {case['prefer']:<{width + 8}}  {case['magic']}"
            for case in row["cases"]
        ]
    operations, cases = len(listed), sum(len(row["cases"]) for row in listed)
    return "\n".join(map(clean, [*lines, f"{counted(operations, 'operation')}, {counted(cases, 'case')}"]))
