"""Read the operations of a spec: parameters, bodies, responses, security, and the cases of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from mockserver.openapi.credits import Credits
from mockserver.openapi.model import (
    METHODS,
    SAFE,
    EntitySource,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import STATUS_KEY, Reader
from mockserver.openapi.servers import own_mounts

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_OTHERS_BUSINESS = {"accept", "content-type", "authorization"}  # OpenAPI says: such a parameter is ignored


def read_operations(reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]) -> Iterable[Operation]:
    """The operations of a document, each with an id: those without one get it last, since it must be free."""
    operations = list(_read_operations(reader, vendor, schemes))
    taken: dict[str, str] = {}
    for operation in operations:
        if operation.id in taken:
            message = f"operationId {operation.id!r} is taken by {taken[operation.id]}"
            reader.defect(operation.pointer, "operation-id", message)
        if operation.id:
            taken[operation.id] = f"{operation.method} {operation.path}"
    ids: set[str] = set()
    for operation in operations:
        made = operation.id or "_".join([operation.method.lower(), *re.findall(r"[A-Za-z0-9]+", operation.path)])
        name = operation.id if operation.id and operation.id not in ids else free_name(made, ids | taken.keys())
        ids.add(name)
        yield operation if operation.id == name else replace(operation, id=name)


def _read_operations(reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]) -> Iterable[Operation]:
    for path, place in reader.children("/paths"):
        if path.startswith("x-"):
            continue
        item, at = reader.resolve(place)
        if not path.startswith("/"):
            reader.defect(place, "path", f"path {path!r} must begin with a slash")
            path = f"/{path}"
        for method in METHODS:
            if method in item:
                yield _operation(reader, vendor, schemes, path, method, f"{at}/{method}", item, at)
        for method in item.get("additionalOperations", ()):
            pointer = f"{at}/additionalOperations/{escape(method)}"
            yield _operation(reader, vendor, schemes, path, method, pointer, item, at)


def _operation(
    reader: Reader,
    vendor: str,
    schemes: Mapping[str, SecurityScheme],
    path: str,
    method: str,
    pointer: str,
    item: Mapping[str, Any],
    item_pointer: str,
) -> Operation:
    raw, at = reader.resolve(pointer)
    reader.unsupported = []
    responses = _responses(reader, at)
    security = raw.get("security", reader.document.get("security", ()))
    check_security(reader, security, schemes, at if "security" in raw else "")
    report_duplicate = _duplicate_case(reader)
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
        parameters=_parameters(reader, path, raw, at, item, item_pointer),
        body=reader.body(f"{at}/requestBody") if "requestBody" in raw else None,
        responses=tuple(responses.values()),
        cases=reader.cases(responses, report_duplicate),
        security=_security(security, schemes),
        mounts=own_mounts(raw, item),
        credits=Credits.of(raw.get("x-credits")),
        entity=_entity(raw.get("x-entity")),
        read_only=raw.get("x-read-only", method in SAFE) is True,
        disabled="; ".join(f"{reason} (at {where}) is not supported" for where, reason in reader.unsupported),
    )
    if reader.strict:
        for where, reason in reader.unsupported:
            reader.defect(where, "unsupported", f"{reason} is not supported")
    return operation


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
        reader.defect(pointer, "status", f"{key!r} is not a status, a range such as 4XX, or default")
    return False


def _duplicate_case(reader: Reader) -> Any:
    return lambda pointer, message: reader.defect(pointer, "case-name", message) if reader.strict else None


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, numbered where it is taken: ``get_teams_team_2``."""
    names = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(one for one in names if one not in taken)


def _parameters(
    reader: Reader, path: str, raw: Mapping[str, Any], at: str, item: Mapping[str, Any], item_at: str
) -> tuple[Parameter, ...]:
    """Those of the path, overridden by those of the operation; each in the path's template declared."""
    by_place: dict[tuple[str, str], Parameter] = {}
    for owner, pointer in ((item, item_at), (raw, at)):
        for index in range(len(owner.get("parameters", ()))):
            parameter = reader.parameter(f"{pointer}/parameters/{index}")
            if parameter and not (parameter.where == "header" and parameter.name.lower() in _OTHERS_BUSINESS):
                by_place[parameter.where, parameter.name] = parameter
    declared = {name for where, name in by_place if where == "path"}
    templated = set(_TEMPLATE.findall(path))
    for name in sorted(templated - declared):
        reader.defect(at, "path-parameter", f"path parameter {name!r} of {path} is not declared")
        by_place["path", name] = Parameter(name, "path", True, "simple", False, None, None, at)
    for name in sorted(declared - templated):
        stray = by_place.pop(("path", name))
        reader.defect(stray.pointer, "path-parameter", f"path parameter {name!r} does not occur in {path}")
    return tuple(by_place.values())


def check_security(reader: Reader, security: Any, schemes: Mapping[str, SecurityScheme], pointer: str) -> None:
    known = reader.document.get("components", {}).get("securitySchemes", {})
    for choice in security:
        for name in choice:
            if name not in known:
                reader.defect(f"{pointer}/security", "security-scheme", f"security scheme {name!r} is not defined")


def _security(
    security: Iterable[Mapping[str, Any]], schemes: Mapping[str, SecurityScheme]
) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """The alternatives, each {scheme: roles}. What can't be told from a request (``mutualTLS``) is taken for granted.

    That is so only where no alternative can be told whole.
    """
    choices = [dict(choice) for choice in security]
    told = [choice for choice in choices if choice.keys() <= schemes.keys()]
    return tuple(
        {name: tuple(roles) for name, roles in choice.items() if name in schemes} for choice in told or choices
    )


def _entity(raw: Mapping[str, Any] | None) -> EntitySource | None:
    return None if raw is None else EntitySource(raw["kind"], raw["by"])
