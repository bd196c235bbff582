"""Bodies of answers: an example as bytes made once, or data generated from the schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.decision import CannotGenerate, Listing, Subject
from mockserver.http import Headers, replaced
from mockserver.spec.model import Case, Header, MediaType, Response, Spec
from mockserver.spec.parts import is_json
from mockserver.spec.references import resolve, target
from mockserver.spec.schemas import Schemas

if TYPE_CHECKING:
    from mockserver.generation import Generator

_PLACEHOLDER = "\ue000request-id\ue000"
_BODYLESS = (204, 304)
MOST_GENERATED = 4 * 1024 * 1024


class Prepared:
    """An answer ready to send: status, headers, body. A body that bears the request's id is in ``parts`` around it."""

    __slots__ = ("body", "headers", "is_valid", "parts", "status")

    def __init__(self, status: int, headers: Headers, body: bytes, *, is_valid: bool = True) -> None:
        parts = body.split(_PLACEHOLDER.encode())
        length = [] if len(parts) > 1 or status in _BODYLESS else [(b"content-length", str(len(body)).encode())]
        self.status = status
        self.body = body
        self.parts = parts if len(parts) > 1 else None
        self.headers = [*headers, *length]
        self.is_valid = is_valid

    def rendered(self, request_id: bytes) -> tuple[Headers, bytes]:
        """Headers and body for one request."""
        if self.parts is None:
            return self.headers, self.body
        body = request_id.join(self.parts)
        return [*self.headers, (b"content-length", str(len(body)).encode())], body

    def with_headers(self, more: Mapping[str, str]) -> Prepared:
        """The same answer with some headers of its own, in place of those of the same name."""
        other = Prepared.__new__(Prepared)
        other.status, other.body, other.parts, other.is_valid = self.status, self.body, self.parts, self.is_valid
        other.headers = replaced(self.headers, more)
        return other


_WRITTEN = {"*/*": "application/json", "text/*": "text/plain"}


