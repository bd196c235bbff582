"""Count what the mock server doesn't support of requests: listed, and never held against the client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mockserver.report.bounds import EXAMPLES, MOST, cut
from mockserver.sandbox.journal import Entry

Row = dict[str, Any]


class Unsupported:
    """What was noted as not supported, at most ``MOST`` rows: few, since the spec says what there can be."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: dict[tuple[str, ...], Row] = {}
        for row in rows:
            self.take(row)

    def note(self, entry: Entry) -> None:
        """Take in what wasn't supported of a request."""
        operation = entry.operation.id if entry.operation else ""
        for what in getattr(entry, "unsupported", ()):
            names = {"vendor": entry.vendor, "operation": operation, "what": cut(what)}
            self.take({**names, "count": 1, "entries": [entry.id]})

    def take(self, row: Row) -> None:
        """Take in a row of another report."""
        key = (row["vendor"], row["operation"], row["what"])
        if key not in self._rows and len(self._rows) >= MOST:
            return
        mine = self._rows.setdefault(key, {**row, "count": 0, "entries": []})
        mine["count"] += row["count"]
        mine["entries"] = [*mine["entries"], *row["entries"]][:EXAMPLES]

    def rows(self) -> list[Row]:
        """By vendor and operation."""
        return [self._rows[key] for key in sorted(self._rows)]


def merged_rows(*groups: Sequence[Row]) -> list[Row]:
    """Rows of several reports as one list."""
    return Unsupported(row for group in groups for row in group).rows()
