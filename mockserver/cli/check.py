"""``mockserver check``: every defect of a spec or of a vendor's rules, with file, line and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from mockserver.app import reach_of
from mockserver.cli.commands import CommandContext
from mockserver.config import Config
from mockserver.errors import Defect, SpecError, UnusableFile
from mockserver.openapi.files import OWN_FOLDER, Reach
from mockserver.openapi.findings import ERRORS, NOTES
from mockserver.openapi.loader import examine
from mockserver.packaged import specs_folder
from mockserver.plugin import installed
from mockserver.printable import clean
from mockserver.report.wording import counted
from mockserver.rules import load_rules
from mockserver.suggest import did_you_mean


def _known(_: click.Context, __: click.Parameter, rules: tuple[str, ...]) -> tuple[str, ...]:
    for rule in rules:
        if rule not in ERRORS | NOTES:
            hint = did_you_mean(rule, sorted(ERRORS | NOTES)) or f"; rules are {', '.join(sorted(ERRORS | NOTES))}"
            raise click.BadParameter(f"there is no rule {rule!r}{hint}")
    return rules


@click.command("check")
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option("--strict", is_flag=True, help="Count notes as defects, as in the specs of installed vendors.")
@click.option(
    "--ignore", multiple=True, metavar="RULE", callback=_known, help="Leave out a rule; may be given several times."
)
@click.option("--spec-root", metavar="FOLDER", help="Folder within which files may refer to each other.")
@click.option("--allow-remote", is_flag=True, help="Fetch what is referred to on other machines.")
@click.pass_obj
def command(
    context: CommandContext,
    /,
    specs: tuple[str, ...],
    strict: bool,
    ignore: tuple[str, ...],
    spec_root: str | None,
    allow_remote: bool,
) -> int:
    """Check OpenAPI files and rules.yaml files; without any, those of every installed vendor.

    A defect is what OpenAPI forbids; anything else is a note. Exits with 1 where there is a defect, with 2 where a file
    can't be read.
    """
    reach = reach_of(Config(spec_root=spec_root, allow_remote=allow_remote))
    files = [Path(spec) for spec in specs] or list(_installed_files())
    is_unusable = has_defects = False
    for file in files:
        try:
            told = [defect for defect in check(file, reach, strict=strict or not specs) if defect.rule not in ignore]
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


def check(file: Path, reach: Reach = OWN_FOLDER, *, strict: bool = True) -> tuple[Defect, ...]:
    """What is to be told of one file: of a ``rules.yaml`` by its name, else of a spec. Raises UnusableFile."""
    try:
        if file.name != "rules.yaml":
            return examine(file, strict=strict, reach=reach)
        load_rules(file)
    except UnusableFile:
        raise
    except SpecError as error:
        return error.defects
    return ()
