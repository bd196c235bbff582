"""Count a client's distinct contract violations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.clock import format_time
from mockserver.openapi.model import Spec
from mockserver.report.bounds import EXAMPLES, IN_FULL, LONGEST_BODY, MOST, cut
from mockserver.requests.violation import Violation
from mockserver.sandbox.journal import Entry

Row = dict[str, Any]


class Violations:
    """The distinct violations that were noted, at most ``MOST``; ``left_out`` counts those beyond."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], Row] = {}
        self.left_out = 0

    def note(self, entry: Entry, specs: Mapping[str, Spec]) -> None:
        """Take in the violations of a request."""
        operation = entry.operation.id if entry.operation else ""
        for violation in entry.violations:
            row = _row(entry.vendor, operation, violation, 1, [entry.id])
            if self._is_known_or_fits(row):
                self._add(row, violation, entry, specs.get(entry.vendor))

    def take(self, row: Row) -> None:
        """Take in a row of another report."""
        if not self._is_known_or_fits(row):
            return
        example = row.get("example") if len(self._rows) < IN_FULL else None
        mine = self._rows.setdefault(_key(row), {**row, "count": 0, "entries": [], "example": example})
        mine["count"] += row["count"]
        mine["entries"] = [*mine["entries"], *row["entries"]][:EXAMPLES]

    def rows(self) -> list[Row]:
        """The most frequent first."""
        return sorted(self._rows.values(), key=lambda row: (-row["count"], _key(row)))

    def _add(self, row: Row, violation: Violation, entry: Entry, spec: Spec | None) -> None:
        if _key(row) not in self._rows:
            row["spec"] = _location(spec, violation.spec)
            row["example"] = _in_full(entry)
        self.take(row)

    def _is_known_or_fits(self, row: Row) -> bool:
        if _key(row) in self._rows or len(self._rows) < MOST:
            return True
        self.left_out += row["count"]
        return False


def merged_rows(*groups: Sequence[Row]) -> tuple[list[Row], int]:
    """Rows of several reports as one list, and how many violations it leaves out."""
    all_of_them = Violations()
    for group in groups:
        for row in group:
            all_of_them.take(row)
    return all_of_them.rows(), all_of_them.left_out


def _row(vendor: str, operation: str, violation: Violation, count: int, entries: list[str]) -> Row:
    return {
        "vendor": vendor,
        "operation": operation,
        "kind": violation.kind,
        "in": violation.where,
        "name": violation.name,
        "pointer": cut(violation.pointer),
        "message": cut(violation.message),
        "spec": None,
        "count": count,
        "entries": entries,
        "example": None,
    }


def _in_full(entry: Entry) -> Row:
    """A request and its answer, as people read them."""
    answer = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.response_headers]
    return {
        "id": entry.id,
        "sandbox": entry.sandbox,
        "received": format_time(entry.received),
        "request": {"method": entry.method, "target": entry.target, **_message(entry.headers, entry.body)},
        "response": {"status": entry.status, **_message(answer, entry.response_body)},
    }


def _message(headers: Sequence[tuple[str, str]], body: bytes) -> Row:
    return {"headers": [list(pair) for pair in headers], "body": cut(body.decode("utf-8", "replace"), LONGEST_BODY)}


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("vendor", "operation", "kind", "in", "name", "pointer", "message"))


def _location(spec: Spec | None, pointer: str) -> Row | None:
    return spec.source.location(pointer) if spec else None
