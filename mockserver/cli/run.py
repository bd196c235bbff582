"""``mockserver run -- COMMAND``: a command with the vendors beside it, and what it did to them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Any

import click

from mockserver.cli import intercepted
from mockserver.cli.commands import CommandContext
from mockserver.cli.open import keep_open, show
from mockserver.cli.options import read_settings, settings
from mockserver.client import ControlClient, ControlError
from mockserver.config import Config
from mockserver.errors import MockServerError
from mockserver.names import key_for, variable
from mockserver.report.about import about
from mockserver.report.gates import BadGate, Gates, parse_gates, refuse_unknown
from mockserver.report.verdict import unmet
from mockserver.settings import MEMORY, SETTINGS
from mockserver.testing.command import CommandError, carry_out
from mockserver.testing.reporting import Reports, read_reports, write

SANDBOX = "run"
_REQUIRE = "Least coverage in percent: cases=80,postpress.all.operations=100."
_FORBID = (
    "What must not have happened: violations,double-spend,too-early,other-hosts; none allows it all.  "
    "[default violations]"
)
_DASHBOARD = "Open the dashboard, and at a terminal keep it open after the command until Enter."
_REPORT = "Write the report there as well: html:report.html; also text, json, markdown, junit. full prints all of it."


_SETTINGS = {
    "host": "Address that the server listens on.",
    "port": "Port that the server listens on.",
    "vendor": "Run this installed vendor (repeat for more); all where neither a vendor nor a --spec is given.",
    "spec": "Run an OpenAPI file, as a vendor of the file's name or of NAME (repeat for more).",
    "token": "Token that the control API demands; the command gets it in MOCKSERVER_TOKEN.",
}


# The output is the command's; what --intercept is here, it says itself; the command's programs may speak plain HTTP.
_NAMES = [setting.name for setting in SETTINGS if setting.name not in ("log", "intercept", "tls")]
_INTERCEPT = (
    "Lead the vendors' real hosts to the server, hard-coded or not, and refuse all others: by what programs read from "
    "their environment, or, on Linux, in a network of their own (=namespace)."
)


@click.command("run", context_settings={"allow_interspersed_args": False})
@settings(*_NAMES, help=_SETTINGS, defaults={"port": "a free one"})
@click.option(
    "--intercept",
    "how",
    metavar="[=namespace]",
    type=click.Choice([intercepted.ENVIRONMENT, intercepted.NAMESPACE]),
    is_flag=False,
    flag_value=intercepted.ENVIRONMENT,
    help=_INTERCEPT,
)
@click.option("--record-others", metavar="FILE", help="Write the other hosts that were wanted, and how often.")
@click.option("--require", metavar="LIST", multiple=True, help=_REQUIRE)
@click.option("--forbid", metavar="LIST", multiple=True, help=_FORBID)
@click.option("--report", "reports", metavar="FORM:FILE", multiple=True, help=_REPORT)
@click.option("--dashboard", is_flag=True, help=_DASHBOARD)
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def command(
    context: CommandContext,
    /,
    config_file: str | None,
    how: str | None,
    record_others: str | None,
    require: tuple[str, ...],
    forbid: tuple[str, ...],
    reports: tuple[str, ...],
    dashboard: bool,
    words: tuple[str, ...],
    **flags: Any,
) -> int:
    """Run a command with the vendors beside it, and report on what it did.

    The server takes a free port, unless --port says otherwise. The command finds it in MOCKSERVER_URL, each vendor in
    `<VENDOR>_BASE_URL` and `<VENDOR>_API_KEY`. Its exit code is kept; where it is 0, a gate that isn't met makes it 1.
    """
    gates, wanted = _gates(require, forbid), read_reports(reports, "--report")
    config = _on_a_free_port(read_settings(context, config_file, flags))
    config = intercepted.settings_of(config, how, record_others, SANDBOX)
    with ExitStack() as stack:
        serving = stack.enter_context(intercepted.serving(config, how))
        server = serving.server
        control = stack.enter_context(closing(ControlClient(server.url, server.token)))
        vendors = control.list_vendors()
        _refuse_unknown(gates, control, vendors)
        led, environ = serving.lead(words, environment(context.environ, control, vendors), control)
        if config.state != MEMORY:
            _forget_earlier_runs(control)
        if dashboard:
            show(server.url)
        try:
            code = carry_out(led, environ)
        except CommandError as error:
            raise MockServerError(f"run: {error}") from None
        verdict = _conclude(control, gates, wanted, words, record_others)
        if dashboard:
            keep_open(server.url)
        return code or verdict


def environment(
    environ: Mapping[str, str], control: ControlClient, vendors: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """A command's environment: where the server and each vendor is, and keys that all lead to one sandbox."""
    given = {**environ, "MOCKSERVER_URL": control.url}
    if control.token:
        given["MOCKSERVER_TOKEN"] = control.token
    for vendor in vendors:
        given[variable(vendor["name"], "BASE_URL")] = vendor["base_url"]
        given[variable(vendor["name"], "API_KEY")] = key_for(vendor["name"], SANDBOX)
    return given


def _forget_earlier_runs(control: ControlClient) -> None:
    """Begin the sandbox of the command and the counts anew, in a store that others have used before."""
    if SANDBOX in [one["name"] for one in control.list_sandboxes()]:
        control.delete_sandbox(SANDBOX)
    control.clear_report()


def _on_a_free_port(config: Config) -> Config:
    """The same on a free port, unless a flag or a variable says which: a file's is for a server that stays."""
    is_asked_for = config.origins.get("port", "") in ("--port", "MOCKSERVER_PORT")
    return config if is_asked_for else replace(config, port=0)


def _gates(require: tuple[str, ...], forbid: tuple[str, ...]) -> Gates:
    """The gates of a command line; where nothing is forbidden, violations are. Raises click.BadParameter."""
    option = "--require"
    try:
        required = parse_gates(require).require
        option = "--forbid"
        forbidden = () if [*forbid] == ["none"] else parse_gates((), forbid or ("violations",)).forbid
    except BadGate as error:
        more = ", or none" if option == "--forbid" else ""
        raise click.BadParameter(f"{error}{more}", param_hint=option) from None
    return Gates(required, forbidden)


def _refuse_unknown(gates: Gates, control: ControlClient, vendors: Sequence[Mapping[str, Any]]) -> None:
    """Raises click.BadParameter where something is required of a vendor or an operation that isn't served."""
    if not gates.names_vendors:
        return
    names = [one["name"] for one in vendors]
    try:
        refuse_unknown(gates, {name: [one["id"] for one in control.get_vendor(name)["operations"]] for name in names})
    except BadGate as error:
        raise click.BadParameter(str(error), param_hint="--require") from None


def _conclude(
    control: ControlClient, gates: Gates, wanted: Reports, words: Sequence[str], record_others: str | None
) -> int:
    """Tell what came of it. The exit code of a command that did well."""
    try:
        report = control.get_report()
    except ControlError as error:
        click.echo(f"mockserver: run: no contract report: {error}", err=True)
        return 2
    lacking = unmet(report, gates)
    click.echo(wanted.summary(report, lacking), err=True, nl=False)
    failed = write(report, wanted.files, lacking, about(int(time.time() * 1000), words))
    if record_others is not None:
        failed += filter(None, [intercepted.record(report["other_hosts"], record_others)])
    for sentence in failed:
        click.echo(f"mockserver: {sentence}", err=True)
    return 1 if lacking else 2 if failed else 0
