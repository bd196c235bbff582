"""Run ``mockserver resilience -- COMMAND``: every failure at every call, and a verdict on what the command did."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import click

from mockserver.app import compile_vendors
from mockserver.cli.commands import CommandContext
from mockserver.cli.options import read_settings, settings
from mockserver.cli.output import write_to
from mockserver.cli.progress import INTERRUPTED, Progress
from mockserver.client import ControlClient
from mockserver.config import Config
from mockserver.fuzz.reproduction import explicit_settings
from mockserver.report.about import public_command
from mockserver.resilience.baseline import Baseline, read_baseline, write_baseline
from mockserver.resilience.clean_run import CleanRun
from mockserver.resilience.command_subject import CommandSubject
from mockserver.resilience.examination import STORM, Examination
from mockserver.resilience.laboratory import Laboratory
from mockserver.resilience.outline import outline
from mockserver.resilience.place import Place
from mockserver.resilience.plan import MOST, Choice, Plan, Setting
from mockserver.resilience.rendering import FORMATS, render
from mockserver.resilience.report import Report, Result
from mockserver.resilience.reproduction import reproduction_line
from mockserver.resilience.text import text
from mockserver.resilience.verdict import FAILING, Verdict, read_allowed
from mockserver.sandbox.document import seed_of
from mockserver.settings import MEMORY
from mockserver.testing.process import ServerProcess

TIMEOUT = 10.0
_ONLY = "Only scenarios of this name; * and ? stand for anything (repeat for more)."
_FAILURES = "Only these failures: no_channel,reset,'reset:after'; * and ? stand for anything (repeat for more)."
_OPERATIONS = "Only calls of these operations: setSeats,linkedapi.getSeats, or a call: 'setSeats[1]' (repeat for more)."
_ALLOW = "Verdicts that don't fail it: crashed,unfired (repeat for more)."
_BASELINE = "A file of verdicts to be committed: only what is worse than it says fails."
_BEFORE = "A shell command that goes before each run, to put files back as they were."
_WORKDIR = "copy runs each scenario in a copy of the working folder."
_CRASH = "A regular expression: where the command fails, and writes this, it crashed."
_STORM = "How often the same may be asked again before it is a storm."
_DEFAULTS = {"--timeout": TIMEOUT, "--storm": STORM, "--workdir": "here"}
_SETTINGS = {
    "vendor": "Run this installed vendor (repeat for more); all where neither a vendor nor a --spec is given.",
    "spec": "Run an OpenAPI file, as a vendor of the file's name or of NAME (repeat for more).",
    "world": "Where the sandbox of each run begins: the name of a world, or a file of one.",
    "seed": "Seed of generated data, and of what --max leaves out.",
}


def _listed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _verdicts(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> frozenset[Verdict]:
    try:
        return read_allowed(values)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _pattern(context: click.Context, parameter: click.Parameter, value: str | None) -> re.Pattern[str] | None:
    try:
        return None if value is None else re.compile(value, re.MULTILINE)
    except re.error as error:
        raise click.BadParameter(f"{value!r} is not a regular expression: {error}") from None


@click.command("resilience", context_settings={"allow_interspersed_args": False})
@click.option("--only", metavar="SCENARIO", multiple=True, help=_ONLY)
@click.option("--failures", metavar="LIST", multiple=True, callback=_listed, help=_FAILURES)
@click.option("--operations", metavar="LIST", multiple=True, callback=_listed, help=_OPERATIONS)
@click.option("--max", "most", default=MOST, show_default=True, type=click.IntRange(1), help="Most scenarios to run.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many at a time.  [default: one a processor]")
@click.option(
    "--timeout",
    default=TIMEOUT,
    show_default=True,
    type=click.FloatRange(0, 3600, min_open=True),
    help="Seconds that a run may take once it met its failure; a slow answer comes after half of them.",
)
@click.option("--storm", default=STORM, show_default=True, type=click.IntRange(1), help=_STORM)
@click.option("--compare-output", is_flag=True, help="Compare what is written to standard output, too.")
@click.option("--crash-pattern", metavar="REGEX", callback=_pattern, help=_CRASH)
@click.option("--before", default="", metavar="COMMAND", help=_BEFORE)
@click.option("--workdir", type=click.Choice(["here", "copy"]), default="here", show_default=True, help=_WORKDIR)
@click.option("--allow", "allowed", metavar="LIST", multiple=True, callback=_verdicts, help=_ALLOW)
@click.option("--baseline", "baseline_file", metavar="FILE", type=click.Path(path_type=Path), help=_BASELINE)
@click.option("--update", is_flag=True, help="Write the verdicts to the baseline, whatever they are.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the report there; a summary goes to standard error.")
@click.option("--list", "lists", is_flag=True, help="List the scenarios, and run none.")
@settings("vendor", "spec", "validation", "world", "seed", help=_SETTINGS)
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def command(
    context: CommandContext,
    /,
    config_file: str | None,
    only: tuple[str, ...],
    failures: tuple[str, ...],
    operations: tuple[str, ...],
    most: int,
    jobs: int | None,
    timeout: float,
    storm: int,
    compare_output: bool,
    crash_pattern: re.Pattern[str] | None,
    before: str,
    workdir: str,
    allowed: frozenset[Verdict],
    baseline_file: Path | None,
    update: bool,
    form: str,
    output: str | None,
    lists: bool,
    words: tuple[str, ...],
    **flags: Any,
) -> int:
    """Run a command with every failure at every call, and give a verdict on what it did.

    A clean run learns the calls. Each scenario is a run of its own, in a sandbox of its own, with one failure: an error
    that the spec lists, or a broken connection, before or after the vendor acted. The command finds the vendors in
    `<VENDOR>_BASE_URL` and `<VENDOR>_API_KEY`. Exits with 1 where a scenario failed, 2 where the clean run did.
    """
    if update and baseline_file is None:
        raise click.UsageError("--update needs --baseline FILE")
    for option, file in (("--output", output), ("--baseline", baseline_file)):
        if file is not None and not Path(file).resolve().parent.is_dir():
            raise click.BadParameter(f"{file}: there is no such folder", param_hint=option)
    config = read_settings(context, config_file, flags)
    before_it = _baseline(baseline_file, is_updated=update)
    own = {"--timeout": timeout, "--storm": storm, "--before": before, "--workdir": workdir}
    own |= {"--compare-output": compare_output, "--crash-pattern": crash_pattern and crash_pattern.pattern}
    setting = Setting(timeout, jobs or os.cpu_count() or 1, seed_of(config.seed))
    with _serving(config) as control:
        place = Place(control.url, control.list_vendors())
        is_copied = workdir == "copy"
        subject = CommandSubject(words, context.environ, place.environment, before, is_copied, crash_pattern)
        examination = Examination(
            public_command(words),
            Laboratory(control, subject, control.create_sandbox, storm, timeout),
            compile_vendors(config).vendors,
            Choice(only, failures, operations, most),
            setting,
            partial(reproduction_line, [*_given(own), *_settings(config)], words),
            storm,
            compare_output,
            allowed,
            before_it,
        )
        clean, plan = examination.learn()
        if lists:
            click.echo("\n".join(map(str, plan.scenarios)), file=context.stdout)
            return 0
        click.echo(outline(clean, plan), err=True)
        report = _run(examination, clean, plan)
    _show(context, report, form, output)
    if update and baseline_file is not None:
        write_baseline(baseline_file, report.verdicts, before=before_it)
    return INTERRUPTED if examination.is_interrupted else 0 if report.is_good or update else 1


def _baseline(file: Path | None, *, is_updated: bool) -> Baseline | None:
    """The baseline of a file; one that is to be written need not be there yet."""
    if file is None or (is_updated and not file.exists()):
        return None
    return read_baseline(file)


@contextmanager
def _serving(config: Config) -> Iterator[ControlClient]:
    """A server beside the command, on a free port of this machine; SIGTERM ends what is under way as Ctrl-C does."""
    server = ServerProcess(replace(config, host="127.0.0.1", port=0, state=MEMORY, workers=1, reload=False))
    control = ControlClient(server.url, server.token)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield control
    finally:
        signal.signal(signal.SIGTERM, before)
        control.close()
        server.stop()


def _given(options: Mapping[str, Any]) -> Iterator[str]:
    """The options of a command line that aren't at their defaults."""
    for option, value in options.items():
        if value is True:
            yield option
        elif value and value != _DEFAULTS.get(option):
            yield from (option, f"{value:g}" if isinstance(value, float) else str(value))


