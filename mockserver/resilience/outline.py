"""Shows a plan before it starts: what was learned, how many scenarios there are, and how long they will take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mockserver.report.wording import counted
from mockserver.resilience.clean_run import CleanRun, name_of
from mockserver.resilience.plan import Plan


def outline(clean: CleanRun, plan: Plan) -> str:
    """A few lines: the calls of the clean run with what they change, what is unsteady, the scenarios and their time."""
    return "\n".join(_lines(clean, plan))


def calls_of(clean: CleanRun) -> list[str]:
    """The calls in order: ``linkedapi.setSeats[1], which changes the state``."""
    lines = []
    for call in clean.first.calls:
        marks = ["which changes the state"] if call.changes else []
        marks += ["unsteady"] if name_of(call) in clean.unstable else []
        lines.append(", ".join([str(name_of(call)), *marks]))
    return lines


def left_out(plan: Plan) -> str:
    """How many scenarios ``--max`` left out, and of which kinds."""
    kinds = Counter(one.failure.kind for one in plan.left_out)
    told = ", ".join(f"{number} of {kind}" for kind, number in kinds.items())
    return (
        f"{counted(len(plan.left_out), 'scenario')} left out by --max: {told}; each call and each failure has one still"
    )


def _lines(clean: CleanRun, plan: Plan) -> Iterator[str]:
    ended = clean.first.ending
    yield f"clean run: {counted(len(clean.first.calls), 'call')}, {ended.told}, {clean.seconds:.1f} s, twice"
    yield from (f"  {line}" for line in calls_of(clean))
    yield from (f"  {sentence}" for sentence in (*clean.unsteady, *plan.notes))
    most = f", at most {_time(plan.most_seconds)}" if plan.most_seconds > plan.seconds + 1 else ""
    yield f"{counted(len(plan.scenarios), 'scenario')}, about {_time(plan.seconds)}{most}"
    if plan.left_out:
        yield left_out(plan)


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"
