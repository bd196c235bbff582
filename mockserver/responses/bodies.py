"""Bodies from examples, from generated data and from values that a behaviour made, encoded once where that can be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mockserver.byte_cache import ByteCache
from mockserver.clock import month_of
from mockserver.generate.entities import Entity, Kinds
from mockserver.generate.errors import CannotGenerate
from mockserver.http import SERVERS_OWN, Headers
from mockserver.openapi.media_types import essence, is_json, is_xml
from mockserver.openapi.model import Case, Header, MediaType, Operation, Response, Spec
from mockserver.openapi.reader import header_text
from mockserver.openapi.references import resolve, target
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Format, Listing
from mockserver.responses.encoded import BODYLESS, PLACEHOLDER, EncodedResponse
from mockserver.responses.formats import encode, file_of, written_type
from mockserver.responses.negotiation import best_type
from mockserver.responses.options import Option, fullest, is_on, options_in, with_options
from mockserver.responses.pages import isolation
from mockserver.responses.streams import delivery_of, is_stream

if TYPE_CHECKING:
    from mockserver.generate.values import Generator

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_GENERATED = 4 * 1024 * 1024
STREAMED = 3
"""How many events or lines a stream has that is made from the schema of one."""
MOST_NEGOTIATED = 512 * 1024

NOT_SENT = SERVERS_OWN | {"content-type", "content-encoding"}
"""Headers of a spec that follow from the body which is sent, and not from an example."""


class Bodies:
    """The answers of one vendor's operations."""

    def __init__(
        self, spec: Spec, schemas: Schemas, kinds: Kinds = NOTHING, formats: Mapping[str, Format] = NOTHING
    ) -> None:
        self._kinds = kinds
        self._formats = formats
        self._schemas = schemas
        self._spec = spec
        self._request_ids: dict[str, list[str]] = {}
        self._cases: dict[tuple[int, str, str, str], EncodedResponse] = {}
        self._negotiated: ByteCache[MediaType] = ByteCache(MOST_NEGOTIATED)
        self._generated: ByteCache[EncodedResponse] = ByteCache(MOST_GENERATED)

    @cached_property
    def generator(self) -> Generator:
        """The generator, imported when something is first generated."""
        from mockserver.generate.values import Generator

        return Generator(self._spec, self._schemas, self._kinds, self._formats)

    def of_case(self, case: Case, accept: str = "") -> EncodedResponse:
        """A case's answer in the best media type that it has; checked against its schema when first made."""
        media = self._negotiate(case.response, accept, case.bodies)
        key = (case.status, case.pointer, case.name, media.name if media else "")
        encoded = self._cases.get(key)
        if encoded is None:
            value = case.bodies[media.name] if media else None
            encoded = self._cases[key] = self.of_value(case.status, case.response, media, value)
        return encoded

    def is_fitting(self, case: Case) -> bool:
        """Whether a case keeps to the schema in every media type that it has."""
        return all(self.fits(case.response.content[name], value) for name, value in case.bodies.items())

    def rewritten(self, case: Case, name: str) -> Iterator[Case]:
        """A case with its data in another media type of its response, which is written from data, too."""
        if is_xml(name) or is_json(name):
            for value in case.bodies.values():
                if not isinstance(value, str | bytes):
                    yield replace(case, bodies={name: value})

    def all_events(self, case: Case) -> Case:
        """The case of a stream whose examples are one event each: all of them, in order; another one as it is."""
        bodies = dict(case.bodies)
        for name in case.bodies:
            events = list(case.response.content[name].examples.values())
            is_whole = any(isinstance(event, str | list) for event in events)  # each is a stream of its own
            if is_stream(essence(name)) and len(events) > 1 and not is_whole:
                bodies[name] = events
        together = replace(case, bodies=bodies, pointer=f"{case.response.pointer}/content")
        return case if bodies == case.bodies else together

    def options(self, response: Response | None) -> tuple[Option, ...]:
        """The parts of a response's bodies that calls ask for."""
        contents = response.content.values() if response is not None else ()
        found = [
            option for media in contents if media.schema for option in options_in(self._spec.document, media.schema)
        ]
        return tuple(dict.fromkeys(found))

    def of_options(
        self, operation: Operation, case: Case, options: Sequence[Option], inputs: Mapping[str, Any], accept: str
    ) -> EncodedResponse:
        """A case's answer with the parts that a call asks for, out of the fullest example of that response."""
        media = self._negotiate(case.response, accept, case.bodies)
        if media is None or not any(is_on(inputs, option.switch) for option in options):
            return self.of_case(case, accept)
        full = fullest(operation, case, media.name, options)
        value = with_options(full.bodies[media.name], options, inputs)
        return self.of_value(case.status, case.response, media, value)

    def of_echo(self, case: Case, accept: str, sent: Mapping[str, Any]) -> EncodedResponse:
        """A case's answer that tells back what was sent, where its schema allows that; else as it is."""
        media = self._negotiate(case.response, accept, case.bodies)
        example = case.bodies[media.name] if media is not None else None
        if media is not None and media.schema is not None and isinstance(example, dict):
            told = self.generator.with_echo(media.schema, example, sent)
            if told != example:
                encoded = self.of_value(case.status, case.response, media, told)
                if encoded.is_valid:
                    return encoded
        return self.of_case(case, accept)

    def of_value(self, status: int, response: Response, media: MediaType | None, value: Any) -> EncodedResponse:
        """An answer with a body of one's own. ``is_valid`` tells whether it keeps to the spec."""
        if media is None or status in BODYLESS:
            return EncodedResponse(status, self._headers(response), b"")
        written = written_type(media)
        headers = [(b"content-type", written.encode()), *isolation(written), *self._headers(response)]
        filled = self._with_request_id(media, value)
        body = encode(media, filled, self._schemas)
        return EncodedResponse(status, headers, body, is_valid=self.fits(media, filled), delivery=delivery_of(media))

    def fits(self, media: MediaType, value: Any) -> bool:
        """Whether a value keeps to the schema; a text that isn't JSON, or a file, is no value of one."""
        if isinstance(value, bytes) or (isinstance(value, str) and not is_json(written_type(media))):
            return True
        if media.item_schema is not None:
            items = value if isinstance(value, list) else [value]
            return all(self._schemas.is_valid(media.item_schema, item) for item in items)
        return self._schemas.is_valid(media.schema, value)

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
        subject: Entity | None,
        echo: Mapping[str, Any],
        with_examples: bool = False,
        now: int = 0,
    ) -> EncodedResponse:
        """A generated answer, the same for the same scope, seed and month.

        The scope tells the subject and what is echoed, too. ``with_examples`` takes the schemas' own examples first.
        Raises CannotGenerate where nothing keeps the schema.
        """
        media = self._negotiate(response, accept, response.content)
        month = month_of(now)
        key = (status, response.pointer, media.name if media else "", seed, scope, month, with_examples)
        encoded = self._generated.get(key)
        if encoded is None:
            value = self._value(media, seed, scope, subject, echo, month, with_examples=with_examples)
            encoded = self.of_value(status, response, media, value)
            self._generated.keep(key, encoded, len(encoded.body) + 512)
        return encoded

    def items(self, media: MediaType, listing: Listing, seed: int, now: int = 0) -> list[Any]:
        """The generated items of a listing: each the same one whenever it is asked for."""
        _, body = resolve(self._spec.document, media.schema or "")
        schema, at = resolve(self._spec.document, f"{body}/properties/{listing.at}")
        pointer = f"{at}/items" if "items" in schema else at
        numbers = range(listing.first, listing.first + listing.count)
        return [self._item(pointer, listing, number, seed, month_of(now)) for number in numbers]

    def _item(self, pointer: str, listing: Listing, number: int, seed: int, month: int) -> Any:
        scope = f"{listing.scope}/{number}"
        if listing.known is None:
            return self.generator.generate(pointer, seed=seed, scope=scope, month=month)
        known = listing.known(self.generator.inventor(seed, month), number)
        if not isinstance(known, Mapping):
            return known
        return self.generator.generate(pointer, seed=seed, scope=scope, known=known, month=month)

    def _value(
        self,
        media: MediaType | None,
        seed: int,
        scope: str,
        subject: Entity | None,
        echo: Mapping[str, Any],
        month: int,
        *,
        with_examples: bool,
    ) -> Any:
        if media is None:
            return None
        file = file_of(media, self._schemas)
        if file is not None:
            return file
        made = partial(
            self.generator.generate,
            seed=seed,
            subject=subject,
            echo=echo,
            month=month,
            with_examples=with_examples,
        )
        if media.schema is not None:
            return made(media.schema, scope=scope)
        if media.item_schema is not None:
            return [made(media.item_schema, scope=f"{scope}/{number}") for number in range(STREAMED)]
        return {} if is_json(written_type(media)) else ""

    def _negotiate(self, response: Response, accept: str, bodies: Mapping[str, Any]) -> MediaType | None:
        if not bodies:
            return None
        if len(bodies) == 1:
            return response.content[next(iter(bodies))]
        key = (response.pointer, accept, *bodies)
        media = self._negotiated.get(key)
        if media is None:
            media = response.content[best_type(accept, list(bodies))]
            self._negotiated.keep(key, media, 500 + len(accept))
        return media

    def _headers(self, response: Response) -> Headers:
        values = [(header, self._header(header)) for header in response.headers if header.name.lower() not in NOT_SENT]
        return [(header.name.lower().encode(), value.encode()) for header, value in values if value is not None]

    def _header(self, header: Header) -> str | None:
        if header.value is not None or not header.required or header.schema is None:
            return header.value
        try:
            value = self.generator.generate(header.schema, seed=0, scope=header.name)
        except CannotGenerate:
            return None
        return header_text(json.dumps(value) if header.is_json else value)

    def _with_request_id(self, media: MediaType, value: Any) -> Any:
        """The value with the request's id in each property marked ``x-request-id`` that it leaves out."""
        if media.schema is None or not isinstance(value, dict):
            return value
        wanted = self._request_ids.get(media.schema)
        if wanted is None:
            wanted = self._request_ids[media.schema] = self._id_properties(media.schema, 0)
        missing = {name: PLACEHOLDER for name in wanted if name not in value}
        return {**value, **missing} if missing else value

    def _id_properties(self, pointer: str, depth: int) -> list[str]:
        schema = self._schemas.schema(pointer)
        properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
        names = [name for name, part in properties.items() if isinstance(part, dict) and part.get("x-request-id")]
        if isinstance(schema, dict) and depth < 4:
            for part in schema.get("allOf", ()):
                if "$ref" in part:
                    names += self._id_properties(target(part["$ref"]), depth + 1)
        return names
