"""The group of all commands: ``main(argv, environ, stdout) -> exit code``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TextIO

import click

from mockserver import __version__
from mockserver.errors import MockServerError, SpecError
from mockserver.printable import clean, clean_lines
from mockserver.suggest import did_you_mean
from mockserver.values import dataclass

COMMANDS = {
    "serve": "serve",
    "run": "run",
    "open": "open",
    "list": "list",
    "check": "check",
    "env": "env",
    "ca": "ca",
    "report": "report",
    "verify": "verify",
    "resilience": "resilience",
    "fuzz-client": "fuzz_client",
    "fail": "fail",
    "clock": "clock",
    "event": "event",
    "world": "world",
    "state": "state",
    "reset": "reset",
    "journal": "journal",
    "tail": "tail",
}


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command has besides its arguments."""

    environ: Mapping[str, str]
    stdout: TextIO


class _Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"mockserver.cli.{COMMANDS[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"there is no command {name!r}{did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mockserver")
def cli() -> None:
    """A mock server and contract-testing kit for vendor APIs that have an OpenAPI file."""


def main(argv: Sequence[str], environ: Mapping[str, str], stdout: TextIO) -> int:
    """Run a command. 0: done; 1: it found what it looks for (defects); 2: it couldn't be run."""
    try:
        result = cli.main(list(argv), "mockserver", standalone_mode=False, obj=CommandContext(environ, stdout))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", file=stdout)
        return 2
    except click.ClickException as error:
        click.echo(clean_lines(f"mockserver: {error.format_message()}"), err=True)
        return 2
    except SpecError as error:
        for defect in error.defects:
            click.echo(clean(f"mockserver: {defect}"), err=True)
        return 2
    except MockServerError as error:
        click.echo(clean_lines(f"mockserver: {error}"), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 141
    return result if isinstance(result, int) else 0


def entry() -> None:
    """The ``mockserver`` command."""
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout))
