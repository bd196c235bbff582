"""The table behind ``check`` and ``repair``: the keys that an object of OpenAPI may have, and what stands under each.

A value of the table is the kind of object under a key, or a type; ``[kind]`` is a list and ``{kind}`` a map of them;
None is anything. ``OBJECTS`` has what any OpenAPI 3 has; ``SINCE`` says what a version brought, and ``SWAGGER`` is the
same of Swagger 2.0. Sources: the OpenAPI Specification 2.0, 3.0.4, 3.1.1 and 3.2.0, and JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Kind = str | type
"""A name of the table below, or the type of anything but an object (``float`` is any number)."""
Vocabulary = Mapping[str, Mapping[str, Any]]

_DOCS = {"description": str, "externalDocs": "docs"}
_CONTENT = {"schema": "schema", "example": None, "examples": {"example"}}
_BOUNDS = (
    *("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern"),
    *("maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required", "enum"),
)
_SCHEMA_3_0 = {
    **dict.fromkeys(("title", "description", "type", "format", "default", "example", *_BOUNDS)),
    **dict.fromkeys(("nullable", "readOnly", "writeOnly", "deprecated")),
    **{key: ["schema"] for key in ("allOf", "anyOf", "oneOf")},
    **dict.fromkeys(("not", "items", "additionalProperties"), "schema"),
    "properties": {"schema"},
    "discriminator": "discriminator",
    "xml": "xml",
    "externalDocs": "docs",
}

OBJECTS: dict[str, dict[str, Any]] = {
    "openapi": {
        "openapi": None,
        "$self": str,
        "info": "info",
        "jsonSchemaDialect": str,
        "servers": ["server"],
        "paths": {"path"},
        "webhooks": {"path"},
        "components": "components",
        "security": [{list}],
        "tags": ["tag"],
        "externalDocs": "docs",
        "x-refusals": {str},
        "x-responses": {"response"},
    },
    "info": {
        **dict.fromkeys(("title", "summary", "description", "termsOfService", "version")),
        "contact": "contact",
        "license": "license",
    },
    "contact": dict.fromkeys(("name", "url", "email")),
    "license": dict.fromkeys(("name", "identifier", "url")),
    "docs": dict.fromkeys(("description", "url")),
    "server": {"url": str, "name": None, "description": None, "variables": {"variable"}},
    "variable": {"enum": list, "default": None, "description": None},
    "tag": {"name": str, **dict.fromkeys(("summary", "parent", "kind")), **_DOCS},
    "components": {
        "schemas": {"schema"},
        "responses": {"response"},
        "parameters": {"parameter"},
        "examples": {"example"},
        "requestBodies": {"body"},
        "headers": {"header"},
        "securitySchemes": {"security"},
        "links": {"link"},
        "callbacks": {"callback"},
        "pathItems": {"path"},
        "mediaTypes": {"media"},
    },
    "path": {
        "summary": None,
        "description": None,
        "servers": ["server"],
        "parameters": ["parameter"],
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"), "operation"),
        "additionalOperations": {"operation"},
    },
    "operation": {
        **dict.fromkeys(("operationId", "summary", "deprecated")),
        "tags": list,
        "security": [{list}],
        **_DOCS,
        "parameters": ["parameter"],
        "requestBody": "body",
        "responses": {"response"},
        "callbacks": {"callback"},
        "servers": ["server"],
        "x-credits": "credits",
        "x-entity": "entity",
        "x-idempotent": bool,
        "x-read-only": bool,
    },
    "parameter": {
        **dict.fromkeys(("name", "in", "style"), str),
        **dict.fromkeys(("required", "explode"), bool),
        **dict.fromkeys(("description", "deprecated", "allowEmptyValue", "allowReserved"), None),
        "content": {"media"},
        **_CONTENT,
    },
    "header": {
        **dict.fromkeys(("description", "deprecated", "style", "explode"), None),
        "required": bool,
        "content": {"media"},
        **_CONTENT,
    },
    "body": {"description": None, "content": {"media"}, "required": bool},
    "media": {
        **_CONTENT,
        "encoding": {"encoding"},
        "itemSchema": "schema",
        "prefixEncoding": ["encoding"],
        "itemEncoding": "encoding",
        "x-stream-interval": float,
    },
    "encoding": {
        **dict.fromkeys(("contentType", "style", "explode", "allowReserved")),
        "headers": {"header"},
        "encoding": {"encoding"},
        "prefixEncoding": ["encoding"],
        "itemEncoding": "encoding",
    },
    "response": {
        **dict.fromkeys(("summary", "description")),
        "headers": {"header"},
        "content": {"media"},
        "links": {"link"},
    },
    "callback": {},
    "example": {
        **dict.fromkeys(("summary", "description", "value", "externalValue", "dataValue", "serializedValue")),
        "x-retry": None,
    },
    "link": dict.fromkeys(("operationRef", "operationId", "parameters", "requestBody", "description", "server")),
    "security": {
        **dict.fromkeys(("type", "description", "name", "in", "scheme", "bearerFormat", "openIdConnectUrl")),
        **dict.fromkeys(("oauth2MetadataUrl", "deprecated")),
        "flows": "flows",
    },
    "flows": dict.fromkeys(
        ("implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization"), "flow"
    ),
    "flow": dict.fromkeys(("authorizationUrl", "deviceAuthorizationUrl", "tokenUrl", "refreshUrl", "scopes")),
    "xml": dict.fromkeys(("name", "namespace", "prefix", "attribute", "wrapped", "nodeType")),
    "discriminator": dict.fromkeys(("propertyName", "mapping", "defaultMapping")),
    "credits": {"base": float, "per_option": float, "free_options": list, "per_result": float, "rounding": str},
    "entity": {"kind": str, "by": str},
    "schema": {
        **{key: below for key, below in _SCHEMA_3_0.items() if key != "nullable"},
        **dict.fromkeys(("$schema", "$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary", "$comment")),
        **dict.fromkeys(("const", "examples", "maxContains", "minContains", "dependentRequired")),
        **dict.fromkeys(("contentEncoding", "contentMediaType")),
        **dict.fromkeys(("x-entity", "x-attribute", "x-option", "x-request-id"), None),
        "prefixItems": ["schema"],
        **dict.fromkeys(("if", "then", "else", "contains", "propertyNames", "contentSchema"), "schema"),
        **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), "schema"),
        **{key: {"schema"} for key in ("patternProperties", "dependentSchemas", "$defs")},
    },
}
"""Kinds of objects, each with its keys. A callback's keys are expressions, each with a path item under it."""

