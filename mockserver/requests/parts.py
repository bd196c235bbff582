"""Read the parts of a multipart body as one value, by the schema and encoding of each, and say what is wrong.

The parts of a form are an object's properties, by their names. Those of other multipart bodies are the items of an
array, or the properties of an object: those without a name in the order of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.openapi.media_types import essence, is_json, is_xml, matches
from mockserver.openapi.model import Encoding, Header, MediaType
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Pointers, Schemas
from mockserver.requests.forms import FormReader
from mockserver.requests.json_text import read_json
from mockserver.requests.multipart import Part, read_parts
from mockserver.requests.typed import candidates, typed

_PLAIN = Encoding()
_STRUCTURES = frozenset(("object", "array"))


class PartProblem(NamedTuple):
    """What is wrong with a part, but for its value: where in the body's value it stands, and in words."""

    pointer: str
    message: str


class PartsReader:
    """The multipart bodies of one media type of one operation."""

    def __init__(self, media: MediaType, schemas: Schemas) -> None:
        self._media = media
        self._schemas = schemas
        self._form = FormReader(media, schemas)
        self._members = schemas.members(media.schema) if media.schema else None
        self._is_list = schemas.types(media.schema) == {"array"}

    def read(self, raw: bytes, content_type: str) -> tuple[Any, list[PartProblem]]:
        """The value of a body, files as text. Raises ValueError with a message for the client."""
        is_form = essence(content_type) == "multipart/form-data"
        parts = read_parts(raw, content_type, is_form=is_form)
        if self._is_list:
            return self._items(parts)
        return self._properties([*self._named(parts)] if not is_form else [(part.name, part) for part in parts])

    def _named(self, parts: list[Part]) -> Iterator[tuple[str, Part]]:
        """The parts with their names: one that has none takes the next of the properties that no part names."""
        given = {part.name for part in parts}
        declared = self._members.properties if self._members else {}
        free = (name for name in declared if name not in given)
        for index, part in enumerate(parts):
            yield part.name or next(free, f"part{index + 1}"), part

    def _items(self, parts: list[Part]) -> tuple[list[Any], list[PartProblem]]:
        values: list[Any] = []
        problems: list[PartProblem] = []
        for index, part in enumerate(parts):
            prefix = self._members.prefix if self._members else ()
            rest = self._members.items if self._members else ()
            values.append(self._value(part, prefix[index] if index < len(prefix) else rest, _PLAIN))
            problems += self._problems(part, self._media.encoding.get(part.name, _PLAIN), f"/{index}")
        return values, problems

    def _properties(self, parts: list[tuple[str, Part]]) -> tuple[dict[str, Any], list[PartProblem]]:
        texts: dict[str, list[str]] = {}
        values: dict[str, list[Any]] = {}
        problems: list[PartProblem] = []
        for name, part in parts:
            encoding = self._media.encoding.get(name, _PLAIN)
            problems += self._problems(part, encoding, f"/{escape(name)}")
            if self._is_text(part, encoding):
                texts.setdefault(name, []).append(self._text(part, self._form.places(name)))
            else:
                places = self._form.places(name)
                inner = tuple(at for place in places for at in self._schemas.members(place).items)
                values.setdefault(name, []).append(self._value(part, inner or places, encoding))
        value = self._form.value(texts)
        for name, several in values.items():
            is_list = "array" in self._types(self._form.places(name))
            is_whole = len(several) == 1 and isinstance(several[0], list)
            value[name] = several if (is_list and not is_whole) or len(several) > 1 else several[0]
        return value, problems

    @staticmethod
    def _is_text(part: Part, encoding: Encoding) -> bool:
        kind = essence(part.content_type or encoding.content_type)
        return not (is_json(kind) or is_xml(kind))

    def _value(self, part: Part, places: Pointers, encoding: Encoding) -> Any:
        """The value of a part under some schemas: of JSON and XML what they say, of anything else its text."""
        kind = essence(part.content_type or encoding.content_type)
        try:
            if is_json(kind):
                return read_json(part.content)
            if is_xml(kind) and self._types(places) & _STRUCTURES:
                from mockserver.requests.xml_text import read_xml  # nothing that a start needs

                return read_xml(part.content, self._schemas, places[0])
        except ValueError as error:
            raise ValueError(f"part {part.name[:80]!r} {error}") from None
        return typed(self._schemas, places, self._text(part, places))

    def _text(self, part: Part, places: Pointers) -> str:
        """A part as text; of a file that isn't one a character for each byte, so that lengths are of bytes."""
        if any(self._is_binary(place) for place in places):
            return part.content.decode("latin-1")
        try:
            return part.content.decode(part.charset or "utf-8")
        except (UnicodeDecodeError, LookupError):
            return part.content.decode("latin-1")

    def _is_binary(self, place: str) -> bool:
        schemas = [schema for schema, _ in self._schemas.parts(place)]
        schemas += [one for at in self._schemas.members(place).items for one, _ in self._schemas.parts(at)]
        return any(schema.get("format") == "binary" for schema in schemas)

    def _types(self, places: Pointers) -> frozenset[str]:
        return frozenset().union(*(self._schemas.types(place) for place in places))

    def _problems(self, part: Part, encoding: Encoding, pointer: str) -> Iterator[PartProblem]:
        wanted = [one.strip() for one in encoding.content_type.split(",") if one.strip()]
        if part.content_type and wanted and not any(matches(part.content_type, one) for one in wanted):
            sent = essence(part.content_type)[:80]
            yield PartProblem(pointer, f"is a part of {sent or 'no type'}, not {' or '.join(wanted)}")
        for header in encoding.headers:
            if message := self._header_problem(header, part.headers):
                yield PartProblem(pointer, message)

    def _header_problem(self, header: Header, sent: Mapping[str, str]) -> str:
        """What is wrong with a header of a part; empty where nothing is."""
        text = sent.get(header.name.lower())
        if text is None:
            return f"is a part without the header {header.name}" if header.required else ""
        if header.schema is None:
            return ""
        readings = list(candidates(self._schemas, header.schema, text))
        if any(self._schemas.is_valid(header.schema, one) for one in readings):
            return ""
        _, why = self._schemas.errors(header.schema, readings[0])[0]
        return f"is a part whose header {header.name} {why}"
