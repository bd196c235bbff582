"""Pair each entry of a journal with what followed: the same question again, and the same change again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from mockserver.report.fingerprint import question_digest
from mockserver.sandbox.journal import Entry


class Step(NamedTuple):
    """An entry; ``again`` is the next one that asked the same, ``changed`` the next of those that changed the state."""

    entry: Entry
    again: Entry | None
    changed: Entry | None


def is_error(entry: Entry) -> bool:
    """Whether the client was shown an error, or nothing that it could read."""
    return entry.is_lost or entry.status >= 400


def steps(entries: Iterable[Entry], failing: Collection[tuple[str, str]]) -> Iterator[Step]:
    """The entries (newest first) with what followed. Only operations in ``failing`` are looked at closely."""
    again: dict[bytes, Entry] = {}
    changed: dict[bytes, Entry] = {}
    for entry in entries:
        operation = (entry.vendor, entry.operation.id if entry.operation else "")
        if operation not in failing and not is_error(entry):
            yield Step(entry, None, None)
            continue
        key = question_digest(entry)
        yield Step(entry, again.get(key), changed.get(key))
        again[key] = entry
        if entry.changes:
            changed[key] = entry
