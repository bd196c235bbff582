"""``mockserver state``: what the vendors remember in a sandbox, in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockserver.cli.complete import complete_vendor
from mockserver.cli.fail import pairs
from mockserver.cli.remote import Remote, part, steers
from mockserver.openapi.pointers import unescape


@click.command("state")
@steers()
@click.argument("vendor", required=False, shell_complete=complete_vendor)
@click.option("--json", "as_json", is_flag=True, help="The state itself.")
@click.option(
    "--set", "changes", metavar="NAME=VALUE", multiple=True, help="Change a field: plan=1000, /seats/plus/quantity=1."
)
def command(remote: Remote, vendor: str | None, as_json: bool, changes: Sequence[str]) -> int:
    """Show what a VENDOR (all of them without one) remembers in a sandbox, and what is due next; or change it.

    \b
    mockserver state
    mockserver state freshdata --set spent_tenths=1000000
    """
    if changes:
        _change(remote, vendor, pairs(changes, "--set"))
    names = [vendor] if vendor else [one["name"] for one in remote.get("/vendors")["vendors"]]
    for name in names:
        if as_json:
            remote.say(json.dumps(remote.read(f"{remote.place}/state/{part(name)}"), indent=2))
        else:
            _show(remote, name)
    return 0


def _change(remote: Remote, vendor: str | None, values: Mapping[str, Any]) -> None:
    """Replace fields of a vendor's state. Raises click.UsageError, click.BadParameter."""
    if vendor is None:
        raise click.UsageError("--set changes what one vendor remembers: name the vendor before it")
    place = f"{remote.place}/state/{part(vendor)}"
    state = remote.get(place)
    for name, value in values.items():
        _put(state, name, value)
    remote.send("PUT", place, state)


def _put(state: Any, name: str, value: Any) -> None:
    """Put a value at a plain name or a JSON pointer of a state. Raises click.BadParameter."""
    *way, last = (unescape(token) for token in name.split("/")[1:]) if name.startswith("/") else (name,)
    try:
        for step in way:
            state = state[int(step)] if isinstance(state, list) else state[step]
        state[int(last) if isinstance(state, list) else last] = value
    except (LookupError, TypeError, ValueError):
        raise click.BadParameter(f"{name} leads to nothing in the state", param_hint="--set") from None


def _show(remote: Remote, vendor: str) -> None:
    summary: Mapping[str, Any] = remote.read(f"{remote.place}/state/{part(vendor)}", {"form": "summary"})
    remote.say(vendor)
    for line in summary["lines"] or ["remembers nothing"]:
        remote.say(f"  {line}")
    for due in summary["due"]:
        remote.say(f"  {due['at']}  {due['what']}")
