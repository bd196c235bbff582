"""Finds how sure a spec is of what it says: of a field, of a response, of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.openapi.model import Operation, Response
from mockserver.openapi.pointers import unescape
from mockserver.openapi.references import DanglingRef, lookup
from mockserver.verify.difference import Provenance

SUREST = ("documented", "corroborated", "assumed")


def provenance_of(document: Any, operation: Operation, response: Response) -> Provenance:
    """A function that tells the provenance of a part of a response, by where it is in the spec and in the body.

    It is that of the field, where the spec gives it one; else that of the response; else of the surest of its cases
    that has the field, or of all of them where none has; else the operation's.
    """
    cases = [case for case in operation.cases.values() if case.response is response]

    def tell(pointer: str, at: str) -> str:
        own = next(_on_the_way(document, pointer), "") or _at(document, response.pointer)
        if own:
            return own
        path = [unescape(token) for token in at.split("/")[1:]]
        having = [case for case in cases if any(_has(body, path) for body in case.bodies.values())]
        return _surest([case.provenance for case in having or cases]) or operation.provenance

    return tell


def _on_the_way(document: Any, pointer: str) -> Iterator[str]:
    """The provenance of a part of a schema, then of what it stands in, up to the schema's root."""
    while pointer.count("/") > 1 and not pointer.endswith(("/schema", "/content", "/responses", "/headers")):
        provenance = _at(document, pointer)
        if provenance:
            yield provenance
        if pointer.rpartition("/")[0] == "/components/schemas":
            return
        pointer = pointer.rpartition("/")[0]


def _at(document: Any, pointer: str) -> str:
    try:
        part = lookup(document, pointer)
    except DanglingRef:
        return ""
    return str(part.get("x-provenance", "")) if isinstance(part, dict) else ""


def _has(body: Any, path: list[str]) -> bool:
    """Whether a case's body has a field at a path; any item of a list will do."""
    if not path:
        return True
    if isinstance(body, list):
        return any(_has(item, path[1:]) for item in body)
    return isinstance(body, dict) and path[0] in body and _has(body[path[0]], path[1:])


def _surest(provenances: list[str]) -> str:
    return next((name for name in SUREST if name in provenances), "")
