"""Check and arm faults: what is invalid in one, for these vendors. A fault that could never fire is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import orjson

from mockserver.compiled import CompiledVendor
from mockserver.http import SERVERS_OWN, UNSENT
from mockserver.openapi.file import Source
from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Case, MediaType, Operation, Response
from mockserver.openapi.pointers import escape, unescape
from mockserver.openapi.references import DanglingRef
from mockserver.packaged import specs_folder
from mockserver.patterns import pattern
from mockserver.responses.encoded import BODYLESS
from mockserver.rules import errors
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.fault_presets import operations_with
from mockserver.sandbox.faults import ARMED, Fault, put
from mockserver.suggest import did_you_mean
from mockserver.values import dataclass

MOST = 100

_EFFECTS = ("error", "status", "set", "headers", "delay", "connection")
_HEADER = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = pattern(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is invalid at a JSON pointer into a fault's spec, the names known there, and a hint at the nearest."""

    pointer: str
    message: str
    known: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        return self.message + self.hint


class TooManyFaults(Exception):
    """A sandbox that has as many faults as it may have; the text says so."""


@cache
def fault_schema() -> Mapping[str, Any]:
    """The JSON Schema of a fault's spec, as the control API's spec has it."""
    document = Source(specs_folder() / "control" / "openapi.yaml").document()
    schema: Mapping[str, Any] = document["components"]["schemas"]["NewFault"]
    return schema


def armed(sandbox: Sandbox, spec: Mapping[str, Any], now: int, most_bytes: int, source: str = ARMED) -> Sandbox:
    """The sandbox with one more fault, the last in order. Raises TooManyFaults."""
    number = sandbox.fault_number + 1
    size = sum(len(orjson.dumps(fault.spec)) for fault in sandbox.faults) + len(orjson.dumps(spec))
    if len(sandbox.faults) >= MOST or size > most_bytes:
        raise TooManyFaults(
            f"sandbox {sandbox.name} has {len(sandbox.faults)} faults, of at most {MOST} and {most_bytes} bytes"
        )
    fault = Fault(f"f{number}", spec, now, source)
    return replace(sandbox, faults=(*sandbox.faults, fault), fault_number=number)


def validate_fault(
    spec: Any, vendors: Mapping[str, CompiledVendor], *, can_break_connections: bool
) -> list[FieldError]:
    """Everything invalid in a fault's spec; nothing where it can be armed."""
    invalid = [FieldError(pointer, message, tuple(fault_schema()["properties"])) for pointer, message in _shape(spec)]
    if invalid:
        return invalid
    try:
        orjson.dumps([[[[[[[[spec]]]]]]]])
    except TypeError:
        return [FieldError("", "can't be kept: nested too deep, a number beyond 64 bits, or a lone surrogate")]
    compiled = vendors.get(spec["vendor"])
    if compiled is None:
        return [_unknown("/vendor", "vendor", spec["vendor"], vendors)]
    invalid = [*_effects(spec, can_break_connections=can_break_connections), *_own_answer(spec), *_headers(spec)]
    operations, wrong = _operations(spec, compiled)
    return [*invalid, *([wrong] if wrong else [*_match(spec, compiled, operations), *_set(spec, compiled, operations)])]


def _shape(spec: Any) -> list[tuple[str, str]]:
    return errors(fault_schema(), spec)


def _effects(spec: Mapping[str, Any], *, can_break_connections: bool) -> Iterator[FieldError]:
    """What is invalid in the effects by themselves."""
    connection = spec.get("connection")
    if not any(effect in spec for effect in _EFFECTS):
        yield FieldError("", f"has no effect; add one of {', '.join(_EFFECTS)}, preset", (*_EFFECTS, "preset"))
    if connection is not None and not can_break_connections:
        yield FieldError("/connection", "this server can't break connections: it doesn't own its sockets")
    if isinstance(connection, str) and connection in UNSENT:
        for effect in ("error", "status", "set", "headers"):
            if effect in spec:
                yield FieldError(f"/{effect}", f"has no effect with connection {connection}, which sends no answer")
    elif "when" in spec and "error" not in spec and "status" not in spec:
        yield FieldError(
            "/when", f"belongs to error, status and connection {', '.join(sorted(UNSENT))}; the rest shapes an answer"
        )
    delay = spec.get("delay")
    if isinstance(delay, dict) and delay["uniform"][0] > delay["uniform"][1]:
        yield FieldError("/delay/uniform", "must be the least and the most seconds, in this order")


