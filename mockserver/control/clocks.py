"""Show and set the clock of a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.clock import parse_duration, parse_time, within_range
from mockserver.control import views
from mockserver.control.calls import ControlCall, conflict, sandbox_of, wrong_field
from mockserver.sandbox.document import Sandbox


def get_clock(call: ControlCall) -> Any:
    return views.clock(sandbox_of(call).document, call.wall_ms)


def set_clock(call: ControlCall) -> Any:
    body = call.body
    known = ("now", "advance", "frozen")

    def step(document: Sandbox) -> Sandbox:
        after = moved(document)
        return document if after is document else after.noted(call.wall_ms, "clock", _words(body))

    def moved(document: Sandbox) -> Sandbox:
        shown = document.now(call.wall_ms)
        target = shown
        try:
            if "now" in body and document.is_pristine and document.origin is None:
                return _begun_elsewhen(call, document, parse_time(body["now"]), body.get("frozen"))
            if "now" in body:
                target = parse_time(body["now"])
            elif "advance" in body:
                target = parse_duration(body["advance"]).after(shown)
            within_range(target)
        except ValueError as error:
            raise wrong_field("/now" if "now" in body else "/advance", str(error), known) from None
        if document.last_changed_at is not None and target < document.last_changed_at:
            last_changed_at = views.clock(document, call.wall_ms)["as_of"]
            raise conflict(f"the sandbox last changed at {last_changed_at}; its clock can't go back before that")
        clock = document.clock.moved(call.wall_ms, target) if target != shown else document.clock
        if "frozen" in body:
            clock = clock.freeze(call.wall_ms, frozen=body["frozen"])
        return document if clock == document.clock else replace(document, clock=clock)

    return views.clock(call.app.engine.change(call.parameters["sandbox"], call.wall_ms, step), call.wall_ms)


def _begun_elsewhen(call: ControlCall, document: Sandbox, start: int, frozen: bool | None) -> Sandbox:
    """A sandbox in which nothing has changed yet, begun at another time: its world's events move along."""
    world = {**document.world, "seed": document.seed}
    moved = replace(call.app.engine.begun(document.name, call.wall_ms, world, start), world=document.world)
    is_frozen = document.clock.frozen_at is not None if frozen is None else frozen
    clock = moved.clock.freeze(call.wall_ms, frozen=is_frozen)
    ago = moved.start - document.start
    faults = tuple(replace(fault, armed=fault.armed + ago) for fault in document.faults)
    return replace(
        moved,
        clock=clock,
        created=document.created,
        masked=document.masked,
        is_explicit=document.is_explicit,
        label=document.label,
        faults=faults,
        fault_number=document.fault_number,
    )


def _words(body: Mapping[str, Any]) -> str:
    """What was asked of the clock, for the history: ``advance P1M, frozen``."""
    parts = [f"{name} {body[name]}" for name in ("now", "advance") if name in body]
    if "frozen" in body:
        parts.append("frozen" if body["frozen"] else "running")
    return ", ".join(parts)
