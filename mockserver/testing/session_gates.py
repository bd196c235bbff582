"""Demands on a run of tests as a whole: reports in files, and gates that it has to pass."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.client import ControlError
from mockserver.errors import SettingError
from mockserver.report.gates import BadGate, Gates, parse_gates, refuse_unknown
from mockserver.testing.reporting import Wanted, read_wanted, unmet_gates, write
from mockserver.testing.suite import Suite

CUT_SHORT = "the run was cut short: its report holds the calls until then, and its gates stay unchecked"


class DemandError(Exception):
    """A demand that can't be read; the text says which, and what would be right."""


@dataclass(frozen=True, slots=True)
class Demands:
    """The reports and gates of a run."""

    reports: Sequence[Wanted]
    gates: Gates

    def settle(self, suite: Suite | None) -> list[str]:
        """Write the reports. A sentence for each demand that isn't met."""
        try:
            report = suite.report() if suite is not None else None
        except ControlError as error:
            return [f"no contract report: {error}"]
        unmet = unmet_gates(report, self.gates)
        return [*map(str, unmet), *(write(report, self.reports, unmet) if report is not None else ())]

    def cut_short(self, suite: Suite | None) -> list[str]:
        """Write the reports of a run that was interrupted, whose gates nobody can judge. Sentences on that."""
        try:
            report = suite.report() if suite is not None else None
        except ControlError as error:
            return [f"no contract report: {error}"]
        return [] if report is None else [CUT_SHORT, *write(report, self.reports, ())]

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
        wanted = read_wanted(reports, "--mock-report")
        option = "--mock-require"
        required = parse_gates(require).require
        option = "--mock-forbid"
        return Demands(wanted, Gates(required, parse_gates((), forbid).forbid))
    except SettingError as error:
        raise DemandError(str(error)) from None
    except BadGate as error:
        raise DemandError(f"{option}: {error}") from None
