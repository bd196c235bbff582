"""A value for a JSON Schema, always the same one: it follows from the seed, whose value it is, and its path.

An object with ``x-entity`` is filled from ``people.py``, so that it agrees with the answers of other operations.
What was made is checked with the compiled schema; CannotGenerate says why nothing could be made.
"""

from __future__ import annotations

import base64
import math
import random
import re
import string
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, reduce
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

import jsonschema_rs
import rstr

from mockserver.companies import IMAGES, INDUSTRIES, PLACES, THIS_YEAR, Dice, Words
from mockserver.people import KINDS, Universe
from mockserver.spec.model import Spec
from mockserver.spec.references import DanglingRef, lookup, target
from mockserver.spec.schemas import Schemas
from mockserver.spec.source import escape

ATTEMPTS = 4
MOST_VALUES = 10_000
"""How many values one answer may be made of."""
DEEPEST = 40
LONGEST_TEXT = 20_000
TURNS = 1
"""How often a recursive schema goes round before what is optional is left out."""

Pointers = tuple[str, ...]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class CannotGenerate(ValueError):
    """No value was found for the schema at ``pointer``; ``reason`` says why, and where in the value."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer = pointer
        self.reason = reason
        super().__init__(f"{pointer or '/'}: {reason}")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is asked for: an entity's kind and key (``people.identify``), and what the client sent."""

    kind: str
    key: str
    given: object = None


class Generator:
    """Makes values for the schemas of one spec. Not to be shared by threads."""

    def __init__(self, spec: Spec, schemas: Schemas) -> None:
        self._document = spec.document
        self._schemas = schemas
        self._words = Words()
        self._shapes: dict[tuple[Pointers, frozenset[str]], Shape] = {}

    def generate(
        self,
        pointer: str,
        *,
        seed: int,
        scope: str,
        subject: Subject | None = None,
        echo: Mapping[str, Any] = NOTHING,
    ) -> Any:
        """A valid value of the schema at a pointer. ``scope`` says whose it is, where ``subject`` doesn't.

        ``echo`` is the input, told back in properties of the same name. Raises CannotGenerate.
        """
        universe = Universe(seed, self._words)
        spot = Spot(scope, "", subject, deepcopy(dict(echo)))
        problem, left = "nothing fits", MOST_VALUES
        for attempt in range(ATTEMPTS):
            draft = Draft(self, universe, (seed, attempt) if attempt else (seed,), self._words, left)
            try:
                value = draft.value((pointer,), spot)
                errors = self._schemas.errors(pointer, value)
            except CannotGenerate as error:
                problem, left = str(error), draft.left
            except (ValueError, DanglingRef, jsonschema_rs.ReferencingError) as error:
                raise CannotGenerate(pointer, str(error).partition("\n")[0]) from error
            else:
                if not errors:
                    return value
                left = draft.left
                problem = f"what was made breaks it at {errors[0][0] or '/'}: {errors[0][1]}"
        raise CannotGenerate(pointer, problem)

    def fits(self, pointers: Pointers, value: Any) -> bool:
        return all(self._schemas.is_valid(pointer, value) for pointer in pointers)

    def shape(self, pointers: Pointers, settled: frozenset[str] = frozenset()) -> Shape:
        """The schemas at some pointers taken together."""
        found = self._shapes.get((pointers, settled))
        if found is None:
            found = self._shapes[pointers, settled] = _shape(self._document, pointers, settled)
        return found


# What a schema asks for

_TIGHTEST: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Schemas taken together, with their references and ``allOf``: the tightest of each keyword, parts by pointer.

    ``choices`` are the alternatives (``anyOf``, ``oneOf``, ``if``) still open, each with its name; ``settled``
    names those that aren't.
    """

    roots: Pointers
    settled: frozenset[str]
    facts: Mapping[str, Any]
    types: tuple[str, ...] | None
    values: Sequence[Any] | None
    required: tuple[str, ...]
    properties: Mapping[str, Pointers]
    prefix: tuple[Pointers, ...]
    items: Pointers
    others: Pointers
    choices: tuple[tuple[str, tuple[Pointers, ...]], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types it allows; where it names none, the one that its keywords are about."""
        if self.types is not None:
            return self.types
        if self.properties or self.required or self.others:
            return ("object",)
        if self.items or self.prefix:
            return ("array",)
        return ("number",) if self.facts.keys() & {"minimum", "maximum", "multipleOf"} else ("string",)


