"""One valid request for an operation: path, query, headers, credentials and body, written as the spec says."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from benchmarks.anyspec.documents import Document, Media, Operation, Parameter
from benchmarks.anyspec.samples import Sampler

BOUNDARY = "anyspec-7f3a9c"
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "|"}
_IN_PATHS = "/:;=@!$&'()*+,~%?{}"  # what stands for itself in a path; a # doesn't
_OTHERS_BUSINESS = ("accept", "content-type", "authorization")  # OpenAPI says: such a parameter is ignored
_BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True, slots=True)
class Request:
    """A request; ``target`` is what stands behind the server's base. ``is_sure`` says that all in it is valid."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    is_sure: bool


class Planner:
    """Plans requests for the operations of one document."""

    def __init__(self, document: Document, sampler: Sampler) -> None:
        self._document = document
        self._sampler = sampler

    def plan(self, operation: Operation) -> Request:
        path, query = quote(operation.path, safe=_IN_PATHS), list[str]()
        headers = {"Accept": "*/*"}
        cookies: list[str] = []
        is_sure = True
        for parameter in operation.parameters:
            if not parameter.required:
                continue
            value, fits = self._sampler.value(
                parameter.schema, parameter.example, may_be_empty=parameter.where == "header"
            )
            is_sure = is_sure and fits
            match parameter.where:
                case "path":
                    path = path.replace(
                        f"{{{quote(parameter.name, safe=_IN_PATHS)}}}", _in_path(parameter, value) or "a"
                    )
                case "query":
                    query += _in_query(parameter, value)
                case "header" if parameter.name.lower() not in _OTHERS_BUSINESS:
                    headers[parameter.name] = _plain(parameter, value)
                case "cookie":
                    cookies.append(f"{parameter.name}={quote(_plain(parameter, value))}")
        for scheme in operation.schemes:
            _sign(scheme, headers, query, cookies)
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        path = path.replace("{", "").replace("}", "")
        body = b""
        if operation.body and (operation.body_required or operation.method not in _BODILESS):
            media = _choose(operation.body)
            value, fits = self._sampler.value(media.schema, media.example)
            is_sure = is_sure and fits
            name, body = self._written(media, value)
            headers["Content-Type"] = name
        target = path + ("?" + "&".join(query) if query else "")
        return Request(operation.method, target, headers, body, is_sure)

    def _written(self, media: Media, value: Any) -> tuple[str, bytes]:
        """The content type, and the body as it goes over the wire."""
        name = {"*/*": "application/json", "text/*": "text/plain"}.get(media.name, media.name)
        kind = name.partition(";")[0].strip().lower()
        name = "application/octet-stream" if "*" in name else name
        if kind == "application/x-www-form-urlencoded" and isinstance(value, dict):
            return name, "&".join(_form(value, media)).encode()
        if kind.startswith("multipart/") and isinstance(value, dict):
            return f"{kind}; boundary={BOUNDARY}", self._multipart(media, value)
        if kind.endswith("json") or kind.endswith("yaml"):
            return name, json.dumps(value).encode()
        if kind.endswith("xml") and not (isinstance(value, str) and value.lstrip().startswith("<")):
            return name, self._xml(media.schema, value).encode()
        return name, (value if isinstance(value, str) else json.dumps(value)).encode()

    def _multipart(self, media: Media, value: Mapping[str, Any]) -> bytes:
        lines: list[str] = []
        for name, member in value.items():
            schema = self._document.at(f"{media.schema}/properties/{name}")[0]
            for one in member if isinstance(member, list) else [member]:
                lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{name}"']
                if isinstance(schema, dict) and schema.get("format") == "binary":
                    lines[-1] += '; filename="a.bin"'
                    lines.append("Content-Type: application/octet-stream")
                elif isinstance(one, dict):
                    lines.append("Content-Type: application/json")
                lines += ["", _text(one)]
        return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()

    def _xml(self, pointer: str | None, value: Any) -> str:
        schema, at = self._document.at(pointer) if pointer else ({}, "")
        named = (schema.get("xml") or {}).get("name") if isinstance(schema, dict) else None
        parts = at.rsplit("/", 2)
        return self._element(str(named or (parts[-1] if parts[-2:-1] == ["schemas"] else "root")), at, value)

    def _element(self, name: str, pointer: str, value: Any) -> str:
        if not isinstance(value, dict):
            return f"<{name}>{escape(_text(value))}</{name}>"
        inside, attributes = "", ""
        for key, member in value.items():
            schema, at = self._document.at(f"{pointer}/properties/{key}")
            xml = (schema.get("xml") or {}) if isinstance(schema, dict) else {}
            label = str(xml.get("name", key))
            if xml.get("attribute"):
                attributes += f" {label}={quoteattr(_text(member))}"
            elif isinstance(member, list):
                item, item_at = self._document.at(f"{at}/items")
                own = (item.get("xml") or {}).get("name") if isinstance(item, dict) else None
                elements = "".join(self._element(str(own or label), item_at, one) for one in member)
                inside += f"<{label}>{elements}</{label}>" if xml.get("wrapped") else elements
            else:
                inside += self._element(label, at, member)
        return f"<{name}{attributes}>{inside}</{name}>"


