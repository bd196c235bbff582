"""Keep each sandbox in line with the faults that hold in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import GLOBAL, Fault

GLOBAL_FAULTS = "@faults"
"""The document of the faults that hold in all sandboxes, in the store beside the sandboxes."""


def sync_global_faults(sandbox: Sandbox, global_faults: Sequence[Fault], now: int) -> Sandbox:
    """The sandbox without global faults that are gone, with those that are new to it; itself where nothing differs.

    One that was disarmed in it stays away.
    """
    ids = {f"*{global_fault.id}" for global_fault in global_faults}
    for fault in sandbox.faults:
        if fault.source == GLOBAL and fault.id not in ids:
            sandbox = without(sandbox, fault.id)
    newest = max((_number(global_fault) for global_fault in global_faults), default=0)
    for global_fault in global_faults:
        if _number(global_fault) > sandbox.global_faults_seen:
            sandbox = with_global_fault(sandbox, global_fault, now)
    return replace(sandbox, global_faults_seen=newest) if newest > sandbox.global_faults_seen else sandbox


def with_global_fault(sandbox: Sandbox, global_fault: Fault, now: int) -> Sandbox:
    """The sandbox with a fault that holds in all, counted here from now on; itself where it has it."""
    id = f"*{global_fault.id}"
    if any(fault.id == id for fault in sandbox.faults):
        return sandbox
    return replace(sandbox, faults=(*sandbox.faults, Fault(id, global_fault.spec, now, GLOBAL)))


def without(sandbox: Sandbox, id: str) -> Sandbox:
    """The sandbox without a fault; itself where it hasn't that."""
    left = tuple(fault for fault in sandbox.faults if fault.id != id)
    return replace(sandbox, faults=left) if len(left) < len(sandbox.faults) else sandbox


def _number(global_fault: Fault) -> int:
    return int(global_fault.id.removeprefix("f"))
