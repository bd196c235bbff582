"""A sandbox: everything that a request can change, as one immutable document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.auth import Key
from mockserver.clock import Clock
from mockserver.magic import SANDBOX_NAME

DEFAULT = "default"
REAL_TIME = Clock()


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One version of a sandbox. Times are milliseconds since 1970.

    ``as_of`` is the time of the last change of what it remembers, None while it is fresh: now never lies before it.
    ``keys`` are the issued keys by vendor and digest; a vendor without an entry accepts any. ``state`` is each
    vendor's own, by vendor. ``origin`` is what a reset goes back to.
    """

    name: str
    seed: int
    created: int
    clock: Clock = REAL_TIME
    as_of: int | None = None
    keys: Mapping[str, Mapping[str, Key]] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    masked: str | None = None
    origin: Sandbox | None = None

    def now(self, real: int) -> int:
        """The sandbox's time at a moment of the real clock."""
        shown = self.clock.read(real)
        return shown if self.as_of is None or shown > self.as_of else self.as_of

    @property
    def is_anonymous(self) -> bool:
        """Whether it belongs to one credential, which names it: such a sandbox accepts any key."""
        return self.name.startswith("key-")

    @property
    def is_disposable(self) -> bool:
        """Whether nothing is lost with it: it can come into being again just as it is."""
        return self.is_anonymous and self.as_of is None and self.clock == REAL_TIME and self.origin is None

    def changed(self, now: int, **changes: Any) -> Sandbox:
        """The sandbox after a change of what it remembers, made at that time."""
        return replace(self, as_of=now, **changes)

    def forked(self, name: str, created: int) -> Sandbox:
        """A sandbox of another name that begins as this one is now; ``as_of``, seed and clock come along."""
        return replace(self, name=name, created=created, masked=None, origin=self)

    def begun_again(self) -> Sandbox:
        """The sandbox as it began."""
        if self.origin is None:
            return Sandbox(self.name, self.seed, self.created, masked=self.masked)
        return replace(self.origin, name=self.name, created=self.created, origin=self.origin, masked=self.masked)


def is_name(text: str) -> bool:
    """Whether a text may name a sandbox: 1 to 64 of ``A-Z a-z 0-9 . _ -``, not beginning with a dot."""
    return SANDBOX_NAME.fullmatch(text) is not None


def seed_of(text: str) -> int:
    """The number behind a seed that was given as text; a whole number stands for itself."""
    try:
        return int(text)
    except ValueError:
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
