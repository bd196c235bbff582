"""Renders the drift report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.printable import clean
from mockserver.report.wording import counted


def text(report: Mapping[str, Any]) -> str:
    """The report, a difference a paragraph."""
    lines = [headline(report), ""]
    for one in report["differences"]:
        lines += [clean(line) for line in _difference(one)] + [""]
    lines += ["operations"]
    lines += [clean(_operation(one)) for one in report["operations"]]
    if report["unknown"]:
        lines += ["", "not in the spec"]
        lines += [clean(f"  {one['count']} x {one['request']}") for one in report["unknown"]]
    lines += ["", *(clean(f"note: {note}") for note in report["notes"])] if report["notes"] else []
    return "\n".join([*lines, "", verdict(report)]) + "\n"


def headline(report: Mapping[str, Any]) -> str:
    """``postpress against http://…: 7 calls (cap 60), seed 20260131``."""
    calls, credits = report["calls"], report["credits"]
    if calls is None:
        return f"{report['vendor']} in {report['source']}: {counted(report['exchanges'], 'recorded call')}"
    spent = f", {credits['spent_at_most']:g} credits at most" if credits["spent_at_most"] else ""
    cap = f" (cap {credits['cap']:g})" if spent and credits["cap"] is not None else ""
    return (
        f"{report['vendor']} at {report['source']}: {counted(calls['made'], 'call')} (cap {calls['cap']}){spent}{cap}, "
        f"seed {report['seed']}"
    )


def verdict(report: Mapping[str, Any]) -> str:
    """``1 alarm, 2 news``, or that nothing differs."""
    if not report["differences"]:
        return "no drift: every answer keeps the spec"
    return f"{counted(report['alarms'], 'alarm')}, {report['news']} news"


def title(one: Mapping[str, Any]) -> str:
    """``get_quota 200: new-field at body /data/plan``."""
    return f"{one['operation']} {one['status'] or 'lost'}: {one['kind']} at {one['place']}"


def where(one: Mapping[str, Any]) -> str:
    """``specs/sonarly/openapi.yaml:385 (documented)``."""
    provenance = f" ({one['provenance']})" if one["provenance"] else ""
    return f"{one['spec']['file']}:{one['spec']['line']}{provenance}"


def _difference(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['severity'].upper():<5}  {title(one)}"
    yield f"       {one['message']}; {counted(one['count'], 'time')}{', in the patch' if one['patched'] else ''}"
    if one["example"]["value"] is not None:
        yield f"       came: {one['example']['value']}"
    yield f"       asked: {one['example']['request']}"
    yield f"       {where(one)}"


def _operation(one: Mapping[str, Any]) -> str:
    statuses = ", ".join(f"{n} x {status if status != '0' else 'no answer'}" for status, n in one["statuses"].items())
    left = one["left_out"]
    said = f"{statuses}, then left out" if statuses and left else statuses or "not called"
    return f"  {one['operation']}  {said}{f': {left}' if left else ''}"
