"""Read forms: the fields of a urlencoded or multipart body, in the styles that the spec gives them, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Encoding, MediaType
from mockserver.openapi.schemas import Schemas
from mockserver.requests.json_text import read_json
from mockserver.requests.query import parse_query
from mockserver.requests.typed import Raw, put, split_name, typed

if TYPE_CHECKING:
    from mockserver.requests.multipart import Part

MOST_FIELDS = 10_000
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_PLAIN = Encoding()


class FormReader:
    """The forms of one media type of one operation."""

    def __init__(self, media: MediaType, schemas: Schemas) -> None:
        self._media = media
        self._schemas = schemas
        self._members = schemas.members(media.schema) if media.schema else None
        self._declared = self._members.properties if self._members else {}

    def read_urlencoded(self, raw: bytes) -> dict[str, Any]:
        """The value of ``a=1&b[c]=2``. Raises ValueError with a message for the client."""
        if raw.count(b"&") >= MOST_FIELDS:
            raise ValueError(f"has more than {MOST_FIELDS} fields")
        fields: dict[str, list[str]] = {}
        for name, texts in parse_query(raw).items():
            fields[name] = [text for text in texts if text is not None]
            if len(fields[name]) < len(texts):
                raise ValueError(f"field {name[:80]!r} is not percent-encoded UTF-8")
        return self._value(fields)

    def read_multipart(self, raw: bytes, content_type: str) -> dict[str, Any]:
        """The value of a multipart body, files as text. Raises ValueError with a message for the client."""
        from mockserver.requests.multipart import read_parts  # email's parser is nothing that a start needs

        fields: dict[str, list[str]] = {}
        values: dict[str, list[Any]] = {}
        for part in read_parts(raw, content_type):
            encoding = self._media.encoding.get(part.name, _PLAIN)
            if is_json(part.content_type or encoding.content_type):
                values.setdefault(part.name, []).append(_json(part))
            else:
                fields.setdefault(part.name, []).append(part.content.decode("utf-8", "replace"))
        value = self._value(fields)
        for name, several in values.items():
            is_list = "array" in self._types(name) and not (len(several) == 1 and isinstance(several[0], list))
            value[name] = several if is_list else several[0]
        return value

    def _value(self, fields: Mapping[str, list[str]]) -> dict[str, Any]:
        tree: dict[str, Raw] = {}
        for name, texts in fields.items():
            base, keys = split_name(name)
            if keys and name not in self._declared and base in self._declared:
                nested = tree.setdefault(base, {})
                put(nested if isinstance(nested, dict) else {}, keys, texts)
            else:
                tree[name] = self._field(name, texts)
        self._gather(tree)
        return {name: self._typed(name, raw) for name, raw in tree.items()}

    def _field(self, name: str, texts: list[str]) -> Raw:
        """The texts of a field that has no brackets, by its style."""
        types, encoding = self._types(name), self._media.encoding.get(name, _PLAIN)
        if len(texts) > 1:
            if types and "array" not in types:
                raise ValueError(f"field {name[:80]!r} occurs {len(texts)} times")
            return texts
        (text,) = texts
        if encoding.explode and encoding.style == "form":
            return text
        parts = text.split(_SEPARATORS.get(encoding.style, ",")) if text else []
        if "array" in types:
            return parts
        return dict(zip(parts[::2], parts[1::2], strict=False)) if "object" in types and len(parts) > 1 else text

    def _gather(self, tree: dict[str, Raw]) -> None:
        """Put the members of an exploded object, which stand as fields of their own, into it."""
        for name, encoding in self._media.encoding.items():
            if encoding.explode and encoding.style == "form" and name not in tree and "object" in self._types(name):
                inside = {member for at in self._declared[name] for member in self._schemas.members(at).properties}
                own = {member: tree.pop(member) for member in inside - self._declared.keys() if member in tree}
                if own:
                    tree[name] = own

    def _typed(self, name: str, raw: Raw) -> Any:
        return typed(self._schemas, self._places(name), raw)

    def _places(self, name: str) -> tuple[str, ...]:
        return self._declared.get(name, self._members.others if self._members else ())

    def _types(self, name: str) -> frozenset[str]:
        return frozenset().union(*(self._schemas.types(at) for at in self._places(name)))


def _json(part: Part) -> Any:
    try:
        return read_json(part.content)
    except ValueError as error:
        raise ValueError(f"part {part.name[:80]!r} {error}") from None
