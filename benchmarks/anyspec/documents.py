"""OpenAPI files read for a client: operations with their parameters, bodies and responses, references followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
MOST_STEPS = 50  # of references that lead to references
Node = tuple[Any, str]  # a part of the document, and the pointer at which it stands


class Unreadable(Exception):
    """A file that no request can be planned for, and why."""


class _Loader(yaml.CSafeLoader):
    """YAML without dates, and with ``yes`` as text, as JSON Schema's types want it."""


_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_LEFT_OUT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_OUT]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; ``where`` is path, query, header, cookie. ``is_json`` says that its text is JSON."""

    name: str
    where: str
    required: bool
    style: str
    explode: bool
    is_json: bool
    schema: str | None
    example: Any


@dataclass(frozen=True, slots=True)
class Media:
    """One way to write a body: the pointer of its schema, an example, the encodings of form fields."""

    name: str
    schema: str | None
    example: Any
    encoding: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. ``schemes`` are the security schemes of the first alternative that can be met.

    ``server`` is the path of its first server: ``/v1``.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: tuple[Media, ...]
    body_required: bool
    responses: Mapping[str, tuple[Media, ...]]
    schemes: tuple[Mapping[str, Any], ...]
    server: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Document:
    """A document, and its parts by pointer."""

    root: dict[str, Any]
    _resolved: dict[str, Node] = field(default_factory=dict)

    def at(self, pointer: str) -> Node:
        """What stands at a pointer, references followed; an empty object where they lead nowhere."""
        if pointer not in self._resolved:
            self._resolved[pointer] = self._resolve(pointer)
        return self._resolved[pointer]

    def _resolve(self, pointer: str) -> Node:
        for _ in range(MOST_STEPS):
            value = self._lookup(pointer)
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str):
                return value, pointer
            if not reference.startswith("#"):
                break
            pointer = reference[1:].replace("%7B", "{").replace("%7D", "}").replace("%24", "$")
        return {}, pointer

    def _lookup(self, pointer: str) -> Any:
        value: Any = self.root
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and "$ref" in value and key not in value and value["$ref"].startswith("#"):
                value = self.at(value["$ref"][1:])[0]
            if isinstance(value, dict):
                value = value.get(key, {})
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                return {}
        return value

    def operations(self) -> list[Operation]:
        return list(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path in self.root.get("paths") or {}:
            if not path.startswith("/"):
                continue
            item, at = self.at(f"/paths/{escaped(path)}")
            if not isinstance(item, dict):
                continue
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield self._operation(method.upper(), path, f"{at}/{method}", at)
            for method in item.get("additionalOperations") or {}:
                yield self._operation(method, path, f"{at}/additionalOperations/{escaped(method)}", at)

    def _operation(self, method: str, path: str, pointer: str, item_at: str) -> Operation:
        raw, at = self.at(pointer)
        parameters: dict[tuple[str, str], Parameter] = {}
        for owner in (item_at, at):
            for index in range(len(self.at(owner)[0].get("parameters") or ())):
                parameter = self._parameter(f"{owner}/parameters/{index}")
                if parameter:
                    parameters[parameter.where, parameter.name] = parameter
        body, body_at = self.at(f"{at}/requestBody")
        responses = {str(key): self._media(f"{at}/responses/{escaped(str(key))}") for key in raw.get("responses") or {}}
        return Operation(
            method,
            path,
            tuple(parameters.values()),
            self._media(body_at),
            isinstance(body, dict) and body.get("required") is True,
            {key: media for key, media in responses.items() if not key.startswith("x-")},
            self._schemes(raw.get("security", self.root.get("security"))),
            _server_path(raw.get("servers") or self.at(item_at)[0].get("servers") or self.root.get("servers")),
        )

    def _parameter(self, pointer: str) -> Parameter | None:
        raw, at = self.at(pointer)
        where, name = raw.get("in"), raw.get("name")
        if where not in ("path", "query", "header", "cookie") or not isinstance(name, str):
            return None
        style = raw.get("style", "form" if where in ("query", "cookie") else "simple")
        media = next(iter(self._media(at)), None)
        if media:
            is_json = "json" in media.name
            schema, example = media.schema, media.example
        else:
            is_json, example = False, _example(raw, self, at)
            schema = f"{at}/schema" if "schema" in raw else None
        explode = bool(raw.get("explode", style == "form"))
        required = raw.get("required") is True or where == "path"
        return Parameter(name, where, required, style, explode, is_json, schema, example)

    def _media(self, pointer: str) -> tuple[Media, ...]:
        owner, at = self.at(pointer)
        content = owner.get("content") if isinstance(owner, dict) else None
        found = []
        for name in content or {}:
            raw, place = self.at(f"{at}/content/{escaped(name)}")
            if isinstance(raw, dict):
                schema = f"{place}/schema" if "schema" in raw else None
                found.append(Media(name, schema, _example(raw, self, place), raw.get("encoding") or {}))
        return tuple(found)

    def _schemes(self, security: Any) -> tuple[Mapping[str, Any], ...]:
        known = (self.root.get("components") or {}).get("securitySchemes") or {}
        choices: list[list[Mapping[str, Any]]] = []
        for choice in security or ():
            schemes = [self.at(f"/components/securitySchemes/{escaped(name)}")[0] for name in choice if name in known]
            if len(schemes) == len(choice):
                choices.append(schemes)
        met = [choice for choice in choices if all(_is_common(scheme) for scheme in choice)]
        return tuple(next(iter(met or choices), ()))


def _server_path(servers: Any) -> str:
    """The path of the first server, variables at their defaults."""
    first = servers[0] if isinstance(servers, list) and servers else {}
    url = str(first.get("url", "")) if isinstance(first, dict) else ""
    for name, variable in (first.get("variables") or {}).items() if url else ():
        url = url.replace(f"{{{name}}}", str(variable.get("default", name)))
    url = re.sub(r"\{([^{}]*)\}", r"\1", url)
    path = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*", "", url).partition("?")[0].strip("/")
    return f"/{path}" if path else ""


def _is_common(scheme: Mapping[str, Any]) -> bool:
    kind = scheme.get("type")
    return kind in ("apiKey", "oauth2", "openIdConnect") or str(scheme.get("scheme", "")).lower() in ("basic", "bearer")


def _example(raw: Mapping[str, Any], document: Document, pointer: str) -> Any:
    if "example" in raw:
        return raw["example"]
    for name in raw.get("examples") or {} if isinstance(raw.get("examples"), dict) else ():
        found = document.at(f"{pointer}/examples/{escaped(name)}")[0]
        if isinstance(found, dict) and "value" in found:
            return found["value"]
    return None


def escaped(key: str) -> str:
    """A key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def read(path: Path) -> Document:
    """A file as a document. Raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Unreadable(f"{path.name}: {str(error).splitlines()[0]}") from error
    if not isinstance(root, dict) or not str(root.get("openapi", "")).startswith("3."):
        raise Unreadable(f"{path.name}: requests can be planned for OpenAPI 3 only")
    return Document(_with_text_keys(root))


def _with_text_keys(value: Any) -> Any:
    """The value with all keys as text: YAML reads ``200:`` as a number."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): _with_text_keys(one) for key, one in value.items()}
    return [_with_text_keys(one) for one in value] if isinstance(value, list) else value
