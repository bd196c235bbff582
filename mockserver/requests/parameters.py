"""Read parameters from their text: percent-decoding, style and explode, and the types of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import unquote

from mockserver.openapi.model import Parameter
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas
from mockserver.requests.json_text import read_json
from mockserver.requests.magic import MARK, Token, find
from mockserver.requests.query import Texts
from mockserver.requests.secret_names import sounds_secret
from mockserver.requests.typed import Raw, candidates, put, split_name
from mockserver.requests.violation import Violation

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_OBJECT_SEPARATORS = {"label": ".", "matrix": ";"}
Reading = tuple[Any, list[Violation], Token | None]  # the value or None, what is wrong, the magic token


class ParameterReader:
    """One parameter of one operation, compiled: text in, a value or violations out.

    ``is_secret`` says that its value may be neither kept nor shown, ``is_single`` that a query has it as one text under
    its own name, which may be shown.
    """

    def __init__(self, parameter: Parameter, schemas: Schemas) -> None:
        self.parameter = parameter
        self._schemas = schemas
        self.is_secret = sounds_secret(parameter.name) or schemas.is_secret(parameter.name, parameter.schema)
        types = frozenset() if parameter.json else schemas.types(parameter.schema)
        self._is_array = "array" in types
        self._is_object = "object" in types
        self._is_scalar = bool(types - {"array", "object"}) or not (self._is_array or self._is_object)
        self._is_plain = parameter.style == "form" and types == {"string"} and not parameter.may_be_empty
        self._members = schemas.members(parameter.schema).properties if parameter.schema else {}
        is_one = self._is_scalar and not (self._is_array or self._is_object) and parameter.style == "form"
        self.is_single = is_one and not parameter.json and not self.is_secret
        self._lengths = schemas.text_lengths(parameter.schema) if self._is_plain and parameter.schema else None

    @property
    def query_names(self) -> list[str]:
        """The names that it has in a query: its own, or those of an object's members."""
        is_spread = self._is_object and self.parameter.explode and self.parameter.style == "form"
        own = [] if is_spread and not (self._is_array or self._is_scalar) else [self.parameter.name]
        return [*self._members, *own] if is_spread else own

    def valid_value(self, text: str) -> Any:
        """The value of one text without a magic token; None where it is not valid, or null."""
        lengths = self._lengths
        if lengths is not None:
            return text if lengths[0] <= len(text) <= lengths[1] else None
        if self._is_plain:
            return text if self._schemas.is_valid(self.parameter.schema, text) else None
        value, wrong, _ = self.read([text])
        return None if wrong else value

    def read_query(self, query: Mapping[str, Texts]) -> Reading:
        """The parameter's value in a parsed query."""
        if self._is_plain:
            texts = query.get(self.parameter.name)
            text = texts[0] if texts is not None and len(texts) == 1 else None
            if text is not None and MARK not in text and self._schemas.is_valid(self.parameter.schema, text):
                return text, [], None
        if self.parameter.style == "deepObject":
            inside = {name: split_name(name) for name in query if name.startswith(f"{self.parameter.name}[")}
            nested = [(keys, query[name]) for name, (base, keys) in inside.items() if base == self.parameter.name]
            if nested or not self._is_scalar:
                return self._read_nested(nested)
        if self._is_object and self.parameter.explode and self.parameter.style == "form":
            members = [([name], query[name]) for name in self._members if name in query]
            if members or not (self._is_scalar or self._is_array):
                return self._read_nested(members)
        return self.read(query.get(self.parameter.name, []))

    def read(self, texts: Texts) -> Reading:
        """The value of the parameter's texts, as many as the request had."""
        if not texts:
            missing = [self.violation("is required and missing")] if self.parameter.required else []
            return None, missing, None
        if None in texts:
            return None, [self.violation("is not percent-encoded UTF-8")], None
        known = [text for text in texts if text is not None]
        token = self._token(known)
        if len(known) > 1 and not self._is_array:
            return known[0], [self.violation(f"occurs {len(known)} times")], token
        if token:
            return (known if self._is_array else known[0]), [], token
        if self.parameter.may_be_empty and known == [""]:
            return "", [], None
        return *self._checked(known), None

    def _checked(self, texts: list[str]) -> tuple[Any, list[Violation]]:
        if self.parameter.json:
            try:
                value = read_json(texts[0].encode())
            except ValueError as error:
                return texts[0], [self.violation(str(error))]
            return value, self._violations(value)
        raws = list(self._raws(texts))
        if not raws:
            return texts[0], [self.violation("is not a list of names and values")]
        return self._likeliest(raws)

    def _raws(self, texts: list[str]) -> Iterator[Raw]:
        """The texts as what they may be written for; a cookie's may be percent-encoded, and often isn't."""
        if self.parameter.where == "cookie" and any("%" in text for text in texts):
            yield from map(_decoded, self._read_as(texts))
        yield from self._read_as(texts)

    def _read_as(self, texts: list[str]) -> Iterator[Raw]:
        """The texts as an array, an object, a single value."""
        if self._is_array:
            yield self._split(texts)
        if self._is_object and len(texts) == 1:
            parts = self._parts(texts[0])
            if len(parts) % 2 == 0:
                yield dict(zip(parts[::2], parts[1::2], strict=True))
        if self._is_scalar and len(texts) == 1:
            yield self._unstyled(texts[0])

    def _likeliest(self, raws: list[Raw]) -> tuple[Any, list[Violation]]:
        """The first value that the texts may stand for and the schema allows; else the first, and what is wrong."""
        pointer = self.parameter.schema
        if pointer is None:
            return raws[0], []
        values = chain.from_iterable(candidates(self._schemas, pointer, raw) for raw in raws)
        first = next(values)
        for value in chain([first], values):
            if self._schemas.is_valid(pointer, value):
                return value, []
        return first, self._violations(first)

    def _violations(self, value: Any) -> list[Violation]:
        is_hidden = _always if self.is_secret else None
        errors = self._schemas.errors(self.parameter.schema, value, is_hidden)
        return [self.violation(message, pointer) for pointer, message in errors]

    def violation(self, message: str, pointer: str = "") -> Violation:
        """What is wrong with this parameter."""
        where, name = self.parameter.where, self.parameter.name
        spec = self.parameter.schema if pointer and self.parameter.schema else self.parameter.pointer
        return Violation("invalid_parameter", where, name, message, spec, pointer)

    def _token(self, texts: list[str]) -> Token | None:
        where = f"{self.parameter.where} {self.parameter.name}"
        return next(filter(None, (find(text, where) for text in texts)), None)

    def _unstyled(self, text: str) -> str:
        if self.parameter.style == "label":
            return text.removeprefix(".")
        if self.parameter.style == "matrix":
            return text.removeprefix(f";{self.parameter.name}=")
        return text

    def _split(self, texts: list[str]) -> list[str]:
        style, explode = self.parameter.style, self.parameter.explode
        if self.parameter.where == "header":
            return [text.strip() for text in ",".join(texts).split(",")] if any(texts) else []
        if len(texts) > 1 or (explode and style in ("form", *_SEPARATORS)):
            return texts
        text = self._unstyled(texts[0])
        if explode and style == "matrix":
            return text.split(f";{self.parameter.name}=")
        separator = "." if explode and style == "label" else _SEPARATORS.get(style, ",")
        return text.split(separator) if text else []

    def _parts(self, text: str) -> list[str]:
        """The names and values of an object, in turn: ``R=100,G=200`` is R, 100, G, 200."""
        style, explode = self.parameter.style, self.parameter.explode
        if style == "matrix" and explode:
            text = text.removeprefix(";")
        separator = _OBJECT_SEPARATORS.get(style, ",") if explode else _SEPARATORS.get(style, ",")
        parts = self._unstyled(text).split(separator)
        if self.parameter.where == "header":
            parts = [part.strip() for part in parts]
        return [half for part in parts for half in part.partition("=")[::2]] if explode else parts

    def _read_nested(self, members: list[tuple[list[str], Texts]]) -> Reading:
        """The value of an object (or array) whose members came under names of their own."""
        if not members:
            return self.read([])
        tree: dict[str, Raw] = {}
        wrong: list[Violation] = []
        texts: list[str] = []
        for keys, values in members:
            known = [text for text in values if text is not None]
            if len(known) < len(values):
                return None, [self.violation("is not percent-encoded UTF-8")], None
            texts += known
            if len(known) > 1 and not self._may_repeat(keys):
                wrong.append(self.violation(f"occurs {len(known)} times", f"/{'/'.join(map(escape, keys))}"))
                known = known[:1]
            put(tree, keys, known)
        token = self._token(texts)
        value, more = self._likeliest([tree])
        return value, wrong if token else wrong + more, token

    def _may_repeat(self, keys: list[str]) -> bool:
        """Whether a member may have several values; what the schema doesn't name may."""
        places = self._members.get(keys[0], ()) if len(keys) == 1 else ()
        types = frozenset().union(*(self._schemas.types(at) for at in places))
        return not types or "array" in types


def _always(*_: object) -> bool:
    return True


def _decoded(raw: Raw) -> Raw:
    """A text, or the texts in a list or an object, percent-decoded."""
    if isinstance(raw, list):
        return [_decoded(one) for one in raw]
    if isinstance(raw, dict):
        return {unquote(name): _decoded(one) for name, one in raw.items()}
    return unquote(raw)
