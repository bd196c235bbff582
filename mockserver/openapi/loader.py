"""Load an OpenAPI file as a ``Spec``; raise a SpecError that names every defect by file, line and pointer.

What the engine doesn't support is refused by name in our own specs (``strict``). In anybody else's it
disables the operation that uses it, which then answers 501 with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, islice, product
from pathlib import Path
from typing import Any

from mockserver.errors import SpecError, UnusableFile
from mockserver.openapi import cache, lint
from mockserver.openapi.bundle import bundle
from mockserver.openapi.credits import Credits
from mockserver.openapi.file import Source
from mockserver.openapi.formats import bound_integers
from mockserver.openapi.model import (
    METHODS,
    REFUSALS,
    SAFE,
    Case,
    EntitySource,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
    Spec,
)
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import STATUS_KEY, Reader
from mockserver.openapi.references import CircularRef, DanglingRef, EndlessRef, lookup, objects, resolve, target
from mockserver.openapi.repair import repair
from mockserver.openapi.upgrade import upgrade

MOST_SERVERS = 100
"""How many combinations of the values of one server's variables are served."""
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


def load(path: Path, vendor: str, *, strict: bool = False, afresh: bool = False) -> Spec:
    """Read one file as the spec of a vendor. Raises SpecError.

    A strict spec is linted too; a text that passed once is taken from beside the file the next time, except ``afresh``.
    In any other, what is wrong is put right or left out, and told in its ``notes``.
    """
    source = Source(path)
    return _load_ours(source, vendor, afresh=afresh) if strict else _load_foreign(source, vendor, afresh=afresh)


def _load_ours(source: Source, vendor: str, *, afresh: bool) -> Spec:
    known_good = source.is_cached and not afresh
    document = source.document(afresh=afresh)
    reader = _reader(document, source, strict=True)
    if not known_good:
        bundle(document, source)
    _upgrade(reader)
    if not known_good:
        _check_references(reader)
        for finding in lint.misshapen(reader.document):
            reader.defect(*finding)
    _raise_defects(reader)
    spec = _spec(reader, vendor)
    if not known_good:
        reader.defects += lint.lint(spec)
    _raise_defects(reader)
    if not known_good and not source.others:
        source.remember(document)
    return spec


def _load_foreign(source: Source, vendor: str, *, afresh: bool) -> Spec:
    prepared = None if afresh else cache.recall(source)
    if prepared:
        reader = Reader(prepared[0], source, strict=False)
        reader.notes += prepared[1]
    else:
        document = source.document(afresh=afresh, lenient=True)
        reader = _reader(document, source, strict=False)
        bundle(document, source)
        _upgrade(reader)
        _repair(reader)
        bound_integers(reader.document)
        cache.keep(source, reader.document, reader.notes)
    spec = _spec(reader, vendor)
    _raise_defects(reader)
    return spec


def _reader(document: Any, source: Source, *, strict: bool) -> Reader:
    """A reader of a document whose version is known. Raises SpecError."""
    reader = Reader(document if isinstance(document, dict) else {}, source, strict=strict)
    if not _version_is_known(document, reader):
        raise SpecError(reader.defects)
    return reader


def _upgrade(reader: Reader) -> None:
    if reader.document["openapi"].startswith("3.0"):
        reader.document = upgrade(reader.document)


def _raise_defects(reader: Reader) -> None:
    if reader.defects:
        raise SpecError(sorted(dict.fromkeys(reader.defects), key=lambda defect: (defect.line, defect.pointer)))


def _repair(reader: Reader) -> None:
    try:
        reader.notes += repair(reader.document)
    except EndlessRef as error:
        raise UnusableFile([reader.source.defect("", "reference-chain", str(error))]) from None


def _version_is_known(document: Any, reader: Reader) -> bool:
    version = document.get("openapi") if isinstance(document, dict) else None
    if isinstance(version, float) and not reader.strict:
        version = document["openapi"] = str(version)
    if isinstance(version, str) and re.match(r"3\.[012](\.|$)", version):
        if not isinstance(document.get("paths"), dict):
            if reader.strict:
                reader.defect("", "paths", "has no paths; an OpenAPI file lists its operations there")
                return False
            document["paths"] = {}
        return True
    if isinstance(document, dict) and "swagger" in document:
        reader.refuse(
            "/swagger", "version", "is Swagger 2.0; `npx swagger2openapi FILE -o NEW` writes it as OpenAPI 3.0"
        )
        return False
    given = f"openapi is {version!r}" if version else "no `openapi` field"
    if isinstance(version, float):
        given += ", a number; write it as text, such as '3.1.0'"
    reader.refuse("", "version", f"{given}; OpenAPI 3.0, 3.1 and 3.2 are supported")
    return False


def _check_references(reader: Reader) -> None:
    for kind, value, pointer in objects(reader.document):
        if kind in ("reference", "schema") and isinstance(value, dict) and "$ref" in value:
            try:
                lookup(reader.document, target(value["$ref"]))
                resolve(reader.document, pointer)
            except EndlessRef as error:
                raise UnusableFile([reader.source.defect(f"{pointer}/$ref", "reference-chain", str(error))]) from None
            except CircularRef as error:
                if kind != "schema":  # which may well lead to itself
                    reader.defect(f"{pointer}/$ref", "dangling-ref", str(error))
            except DanglingRef as error:
                reader.defect(f"{pointer}/$ref", "dangling-ref", str(error))


