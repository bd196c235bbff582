"""Show the server itself: whether it can answer, and what it serves."""

from __future__ import annotations

from typing import Any

from mockserver import __version__
from mockserver.compiled import CompiledVendor
from mockserver.control import views
from mockserver.control.calls import ControlCall, sandboxes, vendor_of


def get_health(call: ControlCall) -> Any:
    engine = call.app.engine
    engine.store.probe()
    vendors = list(engine.pipeline.vendors)
    return {"status": "ok", "version": __version__, "vendors": vendors, "sandboxes": len(sandboxes(engine.store))}


def get_interception(call: ControlCall) -> Any:
    config, interception = call.app.config, call.app.interception
    if interception is None or not config.intercept:
        hosts = sorted(call.app.engine.pipeline.hosts)
        return {"hosts": hosts, "others": config.others, "folder": None, "proxy": None}
    return interception.facts.as_json()


def list_vendors(call: ControlCall) -> Any:
    served = call.app.engine.pipeline.vendors.values()
    return {"vendors": [views.vendor(compiled, call.base, _hosts(call, compiled)) for compiled in served]}


def get_vendor(call: ControlCall) -> Any:
    compiled = vendor_of(call)
    return views.vendor_in_full(compiled, call.base, _hosts(call, compiled))


def _hosts(call: ControlCall, compiled: CompiledVendor) -> list[str]:
    """The hosts that lead to a vendor by its spec, or by ``--host NAME=VENDOR``."""
    return [host for host, name in call.app.engine.pipeline.hosts.items() if name == compiled.name]


def list_cases(call: ControlCall) -> Any:
    compiled = vendor_of(call)
    return {"vendor": compiled.name, "cases": list(views.cases(compiled, call.base))}
