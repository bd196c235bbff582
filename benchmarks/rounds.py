"""The run: rounds, and in each every contender in turn, so that a noisy minute spoils no contender alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.contenders import Contender, Unprepared
from benchmarks.load import Figures, Generator, Job, LoadFailed, make
from benchmarks.machine import Processors, busy, resident
from benchmarks.plan import Plan
from benchmarks.process import Running, StartFailed, free_port, running
from benchmarks.wire import Connection, Unanswered


@dataclass(slots=True)
class Visit:
    """What one contender did in one round; ``wrong`` makes it invalid.

    ``starts`` are seconds, ``memory`` is bytes, ``busy`` the seconds of processor time that an answer took.
    """

    starts: list[float] = field(default_factory=list)
    figures: Figures | None = None
    memory: int | None = None
    busy: float | None = None
    wrong: str = ""


def measure(
    contenders: Sequence[Contender], plan: Plan, generator: Generator, cpus: Processors, tell: Callable[[str], None]
) -> dict[str, list[Visit]]:
    """Every contender's visits, a round each."""
    found: dict[str, list[Visit]] = {contender.id: [] for contender in contenders}
    for number in range(plan.rounds):
        for contender in contenders:
            tell(f"round {number + 1} of {plan.rounds}: {contender.title}")
            found[contender.id].append(visit(contender, plan, generator, cpus))
    return found


def visit(contender: Contender, plan: Plan, generator: Generator, cpus: Processors) -> Visit:
    """Start a contender, several times; load the last one that started."""
    made = Visit()
    try:
        for number in range(plan.starts):
            contender.before_start()
            port = free_port()
            own = frozenset[int]() if contender.has_workers else cpus.server
            with running(contender.command(port), port, contender.folder, contender.first, own) as server:
                made.starts.append(server.first_answer)
                if number == plan.starts - 1 and contender.requests:
                    _load(made, server, contender, plan, generator, cpus)
    except (StartFailed, Unprepared, LoadFailed, Unanswered, OSError) as error:
        made.wrong = f"{type(error).__name__}: {error}"
    return made


def _load(
    made: Visit, server: Running, contender: Contender, plan: Plan, generator: Generator, cpus: Processors
) -> None:
    contender.prepare(server.port)
    for seconds in filter(None, (plan.warmup, plan.seconds)):
        before = busy(server.pid)
        job = Job(server.port, contender.requests, seconds, plan.connections, is_split=contender.is_split)
        figures = make(generator, job, cpus.generator)
        if figures.failures:
            made.wrong = ", ".join(f"{count} {name}" for name, count in figures.failures.items())
        elif not figures.answers:
            made.wrong = f"no answer in {seconds:g} s"
        after = busy(server.pid)
        made.busy = (after - before) / figures.answers if before is not None and after and figures.answers else None
    with Connection(server.port) as connection:
        status = connection.ask(contender.requests[0]).status  # wrk takes a 3xx for a success
    if not 200 <= status < 300:
        made.wrong = f"answers {status}"
    made.figures, made.memory = figures, resident(server.pid)
