"""Read, wait for, stream, export and clear journals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
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
from mockserver.sandbox.journal_rendering import in_short, render
from mockserver.sandbox.reasons import why
from mockserver.stores.base import StoreAway

POLL = 0.05
POLL_SAMPLED = 0.15  # who looks at samples looks seldom: so it costs next to nothing
QUIET = 15.0  # seconds after which a stream says that it is still there
AT_ONCE = 500
ALL = 2**31
_AGE = attrgetter("received", "id")


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
    entries = _written(call, shown)
    if form == "jsonl":
        return json_lines(reversed(entries))
    more = {"more": True} if len(selected) > len(shown) else {}
    return {"entries": entries, "dropped": store.dropped(name), **more}


def list_all_journals(call: ControlCall) -> Any:
    """The newest entries of all sandboxes."""
    store, wanted, most = call.app.engine.store, call.parameters, _limit(call.parameters)
    names = [wanted["sandbox"]] if "sandbox" in wanted else sandboxes(store)
    newest = nlargest(most + 1, _of_all(call, names), key=_AGE)
    shown, form = newest[:most], wanted.get("format", "json")
    if form == "har":
        return har(reversed(shown))
    if form == "jsonl":
        return json_lines(reversed(_written(call, shown)))
    more = {"more": True} if len(newest) > most else {}
    dropped = sum(store.dropped(name) for name in names)
    return {"entries": _written(call, shown), "dropped": dropped, **more}


def _of_all(call: ControlCall, names: Sequence[str]) -> Iterator[Entry]:
    """The entries of some sandboxes that a call asks for; with ``before`` only those that are older than one."""
    store, wanted = call.app.engine.store, call.parameters
    last = store.entry(wanted["before"]) if "before" in wanted else None
    if "before" in wanted and last is None:
        raise _no_entry(wanted["before"])
    for name in names:
        for entry in store.entries(name):
            if (last is None or _AGE(entry) < _AGE(last)) and _is_wanted(entry, wanted):
                yield entry


def _written(call: ControlCall, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries in the form that a call asks for."""
    if call.parameters.get("form") == "short":
        return [in_short(entry) for entry in entries]
    known = specs(call)
    return [render(entry, known) for entry in entries]


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
    return all(value == _FACTS[name](entry) for name, value in wanted.items() if name in _FACTS) and (
        "text" not in wanted or wanted["text"].casefold() in _text(entry).casefold()
    )


def _is_error(entry: Entry) -> bool:
    return entry.status >= 400 or entry.status == 0 or entry.is_lost


_FACTS: Mapping[str, Callable[[Entry], Any]] = {
    "vendor": lambda entry: entry.vendor,
    "operation": lambda entry: entry.operation.id if entry.operation else None,
    "status": lambda entry: entry.status,
    "case": lambda entry: entry.case,
    "violations": lambda entry: bool(entry.violations),
    "fault": lambda entry: bool(entry.fault),
    "errors": _is_error,
    "changes": lambda entry: bool(entry.changes),
}


def _text(entry: Entry) -> str:
    """What a text is looked for in."""
    return f"{entry.id} {entry.method} {entry.target} {why(entry, entry.violations)}"


def stream_journal(call: ControlCall) -> Any:
    return Streamed("text/event-stream", _events(call))


async def _events(call: ControlCall) -> AsyncIterator[bytes]:
    """Server-sent events: an entry each; a comment now and then, by which a client sees that all is well.

    Nothing is a part, too: so whoever sends this can look after its client.
    """
    wanted, store = call.parameters, call.app.engine.store
    most, allowance = wanted.get("seconds", float("inf")), Allowance(wanted.get("per_second"))
    filters = {name: value for name, value in wanted.items() if name in _FACTS or name in ("sandbox", "text")}
    is_sampled = "per_second" in wanted
    poll, at_once = (POLL_SAMPLED, ALL) if is_sampled else (POLL, AT_ONCE)
    _, mark = store.since(None, 0)
    yield b": the journal from now on\n\n"
    waited = quiet = 0.0
    while waited < most:
        await asyncio.sleep(poll)
        waited, quiet = waited + poll, quiet + poll
        try:
            entries, mark = store.since(mark, at_once)
        except StoreAway:
            continue
        selected = [entry for entry in entries if _is_streamed(entry, filters)] if filters else entries
        shown = allowance.sample(selected)
        yield b"".join(
            b"id: %s\nevent: entry\ndata: %s\n\n" % (one["id"].encode(), orjson.dumps(one))
            for one in _written(call, shown)
        )
        if len(shown) < len(selected):
            yield b'event: left_out\ndata: {"count":%d}\n\n' % (len(selected) - len(shown))
        yield b": nothing new\n\n" if quiet >= QUIET and not selected else b""
        quiet = 0.0 if selected or quiet >= QUIET else quiet


class Allowance:
    """How many entries a stream may still show: so many a second, after a pause as many at once. None: all."""

    def __init__(self, per_second: int | None) -> None:
        self._per_second = per_second
        self._left = float(per_second or 0)

    def sample(self, entries: list[Entry]) -> list[Entry]:
        """Those of the entries of one look that are shown: errors and broken rules before others, in their order."""
        if self._per_second is None:
            return entries
        self._left = min(self._left + self._per_second * POLL_SAMPLED, float(self._per_second))
        most = int(self._left)
        if len(entries) > most:
            plain_last = sorted(entries, key=lambda entry: not (_is_error(entry) or entry.violations))
            kept = {entry.id for entry in plain_last[:most]}
            entries = [entry for entry in entries if entry.id in kept]
        self._left -= len(entries)
        return entries


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
