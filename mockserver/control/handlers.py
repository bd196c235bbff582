"""The operations of the control API, each a function of one call. What they refuse they raise as ``Refused``."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mockserver import __version__
from mockserver.app import App
from mockserver.clock import parse_duration, parse_time, within_range
from mockserver.contract import Contract
from mockserver.control import views
from mockserver.decision import Violation
from mockserver.errors import SpecError
from mockserver.http import Response
from mockserver.journal import Entry, render
from mockserver.keys import Forbidden
from mockserver.occurrence import events_of, occur
from mockserver.problem import describe, problem
from mockserver.rules import errors
from mockserver.sandbox import Sandbox, TooMuch, remembering
from mockserver.stores.base import Held, Store
from mockserver.vendor import worlds_folder
from mockserver.world import WORLD_KEYS, BadWorld, load_world, world_files

POLL = 0.05
NEW_SANDBOX = ("name", "from", "snapshot", "world")


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A valid call: ``real`` is the real time in milliseconds, ``base`` the server's address as the client knows it."""

    app: App
    parameters: Mapping[str, Any]
    body: Any
    real: int
    base: str


class Refused(Exception):
    """A call that isn't carried out; nothing has changed."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def not_found(what: str, name: str, known: Iterable[str]) -> Refused:
    known = list(known)
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Refused(
        problem(404, "not-found", f"No such {what}", f"there is no {what} {name!r}{hint}", known=known[:100])
    )


def conflict(rule: str) -> Refused:
    return Refused(problem(409, "conflict", "The world refuses it", rule))


def unprocessable(violations: Iterable[Violation], known: Iterable[str]) -> Refused:
    found = list(violations)
    first = found[0]
    where = f"{first.where} {first.name}".rstrip() + (f" at {first.pointer}" if first.pointer else "")
    listed = [describe(violation) for violation in found]
    more: dict[str, Any] = {"violations": listed, "known": list(known)}
    return Refused(problem(422, "fields", "Fields that are wrong", f"{where}: {first.message}", **more))


def wrong_field(pointer: str, message: str, known: Iterable[str]) -> Refused:
    return unprocessable([Violation("invalid_body", "body", "", message, "", pointer)], known)


def _held(call: ControlCall) -> Held:
    name = call.parameters["sandbox"]
    held = call.app.engine.store.get(name)
    if held is None:
        raise not_found("sandbox", name, sandboxes(call.app.engine.store))
    return held


def _contract(call: ControlCall) -> Contract:
    contracts = call.app.engine.pipeline.contracts
    name = call.parameters["vendor"]
    if name not in contracts:
        raise not_found("vendor", name, contracts)
    return contracts[name]


def get_health(call: ControlCall) -> Any:
    engine = call.app.engine
    vendors = list(engine.pipeline.contracts)
    return {"status": "ok", "version": __version__, "vendors": vendors, "sandboxes": len(sandboxes(engine.store))}


def list_vendors(call: ControlCall) -> Any:
    return {"vendors": [views.vendor(found, call.base) for found in call.app.engine.pipeline.contracts.values()]}


def get_vendor(call: ControlCall) -> Any:
    return views.vendor_in_full(_contract(call), call.base)


def list_cases(call: ControlCall) -> Any:
    contract = _contract(call)
    return {"vendor": contract.name, "cases": list(views.cases(contract, call.base))}


def list_sandboxes(call: ControlCall) -> Any:
    store = call.app.engine.store
    held = [found for found in map(store.get, sandboxes(store)) if found is not None]
    return {"sandboxes": [views.sandbox(one, call.real) for one in held]}


def create_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.body["name"]
    document = replace(_first_version(call, name), asked_for=True)
    if not engine.create(document, call.real):
        raise conflict(f"there is a sandbox {name} already")
    return views.sandbox(Held(document, 0, call.real), call.real)


def _first_version(call: ControlCall, name: str) -> Sandbox:
    """The sandbox that a call asks for: a fork, one from a snapshot, one in a world of its own, or a plain one."""
    engine, parent, snapshot = call.app.engine, call.body.get("from"), call.body.get("snapshot")
    if snapshot is not None:
        return _kept(call, parent, snapshot).forked(name, call.real)
    if parent is not None:
        held = engine.store.get(parent)
        if held is None:
            raise not_found("sandbox", parent, sandboxes(engine.store))
        forked: Sandbox = held.document.forked(name, call.real)
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
        return engine.begun(name, call.real, {} if world == "default" else world)
    except SpecError as error:
        raise wrong_field("/world", error.defects[0].message, NEW_SANDBOX) from None
    except BadWorld as error:
        raise unprocessable(
            [Violation("invalid_body", "body", "", message, "", f"/world{at}") for at, message in error.wrong],
            WORLD_KEYS,
        ) from None


def get_sandbox(call: ControlCall) -> Any:
    return views.sandbox(_held(call), call.real)


def delete_sandbox(call: ControlCall) -> Any:
    _held(call)
    store, name = call.app.engine.store, call.parameters["sandbox"]
    for one in (name, *(_snapshot_name(name, snapshot) for snapshot in _snapshots(call, name))):
        while (held := store.get(one)) and store.exchange(one, held.version, None, call.real) is None:
            pass


def reset_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.parameters["sandbox"]
    engine.change(name, call.real, lambda document: engine.begun_again(document, call.real))
    engine.store.clear(name)


def play_event(call: ControlCall) -> Any:
    contract, name = _contract(call), call.parameters["event"]
    events = events_of(contract)
    if name not in events:
        raise not_found("event", name, events)
    schema = events[name].schema
    _check(call.body, schema, schema["properties"])
    result: dict[str, Any] = {}
    id = call.app.engine.next_id()

    def step(document: Sandbox) -> Sandbox:
        after, said = occur(document, contract, name, call.body, document.now(call.real), id)
        result.update(said)
        return after

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.real, step)
    except Forbidden as error:
        raise conflict(str(error)) from None
    return {"result": result, "state": _state(after, contract, call.real)}


def _check(value: Any, schema: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise what is wrong with the fields of an event, or with a state."""
    found = [Violation("invalid_body", "body", "", message, "", pointer) for pointer, message in errors(schema, value)]
    if found:
        raise unprocessable(found, known)


