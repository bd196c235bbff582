"""Read the parts of an operation from the document: parameters, bodies, responses and their cases."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from mockserver.openapi.advice import advice_of
from mockserver.openapi.external import external_value, read_value
from mockserver.openapi.file import Source
from mockserver.openapi.findings import Finding
from mockserver.openapi.media_types import is_media_type
from mockserver.openapi.model import Case, Encoding, Header, MediaType, RequestBody, Response
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, resolve
from mockserver.patterns import pattern

CASE_NAME = pattern(r"[A-Za-z][A-Za-z0-9_]*")
_UNPRINTABLE = pattern(r"[\x00-\x1f\x7f]+")
STATUS_KEY = pattern(r"[1-5]\d\d|[1-5][Xx][Xx]|default")
LONGEST_INTERVAL = 3600
_OF_THE_BODY = ("content-type", "content-length", "transfer-encoding")
"""Response headers that follow from the body: OpenAPI ignores the first one, and an example of the others would lie."""
_UNREAD: Any = object()


def header_text(value: Any, *, explode: bool = False) -> str:
    """A value as a header has it, in ``simple`` style: ``1,2`` of a list, ``a,1`` (exploded ``a=1``) of an object."""
    if isinstance(value, list):
        return ",".join(header_text(one) for one in value)
    if isinstance(value, dict):
        link = "=" if explode else ","
        return ",".join(f"{name}{link}{header_text(one)}" for name, one in value.items())
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return _UNPRINTABLE.sub(" ", text).strip()


class Reader:
    """One document being read. What is wrong gathers in ``findings``, what disables an operation in ``unsupported``.

    The specs of vendors (``strict``) keep rules beyond OpenAPI's.
    """

    def __init__(self, document: dict[str, Any], source: Source, *, strict: bool) -> None:
        self.document = document
        self.source = source
        self.strict = strict
        self.findings: list[Finding] = []
        self.unsupported: list[tuple[str, str]] = []
        self._resolved: dict[str, tuple[dict[str, Any], str]] = {}
        self._responses: dict[tuple[str, str, bool], tuple[Response, list[tuple[str, str]]]] = {}

    def tell(self, pointer: str, rule: str, message: str) -> None:
        """Tell what is wrong; the caller puts right, or leaves out, what it is about."""
        self.findings.append((pointer, rule, message))

    def tell_ours(self, pointer: str, rule: str, message: str) -> None:
        """Tell what is wrong only in the spec of a vendor."""
        if self.strict:
            self.tell(pointer, rule, message)

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
            self.tell(pointer, "dangling-ref", str(error))
            return {}, pointer
        if not isinstance(value, dict):
            self.tell(at, "type", f"must be an object, not {json.dumps(value)[:40]}")
            return {}, at
        return value, at

    def children(self, pointer: str) -> Iterator[tuple[str, str]]:
        """The keys of the object at a pointer, each with its own pointer."""
        value, at = self.resolve(pointer)
        for key in value:
            yield key, f"{at}/{escape(key)}"

    def schema(self, owner: Mapping[str, Any], pointer: str) -> str | None:
        return f"{pointer}/schema" if "schema" in owner else None

    def body(self, pointer: str) -> RequestBody:
        raw, at = self.resolve(pointer)
        content = self.content(at)
        return RequestBody(raw.get("required") is True and bool(content), content, at)

    def content(self, pointer: str) -> dict[str, MediaType]:
        """The media types of a body, each with its examples by name (one without a name is ``""``)."""
        owner, at = self.resolve(pointer)
        media_types = {}
        for name, place in self.children(f"{at}/content") if "content" in owner else ():
            raw, place = self.resolve(place)
            if not is_media_type(name):
                self.tell(at, "media-type", f"{name!r} is not a media type")
            examples = {"": raw["example"]} if "example" in raw else {}
            if "examples" in raw:
                named = {key: self._named(spot, name) for key, spot in self.children(f"{place}/examples")}
                examples |= {key: value for key, value in named.items() if value is not _UNREAD}
            item_schema = f"{place}/itemSchema" if "itemSchema" in raw else None
            media_types[name] = MediaType(
                name,
                self.schema(raw, place),
                examples,
                place,
                self._encoding(raw, place),
                item_schema,
                _interval(raw.get("x-stream-interval")),
            )
        return media_types

    def _encoding(self, raw: Mapping[str, Any], place: str) -> dict[str, Encoding]:
        fields = raw.get("encoding")
        if not isinstance(fields, dict):
            return {}
        return {
            name: self._encoded(f"{place}/encoding/{escape(name)}")
            for name, one in fields.items()
            if isinstance(one, dict)
        }

    def _encoded(self, pointer: str) -> Encoding:
        raw, at = self.resolve(pointer)
        places = self.children(f"{at}/headers") if isinstance(raw.get("headers"), dict) else ()
        style = str(raw.get("style", "form"))
        return Encoding(
            style,
            bool(raw.get("explode", style == "form")),
            str(raw.get("contentType", "")),
            tuple(one for name, spot in places if name.lower() != "content-type" for one in self._header(name, spot)),
        )

    def _named(self, pointer: str, media_type: str) -> Any:
        """The value of a named example; where it stands elsewhere and can't be read, there is none."""
        raw, at = self.resolve(pointer)
        if "dataValue" in raw:
            return raw["dataValue"]
        if isinstance(raw.get("serializedValue"), str):
            return read_value(raw["serializedValue"], media_type)
        if "externalValue" not in raw or "value" in raw:
            return raw.get("value")
        try:
            return external_value(self.source.path.parent, raw["externalValue"], media_type)
        except ValueError as error:
            self.tell(at, "unread-file", str(error))
            return _UNREAD

    def example(self, raw: Mapping[str, Any], pointer: str) -> Any:
        """The example of a parameter or header: its own, the first by name, or that of its schema."""
        if "example" in raw:
            return raw["example"]
        if raw.get("examples"):
            first = next(iter(raw["examples"]))
            value = self._named(f"{pointer}/examples/{escape(first)}", "text/plain")
            return None if value is _UNREAD else value
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
        status = int(key) if key.isdigit() else int(key[0]) * 100 if key[:1].isdigit() else 200 if only else 500
        places = dict(self.children(f"{at}/headers")) if "headers" in raw else {}
        headers = [
            one for name, spot in places.items() if name.lower() not in _OF_THE_BODY for one in self._header(name, spot)
        ]
        described = str(raw.get("description", ""))
        return Response(
            key.upper() if key != "default" else key, status, described, tuple(headers), self.content(at), at
        )

    def _header(self, name: str, pointer: str) -> list[Header]:
        """A header with its example; of ``Set-Cookie`` one for each cookie."""
        raw, at = self.resolve(pointer)
        content = next(iter(raw["content"].items()), None) if isinstance(raw.get("content"), dict) else None
        if content and isinstance(content[1], dict):
            return [self._written_header(name, raw, content[1], f"{at}/content/{escape(content[0])}")]
        example = self.example(raw, at)
        several = example if isinstance(example, list) and name.lower() == "set-cookie" else [example]
        texts = [None if one is None else header_text(one, explode=raw.get("explode") is True) for one in several]
        return [Header(name, text, raw.get("required") is True, self.schema(raw, at), at) for text in texts]

    def _written_header(self, name: str, raw: Mapping[str, Any], media: Mapping[str, Any], place: str) -> Header:
        """A header whose text is written in a media type, as JSON."""
        example = self.example(media, place)
        text = None if example is None else header_text(example if isinstance(example, str) else json.dumps(example))
        return Header(name, text, raw.get("required") is True, self.schema(media, place), place, is_json=True)

    def cases(self, responses: Mapping[str, Response], *, are_unique: bool = True) -> dict[str, Case]:
        """The named examples of some responses. One without a name is called after its status: ``example_404``."""
        cases: dict[str, Case] = {}
        for response in responses.values():
            for name, bodies in _by_name(response).items():
                case = self._case(name, response.status, bodies, response)
                if case.name in cases:
                    if are_unique:
                        message = f"two examples are named {case.name!r}; a case name is unique in its operation"
                        self.tell_ours(case.pointer, "case-name", message)
                    case = replace(case, name=free_name(f"{case.name}_{case.status}", cases))
                cases[case.name] = case
        return cases

    def _case(self, name: str, status: int, bodies: dict[str, Any], response: Response) -> Case:
        media = response.content[next(iter(bodies))]
        is_named = bool(name) or "example" not in self.resolve(media.pointer)[0]
        pointer = f"{media.pointer}/examples/{escape(name)}" if is_named else f"{media.pointer}/example"
        raw = self.resolve(pointer)[0] if is_named else {}
        key = name
        if name and not CASE_NAME.fullmatch(name):
            message = f"{name!r} is not a case name; it must match [A-Za-z][A-Za-z0-9_]*"
            self.tell_ours(pointer, "case-name", message)
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
            advice=advice_of(raw.get("x-retry")),
        )


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, numbered where it is taken: ``gone_404``, ``gone_404_2``."""
    names = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(one for one in names if one not in taken)


def _interval(value: Any) -> float | None:
    """Seconds between the events of a stream; None for what is no time of at most an hour."""
    is_time = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_INTERVAL
    return float(value) if is_time else None


def _by_name(response: Response) -> dict[str, dict[str, Any]]:
    """{example name: {media type: body}}, in the order in which the spec lists them."""
    named: dict[str, dict[str, Any]] = {}
    for media in response.content.values():
        for name, value in media.examples.items():
            named.setdefault(name, {})[media.name] = value
    return named
