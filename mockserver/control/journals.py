"""Read, wait for, stream, export and clear journals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from heapq import nlargest
from operator import attrgetter
from typing import Any

import orjson

from mockserver.control.calls import (
    ControlCall,
    Refused,
    Streamed,
    not_found,
    sandbox_of,
    sandboxes,
    specs,
    wrong_parameter,
)
from mockserver.control.exports import har, json_lines
from mockserver.report.archive import retire
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.journal_rendering import render
from mockserver.stores.base import StoreAway

POLL = 0.05
QUIET = 15.0  # seconds after which a stream says that it is still there
AT_ONCE = 500
ALL = 2**31


async def list_journal(call: ControlCall) -> Any:
    store, wanted = call.app.engine.store, call.parameters
    name, form = wanted["sandbox"], wanted.get("format", "json")
    sandbox_of(call)
    for mark in ("after", "before"):
        marked = store.entry(wanted[mark]) if mark in wanted else None
        if mark in wanted and (marked is None or marked.sandbox != name):
            raise _no_entry(wanted[mark])
    if form != "json" and "wait" in wanted:
        raise wrong_parameter("wait", f"waits for JSON, not for {form}", ("format",))
    waited, most = 0.0, float(wanted.get("wait", 0))
    _, seen = store.since(None, 0)
    selected = _select(call)
    while not selected and waited < most:
        await asyncio.sleep(POLL)
        waited += POLL
        newer, seen = store.since(seen, AT_ONCE)
        if any(entry.sandbox == name and _is_wanted(entry, wanted) for entry in newer):
            selected = _select(call)
    shown = selected[: _limit(wanted)]
    if form == "har":
        return har(reversed(shown))
    entries = [render(entry, specs(call)) for entry in shown]
    if form == "jsonl":
        return json_lines(reversed(entries))
    more = {"more": True} if len(selected) > len(shown) else {}
    return {"entries": entries, "dropped": store.dropped(name), **more}


def list_all_journals(call: ControlCall) -> Any:
    """The newest entries of all sandboxes."""
    store, wanted, most = call.app.engine.store, call.parameters, _limit(call.parameters)
    names = [wanted["sandbox"]] if "sandbox" in wanted else sandboxes(store)
    entries = (entry for name in names for entry in store.entries(name) if _is_wanted(entry, wanted))
    newest = nlargest(most + 1, entries, key=attrgetter("received", "id"))
    more = {"more": True} if len(newest) > most else {}
    dropped = sum(store.dropped(name) for name in names)
    return {"entries": [render(entry, specs(call)) for entry in newest[:most]], "dropped": dropped, **more}


def _select(call: ControlCall) -> Sequence[Entry]:
    """The entries that a call asks for, newest first, and one more where there is one."""
    wanted = call.parameters
    selected: list[Entry] = []
    most = _limit(wanted)
    is_there = "before" not in wanted
    for entry in call.app.engine.store.entries(wanted["sandbox"]):
        if entry.id == wanted.get("after") or len(selected) > most:
            break
        if is_there and _is_wanted(entry, wanted):
            selected.append(entry)
        is_there = is_there or entry.id == wanted["before"]
    return selected


def _limit(wanted: Mapping[str, Any]) -> int:
    """How many entries are wanted at most: all of them, for a file."""
    limit: int = wanted.get("limit", 100 if wanted.get("format", "json") == "json" else ALL)
    return limit


def _is_wanted(entry: Entry, wanted: Mapping[str, Any]) -> bool:
    facts = {
        "vendor": entry.vendor,
        "operation": entry.operation.id if entry.operation else None,
        "status": entry.status,
        "case": entry.case,
        "violations": bool(entry.violations),
        "fault": bool(entry.fault),
    }
    return all(wanted.get(name) in (None, fact) for name, fact in facts.items())


def stream_journal(call: ControlCall) -> Any:
    return Streamed("text/event-stream", _events(call))


async def _events(call: ControlCall) -> AsyncIterator[bytes]:
    """Server-sent events: an entry each; a comment now and then, by which a client sees that all is well.

    Nothing is a part, too: so whoever sends this can look after its client.
    """
    wanted, store, known = call.parameters, call.app.engine.store, specs(call)
    most = wanted.get("seconds", float("inf"))
    _, mark = store.since(None, 0)
    yield b": the journal from now on\n\n"
    waited = quiet = 0.0
    while waited < most:
        await asyncio.sleep(POLL)
        waited, quiet = waited + POLL, quiet + POLL
        try:
            entries, mark = store.since(mark, AT_ONCE)
        except StoreAway:
            continue
        selected = [entry for entry in entries if _is_streamed(entry, wanted)]
        for entry in selected:
            data = orjson.dumps(render(entry, known))
            yield b"id: %s\nevent: entry\ndata: %s\n\n" % (entry.id.encode(), data)
        yield b": nothing new\n\n" if quiet >= QUIET and not selected else b""
        quiet = 0.0 if selected or quiet >= QUIET else quiet


def _is_streamed(entry: Entry, wanted: Mapping[str, Any]) -> bool:
    return wanted.get("sandbox") in (None, entry.sandbox) and _is_wanted(entry, wanted)


def clear_journal(call: ControlCall) -> Any:
    sandbox_of(call)
    store, name = call.app.engine.store, call.parameters["sandbox"]

    def clear() -> bool:
        store.clear(name)
        return True

    retire(store, name, specs(call), call.wall_ms, clear)


def get_journal_entry(call: ControlCall) -> Any:
    return render(entry_of(call), specs(call))


def entry_of(call: ControlCall) -> Entry:
    """The entry that a call names."""
    entry: Entry | None = call.app.engine.store.entry(call.parameters["id"])
    if entry is None:
        raise _no_entry(call.parameters["id"])
    return entry


def _no_entry(id: str) -> Refused:
    return not_found("journal entry", id, (), "a journal is bounded, and its oldest entries make room for newer ones")
