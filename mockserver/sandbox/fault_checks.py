"""Arming faults: what is wrong with one, in a sandbox of these vendors. One that could never fire is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson

from mockserver.compiled import CompiledVendor
from mockserver.http import SERVERS_OWN, UNSENT
from mockserver.openapi.file import Source
from mockserver.openapi.model import Case, MediaType, Operation, Response
from mockserver.openapi.pointers import escape, unescape
from mockserver.openapi.reader import is_json
from mockserver.openapi.references import DanglingRef
from mockserver.packaged import specs_folder
from mockserver.rules import errors
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import ARMED, GLOBAL, Fault, put
from mockserver.suggest import did_you_mean

MOST = 100
TEMPLATES = "@faults"
"""The document of the faults that hold in all sandboxes, in the store beside the sandboxes."""

_EFFECTS = ("error", "set", "headers", "delay", "connection")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a wish at a JSON pointer into it, and what is known there."""

    pointer: str
    message: str
    known: tuple[str, ...] = ()


class TooManyFaults(Exception):
    """A sandbox that has as many faults as it may have; the text says so."""


@cache
def fault_schema() -> Mapping[str, Any]:
    """The JSON Schema of a wish, as the control API's spec has it."""
    document = Source(specs_folder() / "control" / "openapi.yaml").document()
    schema: Mapping[str, Any] = document["components"]["schemas"]["NewFault"]
    return schema


def armed(sandbox: Sandbox, wish: Mapping[str, Any], now: int, most_bytes: int, source: str = ARMED) -> Sandbox:
    """The sandbox with one more fault, the last in order. Raises TooMany."""
    number = sandbox.fault_number + 1
    size = sum(len(orjson.dumps(fault.wish)) for fault in sandbox.faults) + len(orjson.dumps(wish))
    if len(sandbox.faults) >= MOST or size > most_bytes:
        raise TooManyFaults(
            f"sandbox {sandbox.name} has {len(sandbox.faults)} faults, of at most {MOST} and {most_bytes} bytes"
        )
    fault = Fault(f"f{number}", wish, now, source)
    return replace(sandbox, faults=(*sandbox.faults, fault), fault_number=number)


def with_global_fault(sandbox: Sandbox, template: Fault, now: int) -> Sandbox:
    """The sandbox with a fault that holds in all, counted here from now on; itself where it has it."""
    id = f"*{template.id}"
    if any(fault.id == id for fault in sandbox.faults):
        return sandbox
    return replace(sandbox, faults=(*sandbox.faults, Fault(id, template.wish, now, GLOBAL)))


def without(sandbox: Sandbox, id: str) -> Sandbox:
    """The sandbox without a fault; itself where it hasn't that."""
    left = tuple(fault for fault in sandbox.faults if fault.id != id)
    return replace(sandbox, faults=left) if len(left) < len(sandbox.faults) else sandbox


def sync_global_faults(sandbox: Sandbox, global_faults: Sequence[Fault], now: int) -> Sandbox:
    """The sandbox without templates that are gone, and with those that it hasn't seen; itself where nothing differs.

    One that was disarmed in it stays away.
    """
    ids = {f"*{template.id}" for template in global_faults}
    for fault in sandbox.faults:
        if fault.source == GLOBAL and fault.id not in ids:
            sandbox = without(sandbox, fault.id)
    newest = max((_number(template) for template in global_faults), default=0)
    for template in global_faults:
        if _number(template) > sandbox.templates_seen:
            sandbox = with_global_fault(sandbox, template, now)
    return replace(sandbox, templates_seen=newest) if newest > sandbox.templates_seen else sandbox


def _number(template: Fault) -> int:
    return int(template.id.removeprefix("f"))


def validate_fault(
    wish: Any, contracts: Mapping[str, CompiledVendor], *, can_break_connections: bool
) -> list[FieldError]:
    """All that is wrong with a wish; nothing where it can be armed."""
    found = [FieldError(pointer, message, tuple(fault_schema()["properties"])) for pointer, message in _shape(wish)]
    if found:
        return found
    try:
        orjson.dumps([[[[[[[[wish]]]]]]]])
    except TypeError:
        return [
            FieldError("", "can't be kept: it is nested too deep, or has a number beyond 64 bits or half a character")
        ]
    contract = contracts.get(wish["vendor"])
    if contract is None:
        return [_unknown("/vendor", "vendor", wish["vendor"], contracts)]
    found = [*_effects(wish, can_break_connections=can_break_connections), *_headers(wish)]
    operations, wrong = _operations(wish, contract)
    return [*found, *([wrong] if wrong else [*_match(wish, contract, operations), *_set(wish, contract, operations)])]


def _shape(wish: Any) -> list[tuple[str, str]]:
    return errors(fault_schema(), wish)


