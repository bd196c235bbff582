"""A sandbox: everything that a request can change, as one immutable document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields, replace
from typing import Any

import orjson

from mockserver.clock import Clock
from mockserver.requests.auth import Key
from mockserver.requests.credentials import SANDBOX_NAME
from mockserver.sandbox.faults import Fault
from mockserver.values import dataclass

DEFAULT = "default"
REAL_TIME = Clock()
Window = tuple[int, int]
MOST_MOMENTS = 50
_LONGEST_MOMENT = 200
_NOTHING: dict[str, Any] = {}  # of nearly all sandboxes, of which there may be thousands


def _nothing() -> dict[str, Any]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One version of a sandbox. Times are milliseconds since 1970.

    ``start`` is when its world began, ``first_clock`` the clock that it had then, ``last_changed_at`` the time of the
    last change of what it remembers (None: there was none): now never lies before it. ``is_pristine`` says that nothing
    has changed since it began. ``keys`` are the issued keys by vendor and digest; a vendor without an entry accepts
    any. ``state`` is each vendor's own, by vendor, where it isn't the initial one any more. ``limited`` says that the
    vendors' rate limits are on; ``windows`` hold when each one opened and what was used of it. ``faults`` are the armed
    ones in their order, ``fault_number`` the last number given to one, ``global_faults_seen`` that of the last global
    fault known here. ``world`` is what it began from, as data; ``origin`` the sandbox that it is a fork of.
    ``is_explicit`` says that it was made by name, and so in a world that it may not begin in by itself. ``label`` is
    what a person calls it; it stays through a reset, and no snapshot or fork has it. ``history`` are the last things
    done to it by the control API, the oldest first: ``{"at", "now", "kind", "what"}``, both times in milliseconds.
    """

    name: str
    seed: int
    created: int
    start: int
    clock: Clock = REAL_TIME
    last_changed_at: int | None = None
    is_pristine: bool = True
    keys: Mapping[str, Mapping[str, Key]] = field(default_factory=_nothing)
    state: Mapping[str, Any] = field(default_factory=_nothing)
    limited: bool = False
    windows: Mapping[str, Window] = field(default_factory=_nothing)
    faults: tuple[Fault, ...] = ()
    fault_number: int = 0
    global_faults_seen: int = 0
    masked: str | None = None
    is_explicit: bool = False
    world: Mapping[str, Any] = field(default_factory=_nothing)
    origin: Sandbox | None = None
    first_clock: Clock = REAL_TIME
    label: str = ""
    history: Sequence[Mapping[str, Any]] = ()

    def now(self, wall_ms: int) -> int:
        """The sandbox's time at a moment of the wall clock."""
        shown = self.clock.read(wall_ms)
        return shown if self.last_changed_at is None or shown > self.last_changed_at else self.last_changed_at

    @property
    def is_anonymous(self) -> bool:
        """Whether it belongs to one credential, which names it: such a sandbox accepts any key."""
        return self.name.startswith("key-")

    @property
    def is_disposable(self) -> bool:
        """Whether nothing but its journal is lost with it: it was only read, and begins again as it is.

        Whoever named it: by its credential, in a path or a header. One that was made by name stays.
        """
        if self.is_explicit or self.label or not self.is_pristine or self.origin is not None or "@" in self.name:
            return False
        return self.clock == self.first_clock and all(fault.is_untouched for fault in self.faults)

    def changed(
        self,
        now: int,
        state: Mapping[str, Any] | None = None,
        windows: Mapping[str, Window] | None = None,
        keys: Mapping[str, Mapping[str, Key]] | None = None,
    ) -> Sandbox:
        """The sandbox after a change of what it remembers, made at that time."""
        after = _copied(self)  # dataclasses.replace takes ten times as long
        if state is not None:
            after.state = state
        if windows is not None:
            after.windows = windows
        if keys is not None:
            after.keys = keys
        after.last_changed_at, after.is_pristine = now, False
        after.__class__ = Sandbox
        found: Sandbox = after
        return found

    def forked(self, name: str, created: int) -> Sandbox:
        """A sandbox of another name that begins as this one is now; its time, seed and clock come along."""
        origin = replace(self, origin=None, label="", history=())
        return replace(origin, name=name, created=created, masked=None, origin=origin)

    def noted(self, wall_ms: int, kind: str, what: str) -> Sandbox:
        """The sandbox with one more thing in its history, of which it keeps the last fifty."""
        moment = {"at": wall_ms, "now": self.now(wall_ms), "kind": kind, "what": what[:_LONGEST_MOMENT]}
        return replace(self, history=(*self.history[1 - MOST_MOMENTS :], moment))


class _Unfinished(Sandbox):
    """A sandbox that may yet be written to."""

    __slots__ = ()
    __setattr__, __delattr__ = object.__setattr__, object.__delattr__  # both, or neither is quick


def _copier() -> Callable[[Sandbox], Any]:
    """A function that copies a sandbox field by field, written out: going round for each takes three times as long."""
    lines = [f"    after.{one.name} = before.{one.name}" for one in fields(Sandbox)]
    names: dict[str, Any] = {"new": object.__new__, "Unfinished": _Unfinished}
    exec("\n".join(["def copied(before):", "    after = new(Unfinished)", *lines, "    return after"]), names)  # noqa: S102 - of names of fields
    copied: Callable[[Sandbox], Any] = names["copied"]
    return copied


_copied = _copier()


class StateTooLarge(Exception):
    """A state that would be larger than a sandbox may be; the text says so."""


def with_state(document: Sandbox, vendor: str, state: Any, now: int, most: int) -> Sandbox:
    """The sandbox after a change of a vendor's state, of at most ``most`` bytes as JSON. Raises StateTooLarge."""
    return with_sized_state(document, vendor, state, now, most)[0]


def with_sized_state(document: Sandbox, vendor: str, state: Any, now: int, most: int) -> tuple[Sandbox, int]:
    """The same, and the state's bytes as JSON."""
    size = _size(state)
    if size > most:
        where = f"the state of {vendor} in sandbox {document.name}"
        raise StateTooLarge(f"{where} would take {size} bytes; the limit is {most}")
    return document.changed(now, {**document.state, vendor: state}), size


def _size(state: Any) -> int:
    try:
        return len(orjson.dumps(state))
    except TypeError:  # lone surrogates, and integers beyond 64 bits
        return len(json.dumps(state))


def is_name(text: str) -> bool:
    """Whether a text may name a sandbox: 1 to 64 of ``A-Z a-z 0-9 . _ -``, not beginning with a dot."""
    return SANDBOX_NAME.fullmatch(text) is not None


def seed_of(text: str) -> int:
    """The number behind a seed that was given as text; a whole number of 64 bits stands for itself."""
    try:
        number = int(text)
    except ValueError:
        number = 2**64
    if -(2**63) <= number < 2**63:
        return number
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest())
