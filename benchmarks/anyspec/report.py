"""Visits summed up as Markdown and JSON: a table of all files, one line a file, and why answers failed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.anyspec.judge import Verdict
from benchmarks.anyspec.servers import Visit

MIB = 1024 * 1024
SHOWN = 12  # reasons


@dataclass(frozen=True, slots=True)
class File:
    """One file at every server: how many operations it has, and for how many of them no valid request was found."""

    name: str
    operations: int
    unsure: int
    visits: Mapping[str, Visit] = field(default_factory=dict)


def markdown(files: Sequence[File], titles: Mapping[str, str], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """The report for people."""
    sections = [_totals(files, titles), _each(files, titles)]
    sections += [_reasons(files, name, title) for name, title in titles.items()]
    about = [f"- {name}: {text}" for name, text in facts.items()] + [f"- {note}" for note in notes]
    return "\n\n".join([section for section in sections if section] + ["\n".join(about)]) + "\n"


def _totals(files: Sequence[File], titles: Mapping[str, str]) -> str:
    lines = ["| | " + " | ".join(titles.values()) + " |", "|---|" + "--:|" * len(titles)]
    operations, unsure = sum(file.operations for file in files), sum(file.unsure for file in files)
    rows: dict[str, Callable[[Sequence[Visit]], str]] = {
        "files that start": lambda visits: f"{sum(not visit.failed for visit in visits)} of {len(visits)}",
        f"of {operations:,} operations, answered with a documented success": lambda visits: _share(
            sum(visit.count(Verdict.VALID) + visit.count(Verdict.WRONG_BODY) for visit in visits), operations
        ),
        "with a valid body": lambda visits: _share(sum(visit.count(Verdict.VALID) for visit in visits), operations),
        "slowest start, cold": lambda visits: _most(visits, "start"),
        "slowest start, from the cache": lambda visits: _most(visits, "again"),
        "most memory, after every operation": lambda visits: _most(visits, "memory"),
    }
    for label, row in rows.items():
        cells = [row([file.visits[name] for file in files if name in file.visits]) for name in titles]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    if unsure:
        lines += ["", f"For {unsure} operations no valid request was found; they were called all the same."]
    return "\n".join(lines)


def _each(files: Sequence[File], titles: Mapping[str, str]) -> str:
    heads = [f"{name}: {what}" for name in titles for what in ("valid", "start", "memory")]
    lines = ["| file | operations | " + " | ".join(heads) + " |", "|---|--:|" + "--:|" * len(heads)]
    for file in files:
        cells = [cell for name in titles for cell in _cells(file.visits.get(name))]
        lines.append(f"| {file.name} | {file.operations} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(visit: Visit | None) -> tuple[str, str, str]:
    if visit is None:
        return "", "", ""
    if visit.failed:
        return "doesn't start", "", ""
    start = _seconds(visit.start) + (f", {_seconds(visit.again)}" if visit.again is not None else "")
    return str(visit.count(Verdict.VALID)), start, _memory(visit.memory)


def _reasons(files: Sequence[File], name: str, title: str) -> str:
    """Why operations failed at one server, the most frequent reasons first."""
    visits = {file.name: file.visits[name] for file in files if name in file.visits}
    counts: Counter[str] = Counter()
    where: dict[str, str] = {}
    for file, visit in visits.items():
        for found in visit.judgements:
            if found.verdict is not Verdict.VALID:
                reason = f"{found.status or ''} {found.verdict}: {_general(found.reason)}".strip()
                counts[reason] += 1
                where.setdefault(reason, f"{file} {found.operation}")
    failed = [f"- {file}: doesn't start: {visit.failed}" for file, visit in visits.items() if visit.failed]
    lines = [f"- {count} × {reason} (first: `{where[reason]}`)" for reason, count in counts.most_common(SHOWN)]
    return "\n".join([f"**Why answers failed: {title}**", "", *failed, *lines]) if failed or lines else ""


def _general(reason: str) -> str:
    """A reason without what differs from one operation to the next."""
    reason = re.sub(r"\s+", " ", re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", reason))
    return re.sub(r"\d+", "0", re.sub(r"(/[^\s:;,)]+)+", "/…", reason))[:110]


def _share(count: int, of: int) -> str:
    return f"{count:,} ({count / of:.1%})" if of else "0"


def _most(visits: Sequence[Visit], figure: str) -> str:
    values = [value for value in (getattr(visit, figure) for visit in visits) if value is not None]
    if not values:
        return ""
    return _memory(max(values)) if figure == "memory" else _seconds(max(values))


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"


def _memory(value: int | None) -> str:
    return "" if value is None else f"{value / MIB:.0f} MB"


def as_json(files: Sequence[File], facts: Mapping[str, str]) -> dict[str, Any]:
    """The report for programs: every answer's verdict."""
    return {"facts": dict(facts), "files": [asdict(file) for file in files]}
