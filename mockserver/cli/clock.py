"""``mockserver clock``: what time it is in a sandbox, and how to move it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mockserver.cli.remote import Remote, RemoteError, part, steers
from mockserver.cli.times import duration, means_next, moment
from mockserver.clock import SECOND, parse_time

ACTIONS = ("show", "freeze", "run", "set", "advance")


@click.command("clock")
@steers()
@click.argument("action", type=click.Choice(ACTIONS), default="show", metavar="[show|freeze|run|set|advance]")
@click.argument("words_of_time", nargs=-1, metavar="[TIME]")
def command(remote: Remote, action: str, words_of_time: Sequence[str]) -> int:
    """Show a sandbox's clock, freeze it or let it run, set it to a TIME, or advance it by a duration.

    \b
    mockserver clock
    mockserver clock advance 1d
    mockserver clock set 2026-01-31 09:00
    mockserver clock set next reset
    mockserver clock freeze
    """
    time = " ".join(words_of_time) or None
    if action == "show":
        if time:
            raise click.UsageError("clock show takes no time; to move the clock use clock set, or clock advance")
        remote.say(words(remote.read(f"{remote.place}/clock")))
        return 0
    if action in ("set", "advance") and time is not None and means_next(time):
        return _to_next(remote)
    remote.say(words(remote.send("PUT", f"{remote.place}/clock", wanted(action, time))))
    return 0


def _to_next(remote: Remote) -> int:
    """Advance to the earliest moment at which something is due with any vendor, and say what that is."""
    now = parse_time(remote.get(f"{remote.place}/clock")["now"])
    due = [
        (parse_time(one["at"]), vendor["name"], one["what"])
        for vendor in remote.get("/vendors")["vendors"]
        for one in remote.get(f"{remote.place}/state/{part(vendor['name'])}", {"form": "summary"})["due"]
    ]
    first = min((at for at, _, _ in due if at > now), default=None)
    if first is None:
        raise RemoteError("nothing is due in this sandbox; to move the clock name a time or a duration")
    # By a duration: to set the clock of a sandbox in which nothing happened yet would begin it at that time.
    remote.say(words(remote.send("PUT", f"{remote.place}/clock", {"advance": (first - now) / SECOND})))
    for at, vendor, what in due:
        if at == first:
            remote.say(f"{vendor}: {what}")
    return 0


def wanted(action: str, time: str | None) -> dict[str, Any]:
    """The body of the call for an action. Raises click.ClickException."""
    if action in ("freeze", "run"):
        if time is not None:
            raise click.UsageError(f"clock {action} takes no time; to move the clock use clock set, or clock advance")
        return {"frozen": action == "freeze"}
    if time is None:
        example = "2026-01-31" if action == "set" else "1d"
        raise click.UsageError(f"clock {action} needs a time, such as: mockserver clock {action} {example}")
    try:
        return {"now": moment(time)} if action == "set" else {"advance": duration(time)}
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="TIME") from None


def words(clock: dict[str, Any]) -> str:
    return f"{clock['now']}{' (frozen)' if clock['frozen'] else ''}"