def _shape(document: Any, pointers: Pointers, settled: frozenset[str]) -> Shape:
    found = list(_taken_together(document, pointers))
    schemas = [schema for _, schema in found]
    parts: defaultdict[str, Pointers] = defaultdict(tuple)
    for pointer, schema in found:
        for name, part in _parts(pointer, schema):
            parts[name] += (part,)
    return Shape(
        roots=pointers,
        settled=settled,
        facts=_facts(schemas),
        types=_types(schemas),
        values=_values(schemas),
        required=tuple(dict.fromkeys(name for schema in schemas for name in schema.get("required", ()))),
        properties={name.removeprefix("properties/"): part for name, part in parts.items() if name.startswith("prop")},
        prefix=tuple(part for name, part in parts.items() if name.startswith("prefixItems/")),
        items=parts["items"],
        others=parts["additionalProperties"],
        choices=tuple(choice for place in found for choice in _choices(*place) if choice[0] not in settled),
    )


def _facts(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for schema in schemas:
        for key, fact in schema.items():
            facts[key] = _TIGHTEST[key](facts.get(key, fact), fact) if key in _TIGHTEST else facts.get(key, fact)
    return facts


def _types(schemas: Sequence[Mapping[str, Any]]) -> tuple[str, ...] | None:
    named = [schema["type"] for schema in schemas if "type" in schema]
    return (
        reduce(_in_both, [(types,) if isinstance(types, str) else tuple(types) for types in named]) if named else None
    )


def _in_both(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    """The types in both lists; an integer is a number."""
    exact = [name for name in left if name in right]
    whole = "integer" in (*left, *right) and "integer" not in exact and {"integer", "number"} <= {*left, *right}
    return (*exact, "integer") if whole else tuple(exact)


def _values(schemas: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    """The values that every ``enum`` and ``const`` allows; None where there is none of these."""
    allowed = [schema["enum"] for schema in schemas if "enum" in schema]
    allowed += [[schema["const"]] for schema in schemas if "const" in schema]
    return [value for value in allowed[0] if all(value in values for values in allowed)] if allowed else None


def _parts(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in schema.get("properties", ()):
        yield f"properties/{name}", f"{pointer}/properties/{escape(name)}"
    for index in range(len(schema.get("prefixItems", ()))):
        yield f"prefixItems/{index}", f"{pointer}/prefixItems/{index}"
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict) and schema[name]:
            yield name, f"{pointer}/{name}"


def _taken_together(document: Any, pointers: Pointers) -> Iterator[tuple[str, dict[str, Any]]]:
    todo, seen = list(pointers), set()
    for pointer in todo:
        if pointer in seen:
            continue
        seen.add(pointer)
        found = lookup(document, pointer)
        schema = found if isinstance(found, dict) else {} if found else {"enum": []}  # what true and false mean
        yield pointer, schema
        if "$ref" in schema:
            todo.append(target(schema["$ref"]))
        todo += [f"{pointer}/allOf/{index}" for index in range(len(schema.get("allOf", ())))]


def _choices(pointer: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Pointers, ...]]]:
    for key in ("anyOf", "oneOf"):
        if key in schema:
            yield f"{pointer}/{key}", tuple((f"{pointer}/{key}/{index}",) for index in range(len(schema[key])))
    if "if" in schema:
        then = tuple(f"{pointer}/{key}" for key in ("if", "then") if key in schema)
        yield f"{pointer}/if", (then, (f"{pointer}/else",) if "else" in schema else ())


# One value


@dataclass(slots=True)
class Spot:
    """Where in an answer a value stands. ``owner`` has the attributes of the object there, if it is somebody's."""

    scope: str
    path: str
    subject: Subject | None
    echo: Mapping[str, Any] | None = None
    owner: Mapping[str, Any] | None = None
    is_item: bool = False
    above: tuple[Shape, ...] = ()

    def below(self, name: str, shape: Shape, *, is_item: bool = False) -> Spot:
        """Told back is input at the top, and in an envelope's ``data``."""
        echo = self.echo if name == "data" and not self.path else None
        return Spot(self.scope, f"{self.path}/{name}", self.subject, echo, None, is_item, (*self.above, shape))


class Draft:
    """One attempt at an answer, of as many values as are ``left``."""

    def __init__(
        self, generator: Generator, universe: Universe, seed: tuple[int, ...], words: Words, left: int
    ) -> None:
        self._generator = generator
        self._universe = universe
        self._seed = seed
        self._words = words
        self.left = left

    def value(self, pointers: Pointers, spot: Spot) -> Any:
        """A value for the schemas at some pointers. Raises CannotGenerate."""
        self.left -= 1
        if self.left < 0 or len(spot.above) > DEEPEST:
            raise CannotGenerate(spot.path, "too many values" if self.left < 0 else "nested too deeply")
        shape = self._generator.shape(pointers)
        if not shape.choices:
            return self._plain(shape, spot)
        problem = CannotGenerate(spot.path, "nothing fits")
        for plain in self._alternatives(shape, spot):
            try:
                made = self._plain(plain, spot)
            except CannotGenerate as error:
                problem = error
            else:
                if self._generator.fits(pointers, made):
                    return made
        raise problem

    def _alternatives(self, shape: Shape, spot: Spot) -> Iterator[Shape]:
        """The shapes that are left once every choice is made, likely ones first."""
        if not shape.choices:
            yield shape
            return
        name, options = shape.choices[0]
        turn = self._dice(spot).roll(name)

        def reluctance(index: int) -> tuple[bool, bool, int]:
            kinds = self._generator.shape(options[index]).kinds if options[index] else ()
            nested = "object" in kinds or "array" in kinds
            is_last = kinds == ("null",) and turn % 10 != 0
            return nested and len(spot.above) > DEEPEST // 4, is_last, (index - turn) % len(options)

        for index in sorted(range(len(options)), key=reluctance):
            chosen = self._generator.shape((*shape.roots, *options[index]), shape.settled | {name})
            yield from self._alternatives(chosen, spot)

    def _plain(self, shape: Shape, spot: Spot) -> Any:
        dice = self._dice(spot)
        if shape.values is not None:
            return deepcopy(self._first(shape, spot, _nulls_last(shape.values, dice)))
        match self._kind(shape, spot, dice):
            case "object":
                return self._entity(shape, spot) if shape.facts.get("x-entity") in KINDS else self._object(shape, spot)
            case "array":
                return self._array(shape, spot, dice)
            case "string":
                texts = _texts(shape.facts, spot.path, dice, self._words)
                return self._first(shape, spot, chain(self._links(shape, spot), texts))
            case "boolean":
                return dice.roll("boolean") % 2 == 0
            case "integer" | "number" as kind:
                return _number(shape.facts, spot.path, dice, whole=kind == "integer")
        return None

    def _kind(self, shape: Shape, spot: Spot, dice: Dice) -> str:
        kinds = [kind for kind in shape.kinds if kind != "null"]
        if not shape.kinds:
            raise CannotGenerate(spot.path, "its types exclude each other")
        if not kinds or ("null" in shape.kinds and (dice.roll("null") % 10 == 0 or self._goes_round(shape, spot))):
            return "null"
        return kinds[0] if len(kinds) == 1 else dice.pick("type", kinds)

    def _goes_round(self, shape: Shape, spot: Spot) -> bool:
        return spot.above.count(shape) >= TURNS

    def _dice(self, spot: Spot) -> Dice:
        return Dice(self._seed, spot.scope, spot.path)

    def _first(self, shape: Shape, spot: Spot, candidates: Iterator[Any]) -> Any:
        for candidate in candidates:
            if self._generator.fits(shape.roots, candidate):
                return candidate
        raise CannotGenerate(spot.path, "nothing fits its values, pattern, format and length")

    def _links(self, shape: Shape, spot: Spot) -> Iterator[str]:
        """Where a pattern asks for a link to somebody on LinkedIn: one to somebody invented."""
        pattern = shape.facts.get("pattern", "").replace("\\/", "/")
        for kind, folder in (
            ("person", "/in/"),
            ("company", "/company/"),
            ("school", "/school/"),
            ("job", "/jobs/view/"),
        ):
            if folder in pattern:
                yield f"https://www.linkedin.com{folder}{self._universe.stranger(kind, f'{spot.scope}{spot.path}')}"

    def _entity(self, shape: Shape, spot: Spot) -> dict[str, Any]:
        """The subject's own attributes; in an array, or for another kind, those of somebody invented."""
        kind = shape.facts["x-entity"]
        subject = spot.subject
        if subject is None or subject.kind != kind or spot.is_item:
            subject = Subject(kind, self._universe.stranger(kind, f"{spot.scope}{spot.path}"))
        owner = self._universe.attributes(kind, subject.key, subject.given)
        scope = f"{kind}/{self._universe.identity(kind, subject.key)}"
        return self._object(shape, Spot(scope, "", subject, owner=owner, above=spot.above))

    def _object(self, shape: Shape, spot: Spot) -> dict[str, Any]:
        made: dict[str, Any] = {}
        goes_round = self._goes_round(shape, spot)
        for name, pointers in shape.properties.items():
            needed = name in shape.required
            if needed or not goes_round:
                try:
                    made[name] = self._property(name, pointers, spot, shape, needed=needed)
                except CannotGenerate:
                    if needed:
                        raise
        for name in self._further(shape, spot, made):
            made[name] = self.value(shape.others, spot.below(name, shape))
        optional = [name for name in made if name not in shape.required]
        room = shape.facts.get("maxProperties", len(made)) - (len(made) - len(optional))
        for name in optional[max(room, 0) :]:
            del made[name]
        return made

    def _property(self, name: str, pointers: Pointers, spot: Spot, shape: Shape, *, needed: bool) -> Any:
        below = spot.below(name, shape)
        facts = self._generator.shape(pointers).facts
        if facts.get("writeOnly") and not needed:
            raise CannotGenerate(below.path, "is never sent")
        known = spot.owner or spot.echo or NOTHING
        attribute = facts.get("x-attribute", name)
        if attribute in known:
            try:
                return self._fitted(known[attribute], pointers, below)
            except CannotGenerate:
                if known[attribute] is None and not needed:
                    raise
        return self.value(pointers, below)

    def _further(self, shape: Shape, spot: Spot, made: Mapping[str, Any]) -> list[str]:
        """Names of properties that aren't listed: required ones, and a few where any name may stand."""
        needed = [name for name in shape.required if name not in made]
        is_map = shape.others and not shape.properties and not self._goes_round(shape, spot)
        count = max(shape.facts.get("minProperties", 0), 3 if is_map else 0)
        names = (f"{_NAMES[index % len(_NAMES)]}{index // len(_NAMES) or ''}" for index in range(MOST_VALUES))
        free = (name for name in names if name not in made and name not in needed)
        return needed + list(islice(free, max(count - len(made) - len(needed), 0)))

    def _array(self, shape: Shape, spot: Spot, dice: Dice) -> list[Any]:
        count = self._length(shape, spot, dice)
        is_set = shape.facts.get("uniqueItems")
        made: list[Any] = []
        for index in range(count * 9 if is_set else count):
            try:
                pointers = shape.prefix[len(made)] if len(made) < len(shape.prefix) else shape.items
                item = self.value(pointers, spot.below(str(index), shape, is_item=True))
            except CannotGenerate:
                if len(made) < shape.facts.get("minItems", 0):
                    raise
                break
            if not (is_set and item in made):
                made.append(item)
            if len(made) == count:
                break
        return made

    def _length(self, shape: Shape, spot: Spot, dice: Dice) -> int:
        least: int = shape.facts.get("minItems", 0)
        most: int = shape.facts.get("maxItems", MOST_VALUES)
        if shape.facts.get("items") is False:
            return min(len(shape.prefix), most)
        likely = least if self._goes_round(shape, spot) else dice.between("count", max(least, 1), max(least, 3))
        return min(max(likely, len(shape.prefix)), most)

    def _fitted(self, value: Any, pointers: Pointers, spot: Spot) -> Any:
        """A known value as a schema wants it. Raises CannotGenerate where it can't be had so."""
        shape = self._generator.shape(pointers)
        if isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], Mapping)):
            return self._first(shape, spot, self._structures(value, shape, spot))
        if self._generator.fits(pointers, value):
            return value
        return self._first(shape, spot, _readings(value, shape.facts))

    def _structures(self, value: Any, shape: Shape, spot: Spot) -> Iterator[Any]:
        for plain in self._alternatives(shape, spot):
            if isinstance(value, Mapping) and "object" in plain.kinds:
                yield self._object(plain, replace(spot, owner=value))
            elif isinstance(value, list) and "array" in plain.kinds:
                some = enumerate(value[: plain.facts.get("maxItems")])
                yield [self._fitted(item, plain.items, spot.below(str(index), plain)) for index, item in some]


