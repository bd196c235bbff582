"""One attempt at a value of a schema: drawn place by place, from what each place is called and whose it is.

An object with ``x-entity`` has the attributes of an entity, so that it agrees with the answers of other operations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from mockserver.generate.blueprint import Blueprint
from mockserver.generate.entities import Entity
from mockserver.generate.errors import CannotGenerate, TooMany
from mockserver.generate.likeness import like
from mockserver.generate.mending import mended
from mockserver.generate.numbers import numbers
from mockserver.generate.spot import NOTHING, Spot
from mockserver.generate.strings import texts
from mockserver.openapi.merged import Pointers, Shape
from mockserver.random import Inventor, SeededRandom

_NAMES = ("Engineering", "Sales", "Operations", "Marketing", "Finance", "Support")
MOST_VALUES = 1_000
"""How many values one attempt at an answer may be made of; what is required may take ``MOST_NEEDED``."""
MOST_NEEDED = 10_000
DEEPEST = 40
TURNS = 1
"""How often a recursive schema goes round before what is optional is left out."""


class Draft:
    """One attempt at an answer, of as many values as are ``left``, to a call with some inputs.

    Below ``roomy`` levels what is optional is left out, lists are short, and alternatives are the shallow ones. A
    ``careful`` one checks every value where it stands, so that what can't be had is missed where it may be.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        inventor: Inventor,
        seed: tuple[int, ...],
        inputs: Mapping[str, Any],
        left: int,
        roomy: int = DEEPEST // 4,
        *,
        careful: bool = False,
    ) -> None:
        self._blueprint = blueprint
        self._inventor = inventor
        self._seed = seed
        self._roomy = roomy
        self._careful = careful
        self.left = left
        self._inputs = inputs

    def value(self, pointers: Pointers, spot: Spot) -> Any:
        """A value for the schemas at some pointers. Raises CannotGenerate."""
        self.left -= 1
        if self.left < 0 or len(spot.above) > DEEPEST:
            raise TooMany(spot.path) if self.left < 0 else CannotGenerate(spot.path, "nested too deeply")
        shape = self._blueprint.shape(pointers)
        if spot.has_examples and "x-entity" not in shape.facts:
            for example in self._blueprint.examples(pointers):
                return self._with_echo(deepcopy(example), shape, spot)
        if not shape.choices and not self._careful:
            return self._plain(shape, spot)
        problem = CannotGenerate(spot.path, "nothing fits")
        for plain in self._alternatives(shape, spot):
            try:
                made = self._plain(plain, spot)
            except TooMany:
                raise
            except CannotGenerate as error:
                problem = error
            else:
                if self._blueprint.fits(pointers, made):
                    return made
                for other in mended(self._blueprint, shape, plain, pointers, made) if self._careful else ():
                    return other
        raise problem

    def _with_echo(self, example: Any, shape: Shape, spot: Spot) -> Any:
        """An example that tells the input back, without what is never sent."""
        if not isinstance(example, dict):
            return example
        echo = spot.echo or NOTHING
        places = {
            name: pointers
            for name, pointers in shape.properties.items()
            if not self._blueprint.shape(pointers).facts.get("writeOnly")
        }
        hidden = shape.properties.keys() - places.keys()
        shown = {name: value for name, value in example.items() if name not in hidden}
        for name in places.keys() & echo.keys():
            with suppress(CannotGenerate):
                shown[name] = self.fitted(echo[name], places[name], spot.below(name, shape))
        return shown if self._blueprint.fits(shape.roots, shown) else example

    def _alternatives(self, shape: Shape, spot: Spot) -> Iterator[Shape]:
        """The shapes that are left once every choice is made, likely ones first."""
        if not shape.choices:
            yield shape
            return
        name, options = shape.choices[0]
        turn = self._random(spot).bits(name)

        def reluctance(index: int) -> tuple[bool, bool, int]:
            kinds = self._blueprint.shape(options[index]).kinds if options[index] else ()
            nested = "object" in kinds or "array" in kinds
            is_last = kinds == ("null",) and turn % 10 != 0
            return nested and len(spot.above) > self._roomy, is_last, (index - turn) % len(options)

        for index in sorted(range(len(options)), key=reluctance):
            chosen = self._blueprint.shape((*shape.roots, *options[index]), shape.settled | {name})
            yield from self._alternatives(chosen, spot)

    def _plain(self, shape: Shape, spot: Spot) -> Any:
        random = self._random(spot)
        if shape.values is not None:
            return deepcopy(self._first(shape, spot, _nulls_last(shape.values, random)))
        match self._kind(shape, spot, random):
            case "object":
                is_entity = spot.owner is None and shape.facts.get("x-entity") in self._blueprint.kinds
                if is_entity:
                    return self._entity(shape, spot)
                return self._blueprint.discriminated(shape, self._object(shape, spot))
            case "array":
                return self._array(shape, spot, random)
            case "string":
                likely = texts(
                    shape.facts, shape.patterns, spot.path, random, self._inventor.words, self._blueprint.formats
                )
                return self._first(shape, spot, chain(self._links(shape, spot), self._content(shape, spot), likely))
            case "boolean":
                return random.bits("boolean") % 2 == 0
            case "integer" | "number" as kind:
                return self._first(shape, spot, numbers(shape.facts, spot.path, random, whole=kind == "integer"))
        return None

    def _kind(self, shape: Shape, spot: Spot, random: SeededRandom) -> str:
        allowed = shape.kinds
        if not allowed:
            raise CannotGenerate(spot.path, "its types exclude each other")
        kinds = [kind for kind in allowed if kind != "null"]
        if not kinds or ("null" in allowed and (random.bits("null") % 10 == 0 or self._is_sparse(shape, spot))):
            return "null"
        return kinds[0] if len(kinds) == 1 else random.pick("type", kinds)

    def _is_sparse(self, shape: Shape, spot: Spot) -> bool:
        """Whether only what is needed is made here: in a schema that goes round, and deep below the top."""
        return len(spot.above) > self._roomy or spot.above.count(shape) >= TURNS

    def _random(self, spot: Spot) -> SeededRandom:
        return SeededRandom(self._seed, spot.scope, spot.path)

    def _first(self, shape: Shape, spot: Spot, candidates: Iterator[Any]) -> Any:
        for candidate in candidates:
            if self._blueprint.fits(shape.roots, candidate):
                return candidate
        raise CannotGenerate(spot.path, "nothing fits its values, pattern, format, length and bounds")

    def _links(self, shape: Shape, spot: Spot) -> Iterator[str]:
        """Where a pattern asks for a link to an entity: one to somebody invented."""
        pattern = shape.facts.get("pattern", "").replace("\\/", "/")
        for kind in self._blueprint.kinds.values() if "/" in pattern else ():
            folder = urlsplit(kind.link).path.removesuffix("{key}")
            if folder and folder in pattern:
                yield kind.link.format(key=kind.invent(self._inventor, f"{spot.scope}{spot.path}"))

    def _content(self, shape: Shape, spot: Spot) -> Iterator[str]:
        """The JSON that a text is by its ``contentSchema``."""
        if shape.content and shape.facts.get("contentMediaType", "application/json") == "application/json":
            yield json.dumps(self.value(shape.content, spot.below("content", shape)), ensure_ascii=False)

    def _entity(self, shape: Shape, spot: Spot) -> dict[str, Any]:
        """The subject's own attributes; in an array, or for another kind, those of somebody invented."""
        name = shape.facts["x-entity"]
        kind, subject = self._blueprint.kinds[name], spot.subject
        if subject is None or subject.kind != name or spot.is_item:
            subject = Entity(name, kind.invent(self._inventor, f"{spot.scope}{spot.path}"))
        owner = kind.attributes(self._inventor, subject.key, subject.given)
        scope = f"{name}/{kind.identity(self._inventor, subject.key)}"
        return self._object(shape, Spot(scope, "", subject, owner=owner, above=spot.above))

    def _object(self, shape: Shape, spot: Spot) -> dict[str, Any]:
        made: dict[str, Any] = {}
        is_sparse = self._is_sparse(shape, spot)
        for name, pointers in shape.properties.items():
            needed = name in shape.required
            if needed or not is_sparse:
                try:
                    made[name] = self._property(name, pointers, spot, shape, needed=needed)
                except TooMany:
                    raise
                except CannotGenerate:
                    if needed:
                        raise
        for name in self._further(shape, spot, made):
            if name in made:
                continue
            if not shape.allows(name):
                raise CannotGenerate(spot.path, f"{name!r} is required, and not allowed")
            made[name] = self.value(shape.member(name), spot.below(name, shape))
        optional = [name for name in made if name not in shape.required]
        room = shape.facts.get("maxProperties", len(made)) - (len(made) - len(optional))
        for name in optional[max(room, 0) :]:
            del made[name]
        return made

    def _property(self, name: str, pointers: Pointers, spot: Spot, shape: Shape, *, needed: bool) -> Any:
        below = spot.below(name, shape)
        facts = self._blueprint.shape(pointers).facts
        if facts.get("writeOnly") and not needed:
            raise CannotGenerate(below.path, "is never sent")
        if "x-option" in facts and self._inputs.get(facts["x-option"]) not in (True, "true"):
            raise CannotGenerate(below.path, "is not asked for")
        known = spot.owner or spot.echo or NOTHING
        attribute = facts.get("x-attribute", name)
        if attribute in known:
            try:
                return self.fitted(known[attribute], pointers, below)
            except TooMany:
                raise
            except CannotGenerate:
                if known[attribute] is None and not needed:
                    raise
                if known[attribute] is None and self._blueprint.fits(pointers, ""):
                    return ""
        return self.value(pointers, below)

    def _further(self, shape: Shape, spot: Spot, made: Mapping[str, Any]) -> Iterator[str]:
        """Names of properties that aren't listed: required ones, and a few where any name may stand."""
        yield from (name for name in shape.required if name not in made)
        for name, needed in shape.dependents.items():
            yield from needed if name in made else ()
        is_map = (shape.others or shape.named) and not shape.properties and not self._is_sparse(shape, spot)
        count = max(shape.facts.get("minProperties", 0), 3 if is_map else 0)
        free = (name for name in self._names(shape, spot) if name not in made and shape.allows(name))
        for name in islice(free, MOST_NEEDED) if len(made) < count else ():
            if len(made) >= count:
                break
            yield name

    def _names(self, shape: Shape, spot: Spot) -> Iterator[str]:
        """Names that a property may have, by the schema of all names, or by the patterns of some."""
        made_up = range(MOST_NEEDED)
        if shape.names:
            for index in range(min(MOST_NEEDED, 9 * max(shape.facts.get("minProperties", 0), 3))):
                with suppress(CannotGenerate):
                    name = self.value(shape.names, spot.below(f"name {index}", shape))
                    yield from [name] if isinstance(name, str) else ()
            return
        if shape.named:
            random = self._random(spot)
            for index in range(9 * len(shape.named)):
                pattern, _ = shape.named[index % len(shape.named)]
                yield from islice(like((pattern,), SeededRandom(random.bits("names"), index)), 1)
        yield from (f"{_NAMES[index % len(_NAMES)]}{index // len(_NAMES) or ''}" for index in made_up)

    def _array(self, shape: Shape, spot: Spot, random: SeededRandom) -> list[Any]:
        count, needed = self._length(shape, spot, random), shape.contained
        is_set, most = shape.facts.get("uniqueItems"), shape.facts.get("maxContains", MOST_NEEDED)
        made: list[Any] = []
        for index in range(count * 9 if is_set or shape.contains else count):
            try:
                pointers = shape.prefix[len(made)] if len(made) < len(shape.prefix) else shape.items
                special = shape.contains if len(made) < needed else ()
                item = self.value((*pointers, *special), spot.below(str(index), shape, is_item=True))
            except TooMany:
                raise
            except CannotGenerate:
                if len(made) < max(shape.facts.get("minItems", 0), needed):
                    raise
                break
            is_one_more = shape.contains and len(made) >= most and self._blueprint.fits(shape.contains, item)
            if not (is_set and item in made) and not is_one_more:
                made.append(item)
            if len(made) == count:
                break
        return made

    def _length(self, shape: Shape, spot: Spot, random: SeededRandom) -> int:
        least = max(shape.facts.get("minItems", 0), shape.contained)
        most: int = shape.facts.get("maxItems", MOST_NEEDED)
        if shape.facts.get("items") is False:
            return min(len(shape.prefix), most)
        likely = least if self._is_sparse(shape, spot) else random.between("count", max(least, 1), max(least, 3))
        return min(max(likely, len(shape.prefix)), most)

    def fitted(self, value: Any, pointers: Pointers, spot: Spot) -> Any:
        """A known value as a schema wants it. Raises CannotGenerate where it can't be had so."""
        shape = self._blueprint.shape(pointers)
        if shape.is_open and self._blueprint.fits(pointers, value):
            return value
        if isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], Mapping)):
            return self._first(shape, spot, self._structures(value, shape, spot))
        if self._blueprint.fits(pointers, value):
            return value
        return self._first(shape, spot, _readings(value, shape.facts))

    def _structures(self, value: Any, shape: Shape, spot: Spot) -> Iterator[Any]:
        for plain in self._alternatives(shape, spot):
            if isinstance(value, Mapping) and "object" in plain.kinds and plain.others:  # a map is as it is known
                places = {name: plain.properties.get(name, plain.others) for name in value}
                yield {name: self.fitted(value[name], at, spot.below(name, plain)) for name, at in places.items()}
            elif isinstance(value, Mapping) and "object" in plain.kinds:
                yield self._object(plain, replace(spot, owner=value))
            elif isinstance(value, list) and "array" in plain.kinds:
                some = enumerate(value[: plain.facts.get("maxItems")])
                yield [self.fitted(item, plain.items, spot.below(str(index), plain)) for index, item in some]


def _nulls_last(values: Sequence[Any], random: SeededRandom) -> Iterator[Any]:
    turn = random.bits("value")
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
