"""What an answer brings for the calls after it, as the spec's links say: a search's ``request_id``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.openapi.model import Operation, Response, Spec
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, lookup, resolve


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call and its answer, as runtime expressions name their parts."""

    given: Mapping[str, Any]
    sent: Any
    headers: Mapping[str, str]
    body: Any


def linked(spec: Spec, response: Response, spoken: Spoken) -> Iterator[tuple[Operation, dict[str, Any]]]:
    """The operations that an answer leads to, each with the parameters that it gives them."""
    for name in spec.at(response.pointer).get("links", ()):
        link, _ = resolve(spec.document, f"{response.pointer}/links/{escape(name)}")
        operation = spec.operation(str(link.get("operationId", "")))
        if operation is not None:
            values = {
                key.rpartition(".")[2] if key.startswith(("path.", "query.", "header.")) else key: evaluate(
                    value, spoken
                )
                for key, value in link.get("parameters", {}).items()
            }
            found = {key: value for key, value in values.items() if value is not None}
            if found:
                yield operation, found


def evaluate(expression: Any, spoken: Spoken) -> Any:
    """The value of a runtime expression, ``$response.body#/id``; None where there is none. Anything else is itself."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    source, _, pointer = expression.partition("#")
    match source.split(".", 2):
        case ["$response", "body"]:
            return _part(spoken.body, pointer)
        case ["$request", "body"]:
            return _part(spoken.sent, pointer)
        case ["$response", "header", name]:
            return spoken.headers.get(name.lower())
        case ["$request", "query" | "path" | "header", name]:
            return spoken.given.get(name)
    return None


def _part(body: Any, pointer: str) -> Any:
    try:
        found = lookup(body, pointer)
    except DanglingRef:
        return None
    return None if isinstance(found, dict | list) else found
