"""The world of a sandbox: begin it anew in one, and write down what it is now as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.clock import format_time
from mockserver.compiled import CompiledVendor
from mockserver.control import views
from mockserver.control.calls import ControlCall, sandbox_of, specs, wrong_field
from mockserver.control.faults import without_secrets
from mockserver.control.remembered import state_of
from mockserver.control.sandboxes import begin
from mockserver.errors import SpecError
from mockserver.http import Response
from mockserver.report.archive import retire
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import GLOBAL, Fault
from mockserver.sandbox.world_checks import WORLD_KEYS


def begin_world(call: ControlCall) -> Any:
    """Begin a sandbox in another world: state, clock, faults and journal are then the world's."""
    engine, name = call.app.engine, call.parameters["sandbox"]
    begun = begin(call, name, _world_of(call.body), "")

    def step(document: Sandbox) -> Sandbox:
        return replace(begun, created=document.created, masked=document.masked, label=document.label, is_explicit=True)

    def begin_again() -> bool:
        engine.change(name, call.wall_ms, step)
        engine.store.clear(name)
        return True

    retire(engine.store, name, specs(call), call.wall_ms, begin_again)
    return views.sandbox(sandbox_of(call), call.wall_ms)


def _world_of(body: Any) -> Any:
    """The world that a body is: its name, its data, or its file. Raises Refused."""
    if not isinstance(body, str):
        return body
    from mockserver.openapi.yaml import parse_yaml

    try:
        return parse_yaml(body.encode(), "world") or {}
    except SpecError as error:
        raise wrong_field("", error.defects[0].message, WORLD_KEYS) from None


def get_world(call: ControlCall) -> Any:
    """A world in which a sandbox begins as this one is now, as JSON or as a file."""
    world = _as_world(sandbox_of(call).document, call)
    if call.parameters.get("format", "json") == "json":
        return world
    import yaml

    body = yaml.safe_dump(world, sort_keys=False, width=120, allow_unicode=False).encode()
    headers = [
        (b"content-type", b"text/yaml"),
        (b"content-length", str(len(body)).encode()),
        (b"content-disposition", f'attachment; filename="{call.parameters["sandbox"]}.yaml"'.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(200, headers, body)


def _as_world(document: Sandbox, call: ControlCall) -> dict[str, Any]:
    """The keys that it issued are left out: only their digests are known."""
    now, vendors = document.now(call.wall_ms), call.app.engine.pipeline.vendors
    state = {name: state_of(document, vendors[name], call.wall_ms) for name in document.state if name in vendors}
    faults = [_still(fault, now, vendors) for fault in document.faults if fault.is_live(now) and fault.source != GLOBAL]
    return {
        "description": f"Sandbox {document.name} as it was.",
        "clock": {"now": format_time(now), "frozen": document.clock.frozen_at is not None},
        "seed": document.seed,
        **({"limits": True} if document.limited else {}),
        **({"state": state} if state else {}),
        **({"faults": faults} if faults else {}),
    }


def _still(fault: Fault, now: int, vendors: Mapping[str, CompiledVendor]) -> dict[str, Any]:
    """A fault as it has to be armed to do what it would still do; what a secret has to match is masked here too."""
    spec = without_secrets(fault.spec, vendors)
    if spec.get("skip"):
        spec["skip"] = max(0, spec["skip"] - fault.hits)
    if spec.get("times"):
        spec["times"] -= fault.fired
    if spec.get("ttl"):
        spec["ttl"] -= (now - fault.armed) / 1000
    return spec
