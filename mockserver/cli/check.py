"""``mockserver check``: every defect of a spec, with file, line and JSON pointer."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli import Surroundings
from mockserver.errors import Defect, SpecError
from mockserver.spec.loader import load
from mockserver.vendor import installed, specs_folder


@click.command("check")
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.pass_obj
def command(around: Surroundings, /, specs: tuple[str, ...]) -> int:
    """Check OpenAPI files; without any, the specs of every installed vendor.

    Exits with 1 where there is a defect.
    """
    files = [Path(spec) for spec in specs] or [vendor().spec for vendor in installed().values()] + [
        specs_folder() / "control" / "openapi.yaml"
    ]
    defects: list[Defect] = []
    for file in files:
        found = check(file)
        defects += found
        verdict = f"{len(found)} defect{'s' * (len(found) != 1)}" if found else "ok"
        for defect in found:
            click.echo(str(defect), file=around.stdout)
        click.echo(f"{file}: {verdict}", file=around.stdout)
    return 1 if defects else 0


def check(file: Path) -> tuple[Defect, ...]:
    """The defects of one file."""
    try:
        load(file, file.stem, strict=True, afresh=True)
    except SpecError as error:
        return error.defects
    return ()
