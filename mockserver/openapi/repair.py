"""Repair the parts of anybody's spec that aren't what OpenAPI says, so that one defect never costs the whole file.

Each repair changes the document in place, and is told as a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from mockserver.openapi.bundle import Reasons
from mockserver.openapi.credits import ROUNDINGS
from mockserver.openapi.findings import Finding
from mockserver.openapi.keywords import SWAGGER, Kind, required
from mockserver.openapi.pointers import unescape
from mockserver.openapi.references import DanglingRef, EndlessRef, ExternalRef, lookup, objects, resolve
from mockserver.values import dataclass

_ROUNDS = 10
_TYPES = {list: "a list", dict: "an object", str: "text", bool: "true or false", float: "a number"}


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A part that isn't what OpenAPI says; ``kind`` is what it should be (a ``key`` is one of a schema)."""

    pointer: str
    rule: str
    message: str
    kind: Kind


def repair_parts(document: dict[str, Any], version: str, unread: Reasons) -> Iterator[Finding]:
    """Take out, in place, what isn't of its type or refers to nothing. Raises EndlessRef.

    ``unread`` says why references lead to no file.
    """
    for _ in range(_ROUNDS):
        wrong = [*_dangling(document, version, unread), *_misshapen(document, version)]
        for part in sorted(wrong, key=lambda part: -part.pointer.count("/")):
            if _is_there(document, part.pointer):
                _replace(document, part)
                at = f"{part.pointer}/$ref" if part.kind == "reference" else part.pointer
                yield at, part.rule, part.message
        if not wrong:
            return


def _parts(document: Any, version: str) -> Iterator[tuple[Kind, Any, str]]:
    """The parts of a document. Schemas are repaired later, but 2.0's references, which lead elsewhere by then."""
    if version == "2.0":
        return objects(document, root="swagger", vocabulary=SWAGGER)
    return objects(document, into_schemas=False)


def _dangling(document: dict[str, Any], version: str, unread: Reasons) -> Iterator[Misshapen]:
    for kind, value, pointer in _parts(document, version):
        of_schema = kind == "schema" and isinstance(value, dict) and "$ref" in value
        if kind == "reference" or of_schema:
            try:
                resolve(document, pointer)
            except EndlessRef:
                raise
            except DanglingRef as error:
                place, what = (f"{pointer}/$ref", "key") if of_schema else (pointer, "reference")
                yield Misshapen(place, *reason_of(error, unread), what)


def reason_of(error: DanglingRef, unread: Reasons) -> tuple[str, str]:
    """The rule and message of a reference that leads nowhere."""
    told = "dangling-ref", str(error)
    return unread.get(str(error.reference), told) if isinstance(error, ExternalRef) else told


def _misshapen(document: Any, version: str) -> Iterator[Misshapen]:
    for kind, value, pointer in _parts(document, version):
        if kind == "reference" or (kind == "schema" and isinstance(value, bool)):
            continue
        wanted, expected = (kind, _TYPES[kind]) if isinstance(kind, type) else (dict, f"an object ({kind})")
        accepted = (int, float) if wanted is float else wanted
        if not isinstance(value, accepted) or (isinstance(value, bool) and wanted is not bool):
            message = f"must be {expected}, not {json.dumps(value, ensure_ascii=False)[:40]}"
            yield Misshapen(pointer, "type", message, kind)
        elif kind in ("credits", "entity"):
            yield from _incomplete(str(kind), cast(dict[str, Any], value), pointer)


def _incomplete(kind: str, value: dict[str, Any], pointer: str) -> Iterator[Misshapen]:
    """What is missing or unknown in a part of our own, which nothing can be made of then."""
    for key in required(kind, ""):
        if key not in value:
            yield Misshapen(pointer, "required", f"{kind} needs {key!r}", kind)
    if kind == "credits" and value.get("rounding") not in (None, *ROUNDINGS):
        yield Misshapen(f"{pointer}/rounding", "type", f"must be one of {', '.join(ROUNDINGS)}", str)


def _is_there(document: Any, pointer: str) -> bool:
    try:
        lookup(document, pointer)
    except DanglingRef:
        return False
    return bool(pointer)


def _replace(document: Any, part: Misshapen) -> None:
    """Take a part out of what it stands in; in a list, and for a list, map or schema, an empty one takes its place."""
    above, _, token = part.pointer.rpartition("/")
    parent, key = lookup(document, above), unescape(token)
    if isinstance(parent, list):
        parent[int(key)] = part.kind() if isinstance(part.kind, type) else {}
    elif part.kind in (list, dict, "schema"):
        parent[key] = [] if part.kind is list else {}
    else:
        del parent[key]
