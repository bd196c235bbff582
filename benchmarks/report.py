"""Visits summed up: medians, ratios to bare ASGI, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.contenders import RAW, Contender
from benchmarks.plan import Plan
from benchmarks.rounds import Visit

HEADER = (
    "| | req/s | of raw ASGI | CPU a request | p50 | p99 | first answer | memory |\n|---|--:|--:|--:|--:|--:|--:|--:|"
)
BUSY = 0.85  # of its processor that bare ASGI has, on a quiet machine


@dataclass(frozen=True, slots=True)
class Row:
    """A contender's figures, each a list with a value a round (``first_answer``: a start); seconds and bytes.

    ``ratio`` is to bare ASGI in the same round; ``busy`` is the server's processor time for an answer. ``invalid`` says
    why the figures count for nothing.
    """

    id: str
    title: str
    per_second: list[float]
    ratio: list[float]
    busy: list[float]
    p50: list[float]
    p99: list[float]
    first_answer: list[float]
    memory: list[float]
    invalid: str = ""


def rows(contenders: Sequence[Contender], visits: Mapping[str, Sequence[Visit]]) -> list[Row]:
    """The figures of every contender. One wrong answer in any round makes all of a contender's count for nothing."""
    return [_row(contender, visits[contender.id], visits[RAW]) for contender in contenders]


def _row(contender: Contender, visits: Sequence[Visit], limit: Sequence[Visit]) -> Row:
    wrong = next((visit.wrong for visit in visits if visit.wrong), "")
    if wrong:
        return Row(contender.id, contender.title, [], [], [], [], [], [], [], wrong)
    figures = [visit.figures for visit in visits if visit.figures]
    pairs = [
        (visit.figures, raw.figures)
        for visit, raw in zip(visits, limit, strict=True)
        if visit.figures and raw.figures and not raw.wrong
    ]
    return Row(
        contender.id,
        contender.title,
        [found.per_second for found in figures],
        [found.per_second / raw.per_second for found, raw in pairs if raw.per_second],
        [visit.busy for visit in visits if visit.busy is not None],
        [found.p50 for found in figures],
        [found.p99 for found in figures],
        [seconds for visit in visits for seconds in visit.starts],
        [visit.memory for visit in visits if visit.memory is not None],
    )


def doubts(found: Sequence[Row]) -> list[str]:
    """Why wall-clock figures may mislead: under load, bare ASGI should keep its processor busy all the time."""
    limit = next((row for row in found if row.id == RAW and row.busy), None)
    share = median(limit.per_second) * median(limit.busy) if limit else 1.0
    if share >= BUSY:
        return []
    why = "others used the machine, or the generator was the limit; compare CPU a request rather than req/s"
    return [f"raw ASGI had its processor for only {share:.0%} of the time: {why}"]


def markdown(found: Sequence[Row], facts: Mapping[str, str], plan: Plan, notes: Sequence[str]) -> str:
    """The report for people."""
    about = (
        f"Medians; rounds: {plan.rounds}. Each visits every row: {plan.starts} × start, {plan.warmup:g} s to warm up, "
        f"{plan.seconds:g} s of load over {plan.connections} connections. `of raw ASGI` compares req/s in the same "
        "round (least to most). `CPU a request` is the server's; it suffers least where others use the machine too. "
        "Latencies are those under that load. `first answer` is the time from the process's start to its first 200; "
        "`memory` is resident, after the load."
    )
    lines = [HEADER, *map(_line, found), "", about, "", *(f"- {name}: {fact}" for name, fact in facts.items())]
    return "\n".join([*lines, *(f"- {note}" for note in notes)]) + "\n"


def _line(row: Row) -> str:
    if row.invalid:
        reason = " ".join(row.invalid.split()).replace("|", "\\|")
        return f"| {row.title} | invalid: {reason} | | | | | | |"
    ratio = f"{median(row.ratio):.2f} ({min(row.ratio):.2f}–{max(row.ratio):.2f})" if row.ratio else ""
    cells = [
        _middle(row.per_second, 1, "{:,.0f}"),
        ratio,
        _middle(row.busy, 1e6, "{:.1f} µs"),
        _middle(row.p50, 1000, "{:.2f} ms"),
        _middle(row.p99, 1000, "{:.2f} ms"),
        _middle(row.first_answer, 1000, "{:.0f} ms"),
        _middle(row.memory, 1e-6, "{:.0f} MB"),
    ]
    return f"| {row.title} | {' | '.join(cells)} |"


def _middle(values: Sequence[float], factor: float, form: str) -> str:
    return form.format(median(values) * factor) if values else ""


def as_json(found: Sequence[Row], facts: Mapping[str, str], plan: Plan, notes: Sequence[str]) -> dict[str, Any]:
    """The report for programs: every round's figures."""
    return {"facts": dict(facts), "plan": asdict(plan), "notes": list(notes), "rows": [asdict(row) for row in found]}
