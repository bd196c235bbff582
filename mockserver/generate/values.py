"""Generated values: made for a schema, the same ones for the same seed, checked with the compiled schema.

CannotGenerate says why nothing could be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any

import jsonschema_rs

from mockserver.generate.blueprint import Blueprint
from mockserver.generate.draft import DEEPEST, MOST_NEEDED, MOST_VALUES, Draft
from mockserver.generate.entities import Entity, Kinds
from mockserver.generate.errors import CannotGenerate, TooMany
from mockserver.generate.spot import NOTHING, Spot
from mockserver.openapi.merged import Pointers, Shape
from mockserver.openapi.model import Spec
from mockserver.openapi.references import DanglingRef
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Format
from mockserver.random import FakerWords, Inventor

ATTEMPTS = 4
CARELESS = 2
"""How many attempts are made, and how many of them quickly: these check what they made as a whole."""
LEVELS = ((MOST_VALUES, DEEPEST // 4), (MOST_VALUES, 4), (MOST_VALUES, 2), (MOST_NEEDED, 0))
"""How many values an answer may have, and how many levels of it are made in full: where one is too large, the next."""


class Generator:
    """Makes values for the schemas of one spec. Not to be shared by threads."""

    def __init__(
        self, spec: Spec, schemas: Schemas, kinds: Kinds = NOTHING, formats: Mapping[str, Format] = NOTHING
    ) -> None:
        self.blueprint = Blueprint(schemas, kinds, formats)
        self._schemas = schemas
        self._words = FakerWords()
        self._first_levels: dict[str, int] = {}

    def inventor(self, seed: int, month: int = 0) -> Inventor:
        """What a vendor's own data of a seed are drawn from, as they are in a month."""
        return Inventor(seed, self._words, month)

    def generate(
        self,
        pointer: str,
        *,
        seed: int,
        scope: str,
        subject: Entity | None = None,
        echo: Mapping[str, Any] = NOTHING,
        known: Mapping[str, Any] | None = None,
        month: int = 0,
        with_examples: bool = False,
    ) -> Any:
        """A valid value of the schema at a pointer. ``scope`` says whose it is, where ``subject`` doesn't.

        ``echo`` is the input, told back in properties of the same name; ``known`` are the attributes of the value
        itself. What grows older does so by the ``month`` (``clock.month_of``). ``with_examples`` takes the spec's own
        examples of schemas and properties, where they fit, before anything is made up. Raises CannotGenerate.
        """
        inventor = self.inventor(seed, month)
        spot = Spot(scope, "", subject, deepcopy(dict(echo)), known, has_examples=with_examples)
        problem, level = "nothing fits", self._first_level(pointer)
        attempt = 0
        while attempt < ATTEMPTS and level < len(LEVELS):
            seeds = (seed, attempt) if attempt else (seed,)
            try:
                draft = Draft(self.blueprint, inventor, seeds, echo, *LEVELS[level], careful=attempt >= CARELESS)
                value = draft.value((pointer,), spot)
                errors = self._schemas.errors(pointer, value, _always)
            except TooMany as error:
                problem, level = str(error), level + 1
            except CannotGenerate as error:
                problem, attempt = str(error), attempt + 1
            except (ValueError, DanglingRef, jsonschema_rs.ReferencingError) as error:
                raise CannotGenerate(pointer, str(error).partition("\n")[0]) from error
            else:
                if not errors:
                    return value
                attempt += 1
                spot.has_examples = False  # which fit one by one, and not together
                problem = f"what was made breaks it at {errors[0][0] or '/'}: {errors[0][1]}"
        raise CannotGenerate(pointer, problem)

    def _first_level(self, pointer: str) -> int:
        """The first level at which an answer of the schema at a pointer isn't too large, by one that nobody asks for.

        So it is the same whatever was asked for before, in every process.
        """
        level = self._first_levels.get(pointer)
        if level is None:
            level = 0
            while level < len(LEVELS) - 1 and self._is_too_large(pointer, level):
                level += 1
            self._first_levels[pointer] = level
        return level

    def _is_too_large(self, pointer: str, level: int) -> bool:
        draft = Draft(self.blueprint, self.inventor(0), (0,), NOTHING, *LEVELS[level])
        try:
            draft.value((pointer,), Spot("", "", None))
        except TooMany:
            return True
        except (ValueError, DanglingRef, jsonschema_rs.ReferencingError):
            return False
        return False

    def part(self, pointers: Pointers, path: str, *, seed: int, scope: str) -> Any:
        """A valid value of the schemas of a part that stands at a path (``/address``). Raises CannotGenerate."""
        return self._drawn(pointers, Spot(scope, path, None, has_examples=True), seed)

    def invented(self, pointers: Pointers, path: str, *, seed: int, scope: str) -> Any:
        """The same without the spec's examples, so that each scope has another one. Raises CannotGenerate."""
        return self._drawn(pointers, Spot(scope, path, None), seed)

    def fitted(self, value: Any, pointers: Pointers, path: str, *, seed: int, scope: str) -> Any:
        """A known value as the schemas of a part want it, with what they need beside it. Raises CannotGenerate."""
        draft = Draft(self.blueprint, self.inventor(seed), (seed,), NOTHING, *LEVELS[1])
        return draft.fitted(value, pointers, Spot(scope, path, None))

    def _drawn(self, pointers: Pointers, spot: Spot, seed: int) -> Any:
        """A value of a part, with less of what is optional where it would be too large otherwise."""
        for level in LEVELS[1:-1]:
            with suppress(TooMany):
                return Draft(self.blueprint, self.inventor(seed), (seed,), NOTHING, *level).value(pointers, spot)
        return Draft(self.blueprint, self.inventor(seed), (seed,), NOTHING, *LEVELS[-1]).value(pointers, spot)

    def with_echo(self, pointer: str, example: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
        """An example with what was sent in its properties of the same name, and in those of its ``data``."""
        shape = self.blueprint.shape((pointer,))
        told = {name: value for name, value in sent.items() if self._is_told(shape, example, name, value)}
        inner = example.get("data")
        if "data" in shape.properties and "data" not in told and isinstance(inner, dict):
            told["data"] = self.with_echo(shape.properties["data"][0], inner, sent)
        return {**example, **deepcopy(told)}

    def _is_told(self, shape: Shape, example: Mapping[str, Any], name: str, value: Any) -> bool:
        """Whether a property of an answer may be what was sent: it is valid, and not only to be written."""
        pointers = shape.properties.get(name)
        if pointers is None:
            return name in example and type(example[name]) is type(value)
        facts = self.blueprint.shape(pointers).facts
        return not (facts.get("writeOnly") or facts.get("readOnly")) and self.blueprint.fits(pointers, value)


def _always(value: Any, path: tuple[str | int, ...]) -> bool:
    """Every value of a reason is hidden: what was told back may be a secret."""
    return True
