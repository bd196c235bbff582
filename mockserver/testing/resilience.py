"""``mock.resilience``: every failure at every call of a function, in sandboxes that begin as the test's own is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.app import compile_vendors
from mockserver.config import Config
from mockserver.resilience.baseline import Baseline, read_baseline
from mockserver.resilience.examination import STORM, Examination
from mockserver.resilience.function_subject import FunctionSubject
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.plan import MOST, Choice, Setting, Vendors
from mockserver.resilience.report import Report, Result
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.verdict import read_allowed
from mockserver.sandbox.document import seed_of
from mockserver.testing.marks import Mark, world_of

if TYPE_CHECKING:
    from mockserver.testing.mock import Mock

TIMEOUT = 2.0
JOBS = 4
Names = str | Iterable[str]


def examine(
    mock: Mock,
    call: Callable[[Mock], Any],
    *,
    typed: tuple[type[BaseException], ...] | type[BaseException] = (),
    world: str | Path | Mapping[str, Any] | None = None,
    only: Names = (),
    failures: Names = (),
    operations: Names = (),
    most: int = MOST,
    timeout: float = TIMEOUT,
    jobs: int = JOBS,
    storm: int = STORM,
    compare_output: bool = False,
    allow: Names = (),
    baseline: str | Path | None = None,
    seed: int | str | None = None,
) -> Report:
    """Call ``call(mock)`` once for each scenario. Raises MockServerError, ValueError for an unknown verdict.

    ``typed`` are the client's own exceptions: a call that raises one has reported the failure, as a failed assertion
    does; any other exception is a crash. Sandboxes are forks of the test's own, or begin in ``world``. ``jobs`` calls
    run at a time, in threads. ``compare_output`` compares what is returned, too.
    """
    server, control = mock.server, mock.control
    begin: Callable[[str], Any] = partial(control.create_sandbox, parent=mock.sandbox)
    if world is not None:
        begin = partial(control.create_sandbox, world=world_of(Mark(world=world), Path.cwd()))
    prepare = partial(mock.__class__, server, config=mock.config, is_begun=True)
    errors = typed if isinstance(typed, tuple) else (typed,)
    subject = FunctionSubject(call, prepare, errors)
    choice = Choice(_names(only), _names(failures), _names(operations), most)
    number = seed_of(str(mock.config.seed if seed is None else seed))
    setting = Setting(timeout, 1 if server.is_in_process else jobs, number, can_break=not server.is_in_process)
    allowed, before = read_allowed(_names(allow)), _baseline(baseline)
    laboratory = Laboratory(control, subject, begin, storm, timeout)
    name = getattr(call, "__qualname__", repr(call)).rpartition("<locals>.")[2]
    examination = Examination(
        name,
        laboratory,
        _vendors(mock.config),
        choice,
        setting,
        partial(_line, name),
        storm,
        compare_output,
        allowed,
        before,
    )
    report = examination.run(*examination.learn())
    if examination.is_interrupted:
        raise KeyboardInterrupt
    return replace(report, subtests=mock.sub_results)


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _baseline(file: str | Path | None) -> Baseline | None:
    return None if file is None else read_baseline(Path(file))


@cache
def _vendors(config: Config) -> Vendors:
    """The vendors of a server like that of the test, compiled once a process."""
    return compile_vendors(config).vendors


def _line(name: str, scenario: Scenario) -> str:
    return f"mock.resilience({name}, only={scenario.name!r}).check()"


SubResults = Callable[[Result, bool], None]
"""Shows a scenario as a part of its test, and whether it fails that."""
