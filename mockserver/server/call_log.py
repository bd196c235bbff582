"""The log of calls: a line each, written in batches, so that answers don't wait for it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Protocol

import orjson

from mockserver.clock import format_time
from mockserver.sandbox.call_line import call_line
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.reasons import why

PAUSE = 0.05  # seconds that a line may wait for others
MOST = 1000  # lines after which they wait no longer
NONE, CALLS, JSON = "none", "calls", "json"


class EntryListener(Protocol):
    """Whoever is told of each request's entry, before it is answered; ``flush`` comes at the server's end."""

    def note(self, entry: Entry) -> None: ...
    def flush(self) -> None: ...


class CallLog:
    """Notes entries and writes them to a file descriptor, whole lines at a time. ``flush`` at the end loses none."""

    def __init__(self, descriptor: int, kind: str, *, in_colour: bool = False) -> None:
        self._descriptor = descriptor
        self._line: Callable[[Entry], bytes] = _json_line if kind == JSON else self._text_line
        self._in_colour = in_colour
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Remember a call, to be written soon."""
        self._entries.append(entry)
        if len(self._entries) == 1:
            asyncio.get_running_loop().call_later(PAUSE, self.flush)
        elif len(self._entries) >= MOST:
            self.flush()

    def flush(self) -> None:
        """Write what was noted. A reader that has gone, or a full disk, ends no request."""
        with self._lock:
            entries, self._entries = self._entries, []
            rest = memoryview(b"".join(map(self._line, entries)))
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except OSError:
                    return

    def _text_line(self, entry: Entry) -> bytes:
        line = call_line(
            time=format_time(entry.received),
            status=entry.status,
            vendor=entry.vendor,
            operation=entry.operation.id if entry.operation else None,
            method=entry.method,
            target=entry.target,
            sandbox=entry.sandbox,
            why=why(entry, entry.violations),
            id=entry.id,
            in_colour=self._in_colour,
        )
        return line.encode("utf-8", "replace") + b"\n"


def _json_line(entry: Entry) -> bytes:
    return (
        orjson.dumps(
            {
                "time": format_time(entry.received),
                "vendor": entry.vendor or None,
                "operation": entry.operation.id if entry.operation else None,
                "method": entry.method,
                "target": entry.target.encode("utf-8", "replace").decode(),
                "status": entry.status or None,
                "sandbox": entry.sandbox,
                "why": why(entry, entry.violations),
                "case": entry.case or None,
                "milliseconds": entry.took / 1e6,
                "id": entry.id,
            }
        )
        + b"\n"
    )
