"""Upgrade the parts of Swagger 2.0 that stand alone: a parameter or header, a schema, a response, a security scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.openapi.keywords import SWAGGER
from mockserver.openapi.origins import Origins
from mockserver.openapi.pointers import escape

MULTIPART = "multipart/form-data"
_JSON = "application/json"
_OF_PARAMETERS = ("allowEmptyValue", "collectionFormat", "required")
_BINARY = {"type": "string", "format": "binary"}
_OF_SCHEMA = [*(key for key in SWAGGER["items"] if key not in _OF_PARAMETERS), "x-nullable"]
_STYLES = {
    "csv": {"style": "form", "explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def as_typed(part: dict[str, Any], pointer: str, origins: Origins) -> None:
    """A parameter or header with its type in a schema, and its ``collectionFormat`` as a style."""
    if "schema" in part:
        return
    form = part.pop("collectionFormat", "csv")
    schema = {key: part.pop(key) for key in _OF_SCHEMA if key in part}
    if schema.get("type") == "file":
        schema |= _BINARY
    if schema.get("type") == "array" and part.get("in") in ("query", "formData"):
        style = _STYLES.get(form)
        part |= style or {}
        if style is None:  # values between tabs, which OpenAPI 3 hasn't: any text will do
            schema = {}
    _upgrade_items(schema)
    if "x-example" in part:
        part["example"] = part["x-example"]
    part["schema"] = schema
    origins[f"{pointer}/schema"] = pointer


def _upgrade_items(schema: dict[str, Any]) -> None:
    """Items in items: a text with separators of their own, which OpenAPI 3 hasn't, is any text."""
    items = schema.get("items")
    if isinstance(items, dict):
        items.pop("collectionFormat", None)
        if items.get("type") == "array":
            schema["items"] = {"type": "string"}
        upgrade_schema(items)
    upgrade_schema(schema)


def upgrade_schema(schema: dict[str, Any]) -> None:
    """A schema with 3.0's words for what 2.0 had none or others for; ``x-nullable`` is what many tools write."""
    if schema.get("type") == "file":
        schema |= _BINARY
    if isinstance(schema.get("discriminator"), str):
        schema["discriminator"] = {"propertyName": schema["discriminator"]}
    if "x-nullable" in schema:
        schema["nullable"] = schema.pop("x-nullable")


def respond(response: dict[str, Any], pointer: str, produces: Sequence[str], origins: Origins) -> None:
    """A response with its schema and examples by media type."""
    if "content" in response:
        return
    examples = response.pop("examples", {})
    examples = examples if isinstance(examples, dict) else {}
    content: dict[str, dict[str, Any]] = {}
    if "schema" in response:
        schema = response.pop("schema")
        is_file = isinstance(schema, dict) and schema.get("format") == "binary" and not produces
        names = ["application/octet-stream"] if is_file else list(dict.fromkeys([*produces, *examples])) or [_JSON]
        content = {name: {"schema": schema} for name in names}
        for name in names:
            origins[f"{pointer}/content/{escape(name)}"] = pointer
    for name, example in examples.items():
        content.setdefault(name, {})["example"] = example
        origins[f"{pointer}/content/{escape(name)}"] = pointer
        origins[f"{pointer}/example"] = f"{pointer}/examples/{escape(name)}"
    if content:
        response["content"] = content


def upgrade_security(scheme: dict[str, Any]) -> None:
    """A security scheme with its flow among the flows, and ``basic`` as a scheme of HTTP."""
    if scheme.get("type") == "basic":
        scheme |= {"type": "http", "scheme": "basic"}
    elif scheme.get("type") == "oauth2":
        flow = {key: scheme.pop(key) for key in ("authorizationUrl", "tokenUrl") if key in scheme}
        name = _FLOWS.get(str(scheme.pop("flow", "")), "implicit")
        scheme["flows"] = {name: {**flow, "scopes": scheme.pop("scopes", {})}}
