"""``mockserver check``: every defect of a spec or of a vendor's rules, with file, line and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from mockserver.cli.commands import CommandContext
from mockserver.errors import Defect, SpecError, UnusableFile
from mockserver.openapi.loader import load
from mockserver.packaged import specs_folder
from mockserver.plugin import installed
from mockserver.printable import clean
from mockserver.report.wording import counted
from mockserver.rules import load_rules


@click.command("check")
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.pass_obj
def command(context: CommandContext, /, specs: tuple[str, ...]) -> int:
    """Check OpenAPI files and rules.yaml files; without any, those of every installed vendor.

    Exits with 1 where there is a defect, with 2 where a file can't be read.
    """
    files = [Path(spec) for spec in specs] or list(_installed_files())
    defects: list[Defect] = []
    is_unusable = False
    for file in files:
        try:
            in_file = check(file)
        except UnusableFile as error:
            click.echo(clean(f"mockserver: {error}"), err=True)
            is_unusable = True
            continue
        defects += in_file
        verdict = counted(len(in_file), "defect") if in_file else "ok"
        for defect in in_file:
            click.echo(clean(defect), file=context.stdout)
        click.echo(clean(f"{file}: {verdict}"), file=context.stdout)
    return 2 if is_unusable else 1 if defects else 0


def _installed_files() -> Iterator[Path]:
    for load_vendor in installed().values():
        vendor = load_vendor()
        yield vendor.spec
        if vendor.rules:
            yield vendor.rules
    yield specs_folder() / "control" / "openapi.yaml"


def check(file: Path) -> tuple[Defect, ...]:
    """The defects of one file: of a ``rules.yaml`` by its name, else of a spec. Raises UnusableFile."""
    try:
        if file.name == "rules.yaml":
            load_rules(file)
        else:
            load(file, file.stem, strict=True, afresh=True)
    except UnusableFile:
        raise
    except SpecError as error:
        return error.defects
    return ()
