"""Read the parts of an operation from the document: parameters, bodies, responses and their cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from mockserver.errors import Defect
from mockserver.openapi.file import Source
from mockserver.openapi.model import Case, Encoding, Header, MediaType, Parameter, RequestBody, Response
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, resolve

CASE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_STATUS_KEY = re.compile(r"[1-5]\d\d|[1-5][Xx][Xx]|default")
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


_READABLE = (
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/x-ndjson",
    "application/jsonl",
    "*/*",
)
_OF_THE_BODY = ("content-type", "content-length", "transfer-encoding")
"""Response headers that follow from the body: OpenAPI ignores the first one, and an example of the others would lie."""
_READABLE_IN_REQUESTS = ("multipart/form-data",)


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON: ``application/json``, ``application/problem+json``."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind.endswith("/json") or kind.endswith("+json")


def is_readable(media_type: str, more: tuple[str, ...] = ()) -> bool:
    """Whether the engine can read and write bodies of this type, or of ``more``."""
    kind = media_type.partition(";")[0].strip().lower()
    plain = kind.startswith("text/") and kind != "text/xml"
    return is_json(kind) or plain or kind in _READABLE or kind in more


class Reader:
    """One document being read. Defects gather in ``defects``, what isn't supported in ``unsupported``.

    ``strict`` (our own specs) makes defects of what in any other spec is put right or left out.
    """

    def __init__(self, document: dict[str, Any], source: Source, *, strict: bool) -> None:
        self.document = document
        self.source = source
        self.strict = strict
        self.defects: list[Defect] = []
        self.unsupported: list[tuple[str, str]] = []
        self._resolved: dict[str, tuple[dict[str, Any], str]] = {}
        self._responses: dict[tuple[str, str, bool], tuple[Response, list[tuple[str, str]]]] = {}

    def defect(self, pointer: str, rule: str, message: str) -> None:
        self.defects.append(self.source.defect(pointer, rule, message))

    def resolve(self, pointer: str) -> tuple[dict[str, Any], str]:
        """The object at a pointer, references followed; an empty one, and a defect, where there is none."""
        resolved = self._resolved.get(pointer)
        if resolved is None:
            resolved = self._resolved[pointer] = self._resolve(pointer)
        return resolved

    def _resolve(self, pointer: str) -> tuple[dict[str, Any], str]:
        try:
            value, at = resolve(self.document, pointer)
        except DanglingRef as error:
            self.defect(pointer, "dangling-ref", str(error))
            return {}, pointer
        if not isinstance(value, dict):
            self.defect(at, "type", f"must be an object, not {json.dumps(value)[:40]}")
            return {}, at
        return value, at

    def children(self, pointer: str) -> Iterator[tuple[str, str]]:
        """The keys of the object at a pointer, each with its own pointer."""
        value, at = self.resolve(pointer)
        for key in value:
            yield key, f"{at}/{escape(key)}"

    def schema(self, owner: Mapping[str, Any], pointer: str) -> str | None:
        return f"{pointer}/schema" if "schema" in owner else None

    # Requests

    def parameter(self, pointer: str) -> Parameter | None:
        raw, at = self.resolve(pointer)
        name, where = raw.get("name"), raw.get("in")
        if not isinstance(name, str) or where not in _STYLES:
            if raw:
                self.defect(at, "parameter", f"needs a name, and an in that is one of {', '.join(_STYLES)}")
            return None
        style = raw.get("style", "form" if where in ("query", "cookie") else "simple")
        if style not in _STYLES[where]:
            self.unsupported.append((at, f"style {style!r} of a {where} parameter"))
        content = next(iter(raw.get("content", {}).items()), None)
        if content and not is_json(content[0]):
            self.unsupported.append((at, f"a parameter written as {content[0]}"))
        holder, place = (content[1], f"{at}/content/{escape(content[0])}") if content else (raw, at)
        if where == "path" and raw.get("required") is not True:
            self.defect(at, "path-parameter", f"path parameter {name!r} must be required: true")
        return Parameter(
            name=name,
            where=where,
            required=raw.get("required") is True or where == "path",
            style=style,
            explode=bool(raw.get("explode", style == "form")),
            schema=self.schema(holder, place),
            example=self._example(holder, place),
            pointer=at,
            json=bool(content),
            description=str(raw.get("description", "")),
        )

    def body(self, pointer: str) -> RequestBody:
        raw, at = self.resolve(pointer)
        content = self.content(at)
        readable = {name: media for name, media in content.items() if self._can_read(name, at, _READABLE_IN_REQUESTS)}
        unread = tuple(name for name in content if name not in readable)
        return RequestBody(raw.get("required") is True, readable, at, unread)

    def _can_read(self, media_type: str, pointer: str, more: tuple[str, ...] = ()) -> bool:
        others = self.resolve(f"{pointer}/content")[0]
        if is_readable(media_type, more):
            return True
        if self.strict or not any(is_readable(name, more) for name in others):
            self.unsupported.append((pointer, f"a body written as {media_type}"))
        return False

    def content(self, pointer: str) -> dict[str, MediaType]:
        """The media types of a body, each with its examples by name (one without a name is ``""``)."""
        owner, at = self.resolve(pointer)
        media_types = {}
        for name, place in self.children(f"{at}/content") if "content" in owner else ():
            raw, place = self.resolve(place)
            examples = {"": raw["example"]} if "example" in raw else {}
            if "examples" in raw:
                examples |= {key: self._named(spot) for key, spot in self.children(f"{place}/examples")}
            media_types[name] = MediaType(name, self.schema(raw, place), examples, place, _encoding(raw))
        return media_types

    def _named(self, pointer: str) -> Any:
        raw, at = self.resolve(pointer)
        if "externalValue" in raw:
            self.unsupported.append((at, "externalValue of an example"))
        return raw.get("value")

    def _example(self, raw: Mapping[str, Any], pointer: str) -> Any:
        if "example" in raw:
            return raw["example"]
        if raw.get("examples"):
            first = next(iter(raw["examples"]))
            return self._named(f"{pointer}/examples/{escape(first)}")
        if "schema" in raw:
            schema = self.resolve(f"{pointer}/schema")[0] if isinstance(raw["schema"], dict) else {}
            examples = schema.get("examples")
            first = next(iter(examples), None) if isinstance(examples, list) else None
            return schema.get("example", schema.get("default") if first is None else first)
        return None

    # Responses

    def response(self, key: str, pointer: str, *, only: bool = False) -> Response:
        """A response by its key. ``only`` says that no other one tells of success: then ``default`` does.

        Operations that refer to the same one share it.
        """
        raw, at = self.resolve(pointer)
        if (key, at, only) not in self._responses:
            others, self.unsupported = self.unsupported, []
            self._responses[key, at, only] = (self._response(key, pointer, raw, at, only=only), self.unsupported)
            self.unsupported = others
        response, unsupported = self._responses[key, at, only]
        self.unsupported += unsupported
        return response

    def _response(self, key: str, pointer: str, raw: Mapping[str, Any], at: str, *, only: bool) -> Response:
        if not _STATUS_KEY.fullmatch(key):
            self.defect(pointer, "status", f"{key!r} is not a status, a range such as 4XX, or default")
        status = int(key) if key.isdigit() else int(key[0]) * 100 if key[:1].isdigit() else 200 if only else 500
        headers = (
            [
                self._header(name, spot)
                for name, spot in self.children(f"{at}/headers")
                if name.lower() not in _OF_THE_BODY
            ]
            if "headers" in raw
            else []
        )
        content = {name: media for name, media in self.content(at).items() if self._can_write(name, media, at)}
        described = str(raw.get("description", ""))
        return Response(key.upper() if key != "default" else key, status, described, tuple(headers), content, at)

    def _can_write(self, name: str, media: MediaType, pointer: str) -> bool:
        if is_readable(name) or any(isinstance(value, str) for value in media.examples.values()):
            return True
        return self._can_read(name, pointer)

    def _header(self, name: str, pointer: str) -> Header:
        raw, at = self.resolve(pointer)
        example = self._example(raw, at)
        text = None if example is None else example if isinstance(example, str) else json.dumps(example)
        return Header(name, text, raw.get("required") is True, self.schema(raw, at), at)

    def cases(self, responses: Mapping[str, Response], report_duplicate: Callable[[str, str], None]) -> dict[str, Case]:
        """The named examples of some responses. One without a name is called after its status: ``example_404``."""
        cases: dict[str, Case] = {}
        for response in responses.values():
            for name, bodies in _by_name(response).items():
                case = self._case(name, response.status, bodies, response)
                if case.name in cases:
                    report_duplicate(
                        case.pointer, f"two examples are named {case.name!r}; a case name is unique in its operation"
                    )
                    case = replace(case, name=_free_name(f"{case.name}_{case.status}", cases))
                cases[case.name] = case
        return cases

    def _case(self, name: str, status: int, bodies: dict[str, Any], response: Response) -> Case:
        media = response.content[next(iter(bodies))]
        pointer = (
            f"{media.pointer}/examples/{escape(name)}"
            if name in media.examples and name
            else f"{media.pointer}/example"
        )
        key = name
        raw = resolve(self.document, pointer)[0] if name and name in media.examples else {}
        if name and not CASE_NAME.fullmatch(name):
            if self.strict:
                self.defect(pointer, "case-name", f"{name!r} is not a case name; it must match [A-Za-z][A-Za-z0-9_]*")
            name = re.sub(r"\W", "_", name, flags=re.ASCII)
            name = name if name[0].isalpha() else f"case_{name}"
        return Case(
            name=name or f"example_{status}",
            status=status,
            bodies=bodies,
            response=response,
            pointer=pointer,
            summary=str(raw.get("summary", "")),
            description=str(raw.get("description", "")),
            provenance=str(raw.get("x-provenance", "")),
            key=key,
        )


def _free_name(name: str, taken: Mapping[str, Case]) -> str:
    """The name, numbered where it is taken: ``gone_404``, ``gone_404_2``."""
    names = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(one for one in names if one not in taken)


def _encoding(raw: Mapping[str, Any]) -> dict[str, Encoding]:
    fields = raw.get("encoding")
    return {
        name: Encoding(
            str(one.get("style", "form")),
            bool(one.get("explode", one.get("style", "form") == "form")),
            str(one.get("contentType", "")),
        )
        for name, one in (fields.items() if isinstance(fields, dict) else ())
        if isinstance(one, dict)
    }


def _by_name(response: Response) -> dict[str, dict[str, Any]]:
    """{example name: {media type: body}}, in the order in which the spec lists them."""
    named: dict[str, dict[str, Any]] = {}
    for media in response.content.values():
        for name, value in media.examples.items():
            named.setdefault(name, {})[media.name] = value
    return named
