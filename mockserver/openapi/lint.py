"""Check a spec that could be read: misspelt keys, wrong examples, missing provenance.

Each rule is a generator of ``(pointer, rule, message)``; ``lint`` runs them all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.errors import Defect
from mockserver.openapi.credits import ROUNDINGS
from mockserver.openapi.keywords import OBJECTS, OLD_SCHEMA_KEYS, REQUIRED, UNSUPPORTED, Kind
from mockserver.openapi.model import Case, Operation, Spec
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import objects, resolve
from mockserver.openapi.schemas import Schemas
from mockserver.suggest import did_you_mean, nearest

PROVENANCES = ("documented", "corroborated", "assumed")
NOTES = frozenset({"unsupported", "case-name", "provenance"})
"""Rules about what OpenAPI allows, and the engine leaves out or asks for."""
Finding = tuple[str, str, str]


def lint(spec: Spec) -> list[Defect]:
    """Every defect of a spec whose structure could be read."""
    findings = [*_keys(spec), *_links(spec), *_paths(spec)]
    schemas = Schemas(spec)
    findings += [(pointer, "schema", message) for pointer, message in schemas.broken()]
    if not findings:
        sent, received = schemas.of_requests, schemas.of_responses
        findings += [*_examples(spec, received), *_headers(spec, received), *_request_examples(spec, sent)]
        findings += _schema_examples(spec, sent.of_responses)
    parts: list[Operation | Case] = [*spec.operations]
    parts += [case for operation in spec.operations for case in operation.cases.values()]
    if spec.document.get("x-provenance") or any(part.provenance for part in parts):
        findings += _provenance(spec)
    return [spec.source.defect(*finding) for finding in dict.fromkeys(findings)]


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A part that isn't what OpenAPI says; ``kind`` is what it should be."""

    pointer: str
    rule: str
    message: str
    kind: Kind


def misshapen(document: Any) -> Iterator[Finding]:
    """Parts that aren't of the type that OpenAPI says: nothing can be read where there are any."""
    return ((part.pointer, part.rule, part.message) for part in misshapen_parts(document))


def misshapen_parts(document: Any) -> Iterator[Misshapen]:
    for kind, value, pointer in objects(document, into_schemas=False):
        if kind == "schema" and isinstance(value, bool):
            continue
        wanted, expected = (kind, _TYPES[kind]) if isinstance(kind, type) else (dict, f"an object ({kind})")
        accepted = (int, float) if wanted is float else wanted
        if not isinstance(value, accepted) or (isinstance(value, bool) and wanted is not bool):
            message = f"must be {expected}, not {json.dumps(value, ensure_ascii=False)[:40]}"
            yield Misshapen(pointer, "type", message, kind)
        for key in REQUIRED[str(kind)] if kind in ("credits", "entity") and isinstance(value, dict) else ():
            if key not in value:
                yield Misshapen(pointer, "required", f"{kind} needs {key!r}", kind)
        if kind == "credits" and isinstance(value, dict) and value.get("rounding") not in (None, *ROUNDINGS):
            yield Misshapen(f"{pointer}/rounding", "type", f"must be one of {', '.join(ROUNDINGS)}", str)


_TYPES = {list: "a list", dict: "an object", str: "text", bool: "true or false", float: "a number"}


def _keys(spec: Spec) -> Iterator[Finding]:
    """Keys that OpenAPI doesn't have (or that the engine doesn't act on), and required ones that are missing."""
    older = spec.document["openapi"].startswith("3.0")
    for kind, value, pointer in objects(spec.document):
        if not isinstance(kind, str) or not isinstance(value, dict) or kind == "reference":
            continue
        for key in REQUIRED.get(kind, ()):
            if key not in value:
                yield pointer, "required", f"{kind} needs {key!r}"
        for key, child in value.items():
            yield from _key(kind, key, child, f"{pointer}/{escape(key)}", older=older)


def _key(kind: str, key: str, value: Any, at: str, *, older: bool) -> Iterator[Finding]:
    known = OBJECTS[kind]
    if kind == "schema" and key in OLD_SCHEMA_KEYS and not older and (key == "nullable" or isinstance(value, bool)):
        yield at, "openapi-3.0", f"{key!r} is OpenAPI 3.0; {OLD_SCHEMA_KEYS[key]}"
    elif key in UNSUPPORTED.get(kind, ()):
        yield at, "unsupported", f"{key!r} of {kind} is not supported"
    elif key == "x-provenance":
        if value not in PROVENANCES:
            yield at, "provenance", f"{value!r} is not a known provenance; known are {', '.join(PROVENANCES)}"
    elif key not in known and key != "$ref" and not _is_foreign_extension(key):
        yield at, "unknown-key", f"{kind} has no key {key!r}{did_you_mean(key, known)}"


