"""Read request bodies: the content type, the text, and the schema. Violations are data; a body may have several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mockserver.openapi.media_types import essence, is_json, is_xml
from mockserver.openapi.model import MediaType, RequestBody
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas
from mockserver.requests.content_encoding import TooLarge, decode
from mockserver.requests.forms import FormReader
from mockserver.requests.json_text import TooDeep, read_json
from mockserver.requests.magic import MARK, Token, find_in
from mockserver.requests.secret_names import sounds_secret
from mockserver.requests.typed import candidates
from mockserver.requests.unsupported import Unsupported
from mockserver.requests.violation import Violation
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.openapi.explain import Path
    from mockserver.requests.parts import PartsReader

_UTF8 = ("", "utf-8", "utf8", "us-ascii", "ascii")
_STRUCTURES = frozenset(("object", "array", "null"))
_ALIASES = {"text/xml": "application/xml", "application/xml": "text/xml"}
"""Types that are the same (RFC 7303): a client may say either."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class BodyReading:
    """What a body says: its value (None where there is none to be had), what is wrong with it, its magic token.

    ``unsupported`` says why the engine couldn't check it, which is no violation.
    """

    value: Any = None
    violations: tuple[Violation, ...] = ()
    token: Token | None = None
    unsupported: str = ""


class BodyReader:
    """The request body of one operation, compiled. ``schemas`` are those of requests.

    ``secret_fields`` are the names of its password fields.
    """

    def __init__(self, body: RequestBody, schemas: Schemas, limit: int) -> None:
        self._body = body
        self._schemas = schemas
        self._limit = limit
        places = [media.schema for media in body.content.values()]
        self.secret_fields = frozenset(name for place in places for name in schemas.password_fields(place))
        self._media = {essence(name): media for name, media in body.content.items()}
        self._forms = {name: FormReader(media, schemas) for name, media in self._media.items() if name == _FORM}
        self._parts: dict[str, PartsReader] = {}

    def read(self, content_type: str, raw: bytes, *, oversized: bool = False, encoding: str = "") -> BodyReading:
        """What a body says. ``encoding`` is its Content-Encoding."""
        if oversized:
            return self._wrong("too_large", f"is larger than {self._limit} bytes")
        if not raw:
            return self._wrong("invalid_body", "is required and empty") if self._body.required else BodyReading()
        try:
            return self._read(content_type, decode(raw, encoding, self._limit) if encoding else raw)
        except Unsupported as error:
            return BodyReading(unsupported=f"the body was not checked: {error} is not supported")
        except TooLarge:
            return self._wrong("too_large", f"is larger than {self._limit} bytes, decoded")
        except TooDeep as error:
            return self._wrong("invalid_body", str(error))
        except ValueError as error:
            return self._wrong("invalid_body", str(error), is_unreadable=True)

    def _read(self, content_type: str, raw: bytes) -> BodyReading:
        kind = essence(content_type)
        media = self._choose(kind)
        charset = _charset(content_type)
        if media is None:
            return self._other_type(content_type)
        if "*" not in media.name:
            kind = essence(media.name)
        if charset not in _UTF8:
            if is_json(kind):
                return self._other_type(content_type)
            raise Unsupported(f"charset {charset[:40]!r}")
        if is_json(kind):
            value = read_json(raw)
            return self._checked(media, value, may_be_magic=MARK.encode() in raw or b"\\u" in raw)
        return self._read_text(media, kind, content_type, raw)

    def _choose(self, kind: str) -> MediaType | None:
        names = [name for one in (kind, _ALIASES.get(kind, kind)) for name in _names(one)]
        return next((self._media[name] for name in names if name in self._media), None)

    def _read_text(self, media: MediaType, kind: str, content_type: str, raw: bytes) -> BodyReading:
        if kind in self._forms:
            return self._checked(media, self._forms[kind].read_urlencoded(raw), may_be_magic=True)
        if kind.startswith("multipart/"):
            return self._read_parts(media, kind, content_type, raw)
        types = self._schemas.types(media.schema)
        if is_xml(kind) and types:
            from mockserver.requests.xml_text import read_xml  # nothing that a start needs

            return self._checked(media, read_xml(raw, self._schemas, media.schema), may_be_magic=True)
        if not kind.startswith("text/"):
            if types and types <= _STRUCTURES:
                raise Unsupported(f"a body written as {kind[:80]}")
            return BodyReading(raw.decode("utf-8", "replace"))
        try:
            return self._checked(media, self._typed(media.schema, raw.decode()))
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8") from None

    def _read_parts(self, media: MediaType, kind: str, content_type: str, raw: bytes) -> BodyReading:
        from mockserver.requests.parts import PartsReader  # email's parser is nothing that a start needs

        if kind not in self._parts:
            self._parts[kind] = PartsReader(media, self._schemas)
        value, problems = self._parts[kind].read(raw, content_type)
        reading = self._checked(media, value, may_be_magic=True)
        spec = f"{media.pointer}/encoding"
        wrong = [Violation("invalid_body", "body", "", one.message, spec, one.pointer) for one in problems]
        return replace(reading, violations=(*reading.violations, *wrong)) if wrong else reading

    def _typed(self, pointer: str | None, text: str) -> Any:
        """A text as the first value that it may stand for and the schema allows; else as the likeliest."""
        values = list(candidates(self._schemas, pointer, text)) if pointer else [text]
        return next((value for value in values if self._schemas.is_valid(pointer, value)), values[0])

    def _checked(self, media: MediaType, value: Any, *, may_be_magic: bool = False) -> BodyReading:
        tokens = dict(find_in(value)) if may_be_magic else {}
        return BodyReading(value, self._violations(media, value, tokens), next(iter(tokens.values()), None))

    def _violations(self, media: MediaType, value: Any, tokens: dict[str, Token]) -> tuple[Violation, ...]:
        """Schema violations, but none of a string that bears a magic token, nor of a choice around it."""
        if self._schemas.is_valid(media.schema, value):
            return ()
        from mockserver.openapi.explain import AND_MORE, LONGEST_POINTER, shorten

        spec = media.schema or media.pointer
        exempt = {shorten(pointer, LONGEST_POINTER) for pointer in tokens}
        problems = [
            problem
            for problem in self._schemas.problems(media.schema, value, self._is_hidden)
            if problem.pointer not in exempt
            and not (problem.is_choice and any(at.startswith(f"{problem.pointer}/") for at in tokens))
        ]
        if problems and tokens and isinstance(value, dict):  # a property that the spec doesn't list may bear one, too
            bare = {name: part for name, part in value.items() if f"/{escape(name)}" not in tokens}
            places = {problem.pointer for problem in self._schemas.problems(media.schema, bare, self._is_hidden)}
            problems = [problem for problem in problems if problem.pointer in places]
        if problems == [AND_MORE]:  # all that was told is exempt
            return ()
        return tuple(Violation("invalid_body", "body", "", one.message, spec, one.pointer) for one in problems)

    def _is_hidden(self, value: Any, path: Path) -> bool:
        """Whether a message would quote what is, or may hold, a secret."""
        if isinstance(value, dict | list) or "" in self.secret_fields:
            return True
        return any(isinstance(part, str) and self._is_secret(part) for part in path)

    def _is_secret(self, name: str) -> bool:
        return name in self.secret_fields or sounds_secret(name)

    def _other_type(self, content_type: str) -> BodyReading:
        sent = content_type.strip()[:200] or "nothing"
        known = ", ".join(self._media)
        return self._wrong("media_type", f"is {sent}, not {known}", name="Content-Type")

    def _wrong(self, kind: str, message: str, name: str = "", *, is_unreadable: bool = False) -> BodyReading:
        violation = Violation(kind, "body", name, message, self._body.pointer, is_unreadable=is_unreadable)
        return BodyReading(violations=(violation,))


def _names(kind: str) -> tuple[str, str, str]:
    """The names under which a spec may declare a type."""
    return kind, f"{kind.partition('/')[0]}/*", "*/*"


def _charset(content_type: str) -> str:
    charset = content_type.lower().partition("charset=")[2].strip("\"' ")
    return charset.partition(";")[0].strip("\"' ")


def stray_token(raw: bytes) -> Token | None:
    """A magic token in a JSON body that an operation doesn't declare, and so doesn't read otherwise."""
    if MARK.encode() not in raw:
        return None
    try:
        return next((token for _, token in find_in(read_json(raw))), None)
    except ValueError:
        return None
