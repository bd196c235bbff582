"""LinkedIn's entities of one seed, for tests: ``Directory(7).attributes("person", "ada")``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.random import FakerWords, Inventor
from mockserver.vendors.linkedin import ENTITIES


def identify(kind: str, given: Any) -> str | None:
    """The key of the entity that a client means."""
    return ENTITIES[kind].identify(given)


class Directory:
    """Everybody and everything that one seed invents."""

    def __init__(self, seed: int) -> None:
        self.inventor = Inventor(seed, FakerWords())

    def attributes(self, kind: str, key: str, given: Any = None) -> Mapping[str, Any]:
        return ENTITIES[kind].attributes(self.inventor, key, given)

    def invented(self, kind: str, scope: str) -> str:
        return ENTITIES[kind].invent(self.inventor, scope)

    def identity(self, kind: str, key: str) -> str:
        return ENTITIES[kind].identity(self.inventor, key)
