"""Completion in shells: the vendors, operations, cases and events of the installed specs; a server isn't asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from mockserver.compiled import CompiledVendor


def complete_vendor(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.plugin import installed

    return _beginning((name, "") for name in installed() if name.startswith(incomplete))


def complete_operation(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    operations = [operation for vendor in _vendors(context) for operation in vendor.spec.operations]
    return _beginning((one.id, one.summary) for one in operations if one.id.startswith(incomplete))


def complete_case(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    wanted = context.params.get("operation")
    cases = {
        case.name: f"{case.status} {case.summary}".strip()
        for vendor in _vendors(context)
        for operation in vendor.spec.operations
        if wanted in (None, operation.id)
        for case in operation.cases.values()
        if case.name.startswith(incomplete)
    }
    return _beginning(sorted(cases.items()))


def complete_event(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.sandbox.events import events_of

    events = {name: event for vendor in _vendors(context) for name, event in events_of(vendor).items()}
    return _beginning((name, event.description) for name, event in events.items() if name.startswith(incomplete))


def complete_field(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.sandbox.events import events_of

    wanted = context.params.get("event")
    fields = [
        name
        for vendor in _vendors(context)
        for event, described in events_of(vendor).items()
        if event == wanted
        for name in described.schema.get("properties", ())
    ]
    return _beginning((f"{name}=", "") for name in fields if name.startswith(incomplete))


def complete_connection(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.cli.fail import CONNECTIONS

    return _beginning((name, "") for name in (*CONNECTIONS, "drip") if name.startswith(incomplete))


def complete_world(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.packaged import worlds_folder

    names = sorted(path.stem for path in worlds_folder().glob("*.yaml"))
    return _beginning((name, "") for name in names if name.startswith(incomplete))


def complete_file(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Left to the shell."""
    return [CompletionItem(incomplete, type="file")]


def _vendors(context: click.Context) -> Iterator[CompiledVendor]:
    """The vendor of the command line, compiled; all of them where it names none."""
    from mockserver.compiled import CompiledVendor
    from mockserver.config import Config
    from mockserver.plugin import installed

    known, given = installed(), context.params.get("vendor")
    named = [name for name in ([given] if isinstance(given, str) else given or ()) if name in known]
    for name in named or known:
        yield CompiledVendor(known[name](), Config().max_body)


def _beginning(items: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(name, help=help.splitlines()[0] if help else None) for name, help in items]
