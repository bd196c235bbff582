"""Journals: read, waited for, emptied."""

from __future__ import annotations

import asyncio
from typing import Any

from mockserver.control.calls import ControlCall, held, not_found
from mockserver.journal import Entry, render

POLL = 0.05


async def list_journal(call: ControlCall) -> Any:
    store, name = call.app.engine.store, call.parameters["sandbox"]
    held(call)
    after = call.parameters.get("after")
    if after is not None:
        marked = store.entry(after)
        if marked is None or marked.sandbox != name:
            raise not_found("journal entry", after, ())
    waited, most = 0.0, float(call.parameters.get("wait", 0))
    found = _select(call, after)
    while not found and waited < most:
        await asyncio.sleep(POLL)
        waited += POLL
        found = _select(call, after)
    specs = {key: contract.spec for key, contract in call.app.engine.pipeline.contracts.items()}
    return {"entries": [render(entry, specs) for entry in found], "dropped": store.dropped(name)}


def _select(call: ControlCall, after: str | None) -> list[Entry]:
    wanted = call.parameters
    found: list[Entry] = []
    for entry in call.app.engine.store.entries(wanted["sandbox"]):
        if entry.id == after or len(found) >= wanted.get("limit", 100):
            break
        operation = entry.operation.id if entry.operation else None
        facts = {"vendor": entry.vendor, "operation": operation, "status": entry.status}
        facts["violations"] = bool(entry.violations)
        if all(wanted.get(name) in (None, fact) for name, fact in facts.items()):
            found.append(entry)
    return found


def clear_journal(call: ControlCall) -> Any:
    held(call)
    call.app.engine.store.clear(call.parameters["sandbox"])


def get_journal_entry(call: ControlCall) -> Any:
    entry = call.app.engine.store.entry(call.parameters["id"])
    if entry is None:
        raise not_found("journal entry", call.parameters["id"], ())
    specs = {key: contract.spec for key, contract in call.app.engine.pipeline.contracts.items()}
    return render(entry, specs)
