"""Take, list, restore and delete snapshots: documents in the store, under names that no sandbox can have."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from mockserver.control.calls import NEW_SANDBOX, ControlCall, conflict, not_found, sandbox_of, wrong_field
from mockserver.sandbox.document import Sandbox
from mockserver.stores.base import Unreadable


def snapshot_name(sandbox: str, snapshot: str) -> str:
    return f"{sandbox}@{snapshot}"


def snapshots_of(call: ControlCall, sandbox: str) -> list[str]:
    return [name.partition("@")[2] for name in call.app.engine.store.names() if name.startswith(f"{sandbox}@")]


def kept(call: ControlCall, sandbox: str | None, snapshot: str) -> Sandbox:
    """A snapshot. One is named ``NAME`` of the sandbox in ``from``."""
    if sandbox is None:
        raise wrong_field("/from", "is required with snapshot: the sandbox that it was taken from", NEW_SANDBOX)
    current = call.app.engine.store.get(snapshot_name(sandbox, snapshot))
    if current is None:
        raise not_found("snapshot", snapshot, snapshots_of(call, sandbox))
    document: Sandbox = current.document
    return document


def list_snapshots(call: ControlCall) -> Any:
    sandbox_of(call)
    return {"snapshots": [{"name": name} for name in snapshots_of(call, call.parameters["sandbox"])]}


def take_snapshot(call: ControlCall) -> Any:
    engine, sandbox, name = call.app.engine, call.parameters["sandbox"], call.body["name"]
    document = engine.change(sandbox, call.wall_ms, lambda document: document)
    snapshot = replace(document, name=snapshot_name(sandbox, name), label="")
    if engine.store.exchange(snapshot.name, 0, snapshot, call.wall_ms) is None:
        raise conflict(f"snapshot {name} of sandbox {sandbox} already exists")
    return {"name": name}


def restore_snapshot(call: ControlCall) -> Any:
    sandbox = call.parameters["sandbox"]
    document = kept(call, sandbox, call.parameters["snapshot"])
    engine = call.app.engine

    def step(before: Sandbox) -> Sandbox:
        number = max(document.fault_number, before.fault_number)  # no fault's id is given out again
        restored = replace(document, name=sandbox, fault_number=number, label=before.label)
        restored = replace(restored, history=before.history).noted(call.wall_ms, "restore", call.parameters["snapshot"])
        return engine.sync_global_faults(restored, call.wall_ms)

    engine.change(sandbox, call.wall_ms, step)


def delete_snapshot(call: ControlCall) -> Any:
    sandbox, snapshot = call.parameters["sandbox"], call.parameters["snapshot"]
    with suppress(Unreadable):  # a damaged sandbox may still have snapshots
        sandbox_of(call)
    if not call.app.engine.store.remove(snapshot_name(sandbox, snapshot)):
        raise not_found("snapshot", snapshot, snapshots_of(call, sandbox))