def _state(document: Sandbox, contract: Contract, real: int) -> Any:
    """What a vendor remembers, as of the sandbox's now."""
    state = document.state.get(contract.name, contract.rules.initial)
    return contract.vendor.view(state, document.now(real)) if contract.vendor.view else state


def get_state(call: ControlCall) -> Any:
    contract = _contract(call)
    return _state(_held(call).document, contract, call.real)


def put_state(call: ControlCall) -> Any:
    contract = _contract(call)
    if not contract.rules.state:
        raise conflict(f"{contract.name} remembers nothing")
    _check(call.body, contract.rules.state, contract.rules.state.get("properties", ()))

    def step(document: Sandbox) -> Sandbox:
        return remembering(document, contract.name, call.body, document.now(call.real), contract.state_limit)

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.real, step)
    except TooMuch as error:
        raise conflict(str(error)) from None
    return _state(after, contract, call.real)


# Snapshots stand in the store beside their sandbox, under a name that no sandbox can have.


def _snapshot_name(sandbox: str, snapshot: str) -> str:
    return f"{sandbox}@{snapshot}"


def sandboxes(store: Store) -> list[str]:
    """The names of the sandboxes in a store, snapshots left out."""
    return [name for name in store.names() if "@" not in name]


def _kept(call: ControlCall, sandbox: str | None, snapshot: str) -> Sandbox:
    """A snapshot. One is named ``NAME`` of the sandbox in ``from``."""
    if sandbox is None:
        raise wrong_field("/from", "is needed with snapshot: the sandbox that it was taken of", NEW_SANDBOX)
    held = call.app.engine.store.get(_snapshot_name(sandbox, snapshot))
    if held is None:
        raise not_found("snapshot", snapshot, _snapshots(call, sandbox))
    kept: Sandbox = held.document
    return kept


def _snapshots(call: ControlCall, sandbox: str) -> list[str]:
    return [name.partition("@")[2] for name in call.app.engine.store.names() if name.startswith(f"{sandbox}@")]


def list_snapshots(call: ControlCall) -> Any:
    _held(call)
    return {"snapshots": [{"name": name} for name in _snapshots(call, call.parameters["sandbox"])]}


def take_snapshot(call: ControlCall) -> Any:
    engine, sandbox, name = call.app.engine, call.parameters["sandbox"], call.body["name"]
    document = engine.change(sandbox, call.real, lambda document: document)
    kept = replace(document, name=_snapshot_name(sandbox, name))
    if engine.store.exchange(kept.name, 0, kept, call.real) is None:
        raise conflict(f"there is a snapshot {name} of sandbox {sandbox} already")
    return {"name": name}