def _settings(config: Config) -> Iterator[str]:
    """The settings that decide what a command is shown, where they aren't the defaults."""
    vendors = {"vendor": config.vendor} if config.vendor else {}
    for name, value in {**vendors, **explicit_settings(config)}.items():
        for one in value if isinstance(value, tuple) else (value,):
            yield from (f"--{name}", str(one))


def _run(examination: Examination, clean: CleanRun, plan: Plan) -> Report:
    """Run the plan behind a bar that says what has failed so far."""
    verdicts: Counter[Verdict] = Counter()
    looks = count(1)
    with Progress() as progress:

        def note(one: Result) -> None:
            verdicts[one.verdict] += 1
            failed = [f"{verdict} {count}" for verdict, count in verdicts.items() if verdict in FAILING]
            progress("scenarios", verdicts.total(), len(plan.scenarios), "  ".join(failed))

        def note_look(one: Result, most: int) -> None:
            progress("second looks", min(next(looks), most), most, f"{one.name} {one.verdict}")

        return examination.run(clean, plan, note, note_look)


def _show(context: CommandContext, report: Report, form: str, output: str | None) -> None:
    """Print the report, or write it to a file and print a summary."""
    shown = render(report, form)
    if output is None:
        click.echo(shown, file=context.stdout, nl=False)
        return
    write_to("--output", output, shown)
    click.echo(text(report), err=True, nl=False)
