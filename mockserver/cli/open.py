"""``mockserver open``: the dashboard of a running server, in the browser."""

from __future__ import annotations

import sys
import webbrowser
from urllib.parse import quote

import click

from mockserver.cli.remote import Remote, steers


@click.command("open")
@steers(sandbox=False)
@click.option("--sandbox", "shown", metavar="NAME", help="Show this sandbox; all of them without it.")
@click.option("--print", "only_print", is_flag=True, help="Only print the address.")
def command(remote: Remote, shown: str | None, only_print: bool) -> int:
    """Open the dashboard of a running server in the browser, and print its address."""
    remote.get("/health")
    address = f"{remote.url}/_mock/" + (f"#/traffic?sandbox={quote(shown, safe='')}" if shown else "")
    remote.say(address)
    if not only_print:
        open_page(address)
    return 0


def open_page(address: str) -> None:
    """Open an address in the browser; where there is none, say so, and leave it at the address."""
    try:
        is_open = webbrowser.open(address)
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        click.echo("mockserver: found no browser to open it with", err=True)


def show(url: str) -> None:
    """Tell where a server's dashboard is, and open it for whoever sits at a terminal."""
    click.echo(f"dashboard: {url}/_mock/", err=True)
    if sys.stdin.isatty():
        open_page(f"{url}/_mock/")


def keep_open(url: str) -> None:
    """Wait until whoever sits at a terminal has seen enough."""
    if sys.stdin.isatty():
        click.echo(f"the dashboard stays at {url}/_mock/ until Enter", err=True)
        sys.stdin.readline()
