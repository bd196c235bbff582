"""Arm, show and disarm faults: in a sandbox, or in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.clock import format_time
from mockserver.compiled import CompiledVendor
from mockserver.control.calls import ControlCall, conflict, not_found, sandbox_of, unprocessable
from mockserver.openapi.pointers import unescape
from mockserver.requests.masking import MASKED
from mockserver.requests.secret_names import sounds_secret
from mockserver.requests.violation import Violation
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.fault_checks import TooManyFaults, armed, fault_schema, validate_fault
from mockserver.sandbox.fault_presets import completed
from mockserver.sandbox.faults import Fault
from mockserver.sandbox.global_faults import without

ALL = "*"


def list_faults(call: ControlCall) -> Any:
    now, vendors = _now(call), call.app.engine.pipeline.vendors
    return {"faults": [view(fault, now, vendors) for fault in _faults(call)]}


def arm_fault(call: ControlCall) -> Any:
    app = call.app
    spec = completed(call.body, app.engine.pipeline.vendors)
    errors = validate_fault(spec, app.engine.pipeline.vendors, can_break_connections=app.can_break_connections)
    if errors:
        violations = [Violation("invalid_body", "body", "", str(one), "", one.pointer) for one in errors]
        raise unprocessable(violations, errors[0].known or fault_schema()["properties"])

    def step(document: Sandbox) -> Sandbox:
        return armed(document, spec, document.now(call.wall_ms), app.config.max_state)

    try:
        after = _change(call, step)
    except TooManyFaults as error:
        raise conflict(str(error)) from None
    return view(after.faults[-1], after.now(call.wall_ms), app.engine.pipeline.vendors)


def clear_faults(call: ControlCall) -> Any:
    _faults(call)
    _change(call, lambda document: replace(document, faults=()) if document.faults else document)


def get_fault(call: ControlCall) -> Any:
    return view(_fault(call), _now(call), call.app.engine.pipeline.vendors)


def disarm_fault(call: ControlCall) -> Any:
    _change(call, lambda document: without(document, _fault(call).id))


def view(fault: Fault, now: int, vendors: Mapping[str, CompiledVendor]) -> dict[str, Any]:
    """A fault as JSON: what was asked for, and what has become of it."""
    return {
        "id": fault.id,
        **without_secrets(fault.spec, vendors),
        "source": fault.source,
        "armed": format_time(fault.armed),
        "live": fault.is_live(now),
        "matched": fault.hits,
        "fired": fault.fired,
    }


def without_secrets(spec: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> dict[str, Any]:
    """A fault's spec in which the values that secret parameters and fields have to match are masked."""
    match = spec.get("match")
    if not match:
        return dict(spec)
    compiled = vendors.get(spec["vendor"])
    secret = set(_passwords(compiled, spec.get("operation"))) if compiled else set()

    def is_secret(name: str) -> bool:
        last = unescape(name.rpartition("/")[2])
        return last in secret or sounds_secret(last)

    return {**spec, "match": {name: MASKED if is_secret(name) else value for name, value in match.items()}}


def _passwords(compiled: CompiledVendor, operation: str | None) -> Iterator[str]:
    """The names of the parameters and fields that are passwords by their schema, of one operation or of all."""
    for one in compiled.spec.operations:
        if operation in (None, one.id):
            yield from (each.name for each in one.parameters if compiled.schemas.is_secret(each.name, each.schema))
            for media in one.body.content.values() if one.body else ():
                yield from compiled.schemas.password_fields(media.schema)


def _faults(call: ControlCall) -> tuple[Fault, ...]:
    if call.parameters["sandbox"] == ALL:
        return tuple(call.app.engine.global_faults())
    document: Sandbox = sandbox_of(call).document
    return document.faults


def _fault(call: ControlCall) -> Fault:
    id, faults = call.parameters["id"], _faults(call)
    fault = next((fault for fault in faults if fault.id == id), None)
    if fault is None:
        raise not_found("fault", id, [fault.id for fault in faults])
    return fault


def _change(call: ControlCall, step: Callable[[Sandbox], Sandbox]) -> Sandbox:
    name, engine = call.parameters["sandbox"], call.app.engine
    return engine.change_global_faults(call.wall_ms, step) if name == ALL else engine.change(name, call.wall_ms, step)


def _now(call: ControlCall) -> int:
    """The time by which a fault is over: the sandbox's; one that holds in all is over in each by itself."""
    if call.parameters["sandbox"] == ALL:
        return 0
    document: Sandbox = sandbox_of(call).document
    return document.now(call.wall_ms)
