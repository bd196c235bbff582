"""Conclude a run of tests: write the reports that are wanted, check its gates, and sum it up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.client import ControlError
from mockserver.errors import SettingError
from mockserver.report.about import About
from mockserver.report.gates import BadGate, Gates, parse_gates, refuse_unknown
from mockserver.testing.reporting import Reports, read_reports, unmet_gates, write
from mockserver.testing.suite import Suite

CUT_SHORT = "the run was cut short: its report holds the calls until then, and its gates stay unchecked"


class DemandError(Exception):
    """A demand that can't be read; the text says which, and what would be right."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """``sentences`` say what is wrong with a run as a whole, ``summary`` is its report for the terminal."""

    sentences: Sequence[str]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Demands:
    """The reports and gates of a run."""

    reports: Reports = field(default_factory=Reports)
    gates: Gates = field(default_factory=Gates)

    @property
    def are_none(self) -> bool:
        return self == Demands()

    def conclude(self, suite: Suite | None, description: About, *, is_whole: bool) -> Conclusion:
        """Write the reports and check the gates; nobody can judge those of a run that was cut short."""
        try:
            report = suite.report() if suite is not None else None
        except ControlError as error:
            return Conclusion([] if self.are_none else [f"no contract report: {error}"])
        unmet = unmet_gates(report, self.gates) if is_whole else []
        sentences = [str(one) for one in unmet]
        if report is None:
            return Conclusion(sentences)
        if not is_whole and not self.are_none:
            sentences.append(CUT_SHORT)
        failed = write(report, self.reports.files, unmet, description)
        return Conclusion([*sentences, *failed], self.reports.summary(report) if report["requests"] else "")

    def refuse_unknown(self, served: Callable[[], Mapping[str, Collection[str]]]) -> None:
        """Raises DemandError where something is required of a vendor or an operation that isn't served."""
        if not self.gates.names_vendors:
            return
        try:
            refuse_unknown(self.gates, served())
        except BadGate as error:
            raise DemandError(f"--mock-require: {error}") from None


def demands(reports: Iterable[str], require: Iterable[str], forbid: Iterable[str]) -> Demands:
    """Demands as a command line has them. Raises DemandError."""
    try:
        wanted = read_reports(reports, "--mock-report")
        option = "--mock-require"
        required = parse_gates(require).require
        option = "--mock-forbid"
        return Demands(wanted, Gates(required, parse_gates((), forbid).forbid))
    except SettingError as error:
        raise DemandError(str(error)) from None
    except BadGate as error:
        raise DemandError(f"{option}: {error}") from None
