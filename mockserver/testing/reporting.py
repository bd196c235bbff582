"""Merge the reports of a run of tests, sum them up, write them to files, and check its gates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import expanduser
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError
from mockserver.report.about import About
from mockserver.report.gates import Gates
from mockserver.report.rendering import FORMATS, render
from mockserver.report.verdict import Unmet, unmet

FULL = "full"
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report that is wanted in a file."""

    form: str
    file: Path


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that are wanted: in files, and on the terminal a short one, unless it ``is_full``."""

    files: tuple[ReportFile, ...] = ()
    is_full: bool = False

    def summary(self, report: Mapping[str, Any], lacking: Sequence[Unmet] = ()) -> str:
        """A report for the terminal."""
        from mockserver.report.text import short, text

        return text(report, lacking) if self.is_full else short(report, lacking)


def read_reports(texts: Iterable[str], option: str) -> Reports:
    """``html:report.html,junit:report.xml,full``. Raises SettingError."""
    words = [word.strip() for text in texts for word in text.split(",")]
    files = tuple(_file(word, option) for word in words if word != FULL)
    return Reports(files, is_full=FULL in words)


def _file(word: str, option: str) -> ReportFile:
    form, _, file = word.partition(":")
    if form not in FORMATS or not file:
        raise SettingError(f"{option} {word}: must be {FULL}, or FORM:FILE, where FORM is one of {', '.join(FORMATS)}")
    return ReportFile(form, Path(expanduser(file)))


def unmet_gates(report: Report | None, gates: Gates) -> list[Unmet]:
    """The gates that aren't met; without a report, nothing that is required is there."""
    if report is not None:
        return unmet(report, gates)
    return [Unmet(wanted.name, "no test used the mock server") for wanted in gates.require if wanted.percent]


def write(
    report: Mapping[str, Any], files: Iterable[ReportFile], lacking: Sequence[Unmet], description: About
) -> list[str]:
    """Write a report to files. A sentence for each that couldn't be written."""
    failed = []
    for one in files:
        try:
            one.file.parent.mkdir(parents=True, exist_ok=True)
            one.file.write_text(render(report, one.form, lacking, description), encoding="utf-8")
        except OSError as error:
            failed.append(f"the report can't be written to {one.file}: {error.strerror}")
    return failed
