"""``mockserver state``: what the vendors remember in a sandbox, in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from mockserver.cli.complete import complete_vendor
from mockserver.cli.remote import Remote, part, steers


@click.command("state")
@steers()
@click.argument("vendor", required=False, shell_complete=complete_vendor)
@click.option("--json", "as_json", is_flag=True, help="The state itself.")
def command(remote: Remote, vendor: str | None, as_json: bool) -> int:
    """Show what a VENDOR (all of them without one) remembers in a sandbox, and what is due next."""
    names = [vendor] if vendor else [one["name"] for one in remote.get("/vendors")["vendors"]]
    for name in names:
        if as_json:
            remote.say(json.dumps(remote.read(f"{remote.place}/state/{part(name)}"), indent=2))
        else:
            _show(remote, name)
    return 0


def _show(remote: Remote, vendor: str) -> None:
    summary: Mapping[str, Any] = remote.read(f"{remote.place}/state/{part(vendor)}", {"form": "summary"})
    remote.say(vendor)
    for line in summary["lines"] or ["remembers nothing"]:
        remote.say(f"  {line}")
    for due in summary["due"]:
        remote.say(f"  {due['at']}  {due['what']}")
