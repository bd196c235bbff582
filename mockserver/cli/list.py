"""``mockserver list``: operations and cases, and how to get each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from shutil import get_terminal_size
from typing import Any

import click

from mockserver.app import vendors
from mockserver.cli.commands import CommandContext
from mockserver.cli.listing import HINT, WIDTH, long, sent, short
from mockserver.cli.options import read_settings, settings
from mockserver.cli.resource_table import resource_table
from mockserver.compiled import CompiledVendor
from mockserver.control import views

BASE = "http://127.0.0.1:8080"
_SETTINGS = {
    "vendor": "List this installed vendor (repeat for more); all where neither a vendor nor a --spec is given.",
    "spec": "List an OpenAPI file, as a vendor of the file's name or of NAME (repeat for more).",
    "resource_file": "With --resources: what the resources are, where the shapes of a spec don't tell it.",
}


@click.command("list")
@settings("vendor", "spec", "spec_root", "allow_remote", "resource_file", help=_SETTINGS)
@click.option("--status", metavar="CODE", help="Only cases with this status; 4XX for a range.")
@click.option("--text", metavar="TEXT", help="Only where an operation's or case's name or summary holds this text.")
@click.option(
    "--resources", "wants_resources", is_flag=True, help="What each --spec remembers, and why; and what it doesn't."
)
@click.option("--long", "in_full", is_flag=True, help="With what each case means, and all ways to get it.")
@click.option("--webhooks", is_flag=True, help="List what vendors send instead: webhooks, and callbacks of operations.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def command(
    context: CommandContext,
    /,
    config_file: str | None,
    status: str | None,
    text: str | None,
    in_full: bool,
    webhooks: bool,
    as_json: bool,
    wants_resources: bool,
    form: str,
    **flags: Any,
) -> int:
    """List operations, and under each its cases: the successes and errors that can be asked for by name."""
    config = read_settings(context, config_file, flags)
    if status is not None and not (len(status) == 3 and status[0] in "12345" and status[1:].upper() in _endings()):
        raise click.BadParameter(f"{status!r} is neither a status nor a range such as 4XX", param_hint="--status")
    compiled = [CompiledVendor(vendor, config.max_body) for vendor in vendors(config).values()]
    if wants_resources:
        told = [views.resources(vendor) for vendor in compiled if vendor.plugin.remembering is not None]
        wants_json = as_json or form == "json"
        click.echo(json.dumps(told, indent=2) if wants_json else resource_table(told), file=context.stdout)
        return 0
    if webhooks:
        listed = [row for vendor in compiled for row in sent_by(vendor) if _holds(text, *row.values())]
    else:
        listed = [row for vendor in compiled for row in rows(vendor) if _matches(row, status, text)]
    if as_json or form == "json":
        click.echo(json.dumps(listed, indent=2), file=context.stdout)
        return 0
    if webhooks:
        click.echo(sent(listed), file=context.stdout)
        return 0
    width = min(get_terminal_size((WIDTH, 24)).columns, WIDTH)
    click.echo(long(listed, width) if in_full else short(listed, width), file=context.stdout)
    if context.stdout.isatty() and not in_full:
        click.echo(HINT, file=context.stdout)
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
            "statuses": [response.key for response in operation.responses],
            "cases": [case for case in cases if case["operation"] == operation.id],
        }


def sent_by(vendor: CompiledVendor) -> Iterator[dict[str, Any]]:
    """Each request that a vendor sends; ``of`` is the operation whose callback it is, ``to`` says where that goes."""
    for webhook in vendor.spec.webhooks:
        yield {
            "vendor": vendor.name,
            "webhook": webhook.name,
            "operation": webhook.operation.id,
            "method": webhook.operation.method,
            "of": webhook.of,
            "to": webhook.expression,
            "summary": webhook.operation.summary,
        }


def _matches(row: dict[str, Any], status: str | None, text: str | None) -> bool:
    """Whether a row has anything that is looked for; leaves only those of its cases and statuses that have."""
    has_text = _holds(text, row["operation"], row["summary"], row["path"])
    row["cases"] = [
        case
        for case in row["cases"]
        if (has_text or _holds(text, case["name"], case["summary"])) and _has_status(case["status"], status)
    ]
    row["statuses"] = [key for key in row["statuses"] if has_text and status in (None, key, f"{key[0]}XX")]
    return bool(row["cases"] or row["statuses"]) or (has_text and status is None)


def _holds(text: str | None, *places: str) -> bool:
    return text is None or any(text.lower() in place.lower() for place in places)


def _has_status(status: int, wanted: str | None) -> bool:
    return wanted is None or str(status) == wanted or f"{status // 100}XX" == wanted.upper()