def _nulls_last(values: Sequence[Any], dice: Dice) -> Iterator[Any]:
    turn = dice.roll("value")
    rotated = [values[(turn + index) % len(values)] for index in range(len(values))]
    return iter(sorted(rotated, key=lambda value: value is None and turn % 10 != 0))


def _readings(value: Any, facts: Mapping[str, Any]) -> Iterator[Any]:
    """What a value may be written as: ``["a", "b"]`` as ``a, b`` too, and 7 as ``"7"``."""
    if isinstance(value, list):
        yield value[: facts.get("maxItems")]
        yield ", ".join(str(item) for item in value)
    elif isinstance(value, str):
        if re.fullmatch(r"-?[0-9]{1,18}", value):
            yield int(value)
        yield value[: facts.get("maxLength")].strip()
        yield [value]
    elif value is not None and not isinstance(value, bool):
        yield str(value)


# Numbers and texts

_NAMES = ("Engineering", "Sales", "Operations", "Marketing", "Finance", "Support")
_RANGES = (
    ("end_?year$", THIS_YEAR, THIS_YEAR),
    ("start_?year$", THIS_YEAR - 12, THIS_YEAR - 4),
    ("year", THIS_YEAR - 10, THIS_YEAR - 1),
    ("month", 1, 12),
    ("percent|ratio|score", 1, 100),
    ("(start|offset)$", 0, 0),
    ("(page|rounds?)$", 1, 5),
    ("per_?page|page_?(size|count)|limit", 5, 50),
    ("min.*(salary|amount|price)", 40_000, 79_000),
    ("max.*(salary|amount|price)", 80_000, 160_000),
    ("salary|amount|price|revenue|funding", 10_000, 5_000_000),
    ("duration|millis|_ms$", 5_000, 600_000),
    (r"\bid$|_id$", 1_000_000, 999_999_999),
    ("headcount|employee|follower|view", 5, 5_000),
    ("", 0, 250),
)
"""How large a number is by its name: what the first pattern that is found in it says."""


