"""A large OpenAPI file."""

from __future__ import annotations

from typing import Any

KEY = ("X-Shop-Key", "k")
EACH = ("list", "create", "get", "replace", "delete", "history")  # the operations of one resource


def target(number: int) -> str:
    """A path of the n-th resource, below the vendor."""
    return f"/resource-{number}/{number + 1}"


def document(operations: int, *, with_examples: bool = True) -> dict[str, Any]:
    """An OpenAPI description with at least so many operations, six for a resource."""
    paths: dict[str, Any] = {}
    for number in range(-(-operations // len(EACH))):
        paths |= _paths(number, with_examples=with_examples)
    return {
        "openapi": "3.1.0",
        "info": {"title": "A large API", "version": "1.0.0"},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": KEY[0]}},
            "schemas": {"Item": _item()},
        },
    }


def _item() -> dict[str, Any]:
    properties = {"id": {"type": "integer"}, "name": {"type": "string", "minLength": 1}}
    tags = {"tags": {"type": "array", "items": {"type": "string"}}}
    return {"type": "object", "required": ["id", "name"], "properties": properties | tags}


def _paths(number: int, *, with_examples: bool) -> dict[str, Any]:
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    item = {"$ref": "#/components/schemas/Item"}
    example = {"id": number + 1, "name": f"item {number}", "tags": ["a", "b"]}
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": item}}}}
    one = {"200": _response(item, example if with_examples else None)}
    many = {"200": _response({"type": "array", "items": item}, [example] if with_examples else None)}
    none = {"204": {"description": "Gone."}}
    return {
        f"/resource-{number}": {
            "get": _operation("list", number, many, parameters=[limit]),
            "post": _operation("create", number, one, **body),
        },
        f"/resource-{number}/{{id}}": {
            "parameters": [identifier],
            "get": _operation("get", number, one),
            "put": _operation("replace", number, one, **body),
            "delete": _operation("delete", number, none),
        },
        f"/resource-{number}/{{id}}/history": {
            "parameters": [identifier],
            "get": _operation("history", number, many, parameters=[limit]),
        },
    }


def _operation(verb: str, number: int, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"operationId": f"{verb}_{number}", "summary": f"{verb} resource {number}", "responses": responses, **more}


def _response(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, **({} if example is None else {"example": example})}}
    return {"description": "Done.", "content": content}