def _own_answer(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is invalid in an answer of the fault's own."""
    for name, needed in (("body", "status"), ("content_type", "body")):
        if name in spec and needed not in spec:
            yield FieldError(f"/{name}", f"belongs to {needed}, which is missing")
    if not _VALUE.fullmatch(spec.get("content_type", "")):
        yield FieldError("/content_type", "must be Latin-1 without line breaks and control characters")
    if "status" not in spec:
        return
    if "body" in spec and spec["status"] in BODYLESS:
        yield FieldError("/body", f"an answer with status {spec['status']} has no body")
    for name in ("error", "set"):
        if name in spec:
            yield FieldError(f"/{name}", "is an alternative to status; name one of them")


def _headers(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    seen = set[str]()
    for name, value in spec.get("headers", {}).items():
        pointer = f"/headers/{escape(name)}"
        if name.lower() in seen:
            yield FieldError(pointer, f"{name} appears twice; header names are case-insensitive")
        seen.add(name.lower())
        if not _HEADER.fullmatch(name):
            yield FieldError(pointer, f"{name!r} is not a valid header name")
        elif name.lower() in SERVERS_OWN:
            yield FieldError(pointer, f"{name} is set by the server itself")
        elif not _VALUE.fullmatch(value):
            yield FieldError(pointer, "must be Latin-1 without line breaks and control characters")


def _operations(spec: Mapping[str, Any], compiled: CompiledVendor) -> tuple[list[Operation], FieldError | None]:
    """The operations that a fault's spec is about, or the error in how it names them."""
    served = {operation.id: operation for operation in compiled.spec.operations if not operation.disabled}
    name, case = spec.get("operation"), spec.get("error")
    if name is not None and name not in served:
        return [], _unknown("/operation", f"operation of {compiled.name}", name, served)
    operations = [served[name]] if name is not None else list(served.values())
    known = dict.fromkeys(known for operation in operations for known in operation.cases)
    if case is not None and case not in known:
        return [], _unknown("/error", f"case of {name or compiled.name}", case, known)
    return [operation for operation in operations if case is None or case in operation.cases], None


def _match(spec: Mapping[str, Any], compiled: CompiledVendor, operations: Sequence[Operation]) -> Iterator[FieldError]:
    """What has to match and no operation has."""
    parameters = dict.fromkeys(parameter.name for operation in operations for parameter in operation.parameters)
    bodies = [media.schema for one in operations if one.body for media in one.body.content.values()]
    properties = {name: "" for schema in bodies if schema for name in compiled.schemas.properties(schema)}
    for name in spec.get("match", {}):
        pointer = f"/match/{escape(name)}"
        if not name.startswith("/"):
            if name not in parameters and name not in properties:
                yield _unknown(pointer, "parameter or property of the body", name, {**parameters, **properties})
            continue
        if not bodies:
            yield FieldError(pointer, "no such operation has a body; name a parameter", tuple(parameters))
        elif not any(_reaches(compiled, schema, name) for schema in bodies):
            fields = dict.fromkeys(f"/{escape(one)}" for at in bodies if at for one in compiled.schemas.properties(at))
            yield _unknown(pointer, "field of the body", name, fields)


def _reaches(compiled: CompiledVendor, schema: str | None, pointer: str) -> bool:
    """Whether a body may have a field there, as far as the schema's own properties tell."""
    for token in pointer.split("/")[1:]:
        if schema is None:
            return True
        properties = compiled.schemas.properties(schema)
        if not properties:
            return True
        schema = properties.get(unescape(token), "")
        if not schema:
            return False
    return True


def _set(spec: Mapping[str, Any], compiled: CompiledVendor, operations: Sequence[Operation]) -> Iterator[FieldError]:
    """Places of ``set`` that the answers don't have, or values that they may not have there."""
    changes = spec.get("set")
    if changes is None:
        return
    if "operation" not in spec and "error" not in spec:
        having = tuple(operation.id for operation in operations_with(compiled, changes))
        reason = "several operations answer with these fields" if having else "no operation answers with these fields"
        yield FieldError("/set", f"needs operation, or error: {reason}", having)
        return
    for operation in operations:
        case = operation.cases[spec["error"]] if "error" in spec else operation.default
        if case is None:
            yield FieldError("/set", f"{operation.id} has no example to try it on")
            continue
        yield from _set_on(case, changes, compiled)


def _set_on(case: Case, changes: Mapping[str, Any], compiled: CompiledVendor) -> Iterator[FieldError]:
    media = json_of(case.response)
    if media is None or media.name not in case.bodies:
        yield FieldError("/set", f"the answer of case {case.name} has no JSON body")
        return
    body = case.bodies[media.name]
    for pointer in changes:
        at = f"/set/{escape(pointer)}"
        try:
            body = put(body, {pointer: changes[pointer]})
        except DanglingRef:
            known = [f"/{escape(name)}" for name in body] if isinstance(body, dict) else []
            yield _unknown(at, f"field of case {case.name}", pointer, known)
            return
    for place, message in compiled.schemas.of_responses.errors(media.schema, body):
        near = next((pointer for pointer in changes if place.startswith(pointer) or pointer.startswith(place)), "")
        at = f"/set/{escape(near)}" if near else "/set"
        yield FieldError(at, f"breaks the schema of the answer at {place or '/'}: {message}")


def json_of(response: Response) -> MediaType | None:
    """The first JSON media type of a response."""
    return next((media for media in response.content.values() if is_json(media.name)), None)


def _unknown(pointer: str, what: str, name: str, known: Iterable[str]) -> FieldError:
    names = tuple(known)
    return FieldError(pointer, f"there is no {what} {name!r}", names, did_you_mean(name, names))
