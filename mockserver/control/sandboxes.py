"""List, make, show, delete and reset sandboxes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.control import views
from mockserver.control.calls import (
    NEW_SANDBOX,
    ControlCall,
    conflict,
    not_found,
    sandbox_of,
    sandboxes,
    specs,
    unprocessable,
    wrong_field,
)
from mockserver.control.snapshots import kept, snapshot_name, snapshots_of
from mockserver.errors import SpecError
from mockserver.packaged import worlds_folder
from mockserver.report.archive import retire
from mockserver.requests.violation import Violation
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.world import WORLD_KEYS, BadWorld, load_world, world_files
from mockserver.stores.base import Versioned


def list_sandboxes(call: ControlCall) -> Any:
    store = call.app.engine.store
    there = [found for found in map(store.get, sandboxes(store)) if found is not None]
    return {"sandboxes": [views.sandbox(one, call.wall_ms) for one in there]}


def create_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.body["name"]
    document = replace(_first_version(call, name), is_explicit=True)
    if not engine.create(document, call.wall_ms):
        raise conflict(f"sandbox {name} already exists")
    return views.sandbox(Versioned(document, 0, call.wall_ms), call.wall_ms)


def _first_version(call: ControlCall, name: str) -> Sandbox:
    """The sandbox that a call asks for: a fork, one from a snapshot, one in a world of its own, or a plain one."""
    engine, parent, snapshot = call.app.engine, call.body.get("from"), call.body.get("snapshot")
    if snapshot is not None:
        return kept(call, parent, snapshot).forked(name, call.wall_ms)
    if parent is not None:
        found = engine.store.get(parent)
        if found is None:
            raise not_found("sandbox", parent, sandboxes(engine.store))
        forked: Sandbox = found.document.forked(name, call.wall_ms)
        return forked
    return _begin(call, name)


def _begin(call: ControlCall, name: str) -> Sandbox:
    """A sandbox in the world that a call names or describes, by default in the server's."""
    engine, world = call.app.engine, call.body.get("world")
    try:
        if isinstance(world, str) and world != "default":
            known = world_files(worlds_folder())
            if world not in known:
                raise not_found("world", world, ["default", *known])
            world = load_world(known[world], engine.pipeline.contracts)
        return engine.begun(name, call.wall_ms, {} if world == "default" else world)
    except SpecError as error:
        raise wrong_field("/world", error.defects[0].message, NEW_SANDBOX) from None
    except BadWorld as error:
        raise unprocessable(
            [Violation("invalid_body", "body", "", message, "", f"/world{at}") for at, message in error.errors],
            WORLD_KEYS,
        ) from None


def get_sandbox(call: ControlCall) -> Any:
    return views.sandbox(sandbox_of(call), call.wall_ms)


def delete_sandbox(call: ControlCall) -> Any:
    sandbox_of(call)
    store, name = call.app.engine.store, call.parameters["sandbox"]
    retire(store, name, specs(call), call.wall_ms, lambda: _delete(call, name), deleted=True)
    for snapshot in snapshots_of(call, name):
        _delete(call, snapshot_name(name, snapshot))


def _delete(call: ControlCall, name: str) -> bool:
    """Delete a sandbox or a snapshot; whether it was there to be deleted."""
    store = call.app.engine.store
    while found := store.get(name):
        if store.exchange(name, found.version, None, call.wall_ms) is not None:
            return True
    return False


def reset_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.parameters["sandbox"]

    def begin_again() -> bool:
        engine.change(name, call.wall_ms, lambda document: engine.reset(document, call.wall_ms))
        engine.store.clear(name)
        return True

    retire(engine.store, name, specs(call), call.wall_ms, begin_again)
