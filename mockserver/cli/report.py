"""``mockserver report``: what a running server was asked, and whether that is enough."""

from __future__ import annotations

import time
from os.path import expanduser
from typing import Any
from urllib.parse import urlencode

import click

from mockserver.cli.commands import CommandContext
from mockserver.cli.output import write_to
from mockserver.cli.remote import RemoteError, words_of
from mockserver.client import ControlClient, ControlError
from mockserver.report.about import about
from mockserver.report.gates import BadGate, Gates, parse_gates, refuse_unknown
from mockserver.report.rendering import FORMATS, render
from mockserver.report.verdict import operations_of, unmet


@click.command("report")
@click.option("--url", metavar="URL", help="The server's address.  [MOCKSERVER_URL; default http://127.0.0.1:8080]")
@click.option("--token", metavar="TOKEN", help="The server's token, if it has one.  [MOCKSERVER_TOKEN]")
@click.option("--sandbox", "sandboxes", metavar="NAME", multiple=True, help="Only this sandbox; may be repeated.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the report there instead of printing it.")
@click.option(
    "--require", metavar="LIST", multiple=True, help="Least coverage in percent: cases=80,postpress.all.operations=100."
)
@click.option(
    "--forbid",
    metavar="LIST",
    multiple=True,
    help="What must not have happened: violations,double-spend,too-early,other-hosts.",
)
@click.pass_obj
def command(
    context: CommandContext,
    /,
    url: str | None,
    token: str | None,
    sandboxes: tuple[str, ...],
    form: str,
    output: str | None,
    require: tuple[str, ...],
    forbid: tuple[str, ...],
) -> int:
    """Print the contract report of a running server: violations, coverage, what its clients did after errors.

    Exits with 1 where the report lacks what is required, or holds what is forbidden.
    """
    gates = read_gates(require, forbid)
    address = url or context.environ.get("MOCKSERVER_URL") or "http://127.0.0.1:8080"
    report = ask(address, token or context.environ.get("MOCKSERVER_TOKEN"), sandboxes)
    try:
        refuse_unknown(gates, operations_of(report))
    except BadGate as error:
        raise click.BadParameter(str(error), param_hint="--require") from None
    lacking = unmet(report, gates)
    shown = render(report, form, lacking, about(int(time.time() * 1000)))
    if output is None:
        click.echo(shown, file=context.stdout, nl=False)
    else:
        write_to("--output", expanduser(output), shown)
    for sentence in lacking:
        click.echo(f"mockserver: unmet: {sentence}", err=True)
    return 1 if lacking else 0


def read_gates(require: tuple[str, ...], forbid: tuple[str, ...]) -> Gates:
    """The gates of a command line. Raises click.BadParameter."""
    try:
        gates = parse_gates(require)
    except BadGate as error:
        raise click.BadParameter(str(error), param_hint="--require") from None
    try:
        return Gates(gates.require, parse_gates((), forbid).forbid)
    except BadGate as error:
        raise click.BadParameter(str(error), param_hint="--forbid") from None


def ask(url: str, token: str | None, sandboxes: tuple[str, ...]) -> Any:
    """The report of the server at a URL. Raises RemoteError."""
    query = f"?{urlencode([('sandbox', name) for name in sandboxes])}" if sandboxes else ""
    try:
        client = ControlClient(url, token)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    try:
        return client.call("GET", f"/report{query}")
    except ControlError as error:
        raise RemoteError(words_of(error)) from None
    finally:
        client.close()