def _date(dice: Dice) -> str:
    return f"{THIS_YEAR - 1}-{dice.between('month', 1, 12):02}-{dice.between('day', 1, 28):02}"


def _time(dice: Dice) -> str:
    return f"{dice.between('hour', 0, 23):02}:{dice.between('minute', 0, 59):02}:{dice.between('second', 0, 59):02}"


_MAKERS: Mapping[str, Callable[[Dice, Words], str]] = {
    "date-time": lambda dice, _: f"{_date(dice)}T{_time(dice)}Z",
    "date": lambda dice, _: _date(dice),
    "time": lambda dice, _: f"{_time(dice)}Z",
    "duration": lambda dice, _: f"P{dice.between('days', 1, 30)}D",
    "email": lambda dice, words: "{}.{}@example.com".format(*words.name(dice.roll("name"))).lower(),
    "hostname": lambda dice, _: f"host-{dice.between('host', 1, 9999)}.example.com",
    "ipv4": lambda dice, _: f"192.0.2.{dice.between('host', 1, 254)}",
    "ipv6": lambda dice, _: f"2001:db8::{dice.between('host', 1, 65535):x}",
    "uri": lambda dice, _: f"https://www.example.com/{dice.bytes('uri').hex()}",
    "uuid": lambda dice, _: str(uuid.UUID(bytes=dice.bytes("uuid", 16), version=4)),
    "json-pointer": lambda dice, _: f"/items/{dice.between('index', 0, 9)}",
    "relative-json-pointer": lambda dice, _: str(dice.between("index", 0, 9)),
    "regex": lambda dice, _: f"^[a-z]{{{dice.between('length', 1, 9)}}}$",
    "byte": lambda dice, _: base64.b64encode(dice.bytes("byte", 12)).decode(),
    "first name": lambda dice, words: words.name(dice.roll("name"))[0],
    "last name": lambda dice, words: words.name(dice.roll("name"))[1],
    "full name": lambda dice, words: " ".join(words.name(dice.roll("name"))),
    "phone": lambda dice, _: dice.phone(),
    "image": lambda dice, _: f"{IMAGES}/{dice.bytes('image').hex()}.jpg",
    "currency": lambda dice, _: dice.pick("currency", ("USD", "EUR", "GBP")),
    "salary": lambda dice, _: f"${dice.between('salary', 50, 180)},000/yr",
    "company": lambda dice, words: words.company(dice.roll("company")),
    "place": lambda dice, _: str(dice.pick("place", PLACES)),
    "city": lambda dice, _: dice.pick("place", PLACES).city,
    "country": lambda dice, _: dice.pick("place", PLACES).country,
    "industry": lambda dice, _: dice.pick("industry", tuple(INDUSTRIES)),
    "skill": lambda dice, _: dice.pick("skill", [skill for several in INDUSTRIES.values() for skill in several]),
    "language": lambda dice, _: dice.pick("language", ("English", "French", "German", "Spanish")),
    "years": lambda dice, _: f"{dice.between('years', 2, 9)} yrs",
    "job": lambda dice, words: words.job(dice.roll("job")),
    "number": lambda dice, _: str(dice.between("number", 10_000_000, 999_999_999)),
    "token": lambda dice, _: dice.bytes("token").hex(),
    "urn": lambda dice, _: f"urn:li:activity:{dice.between('urn', 7 * 10**18, 73 * 10**17)}",
    "sort": lambda dice, _: dice.pick("sort", ("standard", "regular", "basic")),
    "title": lambda dice, words: words.slogan(dice.roll("title")).title(),
    "post": lambda dice, words: words.post(dice.roll("post")),
}
"""Texts by what they are: a format of JSON Schema, or one of ours."""

