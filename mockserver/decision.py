"""What the stages of a request say to each other: a call, what is wrong with it, and what to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.spec.model import Operation


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request breaks the contract.

    ``kind`` is a kind of refusal (``invalid_parameter``). ``where`` is path, query, header, cookie or body; ``name``
    the parameter; ``pointer`` the place inside its value; ``spec`` the JSON pointer of the rule in the spec.
    """

    kind: str
    where: str
    name: str
    message: str
    spec: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that isn't served, and why. ``near`` names what would have matched; ``allow`` the methods of a 405.

    The spec's ``x-refusals`` tells the case of the kind. A behaviour refuses with the kind ``world``, and names the
    vendor's own ``case``; ``headers`` take the place of the example's. An event that the rules forbid is refused so
    too, without a case.
    """

    kind: str
    reason: str
    case: str = ""
    near: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """A valid request, as a vendor's behaviour gets it. ``now`` is the sandbox's time in milliseconds.

    ``start`` is the time at which the sandbox began. ``policies`` are the tables of the vendor's rules.
    ``permissions`` are those of an issued key, None where the key may do everything.
    """

    operation: Operation
    parameters: Mapping[str, Any]
    body: Any
    now: int
    start: int
    seed: int
    id: str
    policies: Mapping[str, Any] = field(default_factory=dict)
    permissions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as a vendor's function gets it: valid fields, the sandbox's time and start, an id for what it makes."""

    fields: Mapping[str, Any]
    now: int
    start: int
    seed: int
    id: str
    policies: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """Generated items: ``count`` of them, numbered from ``first`` in a ``scope`` (``employees/5d41402a``).

    Item 7 of a scope is always the same one, on whichever page it comes. ``at`` names the body's list.
    """

    scope: str
    first: int
    count: int
    at: str = "data"


@dataclass(slots=True)
class Reply:
    """What a behaviour answers: a case by name, or a body of its own under that case's status, and headers.

    With a ``listing``, ``body`` is the rest of a body whose list is generated. Without case and body the answer is the
    one that the operation would have without a behaviour.
    """

    case: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is asked for: an entity's kind and key (``people.identify``), and what the client sent."""

    kind: str
    key: str
    given: object = None


class CannotGenerate(ValueError):
    """No value was found for the schema at ``pointer``; ``reason`` says why, and where in the value."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer = pointer
        self.reason = reason
        super().__init__(f"{pointer or '/'}: {reason}")
