"""Read the operations of a spec, those that its vendor calls (webhooks, callbacks) too: all that belongs to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mockserver.openapi.model import (
    IDEMPOTENT,
    METHODS,
    SAFE,
    EntitySource,
    Operation,
    Response,
    SecurityScheme,
    Webhook,
)
from mockserver.openapi.parameters import read_parameters
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import STATUS_KEY, Reader, free_name
from mockserver.openapi.servers import own_mounts
from mockserver.patterns import pattern

if TYPE_CHECKING:
    from mockserver.openapi.credits import Credits

_TEMPLATE = pattern(r"\{([^{}]+)\}")


def read_operations(
    reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]
) -> tuple[tuple[Operation, ...], tuple[Webhook, ...]]:
    """The operations of a document, and the requests that its vendor sends. Each has an id that no other one has."""
    operations = list(_in_paths(reader, vendor, schemes))
    sent = [*_webhooks(reader, vendor, schemes), *_callbacks(reader, vendor, schemes, operations)]
    named = list(_with_ids(reader, [*operations, *(operation for _, _, operation, _ in sent)]))
    webhooks = (
        Webhook(name, operation, expression, "" if index is None else named[index].id)
        for operation, (name, expression, _, index) in zip(named[len(operations) :], sent, strict=True)
    )
    return tuple(named[: len(operations)]), tuple(webhooks)


def _with_ids(reader: Reader, operations: Iterable[Operation]) -> Iterator[Operation]:
    """The operations with an id each: those without one get it last, since it must be free."""
    taken: dict[str, str] = {}
    for operation in operations:
        if operation.id in taken:
            message = f"operationId {operation.id!r} is taken by {taken[operation.id]}"
            reader.tell(operation.pointer, "operation-id", message)
        if operation.id:
            taken[operation.id] = f"{operation.method} {operation.path}"
    ids: set[str] = set()
    for operation in operations:
        made = operation.id or "_".join([operation.method.lower(), *re.findall(r"[A-Za-z0-9]+", operation.path)])
        name = operation.id if operation.id and operation.id not in ids else free_name(made, ids | taken.keys())
        ids.add(name)
        yield operation if operation.id == name else replace(operation, id=name)


def _in_paths(reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]) -> Iterator[Operation]:
    shapes: dict[str, str] = {}
    for path, place in reader.children("/paths") if "paths" in reader.document else ():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            reader.tell(place, "path", f"path {path!r} must begin with a slash")
            path = f"/{path}"
        if "?" in path or "#" in path:
            message = f"path {path!r} has a query or a fragment, which no request's path has"
            reader.tell(place, "path-characters", message)
        other = shapes.setdefault(_TEMPLATE.sub("{}", path), path)
        if other != path:
            reader.tell(place, "path", f"{path} is the same path as {other}")
        yield from _in_item(reader, vendor, schemes, path, place)


def _in_item(
    reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme], path: str, place: str, *, is_sent: bool = False
) -> Iterator[Operation]:
    """The operations of a path item. ``is_sent`` says that the vendor sends them: then the path is just a name."""
    item, at = reader.resolve(place)
    for method in METHODS:
        if method in item:
            yield _operation(reader, vendor, schemes, path, method, f"{at}/{method}", item, at, is_sent=is_sent)
    for method in item.get("additionalOperations", ()):
        pointer = f"{at}/additionalOperations/{escape(method)}"
        yield _operation(reader, vendor, schemes, path, method, pointer, item, at, is_sent=is_sent)


_Sent = tuple[str, str, Operation, int | None]
"""A request of the vendor: its name, expression and operation, and which operation's calls it follows from."""


def _webhooks(reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]) -> Iterator[_Sent]:
    for name, place in reader.children("/webhooks") if "webhooks" in reader.document else ():
        if not name.startswith("x-"):
            for operation in _in_item(reader, vendor, schemes, name, place, is_sent=True):
                yield name, "", operation, None


