"""Read forms: the fields of a urlencoded or multipart form, in the styles that the spec gives them, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Encoding, MediaType
from mockserver.openapi.schemas import Schemas
from mockserver.requests.json_text import read_json
from mockserver.requests.query import parse_query
from mockserver.requests.typed import Raw, put, split_name, typed

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
        return self.value(fields)

    def value(self, fields: Mapping[str, list[str]]) -> dict[str, Any]:
        """The value of the texts of a form's fields. Raises ValueError with a message for the client."""
        tree: dict[str, Raw] = {}
        for name, texts in fields.items():
            base, keys = split_name(name)
            if keys and name not in self._declared and base in self._declared:
                nested = tree.setdefault(base, {})
                put(nested if isinstance(nested, dict) else {}, keys, texts)
            else:
                tree[name] = self._field(name, texts)
        self._gather(tree)
        return {name: self._read(name, raw) for name, raw in tree.items()}

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

    def _read(self, name: str, raw: Raw) -> Any:
        """The value of a field: typed by its schema; of one whose encoding is JSON what the text says."""
        if isinstance(raw, str) and is_json(self._media.encoding.get(name, _PLAIN).content_type):
            try:
                return read_json(raw.encode())
            except ValueError as error:
                raise ValueError(f"field {name[:80]!r} {error}") from None
        return typed(self._schemas, self.places(name), raw)

    def places(self, name: str) -> tuple[str, ...]:
        """Where the schemas of a field stand."""
        return self._declared.get(name, self._members.others if self._members else ())

    def _types(self, name: str) -> frozenset[str]:
        return frozenset().union(*(self._schemas.types(at) for at in self.places(name)))
