"""What keeps sandboxes and journals: one verb to change, the rest to read.

A store knows neither: a document is any value with ``is_disposable``, an entry any value with ``id`` and ``size``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol


class Document(Protocol):
    @property
    def is_disposable(self) -> bool: ...


class Entry(Protocol):
    """A journal entry; ``size`` is about what it weighs, in bytes."""

    @property
    def id(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(slots=True)
class Held:
    """A document with its version, and when it was last used (real milliseconds)."""

    document: Any
    version: int
    last_used: int


class Store(Protocol):
    """Every method is atomic. Versions only grow, also across a delete."""

    def get(self, name: str) -> Held | None:
        """What is held under a name now."""

    def exchange(self, name: str, version: int, document: Document | None, now: int) -> int | None:
        """Put a document in the place of that version (0: of nothing; None: delete).

        Answers the new version, or None where another version is there. Raises StoreFull where a new one finds no
        room.
        """

    def names(self) -> list[str]:
        """The sandboxes there are, in the order in which they came into being."""

    def append(self, name: str, entry: Entry, now: int) -> None:
        """Add an entry to a sandbox's journal; the oldest ones make room."""

    def entries(self, name: str) -> Iterator[Any]:
        """A sandbox's journal, the newest entry first."""

    def dropped(self, name: str) -> int:
        """How many entries of a sandbox made room for others."""

    def entry(self, id: str) -> Any | None:
        """An entry by its id, of whichever sandbox."""

    def clear(self, name: str) -> None:
        """Empty a sandbox's journal."""

    def count(self) -> int:
        """How many sandboxes there are."""


class StoreFull(Exception):
    """There is no room for one more sandbox; the text says why."""