def _callbacks(
    reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme], operations: Sequence[Operation]
) -> Iterator[_Sent]:
    for index, owner in enumerate(operations):
        if "callbacks" not in reader.resolve(owner.pointer)[0]:
            continue
        for name, place in reader.children(f"{owner.pointer}/callbacks"):
            for expression, item in reader.children(place):
                if not expression.startswith("x-"):
                    for operation in _in_item(reader, vendor, schemes, expression, item, is_sent=True):
                        yield name, expression, operation, index


def _operation(
    reader: Reader,
    vendor: str,
    schemes: Mapping[str, SecurityScheme],
    path: str,
    method: str,
    pointer: str,
    item: Mapping[str, Any],
    item_pointer: str,
    *,
    is_sent: bool,
) -> Operation:
    raw, at = reader.resolve(pointer)
    reader.unsupported = []
    responses = _responses(reader, at)
    security = raw.get("security", reader.document.get("security", ()))
    check_security(reader, security, schemes, at if "security" in raw else "")
    operation = Operation(
        vendor=vendor,
        id=str(raw.get("operationId") or ""),
        method=method.upper(),
        path=path,
        pointer=at,
        summary=str(raw.get("summary", "")),
        description=str(raw.get("description", "")),
        tags=tuple(raw.get("tags", ())),
        provenance=str(raw.get("x-provenance", "")),
        parameters=read_parameters(reader, "" if is_sent else path, raw, at, item, item_pointer),
        body=reader.body(f"{at}/requestBody") if "requestBody" in raw else None,
        responses=tuple(responses.values()),
        cases=reader.cases(responses),
        security=_security(security, schemes),
        mounts=own_mounts(raw, item),
        credits=_credits(raw.get("x-credits")),
        entity=_entity(raw.get("x-entity")),
        read_only=raw.get("x-read-only", method in SAFE) is True,
        idempotent=raw.get("x-idempotent", raw.get("x-read-only") is True or method in IDEMPOTENT) is True,
        disabled="; ".join(f"{reason} (at {where}) is not supported" for where, reason in reader.unsupported),
    )
    for where, reason in reader.unsupported:
        reader.tell(where, "unsupported", f"{reason} is not supported")
    return operation


def _credits(raw: Mapping[str, Any] | None) -> Credits | None:
    """The price of a call, where it has one: decimals are nothing that every start needs."""
    if raw is None:
        return None
    from mockserver.openapi.credits import Credits

    return Credits.of(raw)


def _responses(reader: Reader, pointer: str) -> dict[str, Response]:
    places = dict(reader.children(f"{pointer}/responses")) if "responses" in reader.resolve(pointer)[0] else {}
    only = not any(key[:1] in ("2", "3") for key in places)
    return {
        key: reader.response(key, place, only=only) for key, place in places.items() if _is_status(reader, key, place)
    }


def _is_status(reader: Reader, key: str, pointer: str) -> bool:
    if STATUS_KEY.fullmatch(key):
        return True
    if not key.startswith("x-"):
        reader.tell(pointer, "status", f"{key!r} is not a status, a range such as 4XX, or default")
    return False


def _scheme(name: str) -> str:
    """The name of a security scheme, which OpenAPI 3.2 lets be told by reference."""
    return name.removeprefix("#/components/securitySchemes/")


def check_security(reader: Reader, security: Any, schemes: Mapping[str, SecurityScheme], pointer: str) -> None:
    known = reader.document.get("components", {}).get("securitySchemes", {})
    for choice in security:
        for name in choice:
            if _scheme(name) not in known:
                reader.tell(f"{pointer}/security", "security-scheme", f"security scheme {name!r} is not defined")


def _security(
    security: Iterable[Mapping[str, Any]], schemes: Mapping[str, SecurityScheme]
) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """The alternatives, each {scheme: roles}. What can't be told from a request (``mutualTLS``) is taken for granted.

    That is so only where no alternative can be told whole.
    """
    choices = [{_scheme(name): roles for name, roles in choice.items()} for choice in security]
    told = [choice for choice in choices if choice.keys() <= schemes.keys()]
    return tuple(
        {name: tuple(roles) for name, roles in choice.items() if name in schemes} for choice in told or choices
    )


def _entity(raw: Mapping[str, Any] | None) -> EntitySource | None:
    return None if raw is None else EntitySource(raw["kind"], raw["by"])