_SAME = {"idn-email": "email", "idn-hostname": "hostname", "url": "uri", "iri": "uri", "uri-template": "uri"} | {
    "uri-reference": "uri",
    "iri-reference": "uri",
}
_CALLED = (
    ("first_?name", "first name"),
    ("last_?name|surname", "last name"),
    ("e_?mail", "email"),
    ("phone|mobile", "phone"),
    ("image|photo|picture|logo|avatar|thumbnail", "image"),
    ("(url|uri|link|website|href)$", "uri"),
    ("(domain|host)$", "hostname"),
    ("currency", "currency"),
    ("salary(_display|_text|_range)?$", "salary"),
    ("(full|person|poster|author|member|user|owner|sender)s?[ _]name", "full name"),
    ("(company|employer|organi[sz]ation|issuer|authority|publisher|investor)s?([ _]name)?$", "company"),
    ("(location|place|address)$", "place"),
    ("(city)$", "city"),
    ("(country)$", "country"),
    ("(industry)$", "industry"),
    ("skills?$", "skill"),
    ("languages?$", "language"),
    ("duration$", "years"),
    ("(time|_at|posted)$", "date-time"),
    ("(date|issued)$", "date"),
    ("urn$", "urn"),
    (r"\bid$|_id$|_number$", "number"),
    ("(uuid|token|cursor|hash|key)$", "token"),
    ("(role|position|occupation|job_?title)$", "job"),
    ("(type|kind|category|period)$", "sort"),
    ("(title|name|subject|headline|label)$", "title"),
    ("(text|about|summary|description|comment|content|bio|body)$", "post"),
)
"""What a text is by its name (``certifications name``: with its parent's): the first pattern found says it."""


