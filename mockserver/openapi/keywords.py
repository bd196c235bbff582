"""The table behind ``check``: the keys that an OpenAPI 3.1 object may have, and what stands under each.

A value of the table is the kind of object under a key, or a type; ``[kind]`` is a list and ``{kind}`` a map of them;
None is anything. Source: the OpenAPI Specification 3.1.1, section 4.8, and JSON Schema 2020-12.
"""

from __future__ import annotations

from typing import Any

Kind = str | type
"""A name of the table below, or the type of anything but an object (``float`` is any number)."""

_DOCS = {"description": None, "externalDocs": None}
_CONTENT = {"schema": "schema", "example": None, "examples": {"example"}}

OBJECTS: dict[str, dict[str, Any]] = {
    "openapi": {
        "openapi": None,
        "info": "info",
        "jsonSchemaDialect": None,
        "servers": ["server"],
        "paths": {"path"},
        "webhooks": {"path"},
        "components": "components",
        "security": [{list}],
        "tags": ["tag"],
        "externalDocs": None,
        "x-refusals": {str},
        "x-responses": {"response"},
    },
    "info": dict.fromkeys(("title", "summary", "description", "termsOfService", "contact", "license", "version")),
    "server": {"url": str, "description": None, "variables": {"variable"}},
    "variable": dict.fromkeys(("enum", "default", "description")),
    "tag": {"name": None, **_DOCS},
    "components": {
        "schemas": {"schema"},
        "responses": {"response"},
        "parameters": {"parameter"},
        "examples": {"example"},
        "requestBodies": {"body"},
        "headers": {"header"},
        "securitySchemes": {"security"},
        "links": {"link"},
        "callbacks": None,
        "pathItems": {"path"},
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
        **dict.fromkeys(("operationId", "summary", "deprecated", "callbacks"), None),
        "tags": list,
        "security": [{list}],
        **_DOCS,
        "parameters": ["parameter"],
        "requestBody": "body",
        "responses": {"response"},
        "servers": ["server"],
        "x-credits": "credits",
        "x-entity": "entity",
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
    "media": {**_CONTENT, "encoding": None, "itemSchema": "schema", "x-stream-interval": float},
    "response": {"description": None, "headers": {"header"}, "content": {"media"}, "links": {"link"}},
    "example": dict.fromkeys(("summary", "description", "value", "externalValue")),
    "link": dict.fromkeys(("operationRef", "operationId", "parameters", "requestBody", "description", "server")),
    "security": dict.fromkeys(
        ("type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")
    ),
    "credits": {"base": float, "per_option": float, "free_options": list, "per_result": float, "rounding": str},
    "entity": {"kind": str, "by": str},
    "schema": {
        **dict.fromkeys(("$schema", "$comment", "type", "enum", "const", "format", "title", "description"), None),
        **dict.fromkeys(("default", "example", "examples", "deprecated", "readOnly", "writeOnly"), None),
        **dict.fromkeys(("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), None),
        **dict.fromkeys(("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"), None),
        **dict.fromkeys(("maxContains", "minContains", "maxProperties", "minProperties", "required"), None),
        **dict.fromkeys(("dependentRequired", "contentEncoding", "contentMediaType", "discriminator"), None),
        **dict.fromkeys(("xml", "externalDocs", "x-entity", "x-attribute", "x-option", "x-request-id"), None),
        **{key: ["schema"] for key in ("allOf", "anyOf", "oneOf", "prefixItems")},
        **dict.fromkeys(("not", "if", "then", "else", "items", "contains", "propertyNames"), "schema"),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"), "schema"),
        **{key: {"schema"} for key in ("properties", "patternProperties", "dependentSchemas", "$defs")},
    },
}
"""Kinds of objects, each with its keys."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "openapi": ("openapi", "info", "paths"),
    "info": ("title", "version"),
    "server": ("url",),
    "operation": ("responses",),
    "response": ("description",),
    "body": ("content",),
    "parameter": ("name", "in"),
    "security": ("type",),
    "credits": ("base",),
    "entity": ("kind", "by"),
}

EXTENSIBLE = ("path", "response")
"""What stands in maps that may have keys of somebody else's, which begin with ``x-``."""

UNSUPPORTED: dict[str, tuple[str, ...]] = {
    "openapi": ("webhooks", "jsonSchemaDialect"),
    "operation": ("callbacks", "servers"),
    "path": ("servers",),
    "components": ("callbacks",),
}
"""Keys that OpenAPI has and the engine doesn't act on: refused where nothing may be left out silently."""

OLD_SCHEMA_KEYS = {
    "nullable": 'write type: [..., "null"] in OpenAPI 3.1',
    "exclusiveMinimum": "a number in OpenAPI 3.1, not a boolean",
    "exclusiveMaximum": "a number in OpenAPI 3.1, not a boolean",
}
