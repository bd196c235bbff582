"""``mockserver serve``: the fake vendors on a port."""

from __future__ import annotations

import gc
from typing import Any

import click

from mockserver import cache_folder
from mockserver.cli.commands import CommandContext
from mockserver.cli.options import read_settings, settings


@click.command("serve")
@settings()
@click.pass_obj
def command(context: CommandContext, /, config_file: str | None, **flags: Any) -> int:
    """Serve the vendors until SIGINT or SIGTERM.

    Prints a line for each vendor with its base URL, one for the control API, then `listening on http://HOST:PORT`.
    """
    config = read_settings(context, config_file, flags)
    cache_folder.is_written = not config.intercept  # which leaves nothing but its own folder, and that not for long
    gc.disable()  # until the server listens: hardly anything that a start makes is garbage
    try:
        from mockserver.server.run import serve

        return serve(config, context.stdout)
    finally:
        gc.enable()
