"""Load an OpenAPI file as a ``Spec``: read, bundled, repaired, upgraded to 3.1, and understood part by part.

The spec of a vendor (``strict``) is refused where there is anything to tell of it. In anybody else's a defect is put
right or left out, and what the engine doesn't support disables the operation that uses it, which then answers 501 with
the reason.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.errors import Defect, SpecError
from mockserver.openapi.anchors import has_names, name_by_pointers
from mockserver.openapi.file import Source
from mockserver.openapi.files import OWN_FOLDER, Files, Reach
from mockserver.openapi.findings import Finding
from mockserver.openapi.model import REFUSALS, Case, Operation, SecurityScheme, Spec
from mockserver.openapi.operations import read_operations
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import Reader
from mockserver.openapi.servers import owners_of_servers, servers_of
from mockserver.openapi.versions import moved_back, upgraded, version_of

_ONCE = ("schema", "type")  # rules of which one finding a place is enough


def load(path: Path, vendor: str, *, strict: bool = False, afresh: bool = False, reach: Reach = OWN_FOLDER) -> Spec:
    """Read one file, and those that it refers to within ``reach``, as the spec of a vendor. Raises SpecError.

    A strict spec is linted too; a text that passed once is taken from beside the file the next time, except ``afresh``.
    In any other, what is wrong is put right or left out, and told in its ``notes``.
    """
    read = _load_strict if strict else _load_foreign
    return read(Source(path), vendor, reach, afresh=afresh)


def examine(path: Path, *, strict: bool = False, reach: Reach = OWN_FOLDER) -> tuple[Defect, ...]:
    """All that is to be told of a file, in its order. Raises SpecError where it can't be read as a spec."""
    source = Source(path)
    document = source.document(afresh=True, lenient=True)
    return _examined(source, Files(path, reach), path.stem, document, strict=strict)[1]


def _load_strict(source: Source, vendor: str, reach: Reach, *, afresh: bool) -> Spec:
    if source.is_cached and not afresh:
        document = source.document()
        if has_names(source.text):
            name_by_pointers(document)
        source.origins = upgraded(document, version_of(document, source))
        return _spec(Reader(document, source, strict=True), vendor)
    document = source.document(afresh=True, lenient=True)
    kept = copy.deepcopy(document)
    spec, defects = _examined(source, Files(source.path, reach), vendor, document, strict=True)
    if defects:
        raise SpecError(defects)
    if not source.others:
        source.remember(kept)
    return spec


def _load_foreign(source: Source, vendor: str, reach: Reach, *, afresh: bool) -> Spec:
    from mockserver.openapi import cache

    files = Files(source.path, reach)
    kept = None if afresh else cache.recall(source, files)
    if kept:
        document, findings = kept
    else:
        from mockserver.openapi.formats import bound_integers
        from mockserver.openapi.prepared import prepare

        prepared = prepare(source, files, source.document(afresh=afresh, lenient=True), is_checked=False)
        document, findings = prepared.document, prepared.findings
        bound_integers(document)
        cache.keep(source, files, document, findings)
    reader = Reader(document, source, strict=False)
    spec = _spec(reader, vendor)
    return replace(spec, notes=_without_repetition([*findings, *moved_back(reader.findings, source)]))


def _examined(
    source: Source, files: Files, vendor: str, document: Any, *, strict: bool
) -> tuple[Spec, tuple[Defect, ...]]:
    """The spec of a document, with all that is to be told of it."""
    from mockserver.openapi.lint import lint
    from mockserver.openapi.prepared import prepare  # a spec that was found good before needs neither

    prepared = prepare(source, files, document, is_checked=True)
    reader = Reader(prepared.document, source, strict=strict)
    spec = _spec(reader, vendor)
    told = moved_back([*reader.findings, *lint(spec, prepared.version)], source)
    findings = _without_repetition([*prepared.findings, *told])
    defects = (source.written(*finding) for finding in findings)
    return spec, tuple(sorted(defects, key=lambda defect: (defect.file != source.name, defect.file, defect.line)))


def _without_repetition(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    first: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        first.setdefault(finding[:2] if finding[1] in _ONCE else finding, finding)
    return tuple(first.values())


def _spec(reader: Reader, vendor: str) -> Spec:
    document = reader.document
    info = document.get("info", {})
    schemes = dict(_schemes(reader))
    operations, webhooks = read_operations(reader, vendor, schemes)
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
        webhooks=webhooks,
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
        else:
            what = f"{kind} {scheme}".strip()
            reader.tell(at, "unsupported", f"security scheme {name!r} ({what}) is not supported")


def _spare_cases(reader: Reader, operations: Iterable[Operation]) -> dict[str, Case]:
    """Cases that ``x-refusals`` names and no operation has (an unknown path's)."""
    listed = {name for operation in operations for name in operation.cases}
    wanted = {name: kind for kind, name in _refusals(reader).items() if name not in listed and kind in REFUSALS}
    cases: dict[str, Case] = {}
    for pointer in _spare_responses(reader) if wanted else ():
        for name, case in reader.cases({"": reader.response("default", pointer)}, are_unique=False).items():
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
    """Raises SpecError: what refuses a request has to be known in any spec."""
    defects = []
    for kind, name in spec.refusals.items():
        pointer = f"/x-refusals/{escape(kind)}"
        if kind not in REFUSALS:
            message = f"{kind!r} is not a known refusal; known are {', '.join(REFUSALS)}"
            defects.append(reader.source.defect(pointer, "refusal", message))
        elif spec.case(name) is None:
            message = f"no response has an example named {name!r}"
            defects.append(reader.source.defect(pointer, "refusal", message))
    if defects:
        raise SpecError(defects)
