"""The journal's filters as options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from mockserver.cli.complete import complete_operation, complete_vendor

Command = Callable[..., Any]


def filters(command: Command) -> Command:
    """Options that choose journal entries, by the names that the control API has for them."""
    options = (
        click.option("--vendor", metavar="NAME", help="Only this vendor's.", shell_complete=complete_vendor),
        click.option("--operation", metavar="ID", help="Only this operation.", shell_complete=complete_operation),
        click.option("--status", type=click.IntRange(100, 599), metavar="CODE", help="Only this status."),
        click.option("--case", metavar="NAME", help="Only answers with this case."),
        click.option("--violations", is_flag=True, help="Only calls that broke the contract."),
        click.option("--fault", is_flag=True, help="Only calls that a fault was done to."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def query_of(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as a query: those that were given."""
    return {name: "true" if value is True else value for name, value in wanted.items() if value not in (None, False)}
