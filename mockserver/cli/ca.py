"""``mockserver ca DIR``: a certificate authority that people install, for servers with ``--ca DIR``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mockserver.cli.commands import CommandContext
from mockserver.cli.options import read_settings, settings

_SETTINGS = {
    "vendor": "Make it for the hosts of this vendor only (repeat for more).",
    "spec": "Make it for the hosts of an OpenAPI file too (repeat for more).",
    "hosts": "Make it for this host too, as api.example.com=postpress (repeat for more).",
}


@click.command("ca")
@settings(*_SETTINGS, help=_SETTINGS)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(context: CommandContext, /, config_file: str | None, folder: Path, **flags: Any) -> int:
    """Make a certificate authority to be installed where programs run: in an image, on a phone.

    DIR gets `ca.pem`, to be trusted there, and `ca.key`, for `serve --ca DIR` only. It can speak for the vendors' hosts
    and for localhost, and for nothing else.
    """
    config = read_settings(context, config_file, flags)
    from mockserver.app import compile_vendors
    from mockserver.intercept import authority

    hosts = compile_vendors(config).hosts
    authority.save(authority.create(hosts, folder, authority.KEPT_DAYS), folder)
    click.echo(f"{folder / authority.CERTIFICATE}  to be trusted where programs run", file=context.stdout)
    click.echo(f"{folder / authority.KEY}  for `mockserver serve --ca {folder}`; keep it secret", file=context.stdout)
    click.echo(f"for localhost, {', '.join(sorted(hosts))}", file=context.stdout)
    return 0
