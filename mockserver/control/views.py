"""Show vendors, cases and sandboxes: values of the core as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.clock import format_time
from mockserver.compiled import CompiledVendor
from mockserver.openapi.model import Case, Operation
from mockserver.requests.magic import MARK
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.events import events_of
from mockserver.sandbox.faults import GLOBAL
from mockserver.stores.base import Versioned


def vendor(compiled: CompiledVendor, base: str, hosts: Iterable[str] = ()) -> dict[str, Any]:
    """A vendor in a list. ``base`` is the server's own address, ``hosts`` lead to it besides those of its spec."""
    spec = compiled.spec
    urls = [f"{base}/{compiled.name}{mount}" for mount in spec.mounts]
    return {
        "name": compiled.name,
        "title": spec.title,
        "version": spec.version,
        "base_url": urls[0],
        "base_urls": urls,
        "hosts": list(dict.fromkeys((*spec.hosts, *hosts))),
        "spec": spec.source.name,
    }


def vendor_in_full(compiled: CompiledVendor, base: str, hosts: Iterable[str] = ()) -> dict[str, Any]:
    """A vendor with its operations and events."""
    described = events_of(compiled).items()
    events = {name: {"description": event.description, "schema": event.schema} for name, event in described}
    operations = [operation(compiled, one) for one in compiled.spec.operations]
    credentials = [
        {"in": scheme.where, "name": scheme.parameter, "prefix": scheme.prefix}
        for scheme in compiled.spec.schemes.values()
    ]
    return {**vendor(compiled, base, hosts), "operations": operations, "events": events, "credentials": credentials}


def operation(compiled: CompiledVendor, model: Operation) -> dict[str, Any]:
    return {
        "id": model.id,
        "method": model.method,
        "path": (model.mounts or compiled.spec.mounts)[0] + model.path,
        "summary": model.summary,
        "provenance": model.provenance,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.where,
                "required": parameter.required,
                "description": parameter.description,
                "example": parameter.example,
                "schema": compiled.schemas.schema(parameter.schema) if parameter.schema else {},
            }
            for parameter in model.parameters
        ],
        "credits": price(model),
        "idempotent": model.idempotent,
        "cases": list(model.cases),
        "disabled": model.disabled or None,
    }


def resources(compiled: CompiledVendor) -> dict[str, Any]:
    """What a vendor that is a spec alone remembers, and why; and what it doesn't."""
    understood = compiled.understanding
    return {
        "vendor": compiled.name,
        "resources": [
            {
                "name": resource.name,
                "collection": resource.collection,
                "id": resource.id,
                "operations": [
                    {"role": use.role.value, "method": use.operation.method, "path": use.operation.path}
                    for use in resource.uses
                    if not use.is_off
                ],
                "why": list(resource.why),
            }
            for resource in understood.resources
        ],
        "not_remembered": [{"path": miss.path, "why": miss.why} for miss in understood.misses],
    }


def price(model: Operation) -> dict[str, Any] | None:
    """What a call costs, as the spec says it, without the parts that are nothing."""
    cost = model.credits
    if cost is None:
        return None
    parts = {
        "per_option": cost.per_option,
        "free_options": list(cost.free_options),
        "per_result": cost.per_result,
        "rounding": cost.rounding,
    }
    return {"base": cost.base, **{name: part for name, part in parts.items() if part}}


def cases(compiled: CompiledVendor, base: str) -> Iterator[dict[str, Any]]:
    """Every case of a vendor, with the ways to demand it."""
    for model in compiled.spec.operations:
        for case in model.cases.values():
            yield {
                "operation": model.id,
                "name": case.name,
                "status": case.status,
                "summary": case.summary,
                "description": case.description,
                "provenance": case.provenance,
                "retry": case.retry if case.is_error else None,
                "prefer": f"example={case.name}",
                "magic": f"{MARK}{case.name}",
                "curl": curl(compiled, model, case, base),
            }


def curl(compiled: CompiledVendor, model: Operation, case: Case, base: str) -> str:
    """A command that gets a case, with the example of every required parameter."""
    path = model.path
    mount = (model.mounts or compiled.spec.mounts)[0]
    query = []
    headers = [f"Prefer: example={case.name}"]
    for parameter in model.parameters:
        value = str(parameter.example if parameter.example is not None else "x")
        if parameter.where == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
        elif parameter.where == "query" and parameter.required:
            query.append((parameter.name, value))
        elif parameter.where == "header" and parameter.required:
            headers.append(f"{parameter.name}: {value}")
    for name in next(iter(model.security), {}):
        scheme = compiled.spec.schemes[name]
        secret = f"{scheme.prefix.title()} KEY" if scheme.prefix else "KEY"
        if scheme.where == "header":
            headers.append(f"{scheme.parameter}: {secret}")
        elif scheme.where == "query":
            query.append((scheme.parameter, "KEY"))
    url = f"{base}/{compiled.name}{mount}{path}" + (f"?{urlencode(query)}" if query else "")
    words = ["curl", *(["-X", model.method] if model.method != "GET" else []), url]
    for header in headers:
        words += ["-H", header]
    return shlex.join(words)


def clock(document: Sandbox, wall_ms: int) -> dict[str, Any]:
    return {
        "now": format_time(document.now(wall_ms)),
        "frozen": document.clock.frozen_at is not None,
        "as_of": None if document.last_changed_at is None else format_time(document.last_changed_at),
    }


def sandbox(current: Versioned, wall_ms: int) -> dict[str, Any]:
    """A sandbox, its secrets masked."""
    document: Sandbox = current.document
    now = document.now(wall_ms)
    return {
        "name": document.name,
        "label": document.label,
        "credential": document.masked,
        "created": format_time(document.created),
        "last_used": format_time(current.last_used),
        "seed": document.seed,
        "clock": clock(document, wall_ms),
        "keys": [
            {
                "vendor": name,
                "key": key.masked,
                "status": key.status,
                "permissions": None if key.permissions is None else sorted(key.permissions),
            }
            for name, keys in document.keys.items()
            for key in keys.values()
        ],
        "armed": sum(fault.source != GLOBAL and fault.is_live(now) for fault in document.faults),
        "journal": f"/_mock/sandboxes/{document.name}/journal",
    }
