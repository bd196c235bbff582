"""A report: of some sandboxes, or of all that a server was asked, sandboxes included that are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.openapi.model import Spec
from mockserver.report.archive import archived, findings_of
from mockserver.report.bounds import MOST
from mockserver.report.coverage import coverage, merged_coverage
from mockserver.report.findings import Findings, completed, merged_findings
from mockserver.report.tally import added
from mockserver.sandbox.document import is_name
from mockserver.stores.base import Store

NAMES = 100
Report = dict[str, Any]


def report_of(store: Store, specs: Mapping[str, Spec], names: Sequence[str]) -> Report:
    """The report on some sandboxes that are there."""
    names = list(dict.fromkeys(names))
    findings = merged_findings(*(findings_of(store, name, specs) for name in names))
    counts = added(*(store.counts(name) for name in names))
    return _report(findings, names, len(names), 0, coverage(counts, specs))


def overall(store: Store, specs: Mapping[str, Spec], other_hosts: Mapping[str, int] | None = None) -> Report:
    """The report on everything since the server began, or its report was emptied.

    ``other_hosts`` counts the connections that were wanted to other hosts than the vendors'.
    """
    names = [name for name in store.names() if is_name(name)]
    past, deleted = archived(store)
    findings = merged_findings(past, *(findings_of(store, name, specs) for name in names))
    gone = store.counts(None)
    counts = added(gone, *(store.counts(name) for name in names))
    findings = completed(findings, counts, sum(gone.values()) - past["requests"])
    hosts = merged_hosts([{"host": host, "count": count} for host, count in (other_hosts or {}).items()])
    return _report(findings, names, len(names), deleted, coverage(counts, specs), hosts)


def merged(one: Report, other: Report) -> Report:
    """Two reports as one: of servers that served the same vendors, or not."""
    boxes = [one["sandboxes"], other["sandboxes"]]
    return _report(
        merged_findings(one, other),
        [name for box in boxes for name in box["names"]],
        sum(box["count"] for box in boxes),
        sum(box["deleted"] for box in boxes),
        merged_coverage(one["coverage"], other["coverage"]),
        merged_hosts(one.get("other_hosts", ()), other.get("other_hosts", ())),
    )


def merged_hosts(*lists: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The hosts that were wanted besides the vendors', of several lists, the most wanted first."""
    counts: Counter[str] = Counter()
    for rows in lists:
        for row in rows:
            counts[row["host"]] += row["count"]
    return [{"host": host, "count": count} for host, count in counts.most_common(MOST)]


def _report(
    findings: Findings,
    names: Sequence[str],
    count: int,
    deleted: int,
    coverages: Mapping[str, Any],
    other_hosts: Sequence[Mapping[str, Any]] = (),
) -> Report:
    sandboxes = {"count": count, "deleted": deleted, "names": list(names)[:NAMES]}
    return {"sandboxes": sandboxes, "coverage": dict(coverages), "other_hosts": list(other_hosts), **findings}
