"""Follows the spec's links: what an answer brings for the calls after it, such as a search's ``request_id``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.openapi.model import Operation, Response, Spec
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, lookup, resolve


@dataclass(frozen=True, slots=True)
class CallContext:
    """A call and its answer, as runtime expressions name their parts."""

    given: Mapping[str, Any]
    sent: Any
    headers: Mapping[str, str]
    body: Any


def linked(spec: Spec, response: Response, context: CallContext) -> Iterator[tuple[Operation, dict[str, Any]]]:
    """The operations that an answer leads to, each with the parameters that it gives them."""
    for name in spec.at(response.pointer).get("links", ()):
        link, _ = resolve(spec.document, f"{response.pointer}/links/{escape(name)}")
        operation = spec.operation(str(link.get("operationId", "")))
        if operation is not None:
            values = {
                key.rpartition(".")[2] if key.startswith(("path.", "query.", "header.")) else key: evaluate(
                    value, context
                )
                for key, value in link.get("parameters", {}).items()
            }
            given = {key: value for key, value in values.items() if value is not None}
            if given:
                yield operation, given


def evaluate(expression: Any, context: CallContext) -> Any:
    """The value of a runtime expression, ``$response.body#/id``; None where there is none. Anything else is itself."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    source, _, pointer = expression.partition("#")
    match source.split(".", 2):
        case ["$response", "body"]:
            return _part(context.body, pointer)
        case ["$request", "body"]:
            return _part(context.sent, pointer)
        case ["$response", "header", name]:
            return context.headers.get(name.lower())
        case ["$request", "query" | "path" | "header", name]:
            return context.given.get(name)
    return None


def _part(body: Any, pointer: str) -> Any:
    try:
        part = lookup(body, pointer)
    except DanglingRef:
        return None
    return None if isinstance(part, dict | list) else part
