"""Upgrade Swagger 2.0 to OpenAPI 3.1: servers, request bodies, content, components, security schemes.

Each part is written anew in the place where it stands, in whatever file; what moves is noted in the origins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mockserver.openapi.keywords import SWAGGER
from mockserver.openapi.media_types import FORM
from mockserver.openapi.origins import Origins, original
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, objects, resolve, target
from mockserver.openapi.swagger_parts import MULTIPART, as_typed, respond, upgrade_schema, upgrade_security
from mockserver.openapi.upgrade import upgrade_3_0

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_JSON = "application/json"
_MOVED = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
Placed = tuple[Any, str]
"""A part, or a reference to it, and where that stands."""


def upgrade_2_0(document: dict[str, Any], origins: Origins) -> None:
    """Write a document of Swagger 2.0 as one of OpenAPI 3.1, in place."""
    _Upgrade(document, origins).run()
    nullable: Origins = {}
    upgrade_3_0(document, nullable)
    places = [original(origins, place) for place in nullable.values()]
    origins.update({f"{place}/anyOf/0": place for place in places})


class _Upgrade:
    """One document on its way. Pointers are those of the file, at which paths and their operations stay."""

    def __init__(self, document: dict[str, Any], origins: Origins) -> None:
        self.document = document
        self.origins = origins
        self.consumes = _texts(document, "consumes")
        self.produces = _texts(document, "produces")

    def run(self) -> None:
        parts = [
            (kind, value, pointer)
            for kind, value, pointer in objects(self.document, root="swagger", vocabulary=SWAGGER)
            if isinstance(kind, str) and isinstance(value, dict)
        ]
        for kind, value, pointer in parts:
            if kind in ("parameter", "header"):
                as_typed(value, pointer, self.origins)
            elif kind == "schema":
                upgrade_schema(value)
            elif kind == "security":
                upgrade_security(value)
        self._operations([(value, pointer) for kind, value, pointer in parts if kind == "path"])
        for kind, value, pointer in parts:
            if kind == "response":  # of no operation, or of one in another file
                respond(value, pointer, self.produces, self.origins)
        for _, value, _ in parts:
            if isinstance(value.get("$ref"), str):
                value["$ref"] = _moved_reference(value["$ref"])
        self._whole()

    def _operations(self, items: Sequence[Placed]) -> None:
        for item, pointer in items:
            shared = [(one, f"{pointer}/parameters/{index}") for index, one in enumerate(item.get("parameters", ()))]
            for method in _METHODS:
                if isinstance(item.get(method), dict):
                    self._operation(item[method], f"{pointer}/{method}", shared)
            if shared:
                item["parameters"] = self._kept(shared, pointer)

    def _operation(self, operation: dict[str, Any], at: str, shared: Sequence[Placed]) -> None:
        consumes = _texts(operation, "consumes") or self.consumes
        produces = _texts(operation, "produces") or self.produces
        for key in ("consumes", "produces", "schemes"):
            operation.pop(key, None)
        own = [(one, f"{at}/parameters/{index}") for index, one in enumerate(operation.get("parameters", ()))]
        names = {self._name(one) for one, _ in own}
        sent = [
            one for one in (*own, *(one for one in shared if self._name(one[0]) not in names)) if self._is_sent(one)
        ]
        if own:
            operation["parameters"] = self._kept(own, at)
        body = next((one for one in sent if self._at(one[0])["in"] == "body"), None)
        if body:
            operation["requestBody"] = self._body(*body, at, consumes or [_JSON])
        elif sent:
            operation["requestBody"] = self._form(sent, at, consumes)
        for key, response in operation.get("responses", {}).items():
            if isinstance(response, dict) and "$ref" not in response:
                respond(response, f"{at}/responses/{escape(key)}", produces, self.origins)

    def _at(self, part: Any) -> dict[str, Any]:
        """A part, or what it refers to; an empty one where that is nowhere."""
        try:
            found = resolve(self.document, target(part["$ref"]))[0] if "$ref" in part else part
        except DanglingRef:
            return {}
        return found if isinstance(found, dict) else {}

    def _name(self, part: Any) -> tuple[Any, Any]:
        found = self._at(part)
        return found.get("in"), found.get("name")

    def _is_sent(self, entry: Placed) -> bool:
        """Whether a parameter is part of the request's body."""
        return self._at(entry[0]).get("in") in ("body", "formData")

    def _kept(self, parameters: Sequence[Placed], at: str) -> list[Any]:
        """The parameters that stay such, at their new places."""
        kept = [entry for entry in parameters if not self._is_sent(entry)]
        for index, (_, place) in enumerate(kept):
            self._move(f"{at}/parameters/{index}", place)
        return [one for one, _ in kept]

    def _move(self, new: str, old: str) -> None:
        if new != old:
            self.origins[new] = old

    def _body(self, entry: dict[str, Any], place: str, at: str, consumes: Sequence[str]) -> dict[str, Any]:
        """The request body that a parameter is."""
        parameter = self._at(entry)
        content: dict[str, Any] = {}
        schema = self._schema(entry)
        shown = parameter.get("x-examples")
        for name in consumes:
            content[name] = {"schema": schema}
            schema = {"$ref": _reference(f"{at}/requestBody/content/{escape(consumes[0])}/schema")}
            self.origins[f"{place}/content/{escape(name)}"] = place
            if isinstance(shown, dict) and name in shown:
                content[name]["example"] = shown[name]
            elif "x-example" in parameter:
                content[name]["example"] = parameter["x-example"]
        self.origins[f"{at}/requestBody"] = place
        body = {"required": parameter.get("required") is True, "content": content}
        return {"description": parameter["description"], **body} if "description" in parameter else body

    def _form(self, sent: Sequence[Placed], at: str, consumes: Sequence[str]) -> dict[str, Any]:
        """The request body that the fields of a form are together."""
        properties: dict[str, Any] = {}
        encoding: dict[str, Any] = {}
        required: list[str] = []
        fields = [(str(self._at(entry).get("name", "")), entry, place) for entry, place in sent]
        has_files = any(self._at(entry).get("schema", {}).get("format") == "binary" for entry, _ in sent)
        types = [MULTIPART] if has_files else [name for name in consumes if name in (FORM, MULTIPART)] or [FORM]
        first = f"{at}/requestBody/content/{escape(types[0])}/schema"
        for name, entry, place in fields:
            field = self._at(entry)
            properties[name] = self._schema(entry)
            self.origins[f"{first}/properties/{escape(name)}"] = place
            encoding |= {name: {key: field[key] for key in ("style", "explode")}} if "style" in field else {}
            required += [name] if field.get("required") is True else []
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        schema |= {"required": required} if required else {}
        content: dict[str, Any] = {}
        for media_type in types:
            content[media_type] = {"schema": schema} | ({"encoding": encoding} if encoding else {})
            schema = {"$ref": _reference(first)}
        return {"required": bool(required), "content": content}

    def _schema(self, entry: dict[str, Any]) -> dict[str, Any]:
        """The schema of a parameter; of one that is referred to, a reference."""
        if "$ref" in entry:
            return {"$ref": f"{_moved_reference(entry['$ref'])}/schema"}
        schema = entry.get("schema", {})
        return {**schema, "description": entry["description"]} if _is_plain(schema, entry) else schema

    def _whole(self) -> None:
        """What is about the document as a whole."""
        document = self.document
        base = "/" + str(document.pop("basePath", "") or "").strip("/")
        host = document.pop("host", None)
        schemes = [one for one in document.pop("schemes", ()) if isinstance(one, str)] or ["https"]
        for key in ("swagger", "consumes", "produces"):
            document.pop(key, None)
        document["openapi"] = "3.1.0"
        urls = [f"{scheme}://{host}{base}" for scheme in schemes] if isinstance(host, str) and host else [base]
        document["servers"] = [{"url": url} for url in urls]
        document["components"] = {}
        for old, new in _MOVED.items():
            if old in document:
                document["components"][new] = document.pop(old)
                self.origins[f"/components/{new}"] = f"/{old}"


def _texts(owner: Mapping[str, Any], key: str) -> list[str]:
    return [one for one in owner.get(key, ()) if isinstance(one, str)]


def _is_plain(schema: Any, parameter: Mapping[str, Any]) -> bool:
    """Whether the description of a form's field has its place in the schema of its property."""
    return parameter.get("in") == "formData" and "description" in parameter and isinstance(schema, dict)


def _reference(pointer: str) -> str:
    return f"#{quote(pointer, safe='/~')}"


def _moved_reference(reference: str) -> str:
    """Where a reference leads once shared parts are components: ``#/definitions/A`` to ``#/components/schemas/A``."""
    for old, new in _MOVED.items():
        if reference.startswith(f"#/{old}/"):
            return f"#/components/{new}/{reference[len(old) + 3 :]}"
    return reference
