"""``mockserver world``: the starting points that a server knows, and beginning in one."""

from __future__ import annotations

import click

from mockserver.cli.complete import complete_world
from mockserver.cli.remote import Remote, first_sentence, steers
from mockserver.suggest import did_you_mean


@click.command("world")
@steers()
@click.argument("action", type=click.Choice(["list", "begin"]), default="list")
@click.argument("name", required=False, shell_complete=complete_world)
def command(remote: Remote, action: str, name: str | None) -> int:
    """List the worlds, or let a sandbox begin again in one: its state, clock, faults and journal are then the world's.

    \b
    mockserver world
    mockserver world begin small-plan --sandbox t1
    """
    if action == "list":
        for world in remote.read("/worlds")["worlds"]:
            remote.say(f"{world['name']}  ({', '.join(world['vendors']) or 'all vendors'})")
            remote.say(f"    {first_sentence(world['description'])}")
        return 0
    if name is None:
        raise click.UsageError("world begin needs the name of a world; mockserver world lists them")
    known = [world["name"] for world in remote.get("/worlds")["worlds"]]
    if name not in known:
        meant = did_you_mean(name, known) or f"; known worlds are {', '.join(known)}"
        raise click.BadParameter(f"unknown world {name!r}{meant}", param_hint="NAME")
    remote.send("PUT", f"{remote.place}/world", name)
    remote.say(f"sandbox {remote.sandbox} begins in world {name}")
    return 0