@lru_cache(maxsize=4096)
def _called(path: str) -> str:
    """The name of what stands at a path, and its parent's: ``/jobOffers/3/minSalary`` is ``job_offers min_salary``."""
    names = [name for name in path.split("/") if not name.isdigit()]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", " ".join(names[-2:])).lower()


@lru_cache(maxsize=4096)
def _usual(name: str) -> tuple[int, int]:
    return next((low, high) for pattern, low, high in _RANGES if re.search(pattern, name))


@lru_cache(maxsize=4096)
def _meant(name: str) -> str:
    return next((what for pattern, what in _CALLED if re.search(pattern, name)), "")


def _number(facts: Mapping[str, Any], path: str, dice: Dice, *, whole: bool) -> float:
    """A number of usual size within the bounds, as a multiple of the smallest step."""
    step = Decimal(str(facts.get("multipleOf", 1 if whole else "0.01")))
    if whole and step % 1:
        step = step.scaleb(-int(step.as_tuple().exponent))
    low, high = _bounds(facts, step)
    if low is not None and high is not None and low > high and not whole and "multipleOf" not in facts:
        step /= 1_000_000
        low, high = _bounds(facts, step)
    usual_low, usual_high = (math.ceil(end / step) for end in _usual(_called(path)))
    first = usual_low if low is None else max(low, usual_low)
    last = usual_high if high is None else min(high, usual_high)
    if first > last:
        first = low if low is not None else (high or 0) - 1000
        last = high if high is not None else first + 1000
    if first > last:
        raise CannotGenerate(path, "no number lies within its bounds")
    found = dice.between("number", first, last) * step
    return int(found) if whole else float(found)


