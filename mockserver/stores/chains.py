"""The steps of a group, by sandbox: noted as they come, and kept together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mockserver.stores.base import Document, Entry, Versioned

Seen = Callable[[str], Versioned | None]
"""What was seen last of a sandbox, by its name."""


@dataclass(slots=True)
class Chain:
    """The steps of one sandbox: the version before them, what it is after them, their entries.

    Between two steps it has versions of its own, that nobody else sees. ``held`` is no one else's.
    """

    base: int
    held: Versioned
    is_changed: bool = False
    entries: list[Entry] = field(default_factory=list)

    def step(self, version: int | None, document: Document | None, now: int, entry: Entry) -> int | None:
        """Do a step: the version after it, or None where it is for another one."""
        held = self.held
        if version is not None and version != held.version:
            return None
        if document is not None:
            self.is_changed = True
            held.document = document
            held.version += 1
        held.last_used = now
        self.entries.append(entry)
        return held.version


class Chains(dict[str, Chain]):
    """The chains of one group, by the names of their sandboxes."""

    def step(
        self, name: str, version: int | None, document: Document | None, now: int, entry: Entry, seen: Seen
    ) -> int | None:
        """Note a step of a sandbox: the version after it, or None where it is for another one.

        0 where it can't be one of the group, as its sandbox wasn't ``seen`` so last: then it is done outright.
        """
        chain = self.get(name)
        if chain is None:
            last = seen(name)
            if last is None or version != last.version:
                return 0
            chain = self[name] = Chain(last.version, Versioned(last.document, last.version, last.last_used))
        return chain.step(version, document, now, entry)
