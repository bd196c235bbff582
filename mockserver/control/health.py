"""Show the server itself: whether it can answer, and what it serves."""

from __future__ import annotations

from typing import Any

from mockserver import __version__
from mockserver.control import views
from mockserver.control.calls import ControlCall, sandboxes, vendor_of


def get_health(call: ControlCall) -> Any:
    engine = call.app.engine
    engine.store.probe()
    vendors = list(engine.pipeline.vendors)
    return {"status": "ok", "version": __version__, "vendors": vendors, "sandboxes": len(sandboxes(engine.store))}


def list_vendors(call: ControlCall) -> Any:
    return {"vendors": [views.vendor(compiled, call.base) for compiled in call.app.engine.pipeline.vendors.values()]}


def get_vendor(call: ControlCall) -> Any:
    return views.vendor_in_full(vendor_of(call), call.base)


def list_cases(call: ControlCall) -> Any:
    compiled = vendor_of(call)
    return {"vendor": compiled.name, "cases": list(views.cases(compiled, call.base))}
