"""Check a spec that could be read: links, twins among paths, wrong examples, missing provenance.

Each rule is a generator of findings; ``lint`` runs them all. What stands in no operation's way is left to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import jsonschema_rs

from mockserver.openapi.findings import Finding
from mockserver.openapi.model import Case, Operation, Spec
from mockserver.openapi.references import objects, resolve
from mockserver.openapi.schemas import Schemas, type_of

_VALUES = {"value", "externalValue", "dataValue", "serializedValue"}


def lint(spec: Spec, version: str) -> Iterator[Finding]:
    """Every finding of a spec whose parts could be read; ``version`` is that of its file: ``3.0``."""
    operations = [*spec.operations, *(one.operation for one in spec.webhooks)]
    yield from _links(spec, {operation.id for operation in operations})
    yield from _tags(spec)
    yield from _successes(spec.operations)
    schemas = Schemas(spec)
    sent, received = schemas.of_requests, schemas.of_responses
    yield from _examples(operations, received)
    yield from _headers(operations, received)
    yield from _request_examples(operations, sent)
    yield from _schema_examples(spec, sent.of_responses, has_typed_defaults=version <= "3.0")
    parts: list[Operation | Case] = [*operations]
    parts += [case for operation in operations for case in operation.cases.values()]
    if spec.document.get("x-provenance") or any(part.provenance for part in parts):
        yield from _provenance(spec, operations)


def _links(spec: Spec, ids: Collection[str]) -> Iterator[Finding]:
    for kind, value, pointer in objects(spec.document, into_schemas=False):
        name = value.get("operationId") if kind == "link" else None
        if isinstance(name, str) and name not in ids:
            yield f"{pointer}/operationId", "link", f"link to an unknown operation {name!r}"


def _tags(spec: Spec) -> Iterator[Finding]:
    """Tags that are there twice, or under one that isn't there."""
    tags = [tag for tag in spec.document.get("tags", ()) if isinstance(tag, dict)]
    names = [str(tag.get("name")) for tag in tags]
    for index, tag in enumerate(tags):
        if names[index] in names[:index]:
            yield f"/tags/{index}", "tag", f"a tag is named {names[index]!r} already"
        if "parent" in tag and tag["parent"] not in names:
            yield f"/tags/{index}/parent", "tag", f"there is no tag {tag['parent']!r}"


def _successes(operations: Iterable[Operation]) -> Iterator[Finding]:
    for operation in operations:
        if not any(response.key[0] in "123d" for response in operation.responses):
            status = operation.success.status
            yield operation.pointer, "success", f"no response tells of success; an empty {status} is made up"


def _examples(operations: Iterable[Operation], schemas: Schemas) -> Iterator[Finding]:
    """Cases that break the schema of their response."""
    for operation in operations:
        for case in operation.cases.values():
            for name, body in case.bodies.items():
                for at, message in _errors(schemas, case.response.content[name].schema, body):
                    yield (
                        case.pointer,
                        "example",
                        f"case {case.name!r} breaks its schema{at and f' at {at}'}: {message}",
                    )


def _headers(operations: Iterable[Operation], schemas: Schemas) -> Iterator[Finding]:
    for operation in operations:
        for response in operation.responses:
            for header in response.headers:
                if header.schema and header.value is not None:
                    for _, message in _errors(schemas, header.schema, schemas.coerce(header.schema, header.value)):
                        yield header.pointer, "example", f"the example of header {header.name!r}: {message}"


def _request_examples(operations: Iterable[Operation], schemas: Schemas) -> Iterator[Finding]:
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.schema and parameter.example is not None:
                for _, message in _errors(schemas, parameter.schema, parameter.example):
                    yield parameter.pointer, "example", f"the example of parameter {parameter.name!r}: {message}"
        for media in operation.body.content.values() if operation.body else ():
            for name, example in media.examples.items():
                for at, message in _errors(schemas, media.schema, example):
                    yield media.pointer, "example", f"request example {name!r}{at and f' at {at}'}: {message}"


def _schema_examples(spec: Spec, schemas: Schemas, *, has_typed_defaults: bool) -> Iterator[Finding]:
    """Examples and defaults that stand in a schema and break it."""
    for kind, schema, pointer in objects(spec.document):
        if kind != "schema" or not isinstance(schema, dict):
            continue
        if "example" in schema:
            for at, message in _errors(schemas, pointer, schema["example"]):
                yield f"{pointer}/example{at}", "example", f"the example breaks its schema: {message}"
        if "default" in schema:
            has_type = _is_of(schemas.types(pointer), schema["default"]) or not has_typed_defaults
            rule = "default" if has_type else "default-type"
            for at, message in _errors(schemas, pointer, schema["default"]):
                yield f"{pointer}/default{at}", rule, f"the default breaks its schema: {message}"
        examples = schema.get("examples", ())
        for index, example in enumerate(examples if isinstance(examples, list) else ()):
            for at, message in _errors(schemas, pointer, example):
                yield f"{pointer}/examples/{index}{at}", "example", f"the example breaks its schema: {message}"


def _is_of(types: Collection[str], value: Any) -> bool:
    """Whether a value is of one of some types, as far as types tell."""
    kind = type_of(value)
    is_number = kind in ("integer", "number") and not {"integer", "number"}.isdisjoint(types)
    return not types or kind in types or is_number


def _provenance(spec: Spec, operations: Iterable[Operation]) -> Iterator[Finding]:
    def missing(part: Operation | Case, what: str) -> Iterator[Finding]:
        if not part.provenance:
            yield part.pointer, "provenance", f"{what} has no x-provenance"

    for operation in operations:
        yield from missing(operation, f"operation {operation.id!r}")
        for case in operation.cases.values():
            yield from missing(case, f"case {case.name!r} of {operation.id!r}")
            raw = resolve(spec.document, case.pointer)[0]
            if isinstance(raw, dict) and not raw.keys() & _VALUES and case.pointer.endswith(f"/examples/{case.name}"):
                yield case.pointer, "example", f"case {case.name!r} has no value"


def _errors(schemas: Schemas, pointer: str | None, value: Any) -> list[tuple[str, str]]:
    """What is wrong with a value; of a schema that can't be compiled, that this is so."""
    try:
        return schemas.errors(pointer, value)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return [("", f"its schema can't be used: {error}")]
