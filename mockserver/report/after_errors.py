"""Class a client's reaction to an error: it asked the same again at once, later, too early, or never."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mockserver.clock import SECOND
from mockserver.report.bounds import EXAMPLES
from mockserver.report.tally import Counts, Kind, read_kind
from mockserver.sandbox.journal import Entry

DONE = ("at_once", "later", "too_early", "never")
Row = dict[str, Any]
Key = tuple[str, str, int, str, bool]


def reaction(entry: Entry, again: Entry | None) -> str:
    """``too_early``: before Retry-After had passed on the sandbox's clock; ``at_once``: within a second, real time."""
    if again is None:
        return "never"
    wait = retry_after(entry)
    if wait is not None and again.now - entry.now < wait * SECOND:
        return "too_early"
    answered = entry.received + entry.delay * SECOND
    return "at_once" if again.received - answered < SECOND else "later"


def retry_after(entry: Entry) -> int | None:
    """The seconds of an answer's ``Retry-After``; None where the client saw none."""
    if entry.is_lost:
        return None
    for name, value in entry.response_headers:
        if name.lower() == b"retry-after" and value.isdigit():
            return int(value[:9])
    return None


class AfterErrors:
    """Rows by vendor, operation, status, case and whether the answer got lost."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: dict[Key, Row] = {}
        for row in rows:
            self.take(row)

    def note(self, entry: Entry, again: Entry | None) -> None:
        """Take in an error, and the next entry that asked the same."""
        row = self._row(_key_of(read_kind(entry.kind)))
        reacted = reaction(entry, again)
        row["count"] += 1
        row[reacted] += 1
        examples = row["examples"].setdefault(reacted, [])
        if len(examples) < EXAMPLES:
            examples.append([entry.id, *([again.id] if again else [])])

    def complete(self, counts: Counts) -> None:
        """Count as ``unknown`` the errors that were counted, and whose entries are gone."""
        totals: dict[Key, int] = {}
        for text, number in counts.items():
            kind = read_kind(text)
            if kind.is_error:
                totals[_key_of(kind)] = totals.get(_key_of(kind), 0) + number
        for key, total in totals.items():
            row = self._row(key)
            missing = max(0, total - row["count"])
            row["count"] += missing
            row["unknown"] += missing

    def take(self, row: Row) -> None:
        """Take in a row of another report."""
        mine = self._row((row["vendor"], row["operation"], row["status"], row["case"] or "", row["lost"]))
        for name in ("count", "unknown", *DONE):
            mine[name] += row[name]
        for reacted, examples in row["examples"].items():
            mine["examples"][reacted] = [*mine["examples"].get(reacted, ()), *examples][:EXAMPLES]

    def rows(self) -> list[Row]:
        """By vendor, operation and status."""
        return [self._rows[key] for key in sorted(self._rows)]

    def _row(self, key: Key) -> Row:
        vendor, operation, status, case, lost = key
        names = {"vendor": vendor, "operation": operation, "status": status, "case": case or None, "lost": lost}
        made = {**names, "count": 0, **dict.fromkeys(DONE, 0), "unknown": 0, "examples": {}}
        return self._rows.setdefault(key, made)


def merged_rows(*groups: Sequence[Row]) -> list[Row]:
    """Rows of several reports as one list."""
    return AfterErrors(row for group in groups for row in group).rows()


def _key_of(kind: Kind) -> Key:
    return (kind.vendor, kind.operation, kind.status, kind.case, kind.lost)
