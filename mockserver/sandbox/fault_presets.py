"""Complete a fault's spec: what its preset stands for, and the one operation that answers with the fields it sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.http import UNSENT
from mockserver.openapi.model import Operation
from mockserver.openapi.references import DanglingRef, lookup
from mockserver.sandbox.presets import PRESETS

_ANSWER = ("status", "body", "content_type")


def completed(spec: Any, vendors: Mapping[str, CompiledVendor]) -> Any:
    """The spec with the fields of its preset that it doesn't give itself, and with the operation that ``set`` implies.

    What isn't valid in it stays, to be refused by ``validate_fault``.
    """
    if not isinstance(spec, dict):
        return spec
    preset, vendor = spec.get("preset"), spec.get("vendor")
    if isinstance(preset, str) and preset in PRESETS:
        spec = {**_without_contradiction(PRESETS[preset], spec), **spec}
    compiled = vendors.get(vendor) if isinstance(vendor, str) else None
    if compiled is not None and isinstance(spec.get("set"), dict) and not {"operation", "error"} & spec.keys():
        having = operations_with(compiled, spec["set"])
        if len(having) == 1:
            spec = {**spec, "operation": having[0].id}
    return spec


def _without_contradiction(preset: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The preset's fields that can stand beside those given: a case, or no answer at all, replaces its answer."""
    connection = spec.get("connection")
    is_unsent = isinstance(connection, str) and connection in UNSENT
    left_out: tuple[str, ...] = _ANSWER if "error" in spec or is_unsent else ()
    if is_unsent:
        left_out = (*left_out, "headers")
    if preset.get("connection") in UNSENT and {"error", "status", "set", "headers"} & spec.keys():
        left_out = ("connection",)
    return {name: value for name, value in preset.items() if name not in left_out}


def operations_with(compiled: CompiledVendor, changes: Mapping[str, Any]) -> list[Operation]:
    """The operations whose usual answer has a field at every pointer."""
    served = [operation for operation in compiled.spec.operations if not operation.disabled]
    return [operation for operation in served if _has_all(operation, changes)]


def _has_all(operation: Operation, changes: Mapping[str, Any]) -> bool:
    case = operation.default
    bodies = case.bodies.values() if case is not None else ()
    return any(all(_is_in(body, pointer) for pointer in changes) for body in bodies)


def _is_in(body: Any, pointer: str) -> bool:
    try:
        lookup(body, pointer)
    except DanglingRef:
        return False
    return True
