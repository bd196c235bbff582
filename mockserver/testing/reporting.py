"""Merge the reports of a run of tests, write them to files, and check its gates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import expanduser
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError
from mockserver.report.gates import Gates
from mockserver.report.rendering import FORMATS, render
from mockserver.report.verdict import Unmet, unmet

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is wanted in a file."""

    form: str
    file: Path


def read_wanted(texts: Iterable[str], option: str) -> list[Wanted]:
    """``html:report.html,junit:report.xml``. Raises SettingError."""
    wanted = []
    for text in (part for given in texts for part in given.split(",")):
        form, _, file = text.strip().partition(":")
        if form not in FORMATS or not file:
            raise SettingError(f"{option} {text}: must be FORM:FILE, where FORM is one of {', '.join(FORMATS)}")
        wanted.append(Wanted(form, Path(expanduser(file))))
    return wanted


def together(one: Report | None, other: Report | None) -> Report | None:
    """Two reports as one, of which there may be none."""
    if one is None or other is None:
        return one if other is None else other
    from mockserver.report.summary import merged

    return merged(one, other)


def unmet_gates(report: Report | None, gates: Gates) -> list[Unmet]:
    """The gates that aren't met; without a report, nothing that is required is there."""
    if report is not None:
        return unmet(report, gates)
    return [Unmet(wanted.name, "no test used the mock server") for wanted in gates.require if wanted.percent]


def write(report: Mapping[str, Any], wanted: Iterable[Wanted], lacking: Sequence[Unmet]) -> list[str]:
    """Write the reports that are wanted. A sentence for each that couldn't be."""
    failed = []
    for one in wanted:
        try:
            one.file.parent.mkdir(parents=True, exist_ok=True)
            one.file.write_text(render(report, one.form, lacking), encoding="utf-8")
        except OSError as error:
            failed.append(f"the report can't be written to {one.file}: {error.strerror}")
    return failed
