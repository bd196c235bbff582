"""Selects the operations that may be called: those that only read, and those that are allowed by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.openapi.model import Operation, Spec
from mockserver.suggest import did_you_mean
from mockserver.verify.errors import VerifyError


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations to call, in the order of the spec, and why others are left out: {operationId: reason}."""

    operations: tuple[Operation, ...]
    left_out: dict[str, str]


def plan(spec: Spec, allow: Sequence[str] = (), only: Sequence[str] = ()) -> Plan:
    """What to call of a spec. ``only`` limits it to some operations. Raises VerifyError for an unknown one."""
    for option, names in (("--allow", allow), ("--operation", only)):
        for name in names:
            _require(spec, option, name)
    wanted: list[Operation] = []
    left_out: dict[str, str] = {}
    for operation in spec.operations:
        if only and operation.id not in only:
            continue
        if operation.disabled:
            left_out[operation.id] = f"not supported: {operation.disabled}"
        elif not operation.read_only and operation.id not in allow:
            left_out[operation.id] = f"may change something; --allow {operation.id} calls it all the same"
        else:
            wanted.append(operation)
    if not wanted:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise VerifyError(f"there is nothing to call in {spec.source.name}: {reasons or 'it has no operation'}")
    return Plan(tuple(wanted), left_out)


def _require(spec: Spec, option: str, name: str) -> None:
    known = [operation.id for operation in spec.operations]
    if name not in known:
        hint = did_you_mean(name, known) or f"; known operations are {', '.join(known)}"
        raise VerifyError(f"{option} {name}: unknown operation of {spec.vendor}{hint}")
