"""Compares one exchange with the spec: an empty list means that it keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Header, MediaType, Response, Spec
from mockserver.openapi.schemas import Schemas
from mockserver.verify.bodies import body_differences
from mockserver.verify.change import Change, Kind
from mockserver.verify.difference import ABSENT, Difference
from mockserver.verify.exchange import Exchange
from mockserver.verify.infer import infer
from mockserver.verify.json_text import read_json, without_surrogates
from mockserver.verify.provenance import provenance_of

_BODILESS = (204, 205, 304)
_DOWN = ("type", "value", "format", "bound", "schema")  # where several are wrong with one value, the first tells it


class Comparer:
    """Compares exchanges with one spec."""

    def __init__(self, spec: Spec) -> None:
        self._document = spec.document
        self._schemas = Schemas(spec).of_responses

    def compare(self, exchange: Exchange) -> list[Difference]:
        """All differences of an exchange, one a place and kind."""
        operation = exchange.operation
        if not exchange.status:
            return [Difference("no-answer", "answer", "none came", operation.pointer, operation.provenance)]
        response = operation.response_for(exchange.status)
        if response is None:
            return [self._undocumented(exchange)]
        return _merged([*self._headers(exchange, response), *self._body(exchange, response)])

    def _undocumented(self, exchange: Exchange) -> Difference:
        operation, body = exchange.operation, _parsed(exchange)
        known = ", ".join(response.key for response in operation.responses)
        schema = infer(body) if body is not ABSENT else {"type": "string"} if exchange.body else {}
        media = exchange.media_type if exchange.body else ""
        pointer = f"{operation.pointer}/responses"
        change = Change(Kind.STATUS, pointer, (str(exchange.status), media, schema))
        message = f"not a status of the spec, which has {known}"
        value = exchange.status
        return Difference("status", "status", message, pointer, operation.provenance, value, changes=(change,))

    def _headers(self, exchange: Exchange, response: Response) -> Iterator[Difference]:
        provenance = provenance_of(self._document, exchange.operation, response)
        for header in response.headers:
            text, known_from = exchange.header(header.name), provenance(header.pointer, "/")
            if header.name.lower() == "content-type":  # OpenAPI says: described by the media types
                continue
            if text is None:
                if header.required:
                    yield _missing(header, known_from)
            elif header.schema is not None:
                yield from self._header(header, header.schema, text, known_from)

    def _header(self, header: Header, schema: str, text: str, provenance: str) -> Iterator[Difference]:
        value = self._schemas.coerce(schema, text)
        for difference in body_differences(self._document, self._schemas, schema, value, lambda *_: provenance):
            if difference.place == "body /" and not difference.is_open:
                yield Difference(
                    "header",
                    f"header {header.name}",
                    difference.message,
                    difference.pointer,
                    provenance,
                    text,
                    changes=difference.changes,
                )

    def _body(self, exchange: Exchange, response: Response) -> Iterator[Difference]:
        operation = exchange.operation
        if exchange.body is None or operation.method == "HEAD" or exchange.status in _BODILESS:
            return
        provenance = provenance_of(self._document, operation, response)
        if not exchange.body:
            if response.content:
                message = f"is empty; expected {' or '.join(response.content)}"
                yield Difference("no-body", "body /", message, response.pointer, provenance(response.pointer, ""))
            return
        media = _media(response, exchange.media_type)
        if media is None:
            yield self._other_media(exchange, response, provenance(response.pointer, ""))
        elif is_json(exchange.media_type):
            body = _parsed(exchange)
            if body is ABSENT:
                shown = exchange.body.decode("utf-8", "replace")
                yield Difference(
                    "no-json", "body /", "not valid JSON", media.pointer, provenance(media.pointer, ""), shown
                )
            elif media.schema is not None:
                yield from body_differences(self._document, self._schemas, media.schema, body, provenance)

    def _other_media(self, exchange: Exchange, response: Response, provenance: str) -> Difference:
        body = _parsed(exchange)
        schema = infer(body) if body is not ABSENT else {"type": "string"}
        name = exchange.media_type or "application/octet-stream"
        change = Change(Kind.MEDIA_TYPE, response.pointer, (name, schema))
        known = " or ".join(response.content) or "without a body"
        value = exchange.media_type or "no content type"
        message = f"should be {known}"
        return Difference(
            "content-type", "content type", message, response.pointer, provenance, value, changes=(change,)
        )


def _missing(header: Header, provenance: str) -> Difference:
    change = Change(Kind.HEADER_OPTIONAL, f"{header.pointer}/required")
    message = "required, and missing"
    return Difference("missing-header", f"header {header.name}", message, header.pointer, provenance, changes=(change,))


def _media(response: Response, name: str) -> MediaType | None:
    """The media type of a response that an answer's is one of; ``text/*`` and ``*/*`` stand for many."""
    for key in (name, f"{name.partition('/')[0]}/*", "*/*"):
        for known, media in response.content.items():
            if known.partition(";")[0].strip().lower() == key:
                return media
    return None


def _parsed(exchange: Exchange) -> Any:
    """The JSON of an answer; ABSENT where it has none."""
    if not exchange.body or not is_json(exchange.media_type):
        return ABSENT
    try:
        return without_surrogates(read_json(exchange.body))
    except ValueError:
        return ABSENT


def _merged(differences: Iterable[Difference]) -> list[Difference]:
    """Differences of one place as one: of a value, the worst tells what is wrong, and the others give their changes."""
    kept: dict[tuple[str, str], Difference] = {}
    for difference in sorted(differences, key=lambda one: _DOWN.index(one.kind) if one.kind in _DOWN else 0):
        key = (difference.place, "value" if difference.kind in _DOWN else difference.kind)
        if key in kept:
            first = kept[key]
            first.changes += tuple(change for change in difference.changes if change not in first.changes)
        else:
            kept[key] = difference
    return list(kept.values())
