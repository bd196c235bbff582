"""Make ids for items, of the kind that both the item's schema and its path's parameter want."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.merged import Pointers
from mockserver.openapi.schemas import Schemas
from mockserver.resources.paths import key_text

if TYPE_CHECKING:
    from mockserver.generate.values import Generator

ATTEMPTS = 8
_NUMBERS = frozenset(("integer", "number"))


class Ids:
    """Makes the ids of one resource's items. ``places`` are the schemas of the property, ``path`` is its name."""

    def __init__(
        self, schemas: Schemas, generator: Callable[[], Generator], places: Pointers, in_path: str | None, path: str
    ) -> None:
        self._schemas = schemas
        self._generator = generator
        self._places = places
        self._in_path = in_path
        self._path = path
        types = frozenset[str]().union(*(schemas.types(place) for place in places))
        told = schemas.types(in_path)
        self._counts = bool(types & _NUMBERS) or (bool(told & _NUMBERS) and "string" not in told)

    def make(self, number: int, is_taken: Callable[[str], bool], *, seed: int, scope: str) -> Any:
        """An id that isn't taken, for the item of a number. Raises CannotGenerate where none can be made."""
        for value in self._candidates(number, seed, scope):
            if self._fits(value) and not is_taken(key_text(value)):
                return value
        raise CannotGenerate(self._path, "no id fits both the item and its path")

    def _candidates(self, number: int, seed: int, scope: str) -> Iterator[Any]:
        if self._counts:
            for counted in range(number, number + 1_000):
                yield counted
                yield str(counted)
        for attempt in range(ATTEMPTS):
            for places in (self._places, (self._in_path,) if self._in_path else ()):
                whose = f"{scope} {number}" + (f" {attempt}" if attempt else "")
                if places:
                    try:
                        yield self._generator().invented(places, self._path, seed=seed, scope=whose)
                    except CannotGenerate:
                        continue

    def may_be(self, value: Any) -> bool:
        """Whether a client's own id can stand in the item's path."""
        return self._fits_path(value)

    def _fits(self, value: Any) -> bool:
        return all(self._schemas.is_valid(place, value) for place in self._places) and self._fits_path(value)

    def _fits_path(self, value: Any) -> bool:
        if self._in_path is None:
            return True
        text = key_text(value)
        read = self._schemas.coerce(self._in_path, text)
        return bool(text) and (
            self._schemas.is_valid(self._in_path, text) or self._schemas.is_valid(self._in_path, read)
        )
