"""Responses that no schema describes just so: errors under a success status, and the answers of gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.fuzz.variant import Variant
from mockserver.openapi.model import Operation, Response

_HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_GATEWAY: tuple[tuple[str, str, int, str, str | None], ...] = (
    ("502-html", "HTML of a gateway", 502, "text/html", _HTML.format("502 Bad Gateway")),
    ("503-html", "HTML of a gateway", 503, "text/html", _HTML.format("503 Service Temporarily Unavailable")),
    ("504-html", "HTML of a gateway", 504, "text/html", _HTML.format("504 Gateway Time-out")),
    ("503-text", "plain text", 503, "text/plain", "upstream connect error"),
    ("503-empty", "no body", 503, "", None),
    ("502-empty-json", "an empty body that is called JSON", 502, "application/json; charset=utf-8", ""),
    ("200-html", "HTML of a captive portal", 200, "text/html", _HTML.format("Log in")),
    ("200-empty", "an empty body that is called JSON", 200, "application/json; charset=utf-8", ""),
    ("200-cut", "JSON that was cut off", 200, "application/json; charset=utf-8", '{"success": tr'),
    ("204", "no body", 204, "", None),
)


def gateway() -> list[Variant]:
    """What a proxy, a balancer or a captive portal says in a vendor's place."""
    return [
        Variant(f"gateway:{name}", f"{status} with {about}", "gateway", status, body, media, None)
        for name, about, status, media, body in _GATEWAY
    ]


def envelopes(compiled: CompiledVendor, operation: Operation) -> Iterator[Variant]:
    """Each documented error under the status of a success, where a field tells the two apart.

    Linked API's ``success`` is such a field: ``const: true`` in the one schema, ``const: false`` in the other.
    """
    success = operation.success
    marks = _marks(compiled, success)
    for case in operation.cases.values():
        for media, body in case.bodies.items():
            marked = isinstance(body, dict) and any(body.get(name, mark) != mark for name, mark in marks.items())
            if case.is_error and marked:
                about = f"{case.name}, but with status {success.status}: only the body tells"
                schema = case.response.content[media].schema
                yield Variant(
                    f"envelope:{case.name}", about, "envelope", success.status, body, media, schema, case.response
                )


def _marks(compiled: CompiledVendor, response: Response) -> dict[str, Any]:
    """The fields of a response's body that can have one value only."""
    marks = {}
    for media in response.content.values():
        for name, pointer in compiled.schemas.properties(media.schema).items() if media.schema else ():
            schema = compiled.schemas.schema(pointer)
            values = [schema["const"]] if "const" in schema else schema.get("enum", [])
            if isinstance(schema, dict) and len(values) == 1:
                marks[name] = values[0]
    return marks