def restore_snapshot(call: ControlCall) -> Any:
    sandbox = call.parameters["sandbox"]
    kept = _kept(call, sandbox, call.parameters["snapshot"])
    call.app.engine.change(sandbox, call.real, lambda _: replace(kept, name=sandbox))


def get_clock(call: ControlCall) -> Any:
    return views.clock(_held(call).document, call.real)


def set_clock(call: ControlCall) -> Any:
    wish = call.body
    known = ("now", "advance", "frozen")

    def step(document: Sandbox) -> Sandbox:
        shown = document.now(call.real)
        target = shown
        try:
            if "now" in wish and document.fresh and document.origin is None:
                return _elsewhen(call, document, parse_time(wish["now"]), wish.get("frozen"))
            if "now" in wish:
                target = parse_time(wish["now"])
            elif "advance" in wish:
                target = parse_duration(wish["advance"]).after(shown)
            within_range(target)
        except ValueError as error:
            raise wrong_field("/now" if "now" in wish else "/advance", str(error), known) from None
        if document.as_of is not None and target < document.as_of:
            as_of = views.clock(document, call.real)["as_of"]
            raise conflict(f"the sandbox last changed at {as_of}; its clock can't go back before that")
        clock = document.clock.moved(call.real, target) if target != shown else document.clock
        if "frozen" in wish:
            clock = clock.freeze(call.real, frozen=wish["frozen"])
        return document if clock == document.clock else replace(document, clock=clock)

    return views.clock(call.app.engine.change(call.parameters["sandbox"], call.real, step), call.real)


def _elsewhen(call: ControlCall, document: Sandbox, start: int, frozen: bool | None) -> Sandbox:
    """A sandbox in which nothing has changed yet, begun at another time: its world's events move along."""
    world = {**document.world, "seed": document.seed}
    moved = replace(call.app.engine.begun(document.name, call.real, world, start), world=document.world)
    is_frozen = document.clock.frozen_at is not None if frozen is None else frozen
    clock = moved.clock.freeze(call.real, frozen=is_frozen)
    return replace(moved, clock=clock, created=document.created, masked=document.masked, asked_for=document.asked_for)


async def list_journal(call: ControlCall) -> Any:
    store, name = call.app.engine.store, call.parameters["sandbox"]
    _held(call)
    after = call.parameters.get("after")
    if after is not None:
        marked = store.entry(after)
        if marked is None or marked.sandbox != name:
            raise not_found("journal entry", after, ())
    waited, most = 0.0, float(call.parameters.get("wait", 0))
    found = _select(call, after)
    while not found and waited < most:
        await asyncio.sleep(POLL)
        waited += POLL
        found = _select(call, after)
    specs = {key: contract.spec for key, contract in call.app.engine.pipeline.contracts.items()}
    return {"entries": [render(entry, specs) for entry in found], "dropped": store.dropped(name)}


def _select(call: ControlCall, after: str | None) -> list[Entry]:
    wanted = call.parameters
    found: list[Entry] = []
    for entry in call.app.engine.store.entries(wanted["sandbox"]):
        if entry.id == after or len(found) >= wanted.get("limit", 100):
            break
        operation = entry.operation.id if entry.operation else None
        facts = {"vendor": entry.vendor, "operation": operation, "status": entry.status}
        facts["violations"] = bool(entry.violations)
        if all(wanted.get(name) in (None, fact) for name, fact in facts.items()):
            found.append(entry)
    return found


def clear_journal(call: ControlCall) -> Any:
    _held(call)
    call.app.engine.store.clear(call.parameters["sandbox"])


def get_journal_entry(call: ControlCall) -> Any:
    entry = call.app.engine.store.entry(call.parameters["id"])
    if entry is None:
        raise not_found("journal entry", call.parameters["id"], ())
    specs = {key: contract.spec for key, contract in call.app.engine.pipeline.contracts.items()}
    return render(entry, specs)


Handler = Callable[[ControlCall], Any | Awaitable[Any]]
HANDLERS: Mapping[str, Handler] = {
    handler.__name__: handler
    for handler in (
        get_health,
        list_vendors,
        get_vendor,
        list_cases,
        list_sandboxes,
        create_sandbox,
        get_sandbox,
        delete_sandbox,
        reset_sandbox,
        play_event,
        get_state,
        put_state,
        list_snapshots,
        take_snapshot,
        restore_snapshot,
        get_clock,
        set_clock,
        list_journal,
        clear_journal,
        get_journal_entry,
    )
}
"""The handlers by operationId: one for each operation of the control API's spec, no more and no fewer."""
