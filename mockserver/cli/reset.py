"""``mockserver reset``: a sandbox as it began."""

from __future__ import annotations

import click

from mockserver.cli.remote import Remote, steers


@click.command("reset")
@steers()
def command(remote: Remote) -> int:
    """Let a sandbox begin again: state, clock, faults and journal as they were."""
    remote.send("POST", f"{remote.place}/reset")
    remote.say(f"sandbox {remote.sandbox} is as it began")
    return 0
