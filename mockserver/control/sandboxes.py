"""List, make, show, delete and reset sandboxes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.clock import format_time
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
from mockserver.control.snapshots import kept
from mockserver.errors import SpecError
from mockserver.openapi.file import Source
from mockserver.report.archive import retire
from mockserver.requests.violation import Violation
from mockserver.sandbox.document import Sandbox, is_name
from mockserver.sandbox.world import BadWorld
from mockserver.sandbox.world_checks import WORLD_KEYS
from mockserver.sandbox.world_files import load_world, world_files
from mockserver.stores.base import Unreadable, Versioned


def list_sandboxes(call: ControlCall) -> Any:
    shown, unreadable = [], []
    for name, current in call.app.engine.store.documents():
        if not is_name(name):
            continue
        if isinstance(current, Unreadable):
            unreadable.append({"name": name, "reason": str(current)})
        else:
            shown.append(views.sandbox(current, call.wall_ms))
    return {"sandboxes": shown, **({"unreadable": unreadable} if unreadable else {})}


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
        current = engine.store.get(parent)
        if current is None:
            raise not_found("sandbox", parent, sandboxes(engine.store))
        forked: Sandbox = current.document.forked(name, call.wall_ms)
        return forked
    return begin(call, name, call.body.get("world"), "/world")


def begin(call: ControlCall, name: str, world: Any, at: str) -> Sandbox:
    """A sandbox in a world, named or described by a call at that place; None is the server's."""
    engine = call.app.engine
    try:
        if isinstance(world, str) and world != "default":
            known = world_files(engine.pipeline.vendors)
            if world not in known:
                raise not_found("world", world, ["default", *known])
            world = load_world(known[world], engine.pipeline.vendors)
        return engine.begun(name, call.wall_ms, {} if world == "default" else world)
    except SpecError as error:
        raise wrong_field(at, error.defects[0].message, NEW_SANDBOX if at else WORLD_KEYS) from None
    except BadWorld as error:
        raise unprocessable(
            [Violation("invalid_body", "body", "", message, "", f"{at}{inside}") for inside, message in error.errors],
            WORLD_KEYS,
        ) from None


def get_sandbox(call: ControlCall) -> Any:
    return views.sandbox(sandbox_of(call), call.wall_ms)


def delete_sandbox(call: ControlCall) -> Any:
    with suppress(Unreadable):  # this is the way to get rid of it
        sandbox_of(call)
    _delete(call, {call.parameters["sandbox"]})


def delete_sandboxes(call: ControlCall) -> Any:
    _delete(call, set(call.app.engine.store.names()).intersection(call.parameters["name"]))


def _delete(call: ControlCall, names: Set[str]) -> None:
    """Delete sandboxes with their journals and snapshots; what the journals tell is kept for reports."""
    store, vendors = call.app.engine.store, specs(call)
    for name in names:
        retire(store, name, vendors, call.wall_ms, partial(store.remove, name), deleted=True)
    for name in store.names():
        sandbox, at, _ = name.partition("@")
        if at and sandbox in names:
            store.remove(name)


def reset_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.parameters["sandbox"]

    def begin_again() -> bool:
        engine.change(name, call.wall_ms, lambda document: engine.reset(document, call.wall_ms))
        engine.store.clear(name)
        return True

    retire(engine.store, name, specs(call), call.wall_ms, begin_again)


def list_worlds(call: ControlCall) -> Any:
    """The worlds that are known by name and tell of served vendors only, with what each tells of."""
    vendors = call.app.engine.pipeline.vendors
    files = world_files(vendors).items()
    served = [(name, path) for name, path in files if _told(Source(path).document() or {}) <= vendors.keys()]
    return {"worlds": [_world(name, load_world(path, vendors)) for name, path in served]}


def _world(name: str, world: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": world.get("description", ""), "vendors": sorted(_told(world))}


def _told(world: Mapping[str, Any]) -> set[str]:
    """The vendors that a world tells of."""
    told = {*world.get("state", ()), *world.get("keys", ())}
    return told | {one["vendor"] for part in ("events", "faults") for one in world.get(part, ())}


def label_sandbox(call: ControlCall) -> Any:
    """Call a sandbox something; by nothing it has no label any more."""
    name, label = call.parameters["sandbox"], call.body["label"]

    def step(document: Sandbox) -> Sandbox:
        return document if document.label == label else replace(document, label=label)

    call.app.engine.change(name, call.wall_ms, step)
    return views.sandbox(sandbox_of(call), call.wall_ms)


def get_history(call: ControlCall) -> Any:
    """What was done to a sandbox by the control API, newest first."""
    moments = reversed(sandbox_of(call).document.history)
    return {
        "moments": [
            {
                "received": format_time(one["at"]),
                "now": format_time(one["now"]),
                "kind": one["kind"],
                "what": one["what"],
            }
            for one in moments
        ]
    }
