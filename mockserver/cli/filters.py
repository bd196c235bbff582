"""The journal's filters as options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from mockserver.cli.complete import complete_case, complete_operation, complete_vendor
from mockserver.cli.remote import Remote, part
from mockserver.suggest import did_you_mean

Command = Callable[..., Any]


def filters(command: Command) -> Command:
    """Options that choose journal entries, by the names that the control API has for them."""
    options = (
        click.option("--vendor", metavar="NAME", help="Only this vendor's.", shell_complete=complete_vendor),
        click.option("--operation", metavar="ID", help="Only this operation.", shell_complete=complete_operation),
        click.option("--status", type=click.IntRange(100, 599), metavar="CODE", help="Only this status."),
        click.option("--case", metavar="NAME", help="Only answers with this case.", shell_complete=complete_case),
        click.option("--violations", is_flag=True, help="Only calls that broke the contract."),
        click.option("--fault", is_flag=True, help="Only calls that a fault was done to."),
        click.option("--errors", is_flag=True, help="Only calls answered with 400 or more, or not at all."),
        click.option("--changes", is_flag=True, help="Only calls that changed what the vendor remembers."),
        click.option("--text", metavar="TEXT", help="Only calls with this in id, method, target or reason."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def check_names(remote: Remote, wanted: Mapping[str, Any]) -> None:
    """Refuse a vendor, an operation or a case that the server doesn't have: it would be waited for in vain.

    Raises click.BadParameter, or RemoteError for a vendor.
    """
    vendor, operation, case = wanted["vendor"], wanted["operation"], wanted["case"]
    if not (vendor or operation or case):
        return
    vendors = [vendor] if vendor else [one["name"] for one in remote.get("/vendors")["vendors"]]
    described = [remote.get(f"/vendors/{part(name)}") for name in vendors]
    if operation:
        _check("operation", operation, [one["id"] for each in described for one in each["operations"]])
    if case:
        cases = [remote.get(f"/vendors/{part(name)}/cases")["cases"] for name in vendors]
        _check("case", case, [one["name"] for each in cases for one in each])


def _check(what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(set(known))
    if name not in names:
        meant = did_you_mean(name, names) or f"; known are {', '.join(names)}"
        raise click.BadParameter(f"unknown {what} {name!r}{meant}", param_hint=f"--{what}")


def query_of(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as a query: those that were given."""
    return {name: "true" if value is True else value for name, value in wanted.items() if value not in (None, False)}
