"""Check the objects of a document by its own version of OpenAPI: keys unknown to it, misspelt, from a later one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from mockserver.openapi.advice import Retry
from mockserver.openapi.findings import Finding
from mockserver.openapi.keywords import OBJECTS, OLD_SCHEMA_KEYS, SINCE, SWAGGER, UNSUPPORTED, Vocabulary
from mockserver.openapi.lint_objects import lint_object
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import objects
from mockserver.suggest import did_you_mean, nearest

PROVENANCES = ("documented", "corroborated", "assumed")
_TEXTS = ("openapi", "swagger", "title", "summary", "description", "version", "operationId", "url", "name", "email")
"""Keys that are text wherever they are, but in schemas."""
_SWITCHES = ("deprecated", "explode", "allowReserved", "allowEmptyValue")


def lint_keys(document: dict[str, Any], version: str) -> Iterator[Finding]:
    """What is wrong in the objects of a document as it was written, of a version such as ``3.1``."""
    vocabulary, root = (SWAGGER, "swagger") if version == "2.0" else (OBJECTS, "openapi")
    for kind, value, pointer in objects(document, root=root, vocabulary=vocabulary):
        if not isinstance(kind, str) or not isinstance(value, dict) or kind in ("reference", "callback"):
            continue
        yield from lint_object(kind, value, pointer, version)
        known = _known(kind, version)
        for key, child in value.items():
            at = f"{pointer}/{escape(key)}"
            if key == "x-provenance":
                yield from _provenance(child, at)
            elif key in known:
                yield from _value(kind, key, child, at, version)
            elif key.startswith("x-"):
                yield from _extension(kind, key, known, at)
            elif key != "$ref":
                yield at, *_unknown(kind, key, known, version, vocabulary)


@cache
def _known(kind: str, version: str) -> frozenset[str]:
    if version == "2.0":
        return frozenset(SWAGGER[kind])
    since = SINCE.get(kind, {})
    older = {"nullable"} if kind == "schema" and version == "3.0" else set()
    return frozenset(key for key in OBJECTS[kind] if since.get(key, "3.0") <= version) | older


def _value(kind: str, key: str, value: Any, at: str, version: str) -> Iterator[Finding]:
    """What the value of a known key has to be, beyond what every reader of a spec needs."""
    if key in UNSUPPORTED.get(kind, ()):
        yield at, "unsupported", f"{key!r} of {kind} is not supported"
    elif kind == "schema":
        if key in OLD_SCHEMA_KEYS and version not in ("2.0", "3.0") and isinstance(value, bool):
            yield at, "schema", f"{key!r} is OpenAPI 3.0; {OLD_SCHEMA_KEYS[key]}"
        elif key == "type" and version in ("2.0", "3.0") and (isinstance(value, list) or value == "null"):
            yield at, "schema", f"{json.dumps(value)} is a type of OpenAPI 3.1; OpenAPI {version} has one type a schema"
    elif key == "x-retry":
        if value not in tuple(Retry):
            yield at, "retry", f"{value!r} is not known advice; known are {', '.join(Retry)}"
    elif key in _TEXTS and not isinstance(value, str):
        yield at, "type", f"must be text, not {json.dumps(value, ensure_ascii=False)[:40]}"
    elif key in _SWITCHES and not isinstance(value, bool):
        yield at, "type", f"must be true or false, not {json.dumps(value, ensure_ascii=False)[:40]}"


def _unknown(kind: str, key: str, known: frozenset[str], version: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The rule and message of a key that the version doesn't have."""
    if kind == "schema" and version not in ("2.0", "3.0"):
        if key in OLD_SCHEMA_KEYS:
            return "openapi-3.0", f"{key!r} is OpenAPI 3.0; {OLD_SCHEMA_KEYS[key]}"
        return "unknown-keyword", f"schema has no key {key!r}{did_you_mean(key, known)}"
    later = SINCE.get(kind, {}).get(key) if vocabulary is OBJECTS else None
    if later:
        return "unknown-key", f"{key!r} of {kind} is OpenAPI {later}, and this is {version}"
    return "unknown-key", f"{kind} has no key {key!r}{did_you_mean(key, known)}"


def _provenance(value: Any, at: str) -> Iterator[Finding]:
    if value not in PROVENANCES:
        yield at, "provenance", f"{value!r} is not a known provenance; known are {', '.join(PROVENANCES)}"


def _extension(kind: str, key: str, known: frozenset[str], at: str) -> Iterator[Finding]:
    """A key of somebody else's; one that resembles ours is taken for a misspelling of it."""
    if _resembles_ours(key):
        yield at, "unknown-extension", f"{kind} has no key {key!r}{did_you_mean(key, known)}"


@cache
def _resembles_ours(key: str) -> bool:
    ours = [name for kind in OBJECTS.values() for name in kind if name.startswith("x-")]
    return bool(nearest(key, [*ours, "x-provenance"], likeness=0.8))