def _is_foreign_extension(key: str) -> bool:
    """An ``x-`` key of somebody else's. One that resembles ours is taken for a misspelling of it."""
    ours = [name for kind in OBJECTS.values() for name in kind if name.startswith("x-")]
    return key.startswith("x-") and not nearest(key, [*ours, "x-provenance"], likeness=0.8)


def _links(spec: Spec) -> Iterator[Finding]:
    for kind, value, pointer in objects(spec.document, into_schemas=False):
        name = value.get("operationId") if kind == "link" else None
        if name is not None and spec.operation(name) is None:
            yield f"{pointer}/operationId", "link", f"link to an unknown operation {name!r}"


def _paths(spec: Spec) -> Iterator[Finding]:
    """Paths that differ in nothing but the names of their parameters."""
    taken: dict[str, str] = {}
    for path in spec.document["paths"]:
        other = taken.setdefault(re.sub(r"\{[^{}]*\}", "{}", path), path)
        if other != path:
            yield f"/paths/{escape(path)}", "path", f"{path} is the same path as {other}"


def _examples(spec: Spec, schemas: Schemas) -> Iterator[Finding]:
    """Cases that break the schema of their response."""
    for operation in spec.operations:
        for case in operation.cases.values():
            for name, body in case.bodies.items():
                for at, message in schemas.errors(case.response.content[name].schema, body):
                    yield (
                        case.pointer,
                        "example",
                        f"case {case.name!r} breaks its schema{at and f' at {at}'}: {message}",
                    )


def _headers(spec: Spec, schemas: Schemas) -> Iterator[Finding]:
    for operation in spec.operations:
        for response in operation.responses:
            for header in response.headers:
                if header.schema and header.value is not None:
                    for _, message in schemas.errors(header.schema, schemas.coerce(header.schema, header.value)):
                        yield header.pointer, "example", f"the example of header {header.name!r}: {message}"


def _request_examples(spec: Spec, schemas: Schemas) -> Iterator[Finding]:
    for operation in spec.operations:
        for parameter in operation.parameters:
            if parameter.schema and parameter.example is not None:
                for _, message in schemas.errors(parameter.schema, parameter.example):
                    yield parameter.pointer, "example", f"the example of parameter {parameter.name!r}: {message}"
        for media in operation.body.content.values() if operation.body else ():
            for name, example in media.examples.items():
                for at, message in schemas.errors(media.schema, example):
                    yield media.pointer, "example", f"request example {name!r}{at and f' at {at}'}: {message}"


def _schema_examples(spec: Spec, schemas: Schemas) -> Iterator[Finding]:
    """Examples that stand in a schema and break it."""
    for kind, schema, pointer in objects(spec.document):
        if kind != "schema" or not isinstance(schema, dict):
            continue
        for keyword in ("example", "default"):
            if keyword in schema:
                for at, message in schemas.errors(pointer, schema[keyword]):
                    yield f"{pointer}/{keyword}{at}", "example", f"the {keyword} breaks its schema: {message}"
        for index, example in enumerate(schema.get("examples", ())):
            for at, message in schemas.errors(pointer, example):
                yield f"{pointer}/examples/{index}{at}", "example", f"the example breaks its schema: {message}"


def _provenance(spec: Spec) -> Iterator[Finding]:
    def missing(part: Operation | Case, what: str) -> Iterator[Finding]:
        if not part.provenance:
            yield part.pointer, "provenance", f"{what} has no x-provenance"

    for operation in spec.operations:
        yield from missing(operation, f"operation {operation.id!r}")
        for case in operation.cases.values():
            yield from missing(case, f"case {case.name!r} of {operation.id!r}")
            raw = resolve(spec.document, case.pointer)[0]
            if isinstance(raw, dict) and "value" not in raw and case.pointer.endswith(f"/examples/{case.name}"):
                yield case.pointer, "example", f"case {case.name!r} has no value"
