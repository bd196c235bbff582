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

    A behaviour may name the vendor's own ``case``; else the spec's ``x-refusals`` tells the case of the kind.
    """

    kind: str
    reason: str
    case: str = ""
    near: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A valid request, as a vendor's behaviour gets it. ``now`` is the sandbox's time in milliseconds.

    ``permissions`` are those of an issued key, None where the key may do everything.
    """

    operation: Operation
    parameters: Mapping[str, Any]
    body: Any
    now: int
    seed: int
    id: str
    permissions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a behaviour answers: a case by name (none: the default one), or a body of its own, and headers."""

    case: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


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
