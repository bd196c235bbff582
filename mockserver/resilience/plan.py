"""Plans the scenarios: each call of the clean run with each failure that it may meet, chosen and thinned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.errors import MockServerError
from mockserver.fuzz.special_variants import envelopes
from mockserver.openapi.model import Operation
from mockserver.resilience.clean_run import CleanRun
from mockserver.resilience.failure import Kind, failures_of
from mockserver.resilience.run import Acting
from mockserver.resilience.scenario import Scenario, matches
from mockserver.resilience.thinning import thin

MOST = 500


class NothingPlanned(MockServerError):
    """A choice that leaves no scenario; the text says what there is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which scenarios are wanted: globs of their names, of failures and of operations; empty for all."""

    only: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    most: int = MOST

    def wants(self, one: Scenario) -> bool:
        operation = (one.call.operation, one.call.qualified, str(one.call), one.call.short)
        return (
            _any(self.only, (one.name,))
            and _any(self.failures, (one.failure.name, one.failure.name.partition(":")[0]))
            and _any(self.operations, operation)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """``left_out`` are those that ``--max`` left out. ``seconds`` is about what it takes, ``most_seconds`` at most.

    ``notes`` are what else is to be known of it.
    """

    scenarios: tuple[Scenario, ...]
    left_out: tuple[Scenario, ...]
    seconds: float
    most_seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What scenarios are run with: seconds that a run may take, how many at a time, and the seed of the thinning."""

    timeout: float
    jobs: int
    seed: int
    can_break: bool = True

    @property
    def slow(self) -> float:
        """The seconds of a slow answer: a client may wait for it, and is done before the run has to end."""
        return min(300.0, max(0.1, round(self.timeout / 2, 1)))


Vendors = Mapping[str, CompiledVendor]


def make_plan(clean: CleanRun, vendors: Vendors, choice: Choice, setting: Setting) -> Plan:
    """The scenarios of a clean run. Raises NothingPlanned."""
    everything = list(_all(clean, vendors, setting))
    wanted = [one for one in everything if choice.wants(one)]
    if not wanted:
        raise NothingPlanned(_nothing(everything, choice))
    chosen, left_out = thin(wanted, choice.most, setting.seed)
    stuck = sum(_may_hang(one) for one in chosen)
    usual = len(chosen) * (clean.seconds + 0.05) / setting.jobs
    notes = () if setting.can_break else ("this server can't break connections, so no connection fails here",)
    return Plan(tuple(chosen), tuple(left_out), usual, usual + stuck * setting.timeout / setting.jobs, notes)


def operations_of(vendors: Vendors) -> dict[Acting, Operation]:
    return {(name, one.id): one for name, vendor in vendors.items() for one in vendor.spec.operations}


def _all(clean: CleanRun, vendors: Vendors, setting: Setting) -> Iterator[Scenario]:
    operations = operations_of(vendors)
    for name in clean.names:
        operation = operations.get((name.vendor, name.operation))
        if operation is None:
            continue
        for failure in failures_of(
            operation,
            envelope=_envelope(vendors[name.vendor], operation),
            acts=clean.acts(name),
            delay=setting.slow,
            can_break=setting.can_break,
        ):
            yield Scenario(name, operation, failure, name in clean.unstable)


def _envelope(compiled: CompiledVendor, operation: Operation) -> dict[str, Any] | None:
    """The first error that a field of the body tells from a success: what a client sees that looks at statuses only."""
    variant = next(iter(envelopes(compiled, operation)), None)
    if variant is None:
        return None
    case = next(case for case in operation.cases.values() if variant.id.endswith(f":{case.name}"))
    return {"case": case, "status": variant.status, "body": variant.body}


def _may_hang(one: Scenario) -> bool:
    return one.failure.kind in (Kind.SLOW, Kind.OUTAGE) or one.failure.fault.get("connection") == "hang"


def _any(patterns: Sequence[str], names: Iterable[str]) -> bool:
    return not patterns or any(matches(name, pattern) for pattern in patterns for name in names)


def _nothing(everything: Sequence[Scenario], choice: Choice) -> str:
    """Which of the patterns mean nothing, and what there is."""
    for option, patterns, known in (
        ("--operations", choice.operations, (one.call.qualified for one in everything)),
        ("--failures", choice.failures, (one.failure.name for one in everything)),
        ("--only", choice.only, (one.name for one in everything)),
    ):
        names = list(dict.fromkeys(known))
        unmet = [pattern for pattern in patterns if not _any((pattern,), names)]
        if unmet:
            shown = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
            return f"{option} {unmet[0]}: there is none; there are {shown}"
    return "no scenario is left by --only, --failures and --operations together"
