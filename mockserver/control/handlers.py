"""The handlers of the control API by operationId: one for each operation of its spec, no more and no fewer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mockserver.control import (
    clocks,
    faults,
    journals,
    metrics,
    remembered,
    replays,
    reports,
    sandboxes,
    sessions,
    snapshots,
    specs,
    worlds,
)
from mockserver.control import health as server
from mockserver.control.calls import ControlCall

Handler = Callable[[ControlCall], Any | Awaitable[Any]]
HANDLERS: Mapping[str, Handler] = {
    handler.__name__: handler
    for handler in (
        server.get_health,
        metrics.get_metrics,
        sessions.sign_in,
        sessions.sign_out,
        server.get_interception,
        server.list_vendors,
        server.get_vendor,
        server.list_cases,
        specs.get_spec,
        specs.get_spec_as_yaml,
        sandboxes.list_worlds,
        sandboxes.list_sandboxes,
        sandboxes.create_sandbox,
        sandboxes.delete_sandboxes,
        sandboxes.get_sandbox,
        sandboxes.delete_sandbox,
        sandboxes.reset_sandbox,
        sandboxes.label_sandbox,
        sandboxes.get_history,
        worlds.get_world,
        worlds.begin_world,
        remembered.play_event,
        remembered.get_state,
        remembered.put_state,
        snapshots.list_snapshots,
        snapshots.take_snapshot,
        snapshots.delete_snapshot,
        snapshots.restore_snapshot,
        clocks.get_clock,
        clocks.set_clock,
        faults.list_faults,
        faults.arm_fault,
        faults.clear_faults,
        faults.get_fault,
        faults.disarm_fault,
        journals.list_journal,
        journals.list_all_journals,
        journals.stream_journal,
        journals.clear_journal,
        journals.get_journal_entry,
        replays.replay_journal_entry,
        reports.get_sandbox_report,
        reports.get_report,
        reports.clear_report,
    )
}
