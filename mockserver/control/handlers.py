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
from mockserver.http import Response
from mockserver.journal import Entry, render
from mockserver.keys import EVENTS, Conflict, play
from mockserver.problem import describe, problem
from mockserver.sandbox import Sandbox
from mockserver.spec.schemas import place
from mockserver.stores.base import Held

POLL = 0.05


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
        raise not_found("sandbox", name, call.app.engine.store.names())
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
    return {"status": "ok", "version": __version__, "vendors": vendors, "sandboxes": engine.store.count()}


def list_vendors(call: ControlCall) -> Any:
    return {"vendors": [views.vendor(found, call.base) for found in call.app.engine.pipeline.contracts.values()]}


def get_vendor(call: ControlCall) -> Any:
    return views.vendor_in_full(_contract(call), call.base)


def list_cases(call: ControlCall) -> Any:
    contract = _contract(call)
    return {"vendor": contract.name, "cases": list(views.cases(contract, call.base))}


def list_sandboxes(call: ControlCall) -> Any:
    store = call.app.engine.store
    held = [found for found in map(store.get, store.names()) if found is not None]
    return {"sandboxes": [views.sandbox(one, call.real) for one in held]}


def create_sandbox(call: ControlCall) -> Any:
    engine, name, parent = call.app.engine, call.body["name"], call.body.get("from")
    document = Sandbox(name, engine.seed, call.real)
    if parent is not None:
        held = engine.store.get(parent)
        if held is None:
            raise not_found("sandbox", parent, engine.store.names())
        document = held.document.forked(name, call.real)
    if not engine.create(document, call.real):
        raise conflict(f"there is a sandbox {name} already")
    return views.sandbox(Held(document, 0, call.real), call.real)


def get_sandbox(call: ControlCall) -> Any:
    return views.sandbox(_held(call), call.real)


def delete_sandbox(call: ControlCall) -> Any:
    held = _held(call)
    call.app.engine.store.exchange(call.parameters["sandbox"], held.version, None, call.real)


def reset_sandbox(call: ControlCall) -> Any:
    engine, name = call.app.engine, call.parameters["sandbox"]
    engine.change(name, call.real, Sandbox.begun_again)
    engine.store.clear(name)


def play_event(call: ControlCall) -> Any:
    contract, name = _contract(call), call.parameters["event"]
    if name not in EVENTS:
        raise not_found("event", name, EVENTS)
    event = EVENTS[name]
    _check_fields(call.body, event.schema)
    result: dict[str, Any] = {}

    def step(document: Sandbox) -> Sandbox:
        after, key = play(document, contract.name, name, call.body, document.now(call.real))
        permissions = None if key.permissions is None else sorted(key.permissions)
        result.update(key=key.masked, status=key.status, permissions=permissions)
        return after

    try:
        after = call.app.engine.change(call.parameters["sandbox"], call.real, step)
    except Conflict as error:
        raise conflict(str(error)) from None
    return {"result": result, "state": after.state.get(contract.name, contract.rules.initial)}


def _check_fields(fields: Any, schema: Mapping[str, Any]) -> None:
    import jsonschema_rs

    errors = list(jsonschema_rs.Draft202012Validator(dict(schema)).iter_errors(fields))
    if errors:
        found = [Violation("invalid_body", "body", "", one.message, "", place(one.instance_path)) for one in errors]
        raise unprocessable(found, schema["properties"])


def get_clock(call: ControlCall) -> Any:
    return views.clock(_held(call).document, call.real)


def set_clock(call: ControlCall) -> Any:
    wish = call.body
    known = ("now", "advance", "frozen")

    def step(document: Sandbox) -> Sandbox:
        shown = document.now(call.real)
        target = shown
        try:
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
        get_clock,
        set_clock,
        list_journal,
        clear_journal,
        get_journal_entry,
    )
}
"""The handlers by operationId: one for each operation of the control API's spec, no more and no fewer."""
