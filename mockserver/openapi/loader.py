"""Load an OpenAPI file as a ``Spec``; raise a SpecError that names every defect by file, line and pointer.

What the engine doesn't support is refused by name in our own specs (``strict``). In anybody else's it
disables the operation that uses it, which then answers 501 with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.errors import SpecError, UnusableFile
from mockserver.openapi import cache, lint
from mockserver.openapi.bundle import bundle
from mockserver.openapi.file import Source
from mockserver.openapi.formats import bound_integers
from mockserver.openapi.model import (
    REFUSALS,
    Case,
    Operation,
    SecurityScheme,
    Spec,
)
from mockserver.openapi.operations import read_operations
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import Reader
from mockserver.openapi.references import CircularRef, DanglingRef, EndlessRef, lookup, objects, resolve, target
from mockserver.openapi.repair import repair
from mockserver.openapi.servers import owners_of_servers, servers_of
from mockserver.openapi.upgrade import upgrade


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
        document = source.document(afresh=afresh, on_duplicate=lambda *_: None)
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
    operations = tuple(read_operations(reader, vendor, schemes))
    servers = list(servers_of(document))
    hosts = [host for owner in owners_of_servers(reader) for host, _ in servers_of(owner)]
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
