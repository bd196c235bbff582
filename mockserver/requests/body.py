"""Request bodies: the content type, the JSON, and the schema. Violations are data; a body may have several."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import orjson

from mockserver.openapi.model import MediaType, RequestBody
from mockserver.openapi.reader import is_json
from mockserver.openapi.schemas import Schemas, coerce
from mockserver.requests.magic import MARK, Token, find_in
from mockserver.requests.query import parse_query
from mockserver.requests.secret_names import sounds_secret
from mockserver.requests.violation import Violation

_EXACT = 2**53
_CHOICE = re.compile(r" valid under |^Unevaluated ")
Read = tuple[Any, list[Violation], Token | None]


def essence(content_type: str) -> str:
    """The bare type of a Content-Type: ``Application/JSON; charset=utf-8`` is ``application/json``."""
    return content_type.partition(";")[0].strip().lower()


class BodyReader:
    """The request body of one operation, compiled. ``secret_fields`` are the names of its password fields."""

    def __init__(self, body: RequestBody, schemas: Schemas, limit: int) -> None:
        self._body = body
        self._schemas = schemas
        self._limit = limit
        places = [media.schema for media in body.content.values()]
        self.secret_fields = frozenset(name for place in places for name in schemas.password_fields(place))
        self._media = {essence(name): media for name, media in body.content.items()}

    def read(self, content_type: str, raw: bytes, *, oversized: bool = False) -> Read:
        """(value, violations, magic token) of a body. The value is None where there is none to be had."""
        if oversized:
            return None, [self._violation("too_large", f"is larger than {self._limit} bytes")], None
        if not raw:
            missing = [self._violation("invalid_body", "is required and empty")] if self._body.required else []
            return None, missing, None
        media = self._choose(content_type)
        if media is None:
            known = ", ".join(self._media)
            sent = content_type.strip()[:200] or "nothing"
            return None, [self._violation("media_type", f"is {sent}, not {known}", name="Content-Type")], None
        kind = essence(content_type) if "*" in media.name else media.name
        return self._read_json(media, raw) if is_json(kind) else self._read_text(media, kind, raw)

    def _choose(self, content_type: str) -> MediaType | None:
        kind = essence(content_type)
        charset = content_type.lower().partition("charset=")[2].strip("\"' ")
        if charset and charset.partition(";")[0].strip("\"' ") not in ("utf-8", "utf8", "us-ascii"):
            return None
        for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
            if name in self._media:
                return self._media[name]
        return None

    def _read_json(self, media: MediaType, raw: bytes) -> Read:
        try:
            value = orjson.loads(raw)
        except ValueError as error:
            return None, [self._violation("invalid_body", _reason(raw, error))], None
        if b"." in raw or b"e" in raw or b"E" in raw:
            value = _whole(value)
        tokens: dict[str, Token] = {}
        if MARK.encode() in raw or b"\\u" in raw:
            tokens = dict(find_in(value))
        return value, self._errors(media, value, tokens), next(iter(tokens.values()), None)

    def _errors(self, media: MediaType, value: Any, tokens: dict[str, Token]) -> list[Violation]:
        """Schema violations, but none of a string that bears a magic token, nor of a choice around it."""
        found = []
        for pointer, message in self._schemas.errors(media.schema, value, self._is_hidden):
            is_choice = _CHOICE.search(message) and any(at.startswith(f"{pointer}/") for at in tokens)
            if pointer not in tokens and not is_choice:
                spec = media.schema or media.pointer
                found.append(Violation("invalid_body", "body", "", message, spec, pointer))
        return found

    def _is_hidden(self, error: jsonschema_rs.ValidationError) -> bool:
        """Whether a message would quote what is, or may hold, a secret."""
        if isinstance(error.instance, dict | list) or "" in self.secret_fields:
            return True
        return any(isinstance(part, str) and self._is_secret(part) for part in error.instance_path)

    def _is_secret(self, name: str) -> bool:
        return name in self.secret_fields or sounds_secret(name)

    def _read_text(self, media: MediaType, kind: str, raw: bytes) -> Read:
        if kind.startswith("application/octet-stream") or media.schema is None:
            return raw.decode("utf-8", "replace"), [], None
        if kind.startswith("application/x-www-form-urlencoded"):
            return self._read_form(media, media.schema, raw)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None, [self._violation("invalid_body", "is not UTF-8")], None
        return text, self._errors(media, text, {}), None

    def _read_form(self, media: MediaType, schema: str, raw: bytes) -> Read:
        places = self._schemas.properties(schema)
        value: dict[str, Any] = {}
        for name, texts in parse_query(raw).items():
            if None in texts:
                return None, [self._violation("invalid_body", f"field {name!r} is not percent-encoded UTF-8")], None
            types, known = self._schemas.types(places.get(name)), [text or "" for text in texts]
            if "array" in types:
                value[name] = [coerce(text, self._schemas.items(places[name])) for text in known]
            elif len(known) == 1:
                value[name] = coerce(known[0], types)
            else:
                return None, [self._violation("invalid_body", f"field {name!r} occurs {len(known)} times")], None
        tokens = dict(find_in(value))
        return value, self._errors(media, value, tokens), next(iter(tokens.values()), None)

    def _violation(self, kind: str, message: str, name: str = "") -> Violation:
        return Violation(kind, "body", name, message, self._body.pointer)


def _whole(value: Any) -> Any:
    """A value with each ``5.0`` in it as the 5 that it is to JSON Schema, so that nothing counts on in fractions."""
    found = [value]
    todo: list[Any] = [found]
    while todo:
        within = todo.pop()
        for key, one in within.items() if isinstance(within, dict) else enumerate(within):
            if isinstance(one, float) and one.is_integer() and abs(one) < _EXACT:
                within[key] = int(one)
            elif isinstance(one, dict | list):
                todo.append(one)
    return found[0]


def stray_token(raw: bytes) -> Token | None:
    """A magic token in a JSON body that an operation doesn't declare, and so doesn't read otherwise."""
    if MARK.encode() not in raw:
        return None
    try:
        return next((token for _, token in find_in(orjson.loads(raw))), None)
    except ValueError:
        return None


def _reason(raw: bytes, error: ValueError) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as problem:
        return f"is not UTF-8 at byte {problem.start}"
    return f"is no JSON: {error}"
