"""``mockserver env``: the variables that lead a shell's programs to a running server."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from mockserver.cli.commands import CommandContext
from mockserver.cli.remote import DEFAULT_URL, RemoteError
from mockserver.client import ControlClient, ControlError
from mockserver.names import key_for, variable

Variables = Mapping[str, str]


def _bash(variables: Variables) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _fish(variables: Variables) -> str:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"

    return "\n".join(f"set -gx {name} {quoted(value)}" for name, value in variables.items())


def _powershell(variables: Variables) -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    return "\n".join(f"$env:{name} = {quoted(value)}" for name, value in variables.items())


def _dotenv(variables: Variables) -> str:
    def quoted(text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        return f'"{escaped}"'

    return "\n".join(f"{name}={quoted(value)}" for name, value in variables.items())


def _json(variables: Variables) -> str:
    return json.dumps(variables, indent=2)


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
@click.option("--shell", type=click.Choice(list(SHELLS)), default="bash", show_default=True, help="How to write them.")
@click.pass_obj
def command(context: CommandContext, /, url: str | None, token: str | None, sandbox: str | None, shell: str) -> int:
    """Print the variables that lead programs to a server that runs with --intercept.

    `eval "$(mockserver env)"` sets them in a shell; what is set there already stays in effect.
    """
    from mockserver.intercept.environment import variables

    environ = context.environ
    token = token or environ.get("MOCKSERVER_TOKEN") or None
    try:
        control = ControlClient(url or environ.get("MOCKSERVER_URL") or DEFAULT_URL, token)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    try:
        facts = control.get_interception()
        vendors = control.list_vendors()
    except ControlError as error:
        raise RemoteError(str(error)) from None
    finally:
        control.close()
    if facts["proxy"] is None:
        raise RemoteError(f"the server at {control.url} doesn't intercept: start it with --intercept")
    if not Path(facts["folder"]).is_dir():
        raise RemoteError(f"the server at {control.url} has its certificates on another machine: see `mockserver ca`")
    found = {"MOCKSERVER_URL": control.url, **variables(facts, environ, sandbox)}
    if sandbox:
        found |= {variable(one["name"], "API_KEY"): key_for(one["name"], sandbox) for one in vendors}
    click.echo(SHELLS[shell](found), file=context.stdout)
    return 0
