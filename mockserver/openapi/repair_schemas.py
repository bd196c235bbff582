"""Repair the schemas of anybody's spec, so that every one of them can be compiled.

Each repair changes the document in place, and is told as a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from mockserver.openapi.bundle import Reasons
from mockserver.openapi.explain import place, shorten
from mockserver.openapi.findings import Finding
from mockserver.openapi.keywords import OBJECTS
from mockserver.openapi.patterns import compiles
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import FILES, DanglingRef, EndlessRef, lookup, objects, resolve, target
from mockserver.openapi.repair import reason_of

_MOST_REPAIRS = 1_000
_IN_URI = "/~!$&'()*+,;=:@"
"""What stands for itself in a URI's fragment, beside letters and digits."""
_FOREIGN_KEYS = ("$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor")
"""Keywords by which a schema is another document or dialect; references that begin with ``#`` are to this one."""


def repair_schemas(document: dict[str, Any], unread: Reasons) -> Iterator[Finding]:
    """Take out, in place, keywords and references that no validator can read. Raises EndlessRef."""
    schemas, referred = _schemas(document)
    for pointer, schema in schemas.items():
        for key in _FOREIGN_KEYS:
            if key in schema and not isinstance(schema[key], dict):
                del schema[key]
        yield from _repair_patterns(schema, pointer)
        yield from _repair_items(schema, pointer)
        if "$ref" in schema:
            yield from _repair_reference(document, schema, pointer, unread)
    roots = [pointer for kind, _, pointer in objects(document, into_schemas=False) if kind == "schema"]
    roots += [pointer for pointer in schemas if pointer.startswith(f"{FILES}/")]
    for pointer in dict.fromkeys(roots + referred):
        yield from _repair_keywords(lookup(document, pointer), pointer)


def _schemas(document: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """All schemas by pointer, and the pointers of those to which only a reference leads (``#/definitions/Pet``)."""
    schemas = {pointer: part for kind, part, pointer in objects(document) if kind == "schema"}
    referred: list[str] = []
    todo = list(schemas.values())
    for schema in todo:
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        try:
            at = target(reference) if reference is not None else ""
            value = lookup(document, at) if at and at not in schemas else None
        except DanglingRef:
            continue
        if isinstance(value, dict):
            inside = {at + below: part for kind, part, below in objects(value, root="schema") if kind == "schema"}
            schemas |= inside
            todo += inside.values()
            referred.append(at)
    return {pointer: part for pointer, part in schemas.items() if isinstance(part, dict)}, referred


def _repair_reference(document: Any, schema: dict[str, Any], pointer: str, unread: Reasons) -> Iterator[Finding]:
    """Take a reference out that leads to no schema, and write any other as a URI: names of types may have brackets."""
    try:
        at = target(schema["$ref"])
        if isinstance(resolve(document, at)[0], dict | bool):
            schema["$ref"] = f"#{quote(at, safe=_IN_URI)}"
            return
        told = "dangling-ref", f"$ref {schema['$ref']!r} leads to no schema"
    except EndlessRef:
        raise
    except DanglingRef as error:
        told = reason_of(error, unread)
    del schema["$ref"]
    yield f"{pointer}/$ref", *told


def _repair_patterns(schema: dict[str, Any], pointer: str) -> Iterator[Finding]:
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not compiles(pattern):
        del schema["pattern"]
        plain = pattern.replace("\\A", "^").replace("\\Z", "$").replace("\\z", "$")
        if compiles(plain):
            schema["pattern"] = plain
        yield f"{pointer}/pattern", "pattern", f"{json.dumps(pattern)[:80]} is not a regular expression of ECMA-262"
    named = schema.get("patternProperties")
    if not isinstance(named, dict):
        return
    for name in [name for name in named if not compiles(name)]:
        del named[name]
        at = f"{pointer}/patternProperties/{escape(name)}"
        yield at, "pattern", f"{json.dumps(name)[:80]} is not a regular expression of ECMA-262"


def _repair_items(schema: dict[str, Any], pointer: str) -> Iterator[Finding]:
    """A list of schemas as ``items``, as older drafts have it, is ``prefixItems``."""
    items = schema.get("items")
    if isinstance(items, list) and items and all(isinstance(item, dict | bool) for item in items):
        del schema["items"]
        schema.setdefault("prefixItems", items)
        if isinstance(schema.get("additionalItems"), dict | bool):
            schema["items"] = schema.pop("additionalItems")
        yield f"{pointer}/items", "schema", "must be a schema; a list of schemas is prefixItems"


def _repair_keywords(schema: Any, pointer: str) -> Iterator[Finding]:
    """Take out the keywords whose values JSON Schema doesn't allow."""
    for _ in range(_MOST_REPAIRS):
        try:
            jsonschema_rs.meta.validate(schema)
            return
        except jsonschema_rs.ValidationError as error:
            path, message = list(error.instance_path), shorten(error.message)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            path, message = [], shorten(str(error).partition("\n")[0])
        if not path:
            break
        yield _take_out(schema, path, pointer, message)
    else:
        message = "has too many defects"
    if isinstance(schema, dict):
        schema.clear()
    yield pointer, "schema", message


def _take_out(schema: Any, path: list[str | int], pointer: str, message: str) -> Finding:
    """Repair what stands at a path: a schema becomes an empty one, of a keyword's value what is good stays."""
    owner, walked = schema, 0
    while True:
        key = path[walked]
        depth = _schema_depth(key)
        below = path[walked : walked + depth]
        if depth and len(below) == depth:
            inner = owner
            for token in below[:-1]:
                inner = inner[token]
            if walked + depth == len(path):
                inner[below[-1]] = {}
                return f"{pointer}{place(path)}", "type", message
            owner, walked = inner[below[-1]], walked + depth
            continue
        value = owner.pop(key)
        if key in ("required", "enum", "type") and isinstance(value, list):
            kept = [one for index, one in enumerate(value) if one not in value[:index]]
            kept = kept if key == "enum" else [one for one in kept if isinstance(one, str)]
            if kept and kept != value:
                owner[key] = kept
        return f"{pointer}{place(path[: walked + 1])}", "schema", message


def _schema_depth(key: str | int) -> int:
    """How many tokens lead from a schema by a keyword to the schema below it; 0 where there is none."""
    below = OBJECTS["schema"].get(str(key))
    return 1 if below == "schema" else 2 if below in (["schema"], {"schema"}) and below is not None else 0