def _spec(reader: Reader, vendor: str) -> Spec:
    document = reader.document
    info = document.get("info", {})
    schemes = dict(_schemes(reader))
    operations = tuple(_operations(reader, vendor, schemes))
    servers = list(_servers(document))
    hosts = [host for owner in _with_servers(reader) for host, _ in _servers(owner)]
    spec = Spec(
        vendor=vendor,
        title=str(info.get("title", vendor)),
        version=str(info.get("version", "")),
        description=str(info.get("summary") or info.get("description", "")).strip(),
        source=reader.source,
        document=document,
        operations=operations,
        schemes=schemes,
        refusals=_refusals(reader),
        spare_cases=_spare_cases(reader, operations),
        mounts=tuple(dict.fromkeys(path for _, path in servers)) or ("",),
        hosts=tuple(dict.fromkeys(filter(None, hosts))),
        notes=tuple(dict.fromkeys(reader.notes)),
    )
    _check_refusals(reader, spec)
    return spec


def _servers(owner: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(host, path) of each server, with every value of its variables, the defaults first: ``("a.example", "/v1")``."""
    for server in owner.get("servers", ()):
        variables = server.get("variables", {})
        values = [[f"{{{name}}}", _values_of(name, variable)] for name, variable in variables.items()]
        for chosen in islice(product(*(texts for _, texts in values)), MOST_SERVERS):
            url = server.get("url", "")
            for (placeholder, _), text in zip(values, chosen, strict=True):
                url = url.replace(placeholder, text)
            address, path = _URL.findall(_TEMPLATE.sub(r"\1", url))[0]
            path = path.strip("/")
            host = re.sub(r":\d*$", "", address.rpartition("@")[2]).lower()
            yield "" if host in _THIS_MACHINE else host, f"/{path}" if path else ""


def _with_servers(reader: Reader) -> Iterable[Mapping[str, Any]]:
    """The document, its paths and operations that have servers."""
    yield reader.document
    for path, place in reader.children("/paths"):
        if path.startswith("x-"):
            continue
        item = reader.resolve(place)[0]
        yield item
        yield from (item[method] for method in METHODS if isinstance(item.get(method), dict))


def _values_of(name: str, variable: Mapping[str, Any]) -> list[str]:
    """What a variable of a server may be, its default first."""
    listed = variable.get("enum", ())
    return list(dict.fromkeys([str(variable.get("default", name)), *map(str, listed)]))


def _own_mounts(operation: Mapping[str, Any], item: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of an operation's own servers, else of its path's; none where it has those of the root."""
    owner = operation if operation.get("servers") else item
    return tuple(dict.fromkeys(path for _, path in _servers(owner)))


_URL = re.compile(r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*))?([^?#]*)")
_THIS_MACHINE = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]")  # noqa: S104 - at which every vendor is served


def _schemes(reader: Reader) -> Iterable[tuple[str, SecurityScheme]]:
    """The security schemes that can be told from a request, by name."""
    if "securitySchemes" not in reader.document.get("components", {}):
        return
    for name, pointer in reader.children("/components/securitySchemes"):
        raw, at = reader.resolve(pointer)
        kind, scheme = raw.get("type"), str(raw.get("scheme", "")).lower()
        if kind == "apiKey" and raw.get("in") in ("header", "query", "cookie") and isinstance(raw.get("name"), str):
            yield name, SecurityScheme(name, raw["in"], raw["name"])
        elif kind == "http" and scheme:
            yield name, SecurityScheme(name, "header", "Authorization", scheme)
        elif kind in ("oauth2", "openIdConnect"):
            yield name, SecurityScheme(name, "header", "Authorization", "bearer")
        elif reader.strict:
            what = f"{kind} {scheme}".strip()
            reader.defect(at, "unsupported", f"security scheme {name!r} ({what}) is not supported")


def _operations(reader: Reader, vendor: str, schemes: Mapping[str, SecurityScheme]) -> Iterable[Operation]:
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
        name = operation.id if operation.id and operation.id not in ids else _free(made, ids | taken.keys())
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
    _check_security(reader, security, schemes, at if "security" in raw else "")
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
        mounts=_own_mounts(raw, item),
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


def _free(name: str, taken: Collection[str]) -> str:
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


_OTHERS_BUSINESS = {"accept", "content-type", "authorization"}  # OpenAPI says: such a parameter is ignored


def _check_security(reader: Reader, security: Any, schemes: Mapping[str, SecurityScheme], pointer: str) -> None:
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


def _spare_cases(reader: Reader, operations: Iterable[Operation]) -> dict[str, Case]:
    """Cases that ``x-refusals`` names and no operation has (an unknown path's)."""
    listed = {name for operation in operations for name in operation.cases}
    wanted = {name: kind for kind, name in _refusals(reader).items() if name not in listed and kind in REFUSALS}
    cases: dict[str, Case] = {}
    for pointer in _spare_responses(reader) if wanted else ():
        for name, case in reader.cases({"": reader.response("default", pointer)}, lambda *_: None).items():
            if name in wanted:
                cases[name] = replace(case, status=REFUSALS[wanted[name]][0])
    return cases


def _spare_responses(reader: Reader) -> Iterator[str]:
    """Where responses stand that need not belong to an operation."""
    if "responses" in reader.document.get("components", {}):
        yield from (pointer for _, pointer in reader.children("/components/responses"))
    if "x-responses" in reader.document:
        yield from (pointer for _, pointer in reader.children("/x-responses"))


def _refusals(reader: Reader) -> dict[str, str]:
    refusals: dict[str, str] = reader.document.get("x-refusals", {})
    return refusals


def _check_refusals(reader: Reader, spec: Spec) -> None:
    for kind, name in spec.refusals.items():
        pointer = f"/x-refusals/{escape(kind)}"
        if kind not in REFUSALS:
            reader.refuse(pointer, "refusal", f"{kind!r} is not a known refusal; known are {', '.join(REFUSALS)}")
        elif spec.case(name) is None:
            reader.refuse(pointer, "refusal", f"no response has an example named {name!r}")