def _effects(wish: Mapping[str, Any], *, can_break_connections: bool) -> Iterator[FieldError]:
    """What is wrong with the effects by themselves."""
    connection = wish.get("connection")
    if not any(effect in wish for effect in _EFFECTS):
        yield FieldError("", f"does nothing; it needs one of {', '.join(_EFFECTS)}", _EFFECTS)
    if connection is not None and not can_break_connections:
        yield FieldError("/connection", "this server can't break connections: it has no sockets, or not in its hands")
    if isinstance(connection, str) and connection in UNSENT:
        for effect in ("error", "set", "headers"):
            if effect in wish:
                yield FieldError(f"/{effect}", f"is of no use with connection {connection}, which sends no answer")
    elif "when" in wish and "error" not in wish:
        yield FieldError(
            "/when", f"belongs to error and to connection {', '.join(sorted(UNSENT))}; the rest shapes an answer"
        )
    delay = wish.get("delay")
    if isinstance(delay, dict) and delay["uniform"][0] > delay["uniform"][1]:
        yield FieldError("/delay/uniform", "must be the least and the most seconds, in this order")


def _headers(wish: Mapping[str, Any]) -> Iterator[FieldError]:
    seen = set[str]()
    for name, value in wish.get("headers", {}).items():
        pointer = f"/headers/{escape(name)}"
        if name.lower() in seen:
            yield FieldError(pointer, f"{name} is there twice; the case of letters makes no difference")
        seen.add(name.lower())
        if not _HEADER.fullmatch(name):
            yield FieldError(pointer, f"{name!r} is no header name")
        elif name.lower() in SERVERS_OWN:
            yield FieldError(pointer, f"the server itself sets {name}")
        elif not _VALUE.fullmatch(value):
            yield FieldError(pointer, "must be Latin-1 without line breaks and control characters")


def _operations(wish: Mapping[str, Any], contract: CompiledVendor) -> tuple[list[Operation], FieldError | None]:
    """The operations that a wish is about, or what is wrong with how it names them."""
    served = {operation.id: operation for operation in contract.spec.operations if not operation.disabled}
    name, case = wish.get("operation"), wish.get("error")
    if name is not None and name not in served:
        return [], _unknown("/operation", f"operation of {contract.name}", name, served)
    operations = [served[name]] if name is not None else list(served.values())
    known = dict.fromkeys(known for operation in operations for known in operation.cases)
    if case is not None and case not in known:
        return [], _unknown("/error", f"case of {name or contract.name}", case, known)
    return [operation for operation in operations if case is None or case in operation.cases], None


def _match(wish: Mapping[str, Any], contract: CompiledVendor, operations: Sequence[Operation]) -> Iterator[FieldError]:
    """What no operation has that has to match."""
    parameters = dict.fromkeys(found.name for operation in operations for found in operation.parameters)
    for name in wish.get("match", {}):
        pointer = f"/match/{escape(name)}"
        if not name.startswith("/"):
            if name not in parameters:
                yield _unknown(pointer, "parameter", name, parameters)
            continue
        bodies = [media.schema for found in operations if found.body for media in found.body.content.values()]
        if not bodies:
            yield FieldError(pointer, "no such operation has a body; name a parameter", tuple(parameters))
        elif not any(_reaches(contract, schema, name) for schema in bodies):
            fields = dict.fromkeys(f"/{escape(one)}" for at in bodies if at for one in contract.schemas.properties(at))
            yield _unknown(pointer, "field of the body", name, fields)


def _reaches(contract: CompiledVendor, schema: str | None, pointer: str) -> bool:
    """Whether a body may have a field there, as far as the schema's own properties tell."""
    for token in pointer.split("/")[1:]:
        if schema is None:
            return True
        properties = contract.schemas.properties(schema)
        if not properties:
            return True
        schema = properties.get(unescape(token), "")
        if not schema:
            return False
    return True


def _set(wish: Mapping[str, Any], contract: CompiledVendor, operations: Sequence[Operation]) -> Iterator[FieldError]:
    """What of ``set`` the answers haven't, or may not have."""
    changes = wish.get("set")
    if changes is None:
        return
    if "operation" not in wish and "error" not in wish:
        yield FieldError("/set", "needs operation, or error: the fields of an answer depend on them")
        return
    for operation in operations:
        case = operation.cases[wish["error"]] if "error" in wish else operation.default
        if case is None:
            yield FieldError("/set", f"{operation.id} has no example to try it on")
            continue
        yield from _set_on(case, changes, contract)


def _set_on(case: Case, changes: Mapping[str, Any], contract: CompiledVendor) -> Iterator[FieldError]:
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
    for place, message in contract.schemas.of_responses.errors(media.schema, body):
        near = next((pointer for pointer in changes if place.startswith(pointer) or pointer.startswith(place)), "")
        at = f"/set/{escape(near)}" if near else "/set"
        yield FieldError(at, f"breaks the schema of the answer at {place or '/'}: {message}")


def json_of(response: Response) -> MediaType | None:
    """The first JSON media type of a response."""
    return next((media for media in response.content.values() if is_json(media.name)), None)


def _unknown(pointer: str, what: str, name: str, known: Iterable[str]) -> FieldError:
    names = tuple(known)
    return FieldError(pointer, f"there is no {what} {name!r}{did_you_mean(name, names)}", names)
