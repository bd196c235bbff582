"""Complete what was kept of an item to a valid answer: what was sent, and beside it what the schema wants.

What a client could have sent, and didn't, is its default, null where that may be, or left out. The rest is as the
spec's example has it, null or an empty list where that may be, or generated: the same each time for the same item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.byte_cache import ByteCache
from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.merged import Pointers, Shape
from mockserver.openapi.schemas import Schemas
from mockserver.resources.model import Place
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.generate.values import Generator

MOST_SHAPES = 32
MOST_BYTES = 4 * 1024 * 1024
MISSING = object()


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose data is generated: the seed of the sandbox, and a name of the item (``/pet 7``)."""

    seed: int
    scope: str


@dataclass(frozen=True, slots=True)
class Completed:
    """An answer's item. ``lost`` names what was kept and couldn't be told, as its schema doesn't allow it."""

    value: dict[str, Any]
    lost: tuple[str, ...]


class Completer:
    """Completes items of one spec. ``generator`` gives the generator, which is made when first needed."""

    def __init__(self, schemas: Schemas, generator: Callable[[], Generator]) -> None:
        self._schemas = schemas
        self._generator = generator
        self._shapes: dict[str, tuple[Shape, ...]] = {}
        self._bases: ByteCache[Mapping[str, Any]] = ByteCache(MOST_BYTES)
        self._completed: ByteCache[Completed] = ByteCache(MOST_BYTES)

    def item(self, pointer: str, kept: Mapping[str, Any], sendable: frozenset[str], whose: Whose) -> Completed:
        """An item as the schema at a pointer wants it. Raises CannotGenerate."""
        written = _written(kept)
        key = (pointer, whose, written)
        known = self._completed.get(key)
        if known is None:
            known = self._item(pointer, kept, sendable, whose)
            self._completed.keep(key, known, 4 * len(written) + 2_000)
        return known

    def _item(self, pointer: str, kept: Mapping[str, Any], sendable: frozenset[str], whose: Whose) -> Completed:
        shape = max(self._shapes_of(pointer), key=lambda one: self._likeness(one, kept))
        made: dict[str, Any] = {}
        lost: list[str] = []
        for name, places in shape.properties.items():
            value = self._told(kept[name], places, name, whose) if name in kept else MISSING
            if value is MISSING and name in kept:
                lost.append(name)
            if value is MISSING:
                value = self._beside(name, places, shape, whose, is_sendable=name in sendable)
            if value is not MISSING:
                made[name] = value
        made |= {name: value for name, value in kept.items() if name not in shape.properties and _is_open(shape)}
        blueprint = self._generator().blueprint
        made = blueprint.discriminated(shape, made)
        if not blueprint.fits((pointer,), made):
            made = self._drawn(pointer, kept, whose)
            lost = [name for name in kept if name in shape.properties and made.get(name) != kept[name]]
        return Completed(made, tuple(lost))

    def body(self, place: Place, inside: Any, whose: Whose, more: Mapping[str, Any]) -> Any:
        """A body that has an item, or a list of them, at a place; ``more`` are others of its properties."""
        properties = self._schemas.members(place.body).properties
        own = {name: value for name, value in more.items() if name in properties}
        made = _with(self._base(place.body, whose), own)
        if not place.within:
            return {**made, place.wrapper: inside}
        around = made.get(place.within)
        return {**made, place.within: {**(around if isinstance(around, dict) else {}), place.wrapper: inside}}

    def _drawn(self, pointer: str, kept: Mapping[str, Any], whose: Whose) -> dict[str, Any]:
        """An item that is generated around what was kept, where that can't simply be put into it."""
        value = self._generator().generate(pointer, seed=whose.seed, scope=whose.scope, known=kept)
        if not isinstance(value, dict):
            raise CannotGenerate(pointer, "is no object")
        return value

    def _told(self, value: Any, places: Pointers, name: str, whose: Whose) -> Any:
        """A kept value as its schema wants it, MISSING where that can't be."""
        generator = self._generator()
        if generator.blueprint.shape(places).facts.get("writeOnly"):
            return MISSING
        if generator.blueprint.fits(places, value):
            return value
        readings = (value,) if isinstance(value, dict | list) else (value, {"id": value})  # told by its id alone
        for reading in readings:
            with suppress(CannotGenerate):
                fitted = generator.fitted(reading, places, f"/{name}", seed=whose.seed, scope=whose.scope)
                if _says_all(fitted, reading):
                    return fitted
        return MISSING

    def _beside(self, name: str, places: Pointers, shape: Shape, whose: Whose, *, is_sendable: bool) -> Any:
        """What a property is that nobody sent; MISSING where it is left out."""
        blueprint = self._generator().blueprint
        facts, is_needed = blueprint.shape(places).facts, name in shape.required
        if facts.get("writeOnly") and not is_needed:
            return MISSING
        if is_sendable and not facts.get("readOnly"):
            if "default" in facts and blueprint.fits(places, facts["default"]):
                return facts["default"]
            if self._may_be_null(places):
                return None
            if not is_needed:
                return MISSING
        value = self._example(shape.roots).get(name, MISSING)
        if value is not MISSING and blueprint.fits(places, value):
            return value
        if self._may_be_null(places):
            return None
        if "array" in blueprint.shape(places).kinds and blueprint.fits(places, []):
            return []
        try:
            return self._generator().part(places, f"/{name}", seed=whose.seed, scope=whose.scope)
        except CannotGenerate:
            if is_needed:
                raise
            return MISSING

    def _may_be_null(self, places: Pointers) -> bool:
        """Whether a schema says of itself that null may stand there."""
        named = any("null" in self._schemas.types(place) for place in places)
        return named and self._generator().blueprint.fits(places, None)

    def _example(self, roots: Pointers) -> Mapping[str, Any]:
        """The spec's own example of an item."""
        listed = (one for root in roots for one in self._generator().blueprint.examples((root,)))
        return next((one for one in listed if isinstance(one, dict)), {})

    def _base(self, pointer: str, whose: Whose) -> Mapping[str, Any]:
        """What would be answered of an item that nothing is known of; empty where nothing can be made."""
        base = self._bases.get((pointer, whose))
        if base is None:
            try:
                made = self._generator().generate(pointer, seed=whose.seed, scope=whose.scope, with_examples=True)
            except CannotGenerate:
                made = {}
            base = made if isinstance(made, dict) else {}
            self._bases.keep((pointer, whose), base, 2 * len(_written(base)) + 500)
        return base

    def _shapes_of(self, pointer: str) -> tuple[Shape, ...]:
        """The shapes that an item may have, every choice made."""
        shapes = self._shapes.get(pointer)
        if shapes is None:
            whole = self._generator().blueprint.shape((pointer,))
            shapes = self._shapes[pointer] = tuple(islice(self._settled(whole), MOST_SHAPES))
        return shapes

    def _settled(self, shape: Shape) -> Iterator[Shape]:
        if not shape.choices:
            yield shape
            return
        name, options = shape.choices[0]
        for option in options:
            chosen = self._generator().blueprint.shape((*shape.roots, *option), shape.settled | {name})
            yield from self._settled(chosen)

    def _likeness(self, shape: Shape, kept: Mapping[str, Any]) -> int:
        """How many of the kept values a shape has room for, less those that it contradicts."""
        fits = self._generator().blueprint.fits
        return sum(
            1 if fits(shape.properties[name], value) else -1 for name, value in kept.items() if name in shape.properties
        )


def _with(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """An object with some values in place of its own, also within the objects in it; without what is MISSING."""
    made = {name: value for name, value in base.items() if own.get(name, value) is not MISSING}
    for name, value in own.items():
        if isinstance(value, dict):
            inside = made.get(name)
            made[name] = _with(inside if isinstance(inside, dict) else {}, value)
        elif value is not MISSING:
            made[name] = value
    return made


def _written(value: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # lone surrogates, and integers beyond 64 bits
        return repr(value).encode("utf-8", "surrogatepass")


def _is_open(shape: Shape) -> bool:
    """Whether a schema says that any property may stand there: it lists none, or describes the others."""
    return bool(shape.others) or not shape.properties or shape.facts.get("additionalProperties") is True


def _says_all(told: Any, value: Any) -> bool:
    """Whether a value has all that another one has, however it is written (7 and ``"7"``)."""
    if isinstance(value, dict):
        return isinstance(told, dict) and all(
            name in told and _says_all(told[name], one) for name, one in value.items()
        )
    if isinstance(value, list) and isinstance(told, list):
        return len(told) == len(value) and all(map(_says_all, told, value))
    return bool(told == value) or str(told) == str(value)
