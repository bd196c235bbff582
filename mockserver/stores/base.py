"""Keep sandboxes and journals: one verb to change, one to delete, the rest to read.

A store knows neither: a document is any value with ``is_disposable``, an entry any value with ``id``, ``size`` and
``kind``. One that keeps them outside of this process is given functions that make bytes of them, and values again
(``Codec``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mockserver.stores.contested import Contested
from mockserver.values import dataclass

log = logging.getLogger("mockserver")

FORMAT = 10
"""The form in which everything is kept outside of a process: tables, keys, packed documents and entries. It is counted
up with every change, and a store leaves alone what another form was kept in."""

RECENT_BYTES = 16 * 1024 * 1024
"""The packed bytes of the documents that a process keeps of what it saw last of a store that others change too."""


class Document(Protocol):
    @property
    def is_disposable(self) -> bool: ...


class Entry(Protocol):
    """A journal entry; ``size`` is about what it weighs, in bytes, ``kind`` what it is counted as."""

    @property
    def id(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def kind(self) -> str: ...


Parts = Mapping[str, bytes]
ReadParts = Callable[[Sequence[str]], Sequence[bytes | None]]


class Codec(Protocol):
    """Documents and entries as bytes, and back, exactly.

    A document may have parts, which other documents have too: large, and the same for a long time. They are kept once,
    under a digest of what they hold, for as long as a document names them.
    """

    def pack(self, document: Any) -> tuple[bytes, Parts]:
        """What is the document's own, and its parts."""

    def unpack(self, packed: bytes, read: ReadParts) -> Any:
        """A document; ``read`` fetches its parts by their digests. Raises PartGone where one isn't there any more."""

    def pack_entry(self, entry: Any) -> bytes: ...
    def unpack_entry(self, packed: bytes) -> Any: ...


@dataclass(slots=True)
class Versioned:
    """A document with its version, and when it was last used (wall-clock milliseconds)."""

    document: Any
    version: int
    last_used: int


class Store(Protocol):
    """Every method is atomic, but for the reading of a journal. A name's versions only grow, also across a delete.

    A store outside of this process raises StoreAway from every method while it can't be reached, and Unreadable where a
    document is damaged. A damaged entry is left out, and logged.
    """

    def get(self, name: str) -> Versioned | None:
        """What is kept under a name now."""

    def documents(self) -> Iterator[tuple[str, Versioned | Unreadable]]:
        """Everything that is kept, by name, in the order in which it came into being."""

    def seen(self, name: str) -> Versioned | None:
        """What this process saw there last: to work on before ``exchange`` or ``append``, which tell if it is old."""

    def exchange(self, name: str, version: int, document: Document, now: int, entry: Entry | None = None) -> int | None:
        """Put a document in the place of that version (0: of nothing), and append the entry with it.

        Answers the new version, or None where another version is there, and then nothing is done. Raises StoreFull
        where a new one finds no room.
        """

    has_groups: bool
    """Whether steps cost less in a group."""

    @property
    def contested(self) -> Contested:
        """The sandboxes that other processes change too: a single step is better off in a group there."""

    def group(self) -> AbstractContextManager[set[str]]:
        """Do the steps within a block together: all of them are kept at its end, or none, and then it raises StoreAway.

        The set names at the end the sandboxes whose steps were for an older version after all: none of these is kept.
        """

    def remove(self, name: str) -> bool:
        """Delete a sandbox with its journal, a damaged one too; whether it was there."""

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        """Add an entry to a sandbox's journal; the oldest ones make room.

        False, and nothing is done, where the sandbox isn't there, or not in that version.
        """

    def amend(self, name: str, entry: Entry) -> None:
        """Put an entry in the place of the one with its id, where that is still in the journal; it weighs the same."""

    def names(self) -> list[str]:
        """The sandboxes there are, in the order in which they came into being."""

    def entries(self, name: str) -> Iterator[Any]:
        """A sandbox's journal, the newest entry first."""

    def dropped(self, name: str) -> int:
        """How many entries of a sandbox made room for others."""

    def entry(self, id: str) -> Any | None:
        """An entry by its id, of whichever sandbox."""

    def since(self, mark: int | None, most: int) -> tuple[list[Any], int]:
        """The entries of all sandboxes that came after a mark, oldest first, ``most`` of them, and the mark after them.

        None is the mark of now. What made room in the meantime is missing.
        """

    def counts(self, name: str | None) -> dict[str, int]:
        """How many entries of each kind a sandbox had since it began or was cleared, those that made room included.

        None: how many were in journals that were cleared, and of sandboxes that are gone.
        """

    def forget_counts(self) -> None:
        """Begin anew with the counts of what was cleared and is gone."""

    def clear(self, name: str) -> None:
        """Empty a sandbox's journal."""

    def count(self) -> int:
        """How many sandboxes there are."""

    def probe(self) -> None:
        """Write something and take it back, as a step would. Raises StoreAway where no write works."""

    def close(self) -> None:
        """Let go of files and connections; what is kept stays."""


class StoreFull(Exception):
    """There is no room for one more sandbox; the text says why."""

    def __init__(self, most: int) -> None:
        kept = "were made by name or have changed since they began"
        super().__init__(f"all {most} sandboxes {kept}; delete some, or raise --max-sandboxes")


class PartGone(Exception):
    """A part isn't kept any more: so the document that named it was exchanged."""


class StoreAway(Exception):
    """The store can't be reached, or can't do its work; the text says why. It may be back at any time."""


class Unreadable(Exception):
    """A document that is damaged: its own sandbox is lost, and can be deleted."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"sandbox {name} can't be read from the store: {' '.join(reason.split())[:200]}")
        self.name = name


def read_document(codec: Codec, name: str, packed: bytes, read: ReadParts) -> Any:
    """A document. Raises PartGone, and Unreadable for whatever else is the matter with it."""
    try:
        return codec.unpack(packed, read)
    except (PartGone, StoreAway):
        raise
    except Exception as error:
        raise Unreadable(name, f"{type(error).__name__}: {error}") from None


def current_or_error(
    learn: Callable[[], Versioned | None], again: Callable[[], Versioned | None]
) -> Versioned | Unreadable | None:
    """What is kept under a name, or why it can't be read; looked at again where it was exchanged between two looks."""
    try:
        try:
            return learn()
        except PartGone:
            return again()
    except Unreadable as error:
        return error


def readable_entries(codec: Codec, packed: Iterable[bytes]) -> Iterator[Any]:
    """Entries, but for damaged ones."""
    for one in packed:
        try:
            yield codec.unpack_entry(one)
        except Exception as error:
            log.warning("a journal entry can't be read, and is left out: %s: %s", type(error).__name__, error)