_PARAMETER_2_0 = {
    **dict.fromkeys(("type", "format", "allowEmptyValue", "default", *_BOUNDS)),
    "collectionFormat": str,
    "items": "items",
}
SWAGGER: dict[str, dict[str, Any]] = {
    "swagger": {
        **dict.fromkeys(("swagger", "host", "basePath")),
        **dict.fromkeys(("schemes", "consumes", "produces"), list),
        "info": "info",
        "paths": {"path"},
        "definitions": {"schema"},
        "parameters": {"parameter"},
        "responses": {"response"},
        "securityDefinitions": {"security"},
        "security": [{list}],
        "tags": ["tag"],
        "externalDocs": "docs",
    },
    "info": {key: below for key, below in OBJECTS["info"].items() if key != "summary"},
    "contact": OBJECTS["contact"],
    "license": dict.fromkeys(("name", "url")),
    "docs": OBJECTS["docs"],
    "tag": {"name": str, **_DOCS},
    "path": {
        "parameters": ["parameter"],
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch"), "operation"),
    },
    "operation": {
        **dict.fromkeys(("operationId", "summary", "deprecated")),
        **dict.fromkeys(("tags", "consumes", "produces", "schemes"), list),
        **_DOCS,
        "parameters": ["parameter"],
        "responses": {"response"},
        "security": [{list}],
    },
    "parameter": {"name": str, "in": str, "description": None, "required": bool, "schema": "schema", **_PARAMETER_2_0},
    "items": {**_PARAMETER_2_0},
    "response": {"description": None, "schema": "schema", "headers": {"header"}, "examples": None},
    "header": {"description": None, **_PARAMETER_2_0},
    "security": dict.fromkeys(("type", "description", "name", "in", "flow", "authorizationUrl", "tokenUrl", "scopes")),
    "xml": dict.fromkeys(("name", "namespace", "prefix", "attribute", "wrapped")),
    "schema": {
        key: None if key == "discriminator" else below
        for key, below in _SCHEMA_3_0.items()
        if key not in ("anyOf", "oneOf", "not", "nullable", "writeOnly", "deprecated")
    },
}
"""The same of Swagger 2.0, of which every other table here is silent."""