def encode(media_type: str, value: Any) -> bytes:
    """A body as bytes: JSON, or the text itself."""
    if isinstance(value, str) and not is_json(media_type):
        return value.encode()
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Bodies:
    """The answers of one vendor's operations."""

    def __init__(self, spec: Spec, schemas: Schemas) -> None:
        self._schemas = schemas
        self._spec = spec
        self._cases: dict[tuple[int, str, str, str], Prepared] = {}
        self._negotiated: dict[tuple[str, ...], MediaType] = {}
        self._generated: dict[tuple[Any, ...], Prepared] = {}
        self._generated_size = 0

    @cached_property
    def _generator(self) -> Generator:
        """The generator, imported when something is first generated."""
        from mockserver.generation import Generator

        return Generator(self._spec, self._schemas)

    def of_case(self, case: Case, accept: str = "") -> Prepared:
        """A case's answer in the best media type that it has; checked against its schema when first made."""
        media = self._negotiate(case.response, accept, case.bodies)
        key = (case.status, case.pointer, case.name, media.name if media else "")
        found = self._cases.get(key)
        if found is None:
            value = case.bodies[media.name] if media else None
            found = self.of_value(case.status, case.response, media, value)
            self._cases[key] = found
        return found

    def of_value(self, status: int, response: Response, media: MediaType | None, value: Any) -> Prepared:
        """An answer with a body of one's own. ``is_valid`` tells whether it keeps to the spec."""
        if media is None or status in _BODYLESS:
            return Prepared(status, self._headers(response), b"")
        name = _WRITTEN.get(media.name, media.name)
        headers = [(b"content-type", name.encode()), *self._headers(response)]
        filled = self._with_request_id(media, value)
        body = encode(name, filled)
        return Prepared(status, headers, body, is_valid=self._schemas.is_valid(media.schema, filled))

    def media(self, response: Response, accept: str) -> MediaType | None:
        """The media type in which a response is written for an ``Accept`` header; None where it has no body."""
        return self._negotiate(response, accept, response.content)

    def of_schema(
        self,
        status: int,
        response: Response,
        accept: str,
        *,
        seed: int,
        scope: str,
        subject: Subject | None,
        echo: Mapping[str, Any],
    ) -> Prepared | None:
        """A generated answer, the same for the same scope and seed; None where the schema defeats us.

        The scope tells the subject and what is echoed, too.
        """
        media = self._negotiate(response, accept, response.content)
        key = (status, response.pointer, media.name if media else "", seed, scope)
        found = self._generated.get(key)
        if found is None:
            try:
                value = self._value(media, seed, scope, subject, echo)
            except CannotGenerate:
                return None
            found = self.of_value(status, response, media, value)
            self._remember(key, found)
        return found

    def items(self, media: MediaType, listing: Listing, seed: int) -> list[Any]:
        """The generated items of a listing: each the same one whenever it is asked for."""
        schema, at = resolve(self._spec.document, f"{media.schema}/properties/{listing.at}")
        pointer = f"{at}/items" if "items" in schema else at
        numbers = range(listing.first, listing.first + listing.count)
        return [self._generator.generate(pointer, seed=seed, scope=f"{listing.scope}/{n}") for n in numbers]

    def _remember(self, key: tuple[Any, ...], answer: Prepared) -> None:
        self._generated_size += len(answer.body) + 512
        if self._generated_size > MOST_GENERATED:
            self._generated.clear()
            self._generated_size = len(answer.body) + 512
        self._generated[key] = answer

    def _value(
        self, media: MediaType | None, seed: int, scope: str, subject: Subject | None, echo: Mapping[str, Any]
    ) -> Any:
        if media is None:
            return None
        if media.schema is None:
            return {} if is_json(_WRITTEN.get(media.name, media.name)) else ""
        return self._generator.generate(media.schema, seed=seed, scope=scope, subject=subject, echo=echo)

    def _negotiate(self, response: Response, accept: str, bodies: Mapping[str, Any]) -> MediaType | None:
        if not bodies:
            return None
        if len(bodies) == 1 or not accept:
            return response.content[next(iter(bodies))]
        key = (response.pointer, accept, *bodies)
        if key not in self._negotiated:
            if len(self._negotiated) > 1000:
                self._negotiated.clear()
            self._negotiated[key] = response.content[best_type(accept, list(bodies))]
        return self._negotiated[key]

    def _headers(self, response: Response) -> Headers:
        found = [(header, self._header(header)) for header in response.headers]
        return [(header.name.lower().encode(), value.encode()) for header, value in found if value is not None]

    def _header(self, header: Header) -> str | None:
        if header.value is not None or not header.required or header.schema is None:
            return header.value
        try:
            value = self._generator.generate(header.schema, seed=0, scope=header.name)
        except CannotGenerate:
            return None
        return value if isinstance(value, str) else json.dumps(value)

    def _with_request_id(self, media: MediaType, value: Any) -> Any:
        """The value with the request's id in each property marked ``x-request-id`` that it leaves out."""
        if media.schema is None or not isinstance(value, dict):
            return value
        wanted = self._id_properties(media.schema, 0)
        missing = {name: _PLACEHOLDER for name in wanted if name not in value}
        return {**value, **missing} if missing else value

    def _id_properties(self, pointer: str, depth: int) -> list[str]:
        schema = self._schemas.schema(pointer)
        properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
        found = [name for name, part in properties.items() if isinstance(part, dict) and part.get("x-request-id")]
        if isinstance(schema, dict) and depth < 4:
            for part in schema.get("allOf", ()):
                if "$ref" in part:
                    found += self._id_properties(target(part["$ref"]), depth + 1)
        return found


def best_type(accept: str, offered: list[str]) -> str:
    """The offered media type that an ``Accept`` header likes best; the first one where it likes none."""
    wishes = [_wish(part) for part in accept.split(",") if part.strip()]
    scored = [(max((quality(wish, name) for wish in wishes), default=(0, 0.0)), name) for name in offered]
    liked = [(score[1], name) for score, name in scored if score[1] > 0]
    return max(liked, key=lambda entry: entry[0])[1] if liked else offered[0]


def _wish(part: str) -> tuple[str, float]:
    """A media range and its quality: ``text/*;q=0.5``."""
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, max(0.0, min(1.0, float(parameter[2:])))
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def quality(wish: tuple[str, float], name: str) -> tuple[int, float]:
    """How exactly a range means a media type, and how much it is liked; (0, 0) where it doesn't mean it."""
    kind, q = wish
    bare = name.partition(";")[0].strip().lower()
    if kind == bare:
        return 3, q
    if kind == f"{bare.partition('/')[0]}/*":
        return 2, q
    return (1, q) if kind == "*/*" else (0, 0.0)
