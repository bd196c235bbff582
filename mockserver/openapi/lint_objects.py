"""Check what an object of OpenAPI needs, and what excludes each other in it, by a document's own version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.openapi.findings import Finding
from mockserver.openapi.keywords import required

_EXCLUSIVE: Mapping[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("parameter", "header", "media"), (("example", "examples"),)),
    "example": (("value", "externalValue"), ("value", "dataValue"), ("externalValue", "serializedValue")),
    "link": (("operationRef", "operationId"),),
    "license": (("identifier", "url"),),
}
_SECURITY: Mapping[str, tuple[str, ...]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
    "mutualTLS": (),
}
_SECURITY_2_0: Mapping[str, tuple[str, ...]] = {"basic": (), "apiKey": ("name", "in"), "oauth2": ("flow", "scopes")}
_FLOWS = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
    "deviceAuthorization": ("deviceAuthorizationUrl", "tokenUrl"),
}
Value = dict[str, Any]


def lint_object(kind: str, value: Value, pointer: str, version: str) -> Iterator[Finding]:
    """What is wrong with one object as a whole, of a version such as ``3.1``."""
    for key in required(kind, version):
        if key not in value:
            yield pointer, "required", f"{kind} needs {key!r}"
    for one, other in _EXCLUSIVE.get(kind, ()):
        if one in value and other in value:
            yield pointer, "exclusive", f"{kind} has both {one!r} and {other!r}, which exclude each other"
    if kind in _BY_KIND:
        yield from _BY_KIND[kind](value, pointer, version)


def _document(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    if version > "3.0" and not value.keys() & {"paths", "components", "webhooks"}:
        yield pointer, "required", "openapi needs 'paths', 'components' or 'webhooks'"


def _operation(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    if value.get("responses") == {}:
        yield f"{pointer}/responses", "required", "responses need at least one status"


def _variable(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    listed, default = value.get("enum"), value.get("default")
    if version > "3.0" and isinstance(listed, list) and default not in listed:
        yield f"{pointer}/default", "server", f"{default!r} is not one of the enum"


def _parameter(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    if version == "2.0":
        wanted = "schema" if value.get("in") == "body" else "type"
        if "in" in value and wanted not in value:
            yield pointer, "required", f"parameter in {value['in']} needs {wanted!r}"
        return
    if ("schema" in value) == ("content" in value):
        yield pointer, "parameter", "needs a schema or a content, and not both"
    content = value.get("content")
    if isinstance(content, dict) and len(content) != 1:
        yield f"{pointer}/content", "parameter", "the content of a parameter has exactly one media type"


def _header(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    if version != "2.0":
        yield from _parameter(value, pointer, version)
    elif "type" not in value:
        yield pointer, "required", "header needs 'type'"


def _security(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    known = _SECURITY_2_0 if version == "2.0" else _SECURITY
    given = value.get("type")
    if not isinstance(given, str) or given not in known or (given == "mutualTLS" and version == "3.0"):
        if "type" in value:
            yield f"{pointer}/type", "type", f"must be one of {', '.join(known)}"
        return
    for key in known[given]:
        if key not in value:
            yield pointer, "required", f"security scheme of type {given} needs {key!r}"


def _flows(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    for name, keys in _FLOWS.items():
        flow = value.get(name)
        for key in keys:
            if isinstance(flow, dict) and key not in flow:
                yield f"{pointer}/{name}", "required", f"flow {name} needs {key!r}"


def _schema(value: Value, pointer: str, version: str) -> Iterator[Finding]:
    if version <= "3.0" and value.get("type") == "array" and "items" not in value and "$ref" not in value:
        yield pointer, "required", "schema of an array needs 'items'"


_BY_KIND: Mapping[str, Callable[[Value, str, str], Iterator[Finding]]] = {
    "openapi": _document,
    "operation": _operation,
    "variable": _variable,
    "parameter": _parameter,
    "header": _header,
    "security": _security,
    "flows": _flows,
    "schema": _schema,
}