def _choose(body: tuple[Media, ...]) -> Media:
    """The media type that a client would take: JSON where there is some, else a form, else the first."""
    for ending in ("json", "x-www-form-urlencoded", "form-data"):
        for media in body:
            if media.name.partition(";")[0].strip().lower().endswith(ending):
                return media
    return body[0]


def _text(value: Any) -> str:
    """A value as text: ``true``, ``1.5``; JSON where it is a list or an object."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _quoted(value: Any) -> str:
    return quote(_text(value), safe="")


def _plain(parameter: Parameter, value: Any) -> str:
    """A value in ``simple`` style, as headers and paths have it; not quoted."""
    if parameter.is_json:
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, dict):
        link = "=" if parameter.explode else ","
        return ",".join(f"{name}{link}{_text(one)}" for name, one in value.items())
    return _text(value)


def _in_path(parameter: Parameter, value: Any) -> str:
    name, explode = parameter.name, parameter.explode
    items = [_quoted(one) for one in value] if isinstance(value, list) else [_quoted(value)]
    if isinstance(value, dict):
        link = "=" if explode else ","
        items = [f"{quote(key)}{link}{_quoted(one)}" for key, one in value.items()]
    match parameter.style:
        case "label":
            return "." + ("." if explode else ",").join(items)
        case "matrix" if explode:
            return "".join(f";{item}" if isinstance(value, dict) else f";{name}={item}" for item in items)
        case "matrix":
            return f";{name}={','.join(items)}"
    return _quoted(value) if parameter.is_json else ",".join(items)


def _in_query(parameter: Parameter, value: Any) -> list[str]:
    name = quote(parameter.name, safe="[]")
    if parameter.is_json:
        return [f"{name}={quote(json.dumps(value), safe='')}"]
    if isinstance(value, dict):
        if parameter.style == "deepObject":
            return [f"{name}{key}={one}" for key, one in _nested(value)]
        if parameter.explode:
            return [f"{quote(key)}={_quoted(one)}" for key, one in value.items()]
        return [f"{name}=" + ",".join(f"{quote(key)},{_quoted(one)}" for key, one in value.items())]
    if isinstance(value, list):
        if parameter.explode or not value:
            return [f"{name}={_quoted(one)}" for one in value] or [f"{name}="]
        return [f"{name}=" + _SEPARATORS.get(parameter.style, ",").join(map(_quoted, value))]
    return [f"{name}={_quoted(value)}"]


def _nested(value: Any) -> Iterator[tuple[str, str]]:
    """Names in brackets, each with its text: ``[a][b]=1``, ``[0]=2``."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, dict | list):
            for inner, text in _nested(one):
                yield f"[{quote(str(key))}]{inner}", text
        else:
            yield f"[{quote(str(key))}]", _quoted(one)


def _form(value: Mapping[str, Any], media: Media) -> Iterator[str]:
    for name, member in value.items():
        encoding = media.encoding.get(name) or {}
        if encoding.get("style") == "deepObject" and isinstance(member, dict | list):
            yield from (f"{quote(name)}{key}={text}" for key, text in _nested(member))
        elif isinstance(member, list) and encoding.get("explode", True):
            yield from (f"{quote(name)}={_quoted(one)}" for one in member)
        elif isinstance(member, list):
            yield f"{quote(name)}={','.join(map(_quoted, member))}"
        else:
            yield f"{quote(name)}={_quoted(member)}"


def _sign(scheme: Mapping[str, Any], headers: dict[str, str], query: list[str], cookies: list[str]) -> None:
    """Add a credential for a security scheme."""
    kind, where, name = scheme.get("type"), scheme.get("in"), str(scheme.get("name"))
    if kind == "apiKey" and where == "header":
        headers[name] = "key"
    elif kind == "apiKey" and where == "query":
        query.append(f"{quote(name)}=key")
    elif kind == "apiKey":
        cookies.append(f"{name}=key")
    elif kind == "http" and str(scheme.get("scheme", "")).lower() != "bearer":
        word = str(scheme.get("scheme", "")).title()
        headers["Authorization"] = f"{word} {base64.b64encode(b'user:password').decode()}"
    elif kind != "mutualTLS":
        headers["Authorization"] = "Bearer key"