def _bounds(facts: Mapping[str, Any], step: Decimal) -> tuple[int | None, int | None]:
    """The least and the largest number of steps that the bounds allow."""

    def steps(key: str) -> Iterator[Decimal]:
        if key in facts:
            yield Decimal(str(facts[key])) / step

    lows = [*map(math.ceil, steps("minimum")), *(math.floor(bound) + 1 for bound in steps("exclusiveMinimum"))]
    highs = [*map(math.floor, steps("maximum")), *(math.ceil(bound) - 1 for bound in steps("exclusiveMaximum"))]
    return max(lows, default=None), min(highs, default=None)


def _texts(facts: Mapping[str, Any], path: str, dice: Dice, words: Words) -> Iterator[str]:
    """Texts that may do, the most telling ones first."""
    what = facts.get("format", "")
    what = _SAME.get(what, what)
    what = what if what in _MAKERS else _meant(_called(path))
    if what:
        yield from _sized(_MAKERS[what](dice, words), facts)
    if what == "date-time":
        yield from (f"{_date(dice)}T{_time(dice)}.000Z", f"{_date(dice)} {_time(dice)}", _date(dice))
    if "pattern" in facts:
        yield from _like(facts["pattern"], dice, facts.get("minLength", 0))
    yield from (facts[key] for key in ("example", "default") if key in facts)
    yield from facts.get("examples", ())
    yield from _sized(words.slogan(dice.roll("text")), facts)


def _sized(text: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """A text as it is, and cut or repeated to the length that is wanted."""
    yield text
    least, most = facts.get("minLength", 0), facts.get("maxLength", len(text))
    if least > LONGEST_TEXT:
        return
    longer = " ".join([text] * (least // (len(text) + 1) + 1)) if least > len(text) else text
    yield longer.ljust(least, "x")[: max(least, most)]


def _like(pattern: str, dice: Dice, least: int) -> Iterator[str]:
    """Some texts that should match a pattern; its repetitions are short, unless a long text is wanted."""
    least = min(least, LONGEST_TEXT)
    for turn, (low, high) in enumerate(((0, 6), (0, 0), (0, 1), (1, 3), (0, 12), (least // 2, least), (least, least))):
        try:
            text = _Texts(random.Random(dice.roll(f"pattern {turn}")), low, high).xeger(_as_python(pattern))  # noqa: S311
        except (re.error, ValueError, LookupError, OverflowError, RecursionError):
            return
        yield text
        yield text.ljust(least, "x")


def _as_python(pattern: str) -> str:
    """What differs between JavaScript's patterns and Python's: names of groups, classes of letters and digits."""
    pattern = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", pattern)
    return re.sub(r"\\p\{(Lu|L|N)\w*\}", lambda found: {"Lu": "E", "L": "e"}.get(found[1], r"\d"), pattern)


class _Texts(rstr.Rstr):
    """Texts for patterns: printable, of bounded length, and the same in every process (sets have no order)."""

    def __init__(self, source: random.Random, low: int, high: int) -> None:
        readable = string.ascii_letters + string.digits + " -"
        super().__init__(source, printable=readable, whitespace=" ", nonword=" -", nonwhitespace=readable[:-2])
        self._low, self._high, self._spare = low, high, LONGEST_TEXT

    def _handle_in(self, value: Any) -> Any:
        if value[0][0].name != "NEGATE":
            candidates = [character for state in value for character in self._handle_state(state)]
            return self._random.choice([c for c in candidates if c.isascii() and c.isalnum()] or candidates)
        excluded = {character for state in value[1:] for character in self._handle_state(state)}
        return self._random.choice([c for c in string.ascii_letters + string.digits + " -_.,+!" if c not in excluded])

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        times = min(end_range, start_range + self._random.randint(self._low, self._high))
        self._spare -= times
        if self._spare < 0:
            raise OverflowError("too long")
        return "".join("".join(self._handle_state(state) for state in value) for _ in range(times))
