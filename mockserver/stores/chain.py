"""The steps of one sandbox in a group: noted as they come, and kept together."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockserver.stores.base import Document, Entry, Versioned


@dataclass(slots=True)
class Chain:
    """The version before the steps, what the sandbox is after them, their entries.

    Between two steps it has versions of its own, that nobody else sees.
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
            held = self.held = Versioned(document, held.version + 1, held.last_used)
        held.last_used = now
        self.entries.append(entry)
        return held.version
