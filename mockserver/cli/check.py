"""``mockserver check``: every defect of a spec or of a vendor's rules, with file, line and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from mockserver.cli.commands import CommandContext
from mockserver.errors import Defect, SpecError, UnusableFile
from mockserver.openapi.findings import NOTES
from mockserver.openapi.loader import examine
from mockserver.packaged import specs_folder
from mockserver.plugin import installed
from mockserver.printable import clean
from mockserver.report.wording import counted
from mockserver.rules import load_rules


@click.command("check")
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option("--strict", is_flag=True, help="Count notes as defects, as in the specs of installed vendors.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out a rule; may be given several times.")
@click.pass_obj
def command(context: CommandContext, /, specs: tuple[str, ...], strict: bool, ignore: tuple[str, ...]) -> int:
    """Check OpenAPI files and rules.yaml files; without any, those of every installed vendor.

    What OpenAPI allows and the engine leaves out is a note. Exits with 1 where there is a defect, with 2 where a file
    can't be read.
    """
    files = [Path(spec) for spec in specs] or list(_installed_files())
    is_unusable = has_defects = False
    for file in files:
        try:
            told = [defect for defect in check(file, strict=strict or not specs) if defect.rule not in ignore]
        except UnusableFile as error:
            click.echo(clean(f"mockserver: {error}"), err=True)
            is_unusable = True
            continue
        notes = [] if strict or not specs else [defect for defect in told if defect.rule in NOTES]
        for defect in told:
            click.echo(clean(f"{defect} (note)" if defect in notes else defect), file=context.stdout)
        click.echo(clean(f"{file}: {_verdict(len(told) - len(notes), len(notes))}"), file=context.stdout)
        has_defects = has_defects or len(told) > len(notes)
    return 2 if is_unusable else 1 if has_defects else 0


def _verdict(defects: int, notes: int) -> str:
    verdict = counted(defects, "defect") if defects else "ok"
    return f"{verdict}, {counted(notes, 'note')}" if notes else verdict


def _installed_files() -> Iterator[Path]:
    for load_vendor in installed().values():
        vendor = load_vendor()
        yield vendor.spec
        if vendor.rules:
            yield vendor.rules
    yield specs_folder() / "control" / "openapi.yaml"


def check(file: Path, *, strict: bool = True) -> tuple[Defect, ...]:
    """What is to be told of one file: of a ``rules.yaml`` by its name, else of a spec. Raises UnusableFile."""
    try:
        if file.name != "rules.yaml":
            return examine(file, strict=strict)
        load_rules(file)
    except UnusableFile:
        raise
    except SpecError as error:
        return error.defects
    return ()
