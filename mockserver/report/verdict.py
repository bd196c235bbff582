"""Judge a report: the gates that it doesn't pass, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.report import wording as words
from mockserver.report.coverage import measures, percent
from mockserver.report.gates import BadGate, Gates, Requirement, Scope, find_scope

_NAMED = 5
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A gate that a report doesn't pass: its name (``postpress.cases``, ``violations``), and why."""

    gate: str
    reason: str

    def __str__(self) -> str:
        return f"{self.gate}: {self.reason}"


def unmet(report: Report, gates: Gates) -> list[Unmet]:
    """The gates that a report doesn't pass."""
    required = [Unmet(wanted.name, reason) for wanted in gates.require if (reason := _shortfall(report, wanted))]
    return [*required, *(Unmet(name, reason) for name in gates.forbid if (reason := _FORBIDDEN[name](report)))]


def operations_of(report: Report) -> dict[str, list[str]]:
    """The operations that a report knows of, by vendor."""
    return {name: [row["operation"] for row in one["detail"]] for name, one in report["coverage"].items()}


def _shortfall(report: Report, wanted: Requirement) -> str:
    """What a report lacks of a requirement; empty where it lacks nothing."""
    try:
        scope = find_scope(wanted.scope, operations_of(report))
    except BadGate as error:
        return str(error)
    if not any(rows for _, rows in _rows(report, scope)):
        owner = f" of {scope.vendor}" if scope.vendor else ""
        return f"no operation{owner} was called" if wanted.percent else ""
    measured = {vendor: measures(rows)[wanted.measure] for vendor, rows in _rows(report, scope)}
    met = sum(one["met"] for one in measured.values())
    of = sum(one["of"] for one in measured.values())
    if met * 100 >= wanted.percent * of:
        return ""
    missing = [f"{vendor} {lack}" for vendor, one in measured.items() for lack in one["missing"]]
    share = f"{percent(met, of):g} %, required {wanted.percent:g} %"
    return f"{met} of {of} {words.HEADINGS[wanted.measure]} were met ({share}); never met: {_listed(missing)}"


def _rows(report: Report, scope: Scope) -> Iterator[tuple[str, list[Any]]]:
    """The rows of the operations in a scope, by vendor."""
    named = {scope.vendor: report["coverage"][scope.vendor]} if scope.vendor else dict(words.called(report))
    for vendor, one in named.items():
        if scope.operation:
            yield vendor, [row for row in one["detail"] if row["operation"] == scope.operation]
        else:
            yield vendor, one["detail"] if scope.is_whole else words.called_rows(one)


def _violations(report: Report) -> str:
    violations = report["violations"]
    if not violations["requests"]:
        return ""
    rules = [f"{words.operation(one)} {words.place(one)} {one['message']}" for one in violations["distinct"]]
    named = f": {_listed(rules, '; ')}" if rules else ""
    return f"{words.counted(violations['requests'], 'request')} broke the contract{named}"


def _doubles(report: Report) -> str:
    doubles = report["double_spends"]
    pairs = [f"{words.operation(one)} ({one['first']['id']}, {one['second']['id']})" for one in doubles]
    return f"{words.counted(len(doubles), 'possible double spend')}: {_listed(pairs)}" if doubles else ""


def _early(report: Report) -> str:
    early = [row for row in report["after_errors"] if row["too_early"]]
    total = sum(row["too_early"] for row in early)
    rows = [f"{words.operation(row)} {words.error(row)} ({row['too_early']})" for row in early]
    return f"{words.counted(total, 'repetition')} before Retry-After had passed: {_listed(rows)}" if early else ""


def _other_hosts(report: Report) -> str:
    hosts = report.get("other_hosts", ())
    total = sum(row["count"] for row in hosts)
    named = [words.other_host(row) for row in hosts]
    return (
        f"{words.counted(total, 'connection')} to {words.counted(len(named), 'other host')}: {_listed(named)}"
        if named
        else ""
    )


def _listed(names: Sequence[str], separator: str = ", ") -> str:
    """The first few; the report has them all."""
    more = len(names) - _NAMED
    return separator.join(names[:_NAMED]) + (f"; {more} more: see the report" if more > 0 else "")


_FORBIDDEN: Mapping[str, Callable[[Report], str]] = {
    "violations": _violations,
    "double-spend": _doubles,
    "too-early": _early,
    "other-hosts": _other_hosts,
}
