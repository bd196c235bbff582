"""``mockserver journal``: what a sandbox was asked, and why it answered so."""

from __future__ import annotations

import json
from typing import Any

import click

from mockserver.cli.filters import check_names, filters, query_of
from mockserver.cli.lines import in_full, line
from mockserver.cli.remote import Remote, part, steers


@click.command("journal")
@steers()
@click.argument("id", required=False)
@filters
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@click.option("--everywhere", is_flag=True, help="Of all sandboxes.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, one entry a line.")
def command(remote: Remote, id: str | None, limit: int, everywhere: bool, as_json: bool, **wanted: Any) -> int:
    """Show the last calls of a sandbox, oldest first; or the one with an ID (X-Mock-Request-Id) in full.

    Exits with 1 where there is none.
    """
    if id is not None:
        entry = remote.read(f"/journal/{part(id)}")
        remote.say(json.dumps(entry) if as_json else in_full(entry))
        return 0
    check_names(remote, wanted)
    path = "/journal" if everywhere else f"{remote.place}/journal"
    entries = remote.read(path, {**query_of(wanted), "limit": limit})["entries"]
    for entry in reversed(entries):
        remote.say(json.dumps(entry) if as_json else line(entry))
    if not entries and not as_json:
        place = "" if everywhere else f" in sandbox {remote.sandbox}"
        remote.say(f"no such call{place}" if query_of(wanted) else f"no call yet{place}")
    return 0 if entries else 1
