"""``mockserver env``: the variables that lead a shell's programs to a running server."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from mockserver.cli.commands import CommandContext
from mockserver.cli.remote import DEFAULT_URL, RemoteError, words_of
from mockserver.client import ControlClient, ControlError
from mockserver.names import key_for, variable

Variables = Mapping[str, str | None]
"""None for one that is to be unset."""


def _bash(variables: Variables) -> str:
    return _lines(variables, lambda name, value: f"export {name}={shlex.quote(value)}", "unset {}")


def _fish(variables: Variables) -> str:
    def assign(name: str, value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"set -gx {name} '{escaped}'"

    return _lines(variables, assign, "set -e {}")


def _powershell(variables: Variables) -> str:
    def assign(name: str, value: str) -> str:
        escaped = value.replace("'", "''")
        return f"$env:{name} = '{escaped}'"

    return _lines(variables, assign, "Remove-Item Env:{}")


def _dotenv(variables: Variables) -> str:
    def assign(name: str, value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        return f'{name}="{escaped}"'

    return _lines(variables, assign, "{}=")


def _json(variables: Variables) -> str:
    return json.dumps(variables, indent=2)


def _lines(variables: Variables, assign: Callable[[str, str], str], unset: str) -> str:
    lines = [unset.format(name) if value is None else assign(name, value) for name, value in variables.items()]
    return "\n".join(lines)


def _of_a_sandbox(environ: Mapping[str, str]) -> list[str]:
    """The variables that hold a vendor's key as ``--sandbox`` makes it."""
    return [
        name
        for name, value in environ.items()
        if name.endswith("_API_KEY") and variable(value.partition("_mock_sandbox_")[0], "API_KEY") == name
    ]


SHELLS: Mapping[str, Callable[[Variables], str]] = {
    "bash": _bash,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
    "json": _json,
}


@click.command("env")
@click.option("--url", metavar="URL", help=f"The server.  [MOCKSERVER_URL; default {DEFAULT_URL}]")
@click.option("--token", metavar="TOKEN", help="Its control API's token.  [MOCKSERVER_TOKEN]")
@click.option("--sandbox", metavar="NAME", help="Lead requests whose key names no sandbox to this one.")
@click.option("--unset", is_flag=True, help="Take out again what it has set; needs no server.")
@click.option("--shell", type=click.Choice(list(SHELLS)), default="bash", show_default=True, help="How to write them.")
@click.pass_obj
def command(
    context: CommandContext, /, url: str | None, token: str | None, sandbox: str | None, unset: bool, shell: str
) -> int:
    """Print the variables that lead programs to a server that runs with --intercept.

    `eval "$(mockserver env)"` sets them in a shell; what is set there already stays in effect, but for a proxy. `eval
    "$(mockserver env --unset)"` leaves the shell as it was.
    """
    from mockserver.intercept.environment import restored, variables, with_what_was_there

    environ = context.environ
    if unset:
        before = restored(environ)
        changed = {name: before.get(name) for name, value in environ.items() if before.get(name) != value}
        changed |= {name: before[name] for name in before if name not in environ}
        changed |= dict.fromkeys(_of_a_sandbox(before))
        click.echo(SHELLS[shell](changed), file=context.stdout)
        return 0
    token = token or environ.get("MOCKSERVER_TOKEN") or None
    try:
        control = ControlClient(url or environ.get("MOCKSERVER_URL") or DEFAULT_URL, token)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    try:
        facts = control.get_interception()
        vendors = control.list_vendors()
    except ControlError as error:
        raise RemoteError(words_of(error)) from None
    finally:
        control.close()
    if facts["proxy"] is None:
        raise RemoteError(f"the server at {control.url} doesn't intercept: start it with --intercept")
    if not Path(facts["folder"]).is_dir():
        raise RemoteError(f"the server at {control.url} has its certificates on another machine: see `mockserver ca`")
    found = {"MOCKSERVER_URL": control.url, **variables(facts, environ, sandbox)}
    if sandbox:
        found |= {variable(one["name"], "API_KEY"): key_for(one["name"], sandbox) for one in vendors}
    click.echo(SHELLS[shell](with_what_was_there(found, environ)), file=context.stdout)
    return 0