SINCE: dict[str, dict[str, str]] = {
    "openapi": {"webhooks": "3.1", "jsonSchemaDialect": "3.1", "$self": "3.2"},
    "info": {"summary": "3.1"},
    "license": {"identifier": "3.1"},
    "server": {"name": "3.2"},
    "tag": dict.fromkeys(("summary", "parent", "kind"), "3.2"),
    "components": {"pathItems": "3.1", "mediaTypes": "3.2"},
    "path": dict.fromkeys(("query", "additionalOperations"), "3.2"),
    "media": dict.fromkeys(("itemSchema", "prefixEncoding", "itemEncoding"), "3.2"),
    "encoding": dict.fromkeys(("encoding", "prefixEncoding", "itemEncoding"), "3.2"),
    "response": {"summary": "3.2"},
    "example": dict.fromkeys(("dataValue", "serializedValue"), "3.2"),
    "security": dict.fromkeys(("oauth2MetadataUrl", "deprecated"), "3.2"),
    "flows": {"deviceAuthorization": "3.2"},
    "flow": {"deviceAuthorizationUrl": "3.2"},
    "xml": {"nodeType": "3.2"},
    "discriminator": {"defaultMapping": "3.2"},
    "schema": {key: "3.1" for key in OBJECTS["schema"] if key not in _SCHEMA_3_0 and not key.startswith("x-")},
}
"""The version that brought a key; those that aren't named are in all of OpenAPI 3."""

_REQUIRED: dict[str, tuple[str, ...]] = {
    "openapi": ("openapi", "info"),
    "swagger": ("swagger", "info", "paths"),
    "info": ("title", "version"),
    "license": ("name",),
    "docs": ("url",),
    "server": ("url",),
    "variable": ("default",),
    "tag": ("name",),
    "body": ("content",),
    "parameter": ("name", "in"),
    "security": ("type",),
    "flow": ("scopes",),
    "discriminator": ("propertyName",),
    "credits": ("base",),
    "entity": ("kind", "by"),
}


def required(kind: str, version: str) -> tuple[str, ...]:
    """The keys without which an object isn't one, in a version: ``3.1``."""
    more: tuple[str, ...] = ()
    if kind == "openapi" and version == "3.0":
        more = ("paths",)
    if kind == "operation" and version in ("2.0", "3.0"):
        more = ("responses",)
    if kind == "response" and version != "3.2":
        more = ("description",)
    return (*_REQUIRED.get(kind, ()), *more)


EXTENSIBLE = ("path", "response", "callback")
"""What stands in maps that may have keys of somebody else's, which begin with ``x-``."""

UNSUPPORTED: dict[str, tuple[str, ...]] = {"openapi": ("jsonSchemaDialect",)}
"""Keys that OpenAPI has and the engine doesn't act on: refused where nothing may be left out silently."""

OLD_SCHEMA_KEYS = {
    "nullable": 'write type: [..., "null"] in OpenAPI 3.1',
    "exclusiveMinimum": "a number in OpenAPI 3.1, not a boolean",
    "exclusiveMaximum": "a number in OpenAPI 3.1, not a boolean",
}
